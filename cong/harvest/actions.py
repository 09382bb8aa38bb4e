"""Take in what a source said: items, revisions, snapshots, releases, the visit itself, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from cong.entries.models import Entry
from cong.harvest import decide, process, raw_store, stories, subscribing
from cong.harvest.adapters import Body
from cong.harvest.models import BodyKind, Fetch, Health, Item, ItemState, Outcome, RawBody, Source, SourceAlarm
from cong.harvest.parse import RawFeed
from cong.harvest.queries import known_items
from cong.harvest.reading import Gathered, adapter_of
from cong.harvest.standing import Judged, judge, ring
from cong.harvest.writing import Writer
from cong.journal.actions import record
from cong.kernel import bulk
from cong.media.models import Picture
from cong.publishing import actions as publishing
from cong.publishing.models import Policy, Publication

_CHECK_DELAY = timedelta(minutes=10)
_PATIENCE = timedelta(days=14)
_VISITS_KEPT = 3
_SOON = timedelta(minutes=1)
_OPEN = (ItemState.NEW, ItemState.HELD, ItemState.PUBLISHED, ItemState.COPY)


class LeaseLost(Exception):
    """Another worker took the source over; nothing of this visit is kept."""


@dataclass(frozen=True, kw_only=True)
class Visited:
    """One visit to a source as the network saw it. `delivered`: a hub sent its body (`subscribing.Delivered`)."""

    at: datetime
    ms: int = 0
    status: int = 0
    received: int = 0
    final_url: str = ""
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    floor_s: int = 0
    retry_after: int | None = None
    permanent_url: str = ""
    links: tuple[str, ...] = ()
    delivered: int = 0


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of a visit."""

    seen: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0


def plan(source: Source, feed: RawFeed) -> decide.Plan:
    """Compare a parsed body with what is held of the source."""
    seen = decide.identify(feed.items)
    known = known_items(source, seen, also=decide.deleted_keys(feed.deleted))
    return decide.compare(seen, feed.deleted, known)


def absorb(
    source: Source,
    gathered: Gathered,
    todo: decide.Plan,
    visited: Visited,
    pictures: dict[str, Picture] | None = None,
) -> Taken:
    """Store and release everything in `todo` and close the visit. `pictures` maps picture addresses to stored ones."""
    feed = gathered.feed
    keep_bodies(source, gathered.bodies, at=visited.at)
    with transaction.atomic():
        _name(source, feed)
        changed = 0
        if todo.new or todo.changed:
            with publishing.open_ledger() as ledger:
                write = Writer(source, lang=feed.lang, at=visited.at, pictures=pictures or {}, ledger=ledger)
                write.new(todo.new)
                changed = write.changed(todo.changed) if todo.changed else 0
        _rekey(todo.rekeyed)
        if source.first_ok_at and feed.items and adapter_of(source).lists_newest and not _is_part(gathered, visited):
            _mark_unlisted(source, todo, visited.at)
        gone = sum(withdraw_item(Item.objects.get(pk=one.id), at=visited.at) for one in todo.removed)
        taken = Taken(seen=len(feed.items), new=len(todo.new), changed=changed, gone=gone)
        (_close_delivery if visited.delivered else _close)(source, gathered, visited, taken)
    return taken


def _is_part(gathered: Gathered, visited: Visited) -> bool:
    """Tell whether what the bodies do not name may well stand in the source's list; hubs may send what differs."""
    return bool(gathered.left_out or visited.delivered)


def keep_bodies(source: Source, bodies: Sequence[Body], *, at: datetime) -> None:
    """Keep the bodies of a visit, and of the two before it, so that a changed rule reads them without fetching."""
    if not bodies:
        return
    rows = [
        (source.pk, BodyKind.LIST.value, raw_store.keep(settings.HARVEST_DIR, one.content), one.url,
         (one.charset or "")[:40], at)
        for one in bodies
    ]  # fmt: skip
    bulk.insert(RawBody, ("source_id", "kind", "sha256", "url", "charset", "at"), rows)
    if source.first_ok_at is None:
        return
    lists = RawBody.objects.filter(source=source, kind=BodyKind.LIST)
    moments = lists.order_by("-at").values_list("at", flat=True).distinct()[: _VISITS_KEPT + 1]
    if len(kept := list(moments)) > _VISITS_KEPT:
        lists.filter(at__lte=kept[-1]).delete()


