"""Turn the bytes of a feed into plain items. Pure: no database, no clock, no network."""

from __future__ import annotations

from cong.harvest.parse import addresses, clean
from cong.harvest.parse.discovery import discover
from cong.harvest.parse.raw import Enclosure, NotAFeed, RawFeed, RawItem, Rules

__all__ = ["Enclosure", "NotAFeed", "RawFeed", "RawItem", "Rules", "addresses", "clean", "discover"]
