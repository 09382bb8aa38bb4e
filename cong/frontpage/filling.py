"""Pure: which entry stands where at the top of a page, given what editors pinned and what is newest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from cong.frontpage.process import SECONDS, Composition, Layout, Notice, linked_entry, slots

TIMELINE, SHORT_TIMELINE = 8, 5


class Placed(Protocol):
    """What placing needs to know of an entry."""

    @property
    def pk(self) -> int: ...

    @property
    def agency_id(self) -> int: ...

    @property
    def picture(self) -> str: ...

    @property
    def lang(self) -> str: ...


T = TypeVar("T")
E = TypeVar("E", bound=Placed)


@dataclass(frozen=True, kw_only=True)
class Front(Generic[T]):
    """The top of a page. `pinned`: the ids among them that editors put there."""

    lead: T | None = None
    trio: list[T] = field(default_factory=list)
    trio_has_pictures: bool = False
    timeline: list[T] = field(default_factory=list)
    name: str = ""
    layout: Layout = Layout.LEAD
    picks: list[T] = field(default_factory=list)
    notice: Notice | None = None
    pinned: frozenset[int] = frozenset()

    def large(self) -> list[T]:
        """Return what stands there with room of its own."""
        return [*([self.lead] if self.lead else []), *self.trio, *self.picks]


def fill(
    newest: Sequence[E], composition: Composition, picked: Mapping[int, E], *, lang: str, at: datetime
) -> Front[E]:
    """Fill the slots. `newest`: public entries, newest first; `picked`: by id, what is public of what editors pinned.

    Whatever stands in no slot of an editor's comes from `newest`: first what is in the page's language. Nothing stands
    twice; a slot whose entry is not public, or whose time is over, is filled like one that was never touched.
    """
    pins = _standing(composition, picked, at)
    pinned = frozenset(pins.values())
    free = [entry for entry in newest if entry.pk not in pinned]
    lead = picked[pins["lead"]] if "lead" in pins else _lead(free, lang)
    rest = [entry for entry in free if entry is not lead]
    held = [picked[pins[name]] if (name := f"second-{place}") in pins else None for place in range(1, SECONDS + 1)]
    trio, has_pictures = _trio(held, rest, lang, {lead.agency_id} if lead else set())
    shown = {entry.pk for entry in trio}
    left = [entry for entry in rest if entry.pk not in shown]
    return Front(
        lead=lead,
        trio=trio,
        trio_has_pictures=has_pictures,
        timeline=_first(left, TIMELINE if lead and lead.picture else SHORT_TIMELINE, lang),
        name=composition.name,
        layout=composition.layout,
        picks=[picked[number] for name, number in pins.items() if name.startswith("pick-")],
        notice=_notice(composition.notice, picked, at),
        pinned=pinned,
    )


def _notice(notice: Notice | None, picked: Mapping[int, E], at: datetime) -> Notice | None:
    """Return the notice while its time lasts; one whose entry is not public any more leads nowhere."""
    if notice is None or not notice.holds(at):
        return None
    linked = linked_entry(notice.link)
    return replace(notice, link="") if linked is not None and linked not in picked else notice


def _standing(composition: Composition, picked: Mapping[int, E], at: datetime) -> dict[str, int]:
    """Return slot → entry for the pins that stand: public, in time, and not in a slot before."""
    found: dict[str, int] = {}
    for name, pin in slots(composition):
        if pin.holds(at) and pin.entry in picked and pin.entry not in found.values():
            found[name] = pin.entry
    return found


def _lead(free: Sequence[E], lang: str) -> E | None:
    """Pick the newest with a picture, in the page's language if anything is."""
    own = [entry for entry in free if entry.lang == lang] or free
    return next((entry for entry in own if entry.picture), next(iter(own), None))


def _trio(held: Sequence[E | None], rest: Sequence[E], lang: str, taken: set[int]) -> tuple[list[E], bool]:
    """Fill three places around what editors pinned, of many agencies; tells whether all three have pictures."""
    lacking = sum(entry is None for entry in held)
    pictured = [entry for entry in rest if entry.picture]
    # Three pictures or none: a row with a hole in it is worse than a row of text.
    has_pictures = len(pictured) >= lacking and all(entry.picture for entry in held if entry is not None)
    seen = taken | {entry.agency_id for entry in held if entry is not None}
    free = iter(_of_many_agencies(_own_first(pictured if has_pictures else rest, lang, lacking), seen)[:lacking])
    trio = [found for entry in held if (found := entry if entry is not None else next(free, None)) is not None]
    return trio, has_pictures and len(trio) == SECONDS


def _own_first(entries: Sequence[E], lang: str, enough: int) -> Sequence[E]:
    """Keep what is in the page's language when that is enough; otherwise let it come first."""
    own = [entry for entry in entries if entry.lang == lang]
    return own if len(own) >= enough else own + [entry for entry in entries if entry.lang != lang]


def _of_many_agencies(entries: Iterable[E], taken: set[int]) -> list[E]:
    seen, first, again = set(taken), list[E](), list[E]()
    for entry in entries:
        (again if entry.agency_id in seen else first).append(entry)
        seen.add(entry.agency_id)
    return first + again


def _first(entries: Sequence[E], count: int, lang: str) -> list[E]:
    """Return so many in their order; what is in another language only fills up."""
    own = [entry for entry in entries if entry.lang == lang][:count]
    chosen = {entry.pk for entry in own}
    for entry in entries:
        if len(chosen) < count:
            chosen.add(entry.pk)
    return [entry for entry in entries if entry.pk in chosen]
