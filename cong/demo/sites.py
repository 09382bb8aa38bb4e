"""The 108 simulated sites: which agency each stands for, what it writes about, and how oddly it publishes."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cong.agencies.registry import OFFICIAL, Row, parse

DATA = Path(__file__).parent / "data"

_FORMATS = ("rss2", "rss2", "atom", "rss2", "json", "rss2", "rdf", "rss2", "xhtml", "rss2", "rss092", "atom")
_PATHS = {
    "rss2": "/rss.xml",
    "rss092": "/rss/tin-moi.rss",
    "rdf": "/index.rdf",
    "atom": "/feed/atom.xml",
    "xhtml": "/tin-tuc/atom",
    "json": "/feed.json",
}
_RSS_DATES = ("rfc822", "gmt7", "american", "rfc822-gmt", "vietnamese", "day-first", "iso")
_RSS_BODIES = ("encoded", "escaped", "summary", "cdata")
_RSS_PICTURES = ("media", "inline", "enclosure", "thumbnail")
_SLOW, _BROKEN, _GRAVES = 64, 101, 27
_RESTLESS = (33, 57, 85)
_REVIEW = (50, 70, 90, 105)
_LINK_ONLY = (19, 44, 62, 78, 88, 99)


@dataclass(frozen=True, kw_only=True)
class Site:
    """One publisher. `place` is the province it writes from; empty when it writes about all of them."""

    number: int
    slug: str
    name: str
    short_name: str
    category: str
    place: str
    code: str
    focus: tuple[str, ...]
    format: str
    path: str
    dates: str
    charset: str
    body: str
    pictures: str
    validators: str
    policy: str
    relative: bool
    entities: bool
    slow: bool
    broken: bool
    graves: bool
    restless: bool

    @property
    def title(self) -> str:
        return f"{self.short_name} (trang giả lập)"

    @property
    def date_order(self) -> str:
        return "MDY" if self.dates == "american" else "DMY"


@lru_cache(maxsize=1)
def sites() -> tuple[Site, ...]:
    """Return the sites in the order of the registry, numbered from 1."""
    known = tomllib.loads((DATA / "sites.toml").read_text(encoding="utf-8"))
    rows = parse(OFFICIAL.read_text(encoding="utf-8"))
    turns: Counter[str] = Counter()
    found = []
    for number, row in enumerate(rows, 1):
        kind = _FORMATS[(number - 1) % len(_FORMATS)]
        family = "rss" if kind in ("rss2", "rss092") else kind
        found.append(_site(number, row, kind, turns[family], known.get(row.slug, {})))
        turns[family] += 1
    return tuple(found)


def _site(number: int, row: Row, kind: str, turn: int, known: Mapping[str, Any]) -> Site:
    """Make a site; `turn` counts the sites of its format, so that every oddity gets its share of each."""
    odd = _rss(turn) if kind in ("rss2", "rss092") else _other(kind, turn)
    place = row.name.removeprefix("Tỉnh ủy ").removeprefix("Thành ủy ") if row.category == "province" else ""
    return Site(
        number=number,
        slug=row.slug,
        name=row.name,
        short_name=row.short_name,
        category=row.category,
        place=place,
        code=known.get("code", "TU"),
        focus=tuple(known.get("focus", ())),
        format=kind,
        path=_PATHS[kind],
        validators="none" if number in _RESTLESS else ("both", "etag", "modified")[turn % 3],
        policy="review" if number in _REVIEW else "link-only" if number in _LINK_ONLY else "auto",
        slow=number == _SLOW,
        broken=number == _BROKEN,
        graves=number == _GRAVES,
        restless=number in _RESTLESS,
        **odd,
    )


def _rss(turn: int) -> dict[str, Any]:
    charset = {3: "windows-1258", 6: "utf-8-bom", 8: "utf-16"}.get(turn % 9, "utf-8")
    return {
        "dates": _RSS_DATES[turn % len(_RSS_DATES)],
        "charset": charset,
        "body": _RSS_BODIES[turn % len(_RSS_BODIES)],
        "pictures": _RSS_PICTURES[turn // len(_RSS_BODIES) % len(_RSS_PICTURES)],
        "relative": turn % 10 == 7,
        "entities": charset.startswith("utf-8") and turn % 5 == 4,
    }


def _other(kind: str, turn: int) -> dict[str, Any]:
    return {
        "dates": ("iso", "iso-utc")[turn % 2],
        "charset": "utf-16" if kind == "rdf" and turn == 1 else "utf-8-bom" if turn == 3 else "utf-8",
        "body": ("encoded", "summary")[turn % 2] if kind == "rdf" else "encoded",
        "pictures": ("enclosure", "inline")[turn % 2] if kind == "atom" else "inline",
        "relative": kind in ("atom", "xhtml") and turn % 3 == 1,
        "entities": False,
    }
