"""What partners send us: taken in under an idempotency key, read by a job, answered under an address of its own."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from cong.accounts.models import User
from cong.harvest import actions, raw_store, reading
from cong.harvest.adapters import Body, pushed
from cong.harvest.models import Delivery, Source
from cong.harvest.parse import NotAFeed
from cong.harvest.roles import KEEPERS
from cong.journal.actions import record
from cong.publishing.rights import must

PUSH = "push"


class OtherBody(Exception):
    """The key was used before for something else."""


def new_secret(source: Source, *, by: User, at: datetime) -> str:
    """Give the source a fresh secret and return it, the only time it is shown; the old one stops working at once.

    Raises PermissionDenied.
    """
    must(by, source.agency, *KEEPERS, at=at)
    fresh = secrets.token_hex(32)
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(secret=fresh)
        record("source.secret", f"source:{source.slug}", actor=by.username, at=at, agency=source.agency_id)
    return fresh


def receive(source: Source, key: str, body: bytes, *, at: datetime) -> tuple[Delivery, bool]:
    """Keep what was sent and tell whether it is new. The same key with the same body is the same delivery.

    Raises OtherBody.
    """
    sha256 = raw_store.keep(settings.HARVEST_DIR, body)
    try:
        with transaction.atomic():
            made = Delivery.objects.create(
                source=source, key=key, token=secrets.token_hex(32), sha256=sha256, at=at
            )  # fmt: skip
    except IntegrityError:
        known = Delivery.objects.get(source=source, key=key)
        if known.sha256 != sha256:
            raise OtherBody(key) from None
        return known, False
    return made, True


def take(delivery: Delivery, *, charset: str | None = None, at: datetime) -> dict[str, Any]:
    """Read a delivery and store what it says; returns what is answered under its address. Safe to repeat."""
    with transaction.atomic():
        held = Delivery.objects.select_for_update(of=("self",)).select_related("source__agency").get(pk=delivery.pk)
        if held.result is not None:
            return dict(held.result)
        source = held.source
        content = raw_store.load(settings.HARVEST_DIR, held.sha256)
        try:
            feed = pushed.read(content, url=source.url, charset=charset, rules=reading.rules(source, at=at))
        except NotAFeed as problem:
            result: dict[str, Any] = {"status": "refused", "problems": str(problem).split("\n")}
        else:
            body = Body(content=content, url=source.url, charset=charset)
            visited = actions.Visited(at=at, status=200, received=len(content))
            gathered = reading.Gathered(feed=feed, bodies=(body,))
            taken = actions.absorb(source, gathered, actions.plan(source, feed), visited)
            result = {"status": "taken", "seen": taken.seen, "new": taken.new, "changed": taken.changed,
                      "gone": taken.gone}  # fmt: skip
        Delivery.objects.filter(pk=held.pk).update(result=result)
    return result
