"""Raw SQL at the one door: rows written without the actions, with hashes that are right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from cong.publishing.models import Release, Snapshot
from cong.publishing.process import Link, ReleaseKind
from tests.makers import NOON


def sql(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


def refused(words: str, attack: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        attack()


def forge(snapshot: Snapshot, **given: object) -> Release:
    """Write a release row with a right hash but without the action."""
    head = Release.objects.order_by("-id").first()
    values = {
        "id": (head.id if head else 0) + 1, "publication": snapshot.publication_id, "snapshot": snapshot.pk,
        "sha256": snapshot.sha256, "kind": ReleaseKind.PUBLISH, "policy": "", "by": None, "at": NOON, "note": "",
    } | given  # fmt: skip
    link = Link(**values)  # type: ignore[arg-type]
    prev = head.hash if head else "0" * 64
    return Release.objects.create(
        id=link.id, publication_id=link.publication, snapshot_id=link.snapshot, sha256=link.sha256, kind=link.kind,
        policy_id=link.policy or None, by_id=link.by, at=link.at, note=link.note,
        provisional=link.provisional, prev=prev, hash=link.hash(prev),
    )  # fmt: skip
