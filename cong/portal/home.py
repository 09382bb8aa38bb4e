"""What the home page and the top of a section's page hold: what editors composed, and the newest everywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, Exists, OuterRef, TextField
from django.db.models import Value as Constant
from django.utils import timezone

from cong.agencies.models import Agency, Category
from cong.design.languages import language
from cong.entries.models import MAIN_LANGUAGE, Entry, Kind, Section
from cong.frontpage.filling import Front, fill
from cong.frontpage.process import MOST_ENTRIES, Notice
from cong.frontpage.queries import Place, standing
from cong.kernel.compiled import Compiled, Value, compiled
from cong.portal import blocks, process
from cong.portal.extents import Extent, extent
from cong.portal.queries import Group, grouped, members
from cong.readership.queries import at_place

# A section holds its column even when much of what is shown above is its own.
_NEWEST, _SECTION, _DOCUMENTS, _OTHERS = 24, 8, 24, 4
# How many of each the strip shows.
_STRIP = {Kind.PHOTO: 3, Kind.VIDEO: 2, Kind.AUDIO: 2}
_RANKED = 5
# Whoever was withdrawn since the order was made leaves its place empty.
_PLACES = range(1, _RANKED + 3)
_MEDIA = sum(_STRIP.values())
# Some of them may stand above already.
_SPARE = 4


@dataclass(frozen=True, kw_only=True)
class Column:
    """One section on the home page."""

    section: Section
    entries: list[Entry]


@dataclass(frozen=True, kw_only=True)
class Density:
    """How many of the agencies published on a day."""

    on: date
    lit: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Home:
    """Everything on the home page; only what is read most may stand there twice. From `until` on it is another one."""

    front: Front[Entry]
    photos: list[Entry]
    videos: list[Entry]
    recordings: list[Entry]
    extents: dict[int, Extent]
    columns: list[Column]
    documents: list[Entry]
    guides: list[Entry]
    most_read: list[Entry]
    others: list[Entry]
    groups: list[Group]
    density: Density | None
    until: datetime | None

    @property
    def has_media(self) -> bool:
        return bool(self.photos or self.videos or self.recordings)


def home(at: datetime) -> Home:
    """Compose the page: agencies, composition, one UNION of all lists, density of the newest day."""
    lang, agencies = language(), members(timezone.localdate(at))
    composed = standing(Place(lang=lang), at)
    lists = _lists(connection.vendor, lang)
    found = blocks.fetch(lists, {agency.pk: agency for agency in agencies}, picked=composed.composition.asks_for())
    ends = [entry.expires_at for entries in found.values() for entry in entries if entry.expires_at]
    found = {name: [one for one in entries if not one.has_expired(at)] for name, entries in found.items()}
    newest = _news(found, lang)
    picked = {entry.pk: entry for entry in found[blocks.PICKED]}
    front = fill(newest, composed.composition, picked, lang=lang, at=at)
    once = _Once({entry.pk for entry in (*front.large(), *front.timeline)})
    photos, videos, recordings = (once.first(found[f"kind-{kind.value}"], size) for kind, size in _STRIP.items())
    documents, guides = process.guides(once.every(_own_first(found["documents"], lang)))
    once.see([*documents, *guides])
    groups = grouped(agencies)
    extents, density = _beside([*photos, *videos, *recordings], next(iter(newest), None), groups)
    return Home(
        front=front,
        photos=photos,
        videos=videos,
        recordings=recordings,
        extents=extents,
        columns=_columns(found, once),
        documents=documents,
        guides=guides,
        most_read=[entry for place in _PLACES for entry in found[f"read-{place}"]][:_RANKED],
        others=once.first(_newest_first(found, "other-"), _OTHERS) if lang == MAIN_LANGUAGE else [],
        groups=[group for group in groups if group.category != Category.PARTNER],
        density=density,
        until=_next([composed.until, *ends], at),
    )


def _next(ends: Iterable[datetime | None], at: datetime) -> datetime | None:
    return min((one for one in ends if one is not None and one > at), default=None)


@cache
def _lists(vendor: str, lang: str) -> blocks.Prepared:
    """Compile the lists of the home page, once for each kind of database and language.

    In Vietnamese everything is Vietnamese, and the newest in other languages have a place of their own. In another
    language its own come first, and what is in Vietnamese fills up.
    """
    stories = Entry.objects.as_stories().newest_first()
    main = Entry.objects.as_news().newest_first().in_language(MAIN_LANGUAGE)
    others = [MAIN_LANGUAGE] if lang != MAIN_LANGUAGE else _foreign()
    arms = {"newest": stories.in_language(lang)[:_NEWEST]}
    most = _NEWEST if lang != MAIN_LANGUAGE else _OTHERS
    arms |= {f"other-{code}": stories.in_language(code)[:most] for code in others}
    arms |= {section.value: main.in_section(section)[:_SECTION] for section in Section}
    of_kind = {kind: Entry.objects.of_kind(kind).newest_first() for kind in (Kind.DOCUMENT, *_STRIP)}
    if lang == MAIN_LANGUAGE:
        of_kind = {kind: rows.in_language(lang) for kind, rows in of_kind.items()}
    arms |= {f"kind-{kind.value}": of_kind[kind][: size + _SPARE] for kind, size in _STRIP.items()}
    arms |= {f"read-{place}": at_place(place, lang) for place in _PLACES}
    arms["documents"] = of_kind[Kind.DOCUMENT][:_DOCUMENTS]
    return blocks.prepare(arms, picks=MOST_ENTRIES)


def _foreign() -> list[str]:
    return [code for code, _ in settings.LANGUAGES if code != MAIN_LANGUAGE]


def _news(found: dict[str, list[Entry]], lang: str) -> list[Entry]:
    """Return what may fill the top, newest first: in Vietnamese what is Vietnamese, unless there is nothing."""
    if lang == MAIN_LANGUAGE and found["newest"]:
        return found["newest"]
    return sorted([*found["newest"], *_newest_first(found, "other-")], key=_age, reverse=True)


def _age(entry: Entry) -> tuple[datetime, int]:
    return entry.published_at, entry.pk


def _newest_first(found: dict[str, list[Entry]], arms: str) -> list[Entry]:
    rows = [entry for name, entries in found.items() if name.startswith(arms) for entry in entries]
    return sorted(rows, key=_age, reverse=True)


def _own_first(entries: Sequence[Entry], lang: str) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.lang != lang)


def _columns(found: dict[str, list[Entry]], once: _Once) -> list[Column]:
    """Return the newest of each section, what is in the language of the page first."""
    columns = []
    for section in Section:
        own = [entry for entry in found["newest"] if entry.section == section]
        rows = list({entry.pk: entry for entry in (*own, *found[section.value])}.values())
        left = process.column(once.every(rows), set())
        once.see(left)
        columns.append(Column(section=section, entries=left))
    return [column for column in columns if column.entries]


class _Once:
    """What has been shown on the page so far: nothing stands there twice."""

    def __init__(self, shown: set[int]) -> None:
        self._shown = shown

    def every(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return those that were not shown yet."""
        return [entry for entry in entries if entry.pk not in self._shown]

    def see(self, entries: Iterable[Entry]) -> None:
        self._shown |= {entry.pk for entry in entries}

    def first(self, entries: Iterable[Entry], count: int) -> list[Entry]:
        """Take the first that were not shown yet; now they are."""
        taken = self.every(entries)[:count]
        self.see(taken)
        return taken


