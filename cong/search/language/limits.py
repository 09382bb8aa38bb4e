"""How much of a query is read. Pure."""

from __future__ import annotations

LONGEST_QUERY = 512
"""Characters."""

MOST_TERMS = 64
"""Syllables, and units of the query language."""
