"""What every site has published, edited and removed up to a moment: a function of seed, start and that moment alone."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from cong.demo.dates import HANOI
from cong.demo.scenes import KIN, VARIANTS
from cong.demo.sites import Site, sites
from cong.demo.stories import Story, stories, tell
from cong.kernel.text import slug

SECTIONS = (
    "tin-hoat-dong", "kinh-te", "van-hoa-xa-hoi", "giao-duc", "khoa-hoc-cong-nghe", "moi-truong",
    "quoc-phong-an-ninh", "doi-ngoai",
)  # fmt: skip
_FIXED = ("gioi-thieu", "gioi-thieu", "van-ban", "van-ban", "van-ban", "xay-dung-dang", "xay-dung-dang")
_BY_SITE = ("gioi-thieu", "van-ban")
_LISTED = 40
_DAYS = {"gioi-thieu": 50, "van-ban": 18, "xay-dung-dang": 7}
_NEWS_DAYS = 5
_PICTURED = 0.68
_ENGLISH = 0.11


@dataclass(frozen=True, kw_only=True)
class Item:
    """One piece of news as its site shows it at some moment."""

    site: Site
    key: str
    path: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    tags: tuple[str, ...]
    lang: str
    picture: str
    published: datetime
    updated: datetime
    author: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When an item comes, changes and goes, and what it is about."""

    site: Site
    key: str
    kind: str
    turn: int
    published: datetime
    edited_at: datetime | None = None
    removed_at: datetime | None = None

    def moments(self) -> tuple[datetime, ...]:
        return tuple(at for at in (self.published, self.edited_at, self.removed_at) if at)


class History:
    """The past and the coming of the whole network. `pace` is the gap between two new items anywhere."""

    def __init__(self, *, seed: int, started_at: datetime, pace: timedelta = timedelta(seconds=20)) -> None:
        self.seed, self.started_at, self.pace = seed, started_at.replace(microsecond=0), pace
        self._silent = {site.number for site in sites() if site.broken}
        self._live: dict[int, list[Plan]] = {site.number: [] for site in sites()}
        self._slots = 0
        self._told: Counter[str] = Counter()
        self._base = self._in_turn({site.number: self._make_base(site) for site in sites()})

    def items(self, site: Site, at: datetime) -> list[Item]:
        """Return what the site lists at that moment, newest first."""
        shown = [plan for plan in self._plans(site, at) if not (plan.removed_at and plan.removed_at <= at)]
        shown.sort(key=lambda plan: (plan.published, plan.key), reverse=True)
        return [self._write(plan, edited=_edited(plan, at)) for plan in shown[:_LISTED]]

    def removed(self, site: Site, at: datetime) -> list[tuple[Item, datetime]]:
        """Return what the site has taken away, with the moments."""
        gone = ((plan, plan.removed_at) for plan in self._plans(site, at))
        past = ((plan, moment) for plan, moment in gone if moment is not None and moment <= at)
        return [(self._write(plan, edited=False), moment) for plan, moment in past]

    def changed_at(self, site: Site, at: datetime) -> datetime:
        """Return the last moment, up to `at`, at which anything of the site changed."""
        past = [moment for plan in self._plans(site, at) for moment in plan.moments() if moment <= at]
        return max(past, default=self.started_at - timedelta(days=60))

    def find(self, site: Site, path: str, at: datetime) -> tuple[Item | None, bool]:
        """Return the item at an address (None: never heard of) and whether it has been removed."""
        for plan in self._plans(site, at):
            if path.endswith(f"-{plan.key}.html"):
                item = self._write(plan, edited=_edited(plan, at))
                return (item if item.path == path else None), bool(plan.removed_at and plan.removed_at <= at)
        return None, False

    def _plans(self, site: Site, at: datetime) -> list[Plan]:
        self._advance(at)
        live = self._live[site.number]
        base = [plan for plan in self._base[site.number] if plan.published <= at]
        return [*base, *live[: bisect_right(live, at, key=lambda plan: plan.published)]]

    def _advance(self, at: datetime) -> None:
        """Plan the time slots up to the moment; what was planned before stays as it is."""
        due = int((at - self.started_at) / self.pace)
        for slot in range(self._slots + 1, due + 1):
            plan = self._make_live(slot)
            self._live[plan.site.number].append(self._next(plan))
        self._slots = max(self._slots, due)

    def _in_turn(self, plans: Mapping[int, Sequence[Plan]]) -> dict[int, list[Plan]]:
        """Give the stories out by time, not by site, so that two neighbours in a list are not the same story."""
        found: dict[int, list[Plan]] = {number: [] for number in plans}
        for plan in sorted((plan for of_site in plans.values() for plan in of_site), key=lambda plan: plan.published):
            found[plan.site.number].append(plan if plan.kind in _BY_SITE else self._next(plan))
        return found

    def _next(self, plan: Plan) -> Plan:
        self._told[plan.kind] += 1
        return replace(plan, turn=self._told[plan.kind])

    def _make_live(self, slot: int) -> Plan:
        rng = Random(f"{self.seed}/slot/{slot}")  # noqa: S311 (no secret: the same seed must tell the same news)
        site = rng.choice([one for one in sites() if one.number not in self._silent])
        kind = rng.choices(["news", "xay-dung-dang", "van-ban"], [7, 1.5, 1.5])[0]
        at = self.started_at + slot * self.pace
        edited = at + timedelta(minutes=rng.randint(3, 8)) if rng.random() < 0.1 else None
        removed = at + timedelta(minutes=rng.randint(6, 15)) if not edited and rng.random() < 0.04 else None
        section = _section(site, rng) if kind == "news" else kind
        return Plan(
            site=site,
            key=f"{900_000 + slot}",
            kind=section,
            turn=slot,
            published=at,
            edited_at=edited,
            removed_at=removed,
        )

    def _make_base(self, site: Site) -> tuple[Plan, ...]:
        """Plan what the site had published before the network started."""
        if site.number in self._silent:
            return ()
        rng = Random(f"{self.seed}/site/{site.slug}")  # noqa: S311
        kinds = [*_FIXED, *(_section(site, rng) for _ in range(rng.randint(5, 13)))]
        told: Counter[str] = Counter()
        plans = []
        for place, kind in enumerate(kinds):
            plans.append(self._past(site, kind, place, told[kind], rng))
            told[kind] += 1
        if site.graves:
            plans[-1] = replace(plans[-1], edited_at=None, removed_at=self.started_at + timedelta(minutes=4))
        return tuple(plans)

    def _past(self, site: Site, kind: str, place: int, turn: int, rng: Random) -> Plan:
        youngest = 0.1 if kind == "gioi-thieu" else 0
        age = max(youngest, rng.random() ** 1.2) * _DAYS.get(kind, _NEWS_DAYS) * 1440
        at = _by_day(self.started_at - timedelta(minutes=5 + age), rng)
        soon = self.started_at + timedelta(minutes=rng.randint(2, 20))
        fate = rng.random()
        return Plan(
            site=site,
            key=f"{site.number * 1000 + place}",
            kind=kind,
            turn=site.number * 7 + turn,
            published=min(at, self.started_at - timedelta(minutes=4)).replace(second=0),
            edited_at=soon if fate < 0.08 else None,
            removed_at=soon if fate > 0.98 and kind not in _DAYS else None,
        )

    def _write(self, plan: Plan, *, edited: bool) -> Item:
        return _written(self.seed, plan, edited)


