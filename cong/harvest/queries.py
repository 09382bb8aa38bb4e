"""What is held of a source, as the pure deciders want it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from cong.harvest.decide import Known, Seen
from cong.harvest.models import Item, ItemState, Source

_CLOSED = (ItemState.GONE, ItemState.REJECTED)
_COLUMNS = (
    "pk",
    "publication_id",
    "key",
    "alias",
    "url_key",
    "content_hash",
    "revision",
    "state",
    "published_at",
    "left_at",
)
_MANY = 400  # SQLite takes a limited number of parameters


def known_items(source: Source, seen: Sequence[Seen], *, also: Sequence[str] = ()) -> list[Known]:
    """Return the items that the body could mean: by key, by alias where the key is new; `also` are more keys."""
    if source.first_ok_at is None:
        return []
    found: dict[int, Known] = {}
    _collect(source, "key", [*(one.key for one in seen), *also], found)
    keys = {one.key for one in found.values()}
    strangers = [one for one in seen if one.key not in keys]
    _collect(source, "alias", [one.alias for one in strangers if one.alias], found)
    _collect(source, "url_key", [one.url_key for one in strangers if one.url_key], found)
    return list(found.values())


def _collect(source: Source, column: str, values: Sequence[str], found: dict[int, Known]) -> None:
    for start in range(0, len(values), _MANY):
        chunk = Q(**{f"{column}__in": values[start : start + _MANY]})
        for row in Item.objects.filter(chunk, source=source).values_list(*_COLUMNS):
            pk, publication, key, alias, url_key, content_hash, revision, state, published_at, left_at = row
            found[pk] = Known(
                id=pk, publication=publication, key=key, alias=alias, url_key=url_key, content_hash=content_hash,
                revision=revision, open=state not in _CLOSED, listed=left_at is None, published_at=published_at,
            )  # fmt: skip
