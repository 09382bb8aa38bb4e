"""What a query means in the terms of an index, and what an entry is there."""