@lru_cache(maxsize=20_000)
def _written(seed: int, plan: Plan, edited: bool) -> Item:  # noqa: FBT001 (cached by value)
    rng = Random(f"{seed}/item/{plan.site.slug}/{plan.key}")  # noqa: S311
    story = _story(plan, rng)
    told = tell(story, plan.site, plan.published, rng)
    scene = rng.choice(story.scenes) if story.scenes and rng.random() < _PICTURED else ""
    scene = rng.choice(KIN.get(scene, (scene,)))
    name = slug(told.title)
    return Item(
        site=plan.site,
        key=plan.key,
        path=f"/{plan.published.astimezone(HANOI):%Y/%m}/{name}-{plan.key}.html",
        title=told.new_title if edited else told.title,
        summary=told.summary,
        paragraphs=told.new_paragraphs if edited else told.paragraphs,
        tags=tuple(dict.fromkeys((*_headings(story), *story.tags))),
        lang=story.lang,
        picture=f"{scene}-{rng.randint(1, VARIANTS)}" if scene else "",
        published=plan.published,
        updated=plan.edited_at if edited and plan.edited_at else plan.published,
        author=rng.choice(("Ban biên tập", "Văn phòng", "")),
    )


def _headings(story: Story) -> Iterator[str]:
    """Yield the tags by which the sources' maps find the place: the heading of the story's section or part."""
    if story.lang != "vi":
        yield next(one.tag for one in stories() if one.section == story.section and one.part == story.part)
    yield story.tag


def _story(plan: Plan, rng: Random) -> Story:
    kinds = _shelf()
    choice = kinds.get((plan.kind, "en"), ()) if rng.random() < _ENGLISH else ()
    choice = choice or kinds[plan.kind, "vi"]
    return choice[plan.turn % len(choice)]


@lru_cache(maxsize=1)
def _shelf() -> dict[tuple[str, str], tuple[Story, ...]]:
    """Return the stories by kind (a section of news, or the part of the others) and language."""
    found: dict[tuple[str, str], list[Story]] = {}
    for story in stories():
        kind = story.section if story.part == "tin-hoat-dong" else story.part
        found.setdefault((kind, story.lang), []).append(story)
    return {kind: tuple(told) for kind, told in found.items()}


def _section(site: Site, rng: Random) -> str:
    weights = [6 if section in site.focus else 1 for section in SECTIONS]
    return rng.choices(SECTIONS, weights)[0]


def _by_day(at: datetime, rng: Random) -> datetime:
    """Move a moment of the night into the working day before it."""
    here = at.astimezone(HANOI)
    if 6 <= here.hour <= 20:
        return at
    day = here - timedelta(days=1) if here.hour < 6 else here
    return day.replace(hour=rng.randint(7, 18), minute=rng.randint(0, 59))


def _edited(plan: Plan, at: datetime) -> bool:
    return plan.edited_at is not None and plan.edited_at <= at
