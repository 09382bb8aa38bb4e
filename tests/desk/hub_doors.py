"""The doors of the hub's screens, for the table in `doors`."""

from __future__ import annotations

from tests.desk.door import Door

SOURCES: dict[str, Door] = {}
WIZARD: dict[str, Door] = {}
REVIEW: dict[str, Door] = {}
HUB = SOURCES | WIZARD | REVIEW
