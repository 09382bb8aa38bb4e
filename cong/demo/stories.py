"""What can be told, and how a story becomes an item's words: `<a|b>` is a choice, `{name}` a word of the place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from cong.demo.dates import HANOI
from cong.demo.sites import DATA, Site, sites

_CHOICE = re.compile(r"<([^<>]*)>")
_SENTENCE = re.compile(r"(^|[.!?] +)(“?)(\w)")
_HOURS = {"sáng": (5, 11), "chiều": (11, 18), "tối": (18, 24)}


@dataclass(frozen=True, kw_only=True)
class Story:
    """One thing that can be told in several ways; `leads_of` says which lead fits which title (empty: any)."""

    number: int
    section: str
    part: str
    tag: str
    titles: tuple[str, ...]
    leads: tuple[str, ...]
    body: tuple[str, ...]
    closings: tuple[str, ...]
    leads_of: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kind: str = ""
    lang: str = "vi"
    coast: bool = False


@dataclass(frozen=True, kw_only=True)
class Told:
    """A story in words. `new_…` is what the item says once its site has edited it."""

    title: str
    summary: str
    paragraphs: tuple[str, ...]
    number: str
    new_title: str
    new_paragraphs: tuple[str, ...]


@lru_cache(maxsize=1)
def stories() -> tuple[Story, ...]:
    """Return everything that can be told, news first, then party work, documents, standing pages, English."""
    files = [
        *sorted((DATA / "stories").glob("*.toml")),
        *(DATA / f"{name}.toml" for name in ("documents", "about", "english")),
    ]
    found: list[Story] = []
    for file in files:
        whole = tomllib.loads(file.read_text(encoding="utf-8"))
        shared = {name: _frozen(value) for name, value in whole.items() if name != "story"}
        shared = {"section": file.stem, "part": "tin-hoat-dong"} | shared
        for one in whole["story"]:
            found.append(Story(number=len(found), **(shared | {name: _frozen(value) for name, value in one.items()})))
    return tuple(found)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=1)
def _world() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))


def tell(story: Story, site: Site, at: datetime, rng: Random) -> Told:
    """Return the story as this site tells it at that moment."""
    words = _words(story, site, at, rng)
    turn = rng.randrange(len(story.titles))
    lead = story.leads_of[turn] if story.leads_of else rng.randrange(len(story.leads))
    other = rng.choice([n for n in range(len(story.titles)) if not story.leads_of or story.leads_of[n] == lead])
    body = [_fill(text, words, rng) for text in story.body]
    if len(body) > 3 and rng.random() < 0.4:
        del body[rng.randrange(1, len(body))]
    if rng.random() < 0.8:
        body.append(_fill(rng.choice(story.closings), words, rng))
    world = _world()
    update = rng.choice(world["english_updates" if story.lang == "en" else "updates"])
    return Told(
        title=_sentences(_fill(story.titles[turn], words, rng), 1),
        summary=_sentences(_fill(story.leads[lead], words, rng)),
        paragraphs=tuple(map(_sentences, body)),
        number=words["number"],
        new_title=_sentences(_fill(story.titles[other], words, rng), 1),
        new_paragraphs=(*map(_sentences, body), update),
    )


def _words(story: Story, site: Site, at: datetime, rng: Random) -> dict[str, str]:
    world, here = _world(), at.astimezone(HANOI)
    place = site.place if site.place and not (story.coast and site.place not in world["coasts"]) else ""
    prov = place or rng.choice(world["coasts"] if story.coast else _provinces())
    first, second = rng.sample(world["names"], 2)
    kind = rng.choice(world["kinds"])
    words = {
        "agency": site.short_name,
        "prov": prov.replace("Thành phố", "TP."),
        "area": _area(prov),
        "name": first,
        "place": f"{kind} {first}",
        "place2": f"{rng.choice(world['kinds'])} {second}",
        "at": f"{kind} {first}" if place else f"{kind} {first} ({prov.replace('Thành phố', 'TP.')})",
        "school": f"{rng.choice(world['schools'])} {first}",
        "village": rng.choice(world["quarters" if kind == "phường" else "villages"]),
        "weekday": rng.choice(world["weekdays"]),
        "number": _number(story, site, here.date(), rng),
    }
    words |= {name: rng.choice(world[name]) for name in ("few", "some", "hours")}
    words |= _days(here, rng)
    chosen = {name: rng.choice(options) for name, options in story.words.items()}
    return words | {name: value.format_map(words) for name, value in chosen.items()}


@lru_cache(maxsize=1)
def _provinces() -> tuple[str, ...]:
    return tuple(site.place for site in sites() if site.place)


def _area(province: str) -> str:
    if province.startswith("Thành phố"):
        return province
    return f"thành phố {province}" if province in ("Hà Nội", "Hải Phòng", "Đà Nẵng", "Cần Thơ") else f"tỉnh {province}"


def _days(here: datetime, rng: Random) -> dict[str, str]:
    today = here.date()
    half = next(name for name, (start, end) in _HOURS.items() if start <= max(here.hour, 5) < end)
    soon = today + timedelta(days=rng.randint(3, 9))
    monday = today + timedelta(days=7 - today.weekday())
    return {
        "date": _day(today),
        "day": f"{half} {today.day}/{today.month}",
        "soon": _day(soon),
        "from": _day(monday),
        "end": _day(monday + timedelta(days=rng.randint(18, 40))),
        "month": f"tháng {today.month}",
        "next_month": f"tháng {today.month % 12 + 1}",
        "year": str(today.year),
    }


def _day(day: date) -> str:
    return f"ngày {day.day}/{day.month}"


def _number(story: Story, site: Site, today: date, rng: Random) -> str:
    """Return a document number as the body of this kind writes it, or an empty string."""
    if not story.kind:
        return ""
    count = rng.randint(11, 940)
    if site.category == "ministry":
        return f"{count}/{site.code}-VP" if story.kind == "CV" else f"{count}/{today.year}/{story.kind}-{site.code}"
    return f"{count}-{story.kind}/{site.code}"


def _fill(text: str, words: Mapping[str, str], rng: Random) -> str:
    chosen = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), text)
    return chosen.format_map(words).replace("ngày ngày", "ngày")


def _sentences(text: str, count: int = 0) -> str:
    """Begin the sentences (all, or the first `count`) with a capital."""
    return _SENTENCE.sub(lambda match: match[1] + match[2] + match[3].upper(), text, count=count)
