"""What each reader page needs, in as few queries as it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, TypedDict, cast

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import translation

from cong.agencies.models import Agency, Category, FormerSlug, Part
from cong.entries.models import Copy, Correction, Entries, Entry, Judgement, Kind, Tombstone
from cong.entries.process import is_provisional, record
from cong.harvest.freshness import Freshness, Standing, freshness
from cong.kernel import tags
from cong.kernel.compiled import Compiled, Value, compiled, made
from cong.kernel.keyset import Cursor, Page, page_of, paged, stretch
from cong.kernel.text import fold
from cong.media.models import Picture
from cong.portal import blocks

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Told(TypedDict):
        has_copies: bool

    Shown = WithAnnotations[Entry, Told]

PAGE = 20
CORRECTIONS = 10
_COPIES = 20
_EMBLEM = 176
# What stands in compiled lists for what is asked for: no entry has it.
_PK, _OWNER, _SECTION, _KIND, _PART = -1002, -1001, "?section", "?kind", "?part"
_LONG_AGO = datetime(1901, 2, 3, 4, 5, 6, tzinfo=UTC)
_OF_LIST = ("section", "kind", "agency", "part")
_STAND_INS: dict[str, Value] = {
    "section": _SECTION, "kind": _KIND, "agency": _OWNER, "part": _PART, "at": _LONG_AGO, "pk": _PK,
}  # fmt: skip
_ENTRY = tuple(field.attname for field in Entry._meta.concrete_fields)
_AGENCY = tuple(field.attname for field in Agency._meta.concrete_fields)
_OF_MEMBER = ("id", "name", "short_name", "slug", "category")
_NAMED = ("id", "section", "slug", "title", "lang", "translation_of", "expires_at")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Agencies of one category."""

    category: Category
    agencies: list[Agency]


def active(today: date) -> list[Agency]:
    """Return the agencies that are at work on that day, in their order."""
    return list(Agency.objects.active_on(today).in_order())


def members(today: date) -> list[Agency]:
    """Return what a list shows of the agencies that are at work on that day, in their order."""
    rows = _members(connection.vendor).rows({"today": today})
    return [made(Agency, _OF_MEMBER, row) for row in rows]


@cache
def _members(vendor: str) -> Compiled:
    day = _LONG_AGO.date()
    return compiled(Agency.objects.active_on(day).in_order().values_list(*_OF_MEMBER), {"today": day})


def grouped(agencies: Sequence[Agency]) -> list[Group]:
    """Return the agencies by category, without empty ones."""
    groups = [
        Group(category=category, agencies=[agency for agency in agencies if agency.category == category])
        for category in Category
    ]
    return [group for group in groups if group.agencies]


