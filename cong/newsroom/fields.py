"""The body of a page: a StreamField whose migrations stay the same when a block changes."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField


class Body(StreamField):
    """A stream is stored as JSON whatever its blocks are, so a migration need not know them."""

    def __init__(self, block_types: Any = (), **given: Any) -> None:
        super().__init__(block_types, **given)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _, given = super().deconstruct()
        given.pop("block_lookup", None)
        return name, path, [], given
