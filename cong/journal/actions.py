"""Write an act into the record, and check the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from cong.journal.models import Event, Head
from cong.kernel import bulk, chain

_HEAD = "journal"
_COVERED = ("prev", "id", "at", "actor", "verb", "subject", "data", "agency")
_COLUMNS = (*_COVERED, "hash")


def record(verb: str, subject: str, *, actor: str, at: datetime, agency: int | None = None, **data: Any) -> Event:
    """Append one event; must be called inside the transaction of the act it records.

    `agency` is the id of the agency that the act concerns: its auditors read the event, others' do not.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("journal.record belongs inside the transaction of the act")
    last, prev = Head.objects.select_for_update().values_list("last_id", "last_hash").get(name=_HEAD)
    text = chain.canonical(data)
    event = Event(id=last + 1, at=at, actor=actor, verb=verb, subject=subject, data=text, agency=agency, prev=prev)
    event.hash = _link(*(getattr(event, name) for name in _COVERED))
    bulk.insert(Event, _COLUMNS, [[getattr(event, name) for name in _COLUMNS]])
    bulk.update(Head, ("last_id", "last_hash"), [(event.id, event.hash, _HEAD)])
    return event


def _link(
    prev: str, number: int, at: datetime, actor: str, verb: str, subject: str, data: str, agency: int | None
) -> str:
    """Return the hash of an event; events from before agencies were recorded keep theirs."""
    concerned = () if agency is None else (agency,)
    return chain.link(prev, number, at.astimezone(UTC).isoformat(), actor, verb, subject, data, *concerned)


def broken() -> Iterator[str]:
    """Yield one sentence in Vietnamese for each event that does not fit the chain."""
    prev, expected = chain.GENESIS, 1
    rows = Event.objects.order_by("id").values_list("hash", *_COVERED)
    for kept, before, number, *covered in rows.iterator(chunk_size=2000):
        if number != expected:
            yield f"Nhật ký: thiếu sự kiện số {expected}."
        if before != prev or kept != _link(before, number, *covered):
            yield f"Nhật ký: sự kiện số {number} không khớp chuỗi băm."
        prev, expected = kept, number + 1
    head = Head.objects.get(name=_HEAD)
    if (head.last_id, head.last_hash) != (expected - 1, prev):
        yield f"Nhật ký: đầu chuỗi ghi số {head.last_id}, sự kiện cuối là số {expected - 1}."


def fits(event: Event) -> bool:
    """Tell whether the event's own hash covers what it says."""
    return event.hash == _link(*(getattr(event, name) for name in _COVERED))
