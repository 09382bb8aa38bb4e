"""The slots of a page as its screen shows them: what stands there, whether it is pinned, and what is amiss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cong.entries.models import Entry
from cong.frontpage.forms import ROWS, Typed
from cong.frontpage.overview import Filled
from cong.frontpage.process import Composition, Pin, slots


@dataclass(frozen=True, kw_only=True)
class Row:
    """One slot. `entry`: what stands there now; `warning`: why a pin does not; `error`: what cannot be read."""

    name: str
    label: str
    typed: str
    until: str
    entry: Entry | None
    is_pinned: bool
    warning: str
    error: str | Promise
    until_error: str | Promise
    is_first: bool
    is_last: bool

    @property
    def is_pick(self) -> bool:
        return self.name.startswith("pick-")


def rows(given: Typed, composition: Composition, filled: Filled, at: datetime) -> list[Row]:
    """Return all slots in the order of the page."""
    pins, seen = _by_field(given, composition), set[int]()
    made = []
    for place, name in enumerate(ROWS):
        pin = pins.get(name)
        warning = _warning(pin, filled, seen, at) if pin else ""
        stands = pin is not None and not warning
        if pin is not None and stands:
            seen.add(pin.entry)
        entry = filled.picked[pin.entry] if pin is not None and stands else _automatic(name, filled)
        made.append(
            Row(
                name=name, label=label_of(name), typed=given.get(f"{name}-entry"), until=given.get(f"{name}-until"),
                entry=entry, is_pinned=stands, warning=warning, error=given.errors.get(f"{name}-entry", ""),
                until_error=given.errors.get(f"{name}-until", ""), is_first=place == 0, is_last=place == len(ROWS) - 1,
            )
        )  # fmt: skip
    return made


def _by_field(given: Typed, composition: Composition) -> dict[str, Pin]:
    """Return the pins by the field that they were typed into: picks close up when one between them is empty."""
    found = {name: pin for name, pin in slots(composition) if not name.startswith("pick-")}
    filled = [name for name in ROWS if name.startswith("pick-") and given.get(f"{name}-entry")]
    readable = [name for name in filled if f"{name}-entry" not in given.errors]
    return found | dict(zip(readable, composition.picks, strict=False))


def _warning(pin: Pin, filled: Filled, seen: set[int], at: datetime) -> str:
    if pin.entry not in filled.picked:
        return _("Bài số %(number)d không có hoặc không còn công khai.") % {"number": pin.entry}
    if not pin.holds(at) and pin.until is not None:
        ended = date_format(timezone.localtime(pin.until), "H:i d/m/Y")
        return _("Ghim đã hết giờ lúc %(at)s.") % {"at": ended}
    if pin.entry in seen:
        return _("Bài này đã đứng ở một chỗ phía trên.")
    return ""


def _automatic(name: str, filled: Filled) -> Entry | None:
    if name == "lead":
        return filled.front.lead
    kind, _sign, number = name.partition("-")
    place = int(number) - 1
    return filled.front.trio[place] if kind == "second" and place < len(filled.front.trio) else None


def label_of(name: str) -> str:
    """Return what a slot is called."""
    kind, _sign, number = name.partition("-")
    labels = {"lead": _("Tin chính"), "second": _("Tin phụ %(n)s"), "pick": _("Chọn lọc %(n)s")}
    return labels[kind] % {"n": number} if number else labels[kind]
