"""Staff screens of search, for some roles at the centre."""
