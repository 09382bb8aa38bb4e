"""Tables of search: what staff tune it with, what readers keep."""

from __future__ import annotations