def directory(today: date, wanted: str = "") -> list[Group]:
    """Return the active agencies by category; `wanted` keeps those whose name holds it, marks or not."""
    agencies = active(today)
    key = fold(wanted.strip())
    if key:
        agencies = [agency for agency in agencies if key in fold(f"{agency.name} {agency.short_name}")]
    return grouped(agencies)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Which entries a list holds: news of all kinds unless it is of one kind or of one part of an agency."""

    section: str = ""
    kind: str = ""
    agency: int = 0
    part: str = ""

    def entries(self) -> Entries:
        """Return them in no order."""
        if self.agency:
            return Entry.objects.filter(agency_id=self.agency).in_part(self.part)
        if self.kind:
            return Entry.objects.of_kind(self.kind)
        return Entry.objects.as_news().in_section(self.section) if self.section else Entry.objects.as_news()


def listing(listed: Listed, *, before: Cursor | None = None, after: Cursor | None = None) -> Page[Entry]:
    """Return one page of a list with its agencies, in one query."""
    place = after or before
    asked: dict[str, Value] = {name: value for name in _OF_LIST if (value := getattr(listed, name))}
    asked |= {"at": place.at, "pk": place.id} if place else {}
    names = tuple(asked)
    found = blocks.fetch(_listing(connection.vendor, names, is_after=after is not None), asked=asked)["list"]
    rows = found[::-1] if after else found
    return paged(rows, field="published_at", size=PAGE, before=before, after=after)


@cache
def _listing(vendor: str, names: tuple[str, ...], *, is_after: bool) -> blocks.Prepared:
    """Compile a list: once for each kind of database, list and direction."""
    stand_ins = {name: _STAND_INS[name] for name in names}
    listed = Listed(
        section=_SECTION if "section" in names else "",
        kind=_KIND if "kind" in names else "",
        agency=_OWNER if "agency" in names else 0,
        part=_PART if "part" in names else "",
    )
    place = Cursor(at=_LONG_AGO, id=_PK) if "at" in names else None
    before, after = (None, place) if is_after else (place, None)
    rows = stretch(listed.entries(), field="published_at", size=PAGE, before=before, after=after)
    return blocks.prepare({"list": cast("Entries", rows)}, stand_ins=stand_ins)


def entry(number: int) -> Shown | None:
    """Return a live entry with its agency, and whether its story stands elsewhere too; in one query."""
    row = next(_entry(connection.vendor).rows({"pk": number}), None)
    if row is None:
        return None
    found = made(Entry, _ENTRY, row[: len(_ENTRY)])
    tags.note(found.pk)
    found._state.fields_cache["agency"] = made(Agency, _AGENCY, row[len(_ENTRY) : -1])
    shown = cast("Shown", found)
    shown.has_copies = bool(row[-1])
    return shown


@cache
def _entry(vendor: str) -> Compiled:
    copies = Exists(Copy.objects.filter(entry_id=OuterRef("pk")))
    rows = Entry.objects.filter(pk=_PK).annotate(has_copies=copies).order_by()
    chosen = rows.values_list(*_ENTRY, *(f"agency__{name}" for name in _AGENCY), "has_copies")
    return compiled(chosen, {"pk": _PK})


def tombstone(number: int) -> Tombstone | None:
    """Return what is left of a withdrawn entry."""
    return Tombstone.objects.filter(pk=number).first()


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What is told with an entry: its copies elsewhere; of staff's own, the steps on its way and its translations."""

    steps: list[tuple[str, datetime]] = field(default_factory=list)
    family: list[Entry] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    shown: Entry

    @property
    def is_provisional(self) -> bool:
        return is_provisional(step for step, _ in self.steps)

    @property
    def record(self) -> list[tuple[str, datetime]]:
        """Return the steps with the releases among them; nothing when nobody judged it here."""
        if not self.steps:
            return []
        return record(self.steps, released_at=self.shown.released_at, corrected_at=self.shown.corrected_at)

    @property
    def others(self) -> list[Entry]:
        return [one for one in self.family if one.pk != self.shown.pk]


def beside(shown: Shown, at: datetime) -> Beside:
    """Return what is told with an entry: of staff's own in two queries; its copies, when it has any, in one."""
    copies = _copies(shown) if shown.has_copies else []
    if not shown.is_ours:
        return Beside(shown=shown, copies=copies)
    steps = [(step, moment) for step, moment in _steps(connection.vendor).rows({"pk": shown.pk})]
    return Beside(shown=shown, copies=copies, steps=steps, family=_family(shown, at))


@cache
def _steps(vendor: str) -> Compiled:
    return compiled(Judgement.objects.filter(entry_id=_PK).order_by("at", "pk").values_list("step", "at"), {"pk": _PK})


def _copies(of: Entry) -> list[Copy]:
    """Return where else the story stands, the earliest first, as far as a browser can go there."""
    rows = Copy.objects.filter(entry_id=of.pk).select_related("agency").order_by("at", "pk")[:_COPIES]
    return [copy for copy in rows if copy.url.startswith(("https://", "http://"))]


def _family(shown: Entry, at: datetime) -> list[Entry]:
    """Return the original and its translations as far as they are public, the original first."""
    original = shown.translation_of or shown.pk
    found = [made(Entry, _NAMED, row) for row in _relatives(connection.vendor).rows({"pk": original})]
    for one in found:
        tags.note(one.pk)
    family = sorted((one for one in found if not one.has_expired(at)), key=lambda one: (one.pk != original, one.pk))
    return family if len(family) > 1 else []


@cache
def _relatives(vendor: str) -> Compiled:
    named = Entry.objects.order_by().values_list(*_NAMED)
    return compiled(named.filter(pk=_PK).union(named.filter(translation_of=_PK), all=True), {"pk": _PK})


def corrections(of: Entry, *, before: Cursor | None = None, after: Cursor | None = None) -> Page[Correction]:
    """Return one page of what was corrected, the newest first."""
    rows = Correction.objects.filter(entry_id=of.pk)
    return page_of(rows, field="at", size=CORRECTIONS, before=before, after=after)


@dataclass(frozen=True, kw_only=True)
class Related:
    """What to read next."""

    of_agency: list[Entry]
    of_section: list[Entry]


