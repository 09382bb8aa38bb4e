"""Settings, addresses, the server: where the rooms are put together."""