def _rekey(pairs: Sequence[tuple[decide.Seen, decide.Known]]) -> None:
    bulk.update(
        Item,
        ("key", "alias", "url_key"),
        [(seen.key, seen.alias, seen.url_key, known.id) for seen, known in pairs],
    )


def _mark_unlisted(source: Source, todo: decide.Plan, at: datetime) -> None:
    """Absence is not removal, but it is a reason to look at the item's own page once."""
    held = Item.objects.filter(source=source)
    if todo.relisted:
        held.filter(pk__in=todo.relisted).update(left_at=None, check_at=None, missing_at=None)
    listed = held.filter(left_at__isnull=True, first_seen_at__lt=at)
    dropped = set(listed.values_list("pk", flat=True)) - todo.listed
    if dropped:
        fresh = held.filter(pk__in=dropped)
        delay = timedelta(seconds=min(settings.HARVEST_GONE_AFTER, _CHECK_DELAY.total_seconds()))
        fresh.filter(state__in=_OPEN).exclude(url="").update(left_at=at, check_at=at + delay)
        fresh.filter(left_at__isnull=True).update(left_at=at)


def withdraw_item(item: Item, *, at: datetime) -> bool:
    """Take down what the source took down; the key stays as a grave and is never made again."""
    if item.state in (ItemState.GONE, ItemState.REJECTED):
        return False
    with transaction.atomic():
        if Entry.objects.filter(pk=item.publication_id).exists():
            policy = Policy.objects.get(pk="harvest-withdraw")
            publication = Publication.objects.get(pk=item.publication_id)
            publishing.withdraw(publication, policy=policy, at=at, note="Nguồn đã gỡ bài này.")
        Item.objects.filter(pk=item.pk).update(state=ItemState.GONE, gone_at=at, check_at=None, enrich_at=None)
        stories.leave(item, at=at)
    return True


def note_page_check(item: Item, status: int, *, at: datetime) -> bool:
    """Record what the item's own page answered; 404/410 twice, far enough apart, withdraws. Tells if it did."""
    if status not in (404, 410):
        unsure = status >= 500 or not status
        patient = item.left_at is None or at - item.left_at < _PATIENCE
        again = at + timedelta(days=1) if unsure and patient else None
        Item.objects.filter(pk=item.pk).update(missing_at=None, check_at=again)
        return False
    apart = timedelta(seconds=settings.HARVEST_GONE_AFTER)
    if item.missing_at is None:
        Item.objects.filter(pk=item.pk).update(missing_at=at, check_at=at + apart)
        return False
    if at - item.missing_at < apart:
        Item.objects.filter(pk=item.pk).update(check_at=item.missing_at + apart)
        return False
    return withdraw_item(item, at=at)


def _name(source: Source, feed: RawFeed) -> None:
    if not source.name:
        partner = source.agency.category == "partner"
        source.name = (feed.title if partner else "") or source.agency.short_name