def related(to: Entry) -> Related:
    """Return the newest of the same agency, then of the same section, without `to` or repeats."""
    asked: dict[str, Value] = {"pk": to.pk, "agency": to.agency_id, "section": to.section}
    found = blocks.fetch(_related(connection.vendor), {to.agency.pk: to.agency}, asked=asked)
    shown = {one.pk for one in found["agency"]}
    of_section = [one for one in found["section"] if one.pk not in shown]
    return Related(of_agency=found["agency"], of_section=of_section[:4])


@cache
def _related(vendor: str) -> blocks.Prepared:
    stand_ins = {name: _STAND_INS[name] for name in ("pk", "agency", "section")}
    newest = Entry.objects.newest_first().exclude(pk=_PK)
    of_section = newest.as_news().filter(section=_SECTION)[:8]
    arms = {"agency": newest.filter(agency_id=_OWNER)[:3], "section": of_section}
    return blocks.prepare(arms, stand_ins=stand_ins)


def agency(slug: str) -> Agency | None:
    """Return the agency of this address with its parent and what it merged into."""
    return Agency.objects.select_related("parent", "merged_into").filter(slug=slug).first()


def moved(slug: str) -> Agency | None:
    """Return the agency that had this address once."""
    former = FormerSlug.objects.select_related("agency").filter(slug=slug).first()
    return former.agency if former else None


def emblem(of: Agency) -> str:
    """Return the address of the agency's emblem, large enough for its seal; empty when it has none."""
    picture = Picture.objects.filter(pk=of.emblem).first() if of.emblem else None
    return picture.address(_EMBLEM) if picture else ""


def introduction(about: Sequence[Entry], at: datetime) -> Entry | None:
    """Return the page in which an agency introduces itself, whole: the first it put up, in the reader's language."""
    pages = [one for one in about if one.kind == Kind.PAGE]
    if not pages:
        return None
    here, main = (translation.get_language() or "vi").partition("-")[0], "vi"
    chosen = min(pages, key=lambda one: (one.lang != here, one.lang != main, one.published_at, one.pk))
    found = Entry.objects.filter(pk=chosen.pk).first()
    return None if found is None or found.has_expired(at) else found


def former_names(of: Agency) -> list[str]:
    """Return the names that the agency had, each once."""
    names = FormerSlug.objects.filter(agency=of).exclude(name="").order_by("-pk").values_list("name", flat=True)
    return list(dict.fromkeys(names))


@dataclass(frozen=True, kw_only=True)
class Supply:
    """The agencies of one category with the sources that are taken in from each."""

    category: Category
    agencies: list[tuple[Agency, list[Freshness]]]


@dataclass(frozen=True, kw_only=True)
class Intake:
    """All that is taken in, and how many sources stand how."""

    groups: list[Supply]
    counts: list[tuple[Standing, int]]


def intake(at: datetime) -> Intake:
    """Return the sources by category and agency, in one query: the one thing here that is read from harvest."""
    sources = freshness(at)
    agencies = [(agency, list(those)) for agency, those in groupby(sources, key=lambda one: one.agency)]
    groups = [
        Supply(
            category=category, agencies=[(agency, those) for agency, those in agencies if agency.category == category]
        )
        for category in Category
    ]
    counts = Counter(one.standing for one in sources)
    return Intake(
        groups=[group for group in groups if group.agencies],
        counts=[(standing, counts[standing]) for standing in Standing if counts[standing]],
    )


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The first page of an agency: the newest of each part."""

    about: list[Entry]
    activity: list[Entry]
    party: list[Entry]
    documents: list[Entry]

    def newest(self) -> Entry | None:
        """Return the newest entry of all parts."""
        every = [*self.about[:1], *self.activity[:1], *self.party[:1], *self.documents[:1]]
        return max(every, key=lambda one: one.published_at, default=None)


def overview(of: Agency) -> Overview:
    """Return the newest entries of an agency's four parts, in one query."""
    found = blocks.fetch(_overview(connection.vendor), {of.pk: of}, asked={"agency": of.pk})
    return Overview(
        about=found[Part.ABOUT],
        activity=found[Part.ACTIVITY],
        party=found[Part.PARTY],
        documents=found[Part.DOCUMENTS],
    )


@cache
def _overview(vendor: str) -> blocks.Prepared:
    stand_ins = {"agency": _STAND_INS["agency"]}
    newest = Entry.objects.filter(agency_id=_OWNER).newest_first()
    sizes = {Part.ABOUT: 3, Part.ACTIVITY: 7, Part.PARTY: 4, Part.DOCUMENTS: 5}
    return blocks.prepare(
        {part.value: newest.in_part(part)[:size] for part, size in sizes.items()}, stand_ins=stand_ins
    )
