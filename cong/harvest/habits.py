"""Pure: what the items of a source are usually like, counted and kept as JSON; `health.suspicions` compares with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cong.harvest import health, process
from cong.publishing.process import Content

# A site that is taken over shows it in its last items, also when they come one by one.
WINDOW = 5
DAYS = 30
_MOST_HOSTS, _MOST_OF_AN_ITEM, _LONGEST_HOST = 300, 20, 253
# Habits change over the years: beyond so many items the old ones count half.
_MANY = 2_000
_LINK = re.compile(r"""href="(?:https?:)?//([^/"?#\s]{1,260})""", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Trait:
    """What one item is like: its language, "" when not known, and the foreign hosts to which it leads."""

    lang: str = ""
    hosts: tuple[str, ...] = ()


def trait(content: Content, url: str) -> Trait:
    """Return what an item is like; `url` is its source's address, whose owner's hosts are not foreign."""
    own = _host(url)
    named = dict.fromkeys([_host(content.source_url), *map(_bare, _LINK.findall(content.html))])
    hosts = [one for one in named if one and _is_foreign(own, one)]
    return Trait(lang="" if content.lang == "und" else content.lang, hosts=tuple(hosts[:_MOST_OF_AN_ITEM]))


@lru_cache(maxsize=4_096)
def _is_foreign(own: str, host: str) -> bool:
    return len(host) <= _LONGEST_HOST and not process.same_owner(f"https://{own}", f"https://{host}")


@lru_cache(maxsize=4_096)
def _bare(netloc: str) -> str:
    """Return the host of `user@host:port`."""
    return _host(f"https://{netloc}")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """What is kept of a source from one visit to the next.

    `recent`: the last items, which do not count as usual yet; `days`: new items by day; `fine_langs` and `fine_day`:
    what a person who looked found to be in order.
    """

    items: int = 0
    langs: Mapping[str, int] = field(default_factory=dict)
    domains: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[date, int] = field(default_factory=dict)
    recent: tuple[Trait, ...] = ()
    fine_langs: frozenset[str] = frozenset()
    fine_day: int = 0

    @classmethod
    def load(cls, said: Mapping[str, Any]) -> Remembered:
        """Return what `dump` gave."""
        return cls(
            items=said.get("items", 0), langs=said.get("langs", {}), domains=said.get("domains", {}),
            days={date.fromisoformat(day): count for day, count in said.get("days", {}).items()},
            recent=tuple(Trait(lang=lang, hosts=tuple(hosts)) for lang, hosts in said.get("recent", ())),
            fine_langs=frozenset(said.get("fine_langs", ())), fine_day=said.get("fine_day", 0),
        )  # fmt: skip

    def dump(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "items": self.items, "langs": dict(self.langs), "domains": dict(self.domains),
            "days": {day.isoformat(): count for day, count in self.days.items()},
            "recent": [[one.lang, list(one.hosts)] for one in self.recent],
            "fine_langs": sorted(self.fine_langs), "fine_day": self.fine_day,
        }  # fmt: skip

    def usual(self, today: date) -> health.Habits:
        """Return the source's history before `today`."""
        known = [self.days.get(today - timedelta(days=back), 0) for back in range(1, self._age(today) + 1)]
        days = [*known, self.fine_day] if self.fine_day and known else known
        return health.Habits(items=self.items, langs=self._told(self.langs), domains=self.domains, days=days)

    def latest(self, new: Sequence[Trait], today: date) -> health.Habits:
        """Return what the new items are like, with some before them where these are few."""
        shown = [*self.recent, *new][-max(len(new), WINDOW) :]
        return health.Habits(
            items=len(shown), langs=self._told(Counter(one.lang for one in shown)),
            domains=Counter(host for one in shown for host in one.hosts), days=(self.days.get(today, 0) + len(new),),
        )  # fmt: skip

    def learn(self, new: Sequence[Trait], today: date, *, are_usual: bool, count: bool = True) -> Remembered:
        """Return the memory with new items; `are_usual`: those that are not the last ones count as usual."""
        shown = [*self.recent, *new]
        known = dict(self.days)
        if count:
            known[today] = known.get(today, 0) + len(new)
        days = {day: number for day, number in known.items() if day >= today - timedelta(days=DAYS)}
        grown = self._grown(shown[: -(WINDOW - 1)]) if are_usual else self
        return replace(grown, recent=tuple(shown[-(WINDOW - 1) :]), days=days)

    def accept(self, langs: Collection[str], hosts: Iterable[str], day: int) -> Remembered:
        """Return the memory after a person found these languages, hosts and this many items a day to be in order."""
        domains = Counter(self.domains) + Counter(dict.fromkeys(hosts, 1))
        return replace(
            self, domains=domains, fine_langs=self.fine_langs | set(langs), fine_day=max(self.fine_day, day)
        )  # fmt: skip

    def _grown(self, new: Sequence[Trait]) -> Remembered:
        half = 2 if self.items > _MANY else 1
        langs = Counter({lang: count // half for lang, count in self.langs.items()})
        hosts = Counter({host: max(count // half, 1) for host, count in self.domains.items()})
        langs.update(one.lang for one in new)
        hosts.update(host for one in new for host in one.hosts)
        domains = dict(hosts.most_common(_MOST_HOSTS))
        return replace(self, items=self.items // half + len(new), langs=dict(+langs), domains=domains)

    def _told(self, langs: Mapping[str, int]) -> dict[str, int]:
        """Count the languages that are in order as the source's own."""
        own = max(self.langs, key=lambda lang: self.langs[lang] if lang else 0, default="")
        told: Counter[str] = Counter()
        for lang, count in langs.items():
            told[own if lang in self.fine_langs else lang] += count
        return dict(told)

    def _age(self, today: date) -> int:
        """Return for how many whole days before `today` items were counted."""
        return min((today - min(self.days)).days, DAYS) if self.days else 0