def _close(source: Source, gathered: Gathered, visited: Visited, taken: Taken) -> None:
    feed = gathered.feed
    published = [item.published for item in feed.items if item.published]
    visit = process.after_success(
        source=source.pk, at=visited.at, interval_s=source.interval_s, empty_polls=source.empty_polls, new=taken.new,
        published=published, floor_s=max(visited.floor_s, feed.ttl or 0), every_s=_every(source),
        pushed=subscribing.lives(source, visited.at),
    )  # fmt: skip
    outcome = Outcome.NEW if taken.new or taken.changed else Outcome.UNCHANGED
    last_new_at = visited.at if taken.new else source.last_new_at
    judged = judge(source, at=visited.at, found=taken.seen, published=published, last_new_at=last_new_at)
    learnt: dict[str, Any] = {
        "name": source.name[:300], "first_ok_at": source.first_ok_at or visited.at, "last_new_at": last_new_at,
    }  # fmt: skip
    if not gathered.left_out and judged.state != Health.CHANGED:
        # What was read in part is read again: nothing may tell the source that we know it already.
        learnt |= {
            "etag": visited.etag, "last_modified": visited.last_modified, "body_hash": visited.body_hash,
            "cursor": gathered.cursor or source.cursor,
        }  # fmt: skip
    if gathered.resume:
        learnt |= {"cursor": gathered.resume} | ({"next_at": visited.at + _SOON} if gathered.soon else {})
    learnt |= subscribing.learnt(
        source, feed, visited.links, url=visited.final_url or source.url, at=visited.at
    )  # fmt: skip
    _write_visit(source, visited, visit, judged, learnt | _redirected(source, visited))
    code = "partial" if gathered.left_out else ""
    _log(source, visited, outcome, taken, code=code, text=gathered.left_out)


def _close_delivery(source: Source, gathered: Gathered, visited: Visited, taken: Taken) -> None:
    """Close what a hub sent: the source itself was not asked, so what is known of its visits stays."""
    values: dict[str, Any] = {"lease_until": None, "lease_by": ""}
    if taken.new:
        values["last_new_at"] = visited.at
    mine = Source.objects.filter(pk=source.pk, lease_by=source.lease_by)
    if not mine.update(**values | subscribing.settled(source, visited.delivered, at=visited.at)):
        raise LeaseLost(source.slug)
    outcome = Outcome.NEW if taken.new or taken.changed else Outcome.UNCHANGED
    _log(source, visited, outcome, taken, code="hub", text="Hub WebSub gửi đến.")


def _redirected(source: Source, visited: Visited) -> dict[str, Any]:
    """Return what a good visit teaches of where the source has moved to."""
    if not visited.permanent_url and not source.redirects:
        return {}
    seen = tuple(process.Sighting(url=url, at=datetime.fromisoformat(at)) for url, at in source.redirects)
    learnt = process.learn_redirect(seen, visited.permanent_url, visited.at, source_url=source.url)
    values: dict[str, Any] = {"redirects": [[one.url, one.at.isoformat()] for one in learnt.seen]}
    if learnt.move is process.Move.REPLACE:
        record("source.moved", f"source:{source.slug}", actor="cong", at=visited.at, agency=source.agency_id,
               old=source.url, new=visited.permanent_url)  # fmt: skip
        return values | {"url": visited.permanent_url} | subscribing.FORGOTTEN
    if learnt.move is process.Move.ASK and source.moved_to != visited.permanent_url:
        SourceAlarm.objects.create(source=source, at=visited.at, message=learnt.reason)
        return values | {"moved_to": visited.permanent_url}
    return values


def _every(source: Source) -> int:
    return int(settings.HARVEST_EVERY or source.config.get("every_s") or 0)


def close_quiet(visits: Sequence[tuple[Source, Visited]]) -> None:
    """Close many visits that brought nothing (304, or the very bytes of last time) in one transaction.

    A visit whose lease was lost is left out: another worker is there, or an operator changed the source.
    """
    with transaction.atomic():
        held = Source.objects.select_for_update().filter(pk__in=[source.pk for source, _ in visits])
        leases = dict(held.values_list("pk", "lease_by"))
        _close_quiet([one for one in visits if leases.get(one[0].pk) == one[0].lease_by])


