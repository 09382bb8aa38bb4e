"""New entries meet saved searches: reads the stream of changes from a cursor of its own and keeps what was found.

Cursor and findings are written in one transaction, so that whatever dies, nothing is skipped and nothing found twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min

from cong.entries.models import Change, Entry, Op
from cong.publishing.models import Release
from cong.publishing.process import ReleaseKind
from cong.search.engines.engine import Document, Matcher, Query
from cong.search.index import shelf
from cong.search.models import AlertCursor, Finding, SavedSearch
from cong.search.saved.owing import owe_letters
from cong.search.saved.saving import CONFIRM_WITHIN, CURSOR

log = logging.getLogger(__name__)

BATCH = 100
"""Changes read at a time."""

MOST_WAITING = 1_000
"""Findings of one search that wait to be told; what comes beyond is in the search itself."""

NEWS_FOR = timedelta(days=365)
"""What was first released longer ago is new to nobody. Less than findings are kept for."""

_CHUNK = 500

Asker = Callable[[str, str, datetime], Query]
"""Reads a text in a language at a moment: `asking.asked_query`."""

Pair = tuple[int, int]
"""A saved search and an entry."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A saved search for which entries are looked at."""

    id: int
    query: str
    lang: str
    since: datetime


def find(*, matcher: Matcher, ask: Asker, at: datetime, most: int = BATCH) -> int:
    """Look at the next changes and keep what they bring for whom; returns how many changes were read."""
    cursor = AlertCursor.objects.filter(name=CURSOR).first()
    if cursor is None:
        return 0
    changes = list(Change.objects.after(cursor.seq, stream=shelf.STREAM)[:most])
    if not changes:
        return 0
    # After the changes: a search that is saved from here on is younger than all of them.
    found = _found(changes, matcher=matcher, ask=ask, at=at)
    with transaction.atomic():
        here = AlertCursor.objects.filter(name=CURSOR, seq=cursor.seq)
        if not here.update(seq=changes[-1].seq):
            return 0  # Somebody else has read them meanwhile.
        told = _keep(found, at=at)
    if told:
        log.info("search.found changes=%s findings=%s", len(changes), told)
    return len(changes)


def met(
    documents: Sequence[Document],
    searches: Iterable[Heard],
    *,
    released: Mapping[int, datetime],
    matcher: Matcher,
    ask: Asker,
    at: datetime,
) -> Iterator[Pair]:
    """Yield which searches which documents are hits of and new to; `released`: when each was first released."""
    asking = defaultdict[tuple[str, str], list[Heard]](list)
    for one in searches:
        asking[one.query, one.lang].append(one)
    queries = [ask(text, lang, at) for text, lang in asking]
    for sharing, ids in zip(asking.values(), matcher.matches(documents, queries), strict=True):
        for entry in ids:
            yield from ((one.id, entry) for one in sharing if released[entry] > one.since)


def _found(changes: Sequence[Change], *, matcher: Matcher, ask: Asker, at: datetime) -> list[Pair]:
    searches = _heard(at=at)
    if not searches:
        return []
    oldest = min(one.since for one in searches)
    entries, released = _new(changes, after=max(oldest, at - NEWS_FOR), at=at)
    if not entries:
        return []
    documents = [shelf.document(entry) for entry in entries]
    return list(met(documents, searches, released=released, matcher=matcher, ask=ask, at=at))


def _heard(*, at: datetime) -> list[Heard]:
    rows = SavedSearch.objects.heard(asked_after=at - CONFIRM_WITHIN)
    return [
        Heard(id=pk, query=query, lang=lang, since=since)
        for pk, query, lang, since in rows.values_list("pk", "query", "lang", "since").order_by("pk")
    ]


def _new(changes: Iterable[Change], *, after: datetime, at: datetime) -> tuple[list[Entry], dict[int, datetime]]:
    """Return what came to the shelf for the first time after a moment and is there now, and since when.

    An entry knows the release of its present life alone; one that came back was new before, as the ledger says.
    """
    ids = dict.fromkeys(change.entry_id for change in changes if change.op == Op.PUT)
    live = Entry.objects.select_related("agency").filter(released_at__gt=after).in_bulk(list(ids))
    releases = Release.objects.filter(publication__in=list(live), kind=ReleaseKind.PUBLISH.value)
    first = dict(releases.values("publication").annotate(first=Min("at")).values_list("publication", "first"))
    released = {pk: moment for pk, moment in first.items() if moment > after and not live[pk].has_expired(at)}
    return [live[pk] for pk in ids if pk in released], released


def _keep(found: Iterable[Pair], *, at: datetime) -> int:
    """Write down what was found for searches that are still there; returns how much of it is new."""
    entries = defaultdict[int, list[int]](list)
    for saved, entry in found:
        entries[saved].append(entry)
    numbers = sorted(entries)
    kept = 0
    for first in range(0, len(numbers), _CHUNK):
        kept += _keep_some(numbers[first : first + _CHUNK], entries, at=at)
    return kept


def _keep_some(numbers: Collection[int], entries: Mapping[int, Sequence[int]], *, at: datetime) -> int:
    there = SavedSearch.objects.select_for_update().filter(pk__in=numbers, paused_at__isnull=True).order_by("pk")
    saved = list(there.values_list("pk", flat=True))
    before = _waiting(saved)
    rows = [
        Finding(saved_id=pk, entry_id=entry, found_at=at)
        for pk in saved
        for entry in entries[pk][: max(0, MOST_WAITING - before.get(pk, 0))]
    ]
    Finding.objects.bulk_create(rows, ignore_conflicts=True)
    owe_letters(saved, at=at)
    return sum(_waiting(saved).values()) - sum(before.values())


def _waiting(saved: Collection[int]) -> dict[int, int]:
    waiting = Finding.objects.filter(saved__in=saved, told_at__isnull=True)
    return dict(waiting.values("saved").annotate(count=Count("pk")).values_list("saved", "count"))