def _beside(
    media: Sequence[Entry], newest: Entry | None, groups: Sequence[Group]
) -> tuple[dict[int, Extent], Density | None]:
    """Return how long the media are, and how many agencies published on the day of the newest entry: in one query."""
    if newest is None:
        return {}, None
    # The day is that of the newest entry, not the clock's: a cached page stays true.
    on = timezone.localtime(newest.published_at).date()
    start = timezone.make_aware(datetime.combine(on, time(0)))
    asked: dict[str, Value] = {"from": start, "until": start + timedelta(days=1)}
    asked |= {f"media-{place}": media[place].pk if place < len(media) else 0 for place in range(_MEDIA)}
    answered = list(_of_day(connection.vendor).rows(asked))
    published = {agency for number, _, agency in answered if not number}
    members = [agency.pk for group in groups if group.category != Category.PARTNER for agency in group.agencies]
    extents = {number: extent(html) for number, html, _ in answered if number}
    return extents, Density(on=on, lit=sum(pk in published for pk in members), total=len(members))


@cache
def _of_day(vendor: str) -> Compiled:
    """Compile the question which agencies published between two moments: a look for each, however many entries."""
    long_ago = datetime(1901, 2, 3, tzinfo=UTC)
    day: dict[str, Value] = {"from": long_ago, "until": long_ago + timedelta(days=1)}
    media: dict[str, Value] = {f"media-{place}": -1 - place for place in range(_MEDIA)}
    theirs = Entry.objects.filter(
        agency_id=OuterRef("pk"), published_at__gte=day["from"], published_at__lt=day["until"]
    )
    lit = Agency.objects.filter(Exists(theirs)).order_by()
    rows = lit.annotate(about=Constant(0, BigIntegerField()), text=Constant("", TextField()))
    shown = Entry.objects.filter(pk__in=list(media.values())).order_by()
    asked = rows.values_list("about", "text", "pk").union(shown.values_list("pk", "html", "agency_id"), all=True)
    return compiled(asked, day | media)


@dataclass(frozen=True, kw_only=True)
class Top:
    """What stands above the list of a section's page. `front` is None while nobody pinned anything there."""

    front: Front[Entry] | None
    notice: Notice | None
    rows: list[Entry]
    until: datetime | None


def top(section: str, rows: Sequence[Entry], at: datetime) -> Top:
    """Return the composed top of a section's first page, and the rest of its list, in one query to three."""
    composed = standing(Place(section=section, lang=language()), at)
    wanted = composed.composition.asks_for()
    owners = {row.agency_id: row.agency for row in rows}
    picked = blocks.fetch(_picked(connection.vendor), owners, picked=wanted)[blocks.PICKED] if wanted else []
    public = {entry.pk: entry for entry in picked if not entry.has_expired(at)}
    front = fill(rows, composed.composition, public, lang=language(), at=at)
    until = _next([composed.until, *(entry.expires_at for entry in public.values())], at)
    if not front.pinned:
        return Top(front=None, notice=front.notice, rows=list(rows), until=until)
    shown = {entry.pk for entry in front.large()}
    return Top(front=front, notice=front.notice, rows=[row for row in rows if row.pk not in shown], until=until)


@cache
def _picked(vendor: str) -> blocks.Prepared:
    return blocks.prepare({}, picks=MOST_ENTRIES)