def _close_quiet(visits: Sequence[tuple[Source, Visited]]) -> None:
    sources, fetches = [], []
    for source, visited in visits:
        visit = process.after_success(
            source=source.pk, at=visited.at, interval_s=source.interval_s, empty_polls=source.empty_polls, new=0,
            published=[], floor_s=visited.floor_s, every_s=_every(source), pushed=subscribing.lives(source, visited.at),
        )  # fmt: skip
        judged = judge(source, at=visited.at)
        ring(source, judged, at=visited.at)
        sources.append((
            judged.state.value, judged.memory, visit.next_at, None, "", visit.interval_s, visit.empty_polls, 0, "", "",
            visited.at, source.pk,
        ))  # fmt: skip
        fetches.append((source.pk, visited.at, visited.ms, visited.status, _quiet(visited).value,
                        visited.received, 0, 0, 0, 0, "", "", visited.final_url))  # fmt: skip
    columns = ("state", "standing", "next_at", "lease_until", "lease_by", "interval_s", "empty_polls", "fail_count",
               "error_code", "error_text", "last_ok_at")  # fmt: skip
    bulk.update(Source, columns, sources)
    bulk.insert(Fetch, _FETCH, fetches)


def _quiet(visited: Visited) -> Outcome:
    return Outcome.NOT_MODIFIED if visited.status == 304 else Outcome.SAME_BYTES


_FETCH = ("source_id", "at", "ms", "status", "outcome", "bytes", "seen", "new", "changed", "gone", "error_code",
          "error_text", "final_url")  # fmt: skip


def fail(source: Source, visited: Visited, *, code: str, text: str) -> None:
    """Record why a visit brought nothing. What was harvested before stays as it is.

    `no-items`: the page answered, and the rule that reads it finds nothing any more.
    """
    visit = process.after_failure(
        source=source.pk, at=visited.at, interval_s=source.interval_s, fail_count=source.fail_count,
        retry_after=visited.retry_after,
    )  # fmt: skip
    gone = process.says_gone(visited.status, redirected=bool(visited.final_url))
    changed = code == "no-items"
    judged = judge(
        source, at=visited.at, error="" if changed or gone else text, fail_count=visit.fail_count, gone=gone,
        found=0 if changed else None,
    )  # fmt: skip
    error: dict[str, Any] = {"error_code": code[:40], "error_text": text}
    if judged.state == Health.DISABLED:
        error["next_at"] = None
    with transaction.atomic():
        _write_visit(source, visited, visit, judged, error, ok=False)
        _log(source, visited, Outcome.FAILED, Taken(), code=code[:40], text=text)


def come_again(source: Source, *, until: datetime) -> None:
    """Put a visit off because the host rests: the source has done nothing wrong."""
    mine = Source.objects.filter(pk=source.pk, lease_by=source.lease_by)
    mine.update(next_at=until, lease_until=None, lease_by="")


def _write_visit(
    source: Source, visited: Visited, visit: process.Visit, judged: Judged, extra: dict[str, Any], *, ok: bool = True
) -> None:
    # What is only sent to us is never visited.
    next_at = visit.next_at if source.next_at else None
    values: dict[str, Any] = {
        "state": judged.state.value, "standing": judged.memory, "next_at": next_at, "lease_until": None,
        "lease_by": "", "interval_s": visit.interval_s, "empty_polls": visit.empty_polls,
        "fail_count": visit.fail_count,
    }  # fmt: skip
    if ok:
        values |= {"error_code": "", "error_text": "", "last_ok_at": visited.at}
    # The lease is the fence: a worker that lost it writes nothing.
    mine = Source.objects.filter(pk=source.pk, lease_by=source.lease_by)
    if not mine.update(**values | extra):
        raise LeaseLost(source.slug)
    ring(source, judged, at=visited.at)


def _log(source: Source, visited: Visited, outcome: Outcome, taken: Taken, *, code: str = "", text: str = "") -> None:
    row = (source.pk, visited.at, visited.ms, visited.status, outcome.value, visited.received, taken.seen, taken.new,
           taken.changed, taken.gone, code, text, visited.final_url)  # fmt: skip
    bulk.insert(Fetch, _FETCH, [row])
