"""What agencies are called, kept in this process for a minute: a search asks for them at every facet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from cong.agencies.models import Agency
from cong.kernel.text import fold

_KEPT_S = 60.0


@dataclass(frozen=True, kw_only=True)
class AgencyName:
    """An agency as a search shows it; `slug` stands in the query."""

    id: int
    slug: str
    short_name: str


@dataclass(frozen=True, kw_only=True)
class AgencyNames:
    """Every agency by id, and the ids by everything that people call them, folded."""

    by_id: Mapping[int, AgencyName] = field(default_factory=dict)
    by_call: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def called(self, typed: str) -> tuple[int, ...]:
        """Return the agencies that a typed value names: slug, short name or name, marks optional."""
        return self.by_call.get(_call(typed), ())

    def slug_of(self, typed: str) -> str | None:
        """Return the slug of the one agency that is meant, None when none or several are."""
        found = self.called(typed)
        return self.by_id[found[0]].slug if len(found) == 1 else None


class _Memory:
    def __init__(self) -> None:
        self._lock = Lock()
        self._kept = AgencyNames()
        self._until = 0.0

    def ask(self) -> AgencyNames:
        with self._lock:
            if monotonic() >= self._until:
                self._kept, self._until = _read(), monotonic() + _KEPT_S
            return self._kept

    def forget(self) -> None:
        self._until = 0.0


_memory = _Memory()


def agency_names() -> AgencyNames:
    """Return what agencies are called; one query when it was not read for a minute."""
    return _memory.ask()


def forget() -> None:
    """Have the next search read the names again."""
    _memory.forget()


def _read() -> AgencyNames:
    by_id: dict[int, AgencyName] = {}
    by_call: dict[str, tuple[int, ...]] = {}
    for pk, slug, short_name, name in Agency.objects.order_by("pk").values_list("pk", "slug", "short_name", "name"):
        by_id[pk] = AgencyName(id=pk, slug=slug, short_name=short_name)
        for call in {_call(slug), _call(short_name), _call(name)}:
            by_call[call] = (*by_call.get(call, ()), pk)
    return AgencyNames(by_id=by_id, by_call=by_call)


def _call(text: str) -> str:
    return " ".join(fold(text).replace("-", " ").split())
