"""A dry run: visit a source as the poller would, say what would come of it, and write nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from asgiref.sync import sync_to_async
from django.utils.timezone import localtime

from cong.harvest import actions, decide, reading
from cong.harvest.adapters import Body, Reading
from cong.harvest.enrich.article import Article, PageRules
from cong.harvest.enrich.named import EXTRACT
from cong.harvest.enrich.pool import PageFailed, Pool
from cong.harvest.fetch import Client, FetchFailed, Response
from cong.harvest.fetch.robots import obeys
from cong.harvest.models import ItemRevision, Lesson, Source
from cong.harvest.parse import NotAFeed, RawFeed
from cong.harvest.writing import Draft, Writer
from cong.kernel.text import clip, nfc, one_line
from cong.publishing import differences
from cong.publishing.differences import Block
from cong.publishing.models import Ledger
from cong.publishing.process import Content

# Pages of items that are read for a look at what the rules find there; each costs the host one request.
PAGES = 2
_OK = 200
_SUMMARY = 200
_MOST_COMPARED, _LONGEST_COMPARED = 20, 30_000
# What only an item's own page tells, or what is not fetched in a dry run.
_OF_THE_PAGE = frozenset({"html", "picture", "picture_width", "picture_height", "picture_alt"})
_SAID_BY = {"summary": "summary", "author": "author", "tags": "tags", "number": "number", "lang": "lang"}


class Standing(StrEnum):
    """What a visit would do with an item."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One address that was asked, and what it gave. `problem` (Vietnamese): why its items are missing."""

    url: str
    status: int = 0
    bytes: int = 0
    ms: int = 0
    items: int = 0
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One item as it would be written.

    `fields`: what a reader would see changed; none although the item is changed when it only waits for its page, or
    was written differently. `changes`: the same, old and new words marked; only for the first items that changed.
    `reason` is that of its section; with `held` a person must look first.
    """

    standing: Standing
    title: str
    url: str
    summary: str
    published_at: datetime | None
    image: str
    part: str
    section: str
    reason: str
    confidence: float
    held: bool
    fields: tuple[str, ...] = ()
    changes: tuple[Block, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TriedPage:
    """What the rules found on one item's own page. `way`: how; `problem`: why there is no text."""

    url: str
    title: str = ""
    letters: int = 0
    way: str = ""
    pictures: int = 0
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a visit would do. `title` is what the source calls itself; `removed` items it says it took down."""

    bodies: tuple[Asked, ...]
    title: str = ""
    items: tuple[Tried, ...] = ()
    pages: tuple[TriedPage, ...] = ()
    removed: int = 0

    @property
    def problems(self) -> tuple[str, ...]:
        """Return every sentence that tells what went wrong."""
        told = [one.problem for one in self.bodies] + [one.problem for one in self.pages]
        return tuple(dict.fromkeys(one for one in told if one))

    def count(self, standing: Standing) -> int:
        """Return how many items would stand so."""
        return sum(one.standing is standing for one in self.items)


@dataclass(frozen=True, kw_only=True)
class _Gathered:
    bodies: list[Asked] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)


async def tried(source: Source, client: Client, *, at: datetime) -> Trial:
    """Visit the source, stored or not, and compare with what is held. Its agency is loaded.

    Database reads happen in the caller's thread when this is run with `async_to_sync`.
    """
    found = await _gathered(source, client, at)
    if not found.readings:
        return Trial(bodies=tuple(found.bodies))
    feed = reading.together(found.readings).feed
    trial = await sync_to_async(compared)(source, feed, at=at)
    pages = await _pages(source, client, trial.items, at) if reading.wants_pages(source) else []
    return replace(trial, bodies=tuple(found.bodies), pages=tuple(pages))


async def _gathered(source: Source, client: Client, at: datetime) -> _Gathered:
    found, waiting, asked = _Gathered(), deque(reading.start(source)), set[str]()
    while waiting and len(asked) < reading.most_bodies(source):
        address = waiting.popleft()
        if address in asked:
            continue
        asked.add(address)
        body, said = await _asked(source, client, address, at)
        found.bodies.append(body)
        if said is None:
            break
        found.readings.append(said)
        waiting.extend(said.follow)
    return found


async def _asked(source: Source, client: Client, address: str, at: datetime) -> tuple[Asked, Reading | None]:
    answer, problem = await _answer(source, client, address, client.limits.feed_bytes, at)
    if answer is None:
        return Asked(url=address, problem=problem), None
    said = Asked(url=answer.final_url, status=answer.status, bytes=answer.received, ms=answer.ms, problem=problem)
    if problem:
        return said, None
    body = Body(content=answer.body, url=answer.final_url, charset=answer.charset)
    try:
        found = await asyncio.to_thread(reading.read, source, body, at=at)
    except NotAFeed as refused:
        return replace(said, problem=refused.message), None
    return replace(said, items=len(found.feed.items)), found


async def _answer(
    source: Source, client: Client, address: str, limit: int, at: datetime
) -> tuple[Response | None, str]:
    try:
        answer = await client.get(address, limit=limit, now=at, obey_robots=obeys(source.config))
    except FetchFailed as failure:
        return None, failure.message
    return answer, "" if answer.status == _OK else f"{address} trả lời lỗi HTTP {answer.status}."


def compared(source: Source, feed: RawFeed, *, at: datetime) -> Trial:
    """Say what writing these items would do."""
    plan = actions.plan(source, feed)
    # Drafting reads and writes nothing: the ledger that is only asked for numbers is never asked.
    writer = Writer(source, lang=feed.lang, at=at, pictures={}, ledger=Ledger(pk=1))
    changed = {seen.key: known for seen, known in plan.changed}
    new = {seen.key for seen in plan.new}
    before = _last_contents([one.publication for one in changed.values()])
    taught = Lesson.objects.filter(item__publication__in=before)
    writer.taught = set(taught.values_list("item__publication_id", flat=True))
    items: list[Tried] = []
    for seen in decide.identify(feed.items):
        known = changed.get(seen.key)
        was = before.get(known.publication) if known else None
        draft = writer.draft(seen.raw, known.publication if known else 0, at, was)
        fields = _fields(source, seen, was, draft.content) if was else ()
        standing = Standing.CHANGED if known else Standing.NEW if seen.key in new else Standing.SAME
        item = _item(seen, draft, standing, fields)
        if was and fields and sum(bool(one.changes) for one in items) < _MOST_COMPARED:
            item = replace(item, changes=_changes(was, draft.content, fields))
        items.append(item)
    return Trial(bodies=(), title=nfc(one_line(feed.title)), items=tuple(items), removed=len(plan.removed))


def _last_contents(publications: Sequence[int]) -> dict[int, Content]:
    revisions = ItemRevision.objects.filter(publication__in=publications).select_related("snapshot").order_by("n")
    return {one.publication_id: Content.parse(one.snapshot.content, one.snapshot.html) for one in revisions}


def _fields(source: Source, seen: decide.Seen, was: Content, content: Content) -> tuple[str, ...]:
    """Return what would change for a reader; where the page completes the list, only what the list itself says."""
    found = decide.differences(was, content)
    if not reading.wants_pages(source):
        return tuple(found)
    silent = {name for name, word in _SAID_BY.items() if not getattr(seen.raw, word)}
    return tuple(name for name in found if name not in _OF_THE_PAGE | silent)


def _changes(was: Content, content: Content, fields: Sequence[str]) -> tuple[Block, ...]:
    """Return what was and what would be in each field that changes; of a long text, its beginning."""
    blocks: list[Block] = []
    for name in fields:
        if name == "html":
            before, after = (replace(one, html=one.html[:_LONGEST_COMPARED]) for one in (was, content))
            blocks += [one for one in differences.differences(before, after) if one.where == "text"]
        else:
            old, new = (_plain(getattr(one, name)) for one in (was, content))
            blocks.append(Block(where=name, runs=differences.words(old, new)))
    return tuple(blocks)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return localtime(value).strftime("%H:%M %d/%m/%Y")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")


def _item(seen: decide.Seen, draft: Draft, standing: Standing, fields: tuple[str, ...]) -> Tried:
    content, choice = draft.content, draft.choice
    return Tried(
        standing=standing, title=content.title, url=content.source_url, summary=clip(content.summary, _SUMMARY),
        published_at=seen.raw.published or seen.raw.updated, image=seen.raw.image, part=content.part,
        section=content.section, reason=choice.place.reason, confidence=choice.confidence, held=choice.hold,
        fields=fields,
    )  # fmt: skip


async def _pages(source: Source, client: Client, items: Sequence[Tried], at: datetime) -> list[TriedPage]:
    """Read the first items' own pages, in a process that a hostile page may kill."""
    addresses = [one.url for one in items if one.url][:PAGES]
    async with Pool() as pool:
        return [await _page(source, client, pool, address, at) for address in addresses]


async def _page(source: Source, client: Client, pool: Pool, address: str, at: datetime) -> TriedPage:
    answer, problem = await _answer(source, client, address, client.limits.page_bytes, at)
    if answer is None or problem:
        return TriedPage(url=address, problem=problem)
    rules = PageRules.from_config(source.config, reading.rules(source, at=at))
    try:
        article = await pool.run(EXTRACT, answer.body, url=answer.final_url, charset=answer.charset, rules=rules)
    except PageFailed as failed:
        return TriedPage(url=address, problem=str(failed))
    return _shown(address, article)


def _shown(address: str, article: Article) -> TriedPage:
    return TriedPage(
        url=address, title=article.title, letters=article.quality.letters, way=article.way or "",
        pictures=len(article.gallery), text=clip(one_line(article.text), _SUMMARY), problem=article.reason,
    )  # fmt: skip
