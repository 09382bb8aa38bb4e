"""The append-only, hash-chained record of who did what. Words owned: Event, record."""
