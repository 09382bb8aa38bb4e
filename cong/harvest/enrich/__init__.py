"""An item's page becomes its whole text, pictures and films, in processes that may die. No database, no network."""
