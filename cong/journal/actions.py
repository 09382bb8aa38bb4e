"""Write an act into the record, and check the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from cong.journal.models import Event, Head
from cong.kernel import bulk, chain

_HEAD = "journal"


def record(verb: str, subject: str, *, actor: str, at: datetime, **data: Any) -> Event:
    """Append one event; must be called inside the transaction of the act it records."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("journal.record belongs inside the transaction of the act")
    head = Head.objects.select_for_update().get(name=_HEAD)
    text = chain.canonical(data)
    number = head.last_id + 1
    event = Event(id=number, at=at, actor=actor, verb=verb, subject=subject, data=text, prev=head.last_hash)
    event.hash = _link(event)
    columns = ("id", "at", "actor", "verb", "subject", "data", "prev", "hash")
    bulk.insert(Event, columns, [[getattr(event, name) for name in columns]])
    Head.objects.filter(name=_HEAD).update(last_id=number, last_hash=event.hash)
    return event


def _link(event: Event) -> str:
    return chain.link(
        event.prev, event.id, event.at.astimezone(UTC).isoformat(), event.actor, event.verb, event.subject, event.data
    )


def broken() -> Iterator[str]:
    """Yield one sentence in Vietnamese for each event that does not fit the chain."""
    prev, expected = chain.GENESIS, 1
    for event in Event.objects.order_by("id").iterator(chunk_size=2000):
        if event.id != expected:
            yield f"Nhật ký: thiếu sự kiện số {expected}."
        if event.prev != prev or event.hash != _link(event):
            yield f"Nhật ký: sự kiện số {event.id} không khớp chuỗi băm."
        prev, expected = event.hash, event.id + 1
    head = Head.objects.get(name=_HEAD)
    if (head.last_id, head.last_hash) != (expected - 1, prev):
        yield f"Nhật ký: đầu chuỗi ghi số {head.last_id}, sự kiện cuối là số {expected - 1}."
