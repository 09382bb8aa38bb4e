"""Which saved searches are owed a letter about what was found for them, and when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cong.search.models import Finding, Letter, LetterKind, SavedSearch
from cong.search.saved.rhythm import Often, letter_at


def owe_letters(saved: Collection[int], *, at: datetime) -> None:
    """Put down a letter for each of these saved searches for which something waits and none is put down yet.

    Call it in the transaction that holds the rows of the searches: a letter that goes out meanwhile looks for what
    waits when it is done, under the same lock.
    """
    waiting = Finding.objects.filter(saved=OuterRef("pk"), told_at__isnull=True, in_letter__isnull=True)
    owed = SavedSearch.objects.filter(
        Exists(waiting), pk__in=saved, confirmed_at__isnull=False, paused_at__isnull=True
    ).values_list("pk", "often", "told_at")
    letters = [
        Letter(saved_id=pk, kind=LetterKind.HITS, due_at=due_at(often, told_at, at=at)) for pk, often, told_at in owed
    ]
    Letter.objects.bulk_create(letters, ignore_conflicts=True)


def due_at(often: str, told_at: datetime | None, *, at: datetime) -> datetime:
    """Return when what was found `at` is told, on the portal's own clock."""
    return letter_at(Often(often), at=at, told_at=told_at, zone=timezone.get_default_timezone())
