"""Pure: what a composition is, how it is written down, what is wrong with it, and when it changes by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from html import escape
from typing import Any

from cong.kernel.chain import canonical

SECONDS, PICKS = 3, 6
# The slots, and the entry that a notice may lead to.
MOST_ENTRIES = 1 + SECONDS + PICKS + 1
LONGEST_NAME, LONGEST_NOTICE = 60, 160
_ENTRY = re.compile(r"-(\d{1,18})/?$")


class Layout(StrEnum):
    """How the editor's picks stand in their region."""

    LEAD = "lead"
    COLUMNS = "columns"
    PICTURES = "pictures"


class Urgency(StrEnum):
    """What kind of notice it is: something going on right now, or a warning."""

    LIVE = "live"
    URGENT = "urgent"


@dataclass(frozen=True, kw_only=True)
class Pin:
    """An entry in a slot, by its id; from `until` on the slot is filled by itself again."""

    entry: int
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.until is None or self.until > at


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One live or urgent thing above everything else, gone at `until`. `link`: a path of ours, or https."""

    urgency: Urgency
    label: str
    text: str
    link: str = ""
    until: datetime

    def holds(self, at: datetime) -> bool:
        return self.until > at


@dataclass(frozen=True, kw_only=True)
class Composition:
    """What editors decided about a page. `seconds` has three places, each filled or None."""

    lead: Pin | None = None
    seconds: tuple[Pin | None, ...] = (None,) * SECONDS
    name: str = ""
    layout: Layout = Layout.LEAD
    picks: tuple[Pin, ...] = ()
    notice: Notice | None = None

    def pins(self) -> list[Pin]:
        """Return all pins in the order in which they win over each other."""
        return [pin for pin in (self.lead, *self.seconds, *self.picks) if pin is not None]

    def entries(self) -> list[int]:
        """Return the ids of all entries in slots."""
        return [pin.entry for pin in self.pins()]

    def asks_for(self) -> list[int]:
        """Return the ids of all entries that the page must know of: at most MOST_ENTRIES."""
        linked = linked_entry(self.notice.link) if self.notice else None
        return list(dict.fromkeys([*self.entries(), *([linked] if linked is not None else [])]))

    def changes_at(self, after: datetime) -> datetime | None:
        """Return when the page looks different next without anybody's doing; None: never."""
        ends = [pin.until for pin in self.pins()] + [self.notice.until if self.notice else None]
        return min((one for one in ends if one is not None and one > after), default=None)

    def written(self) -> str:
        """Return the canonical JSON; what is empty is left out."""
        values = {
            "lead": _pin(self.lead),
            "seconds": [_pin(one) for one in self.seconds] if any(self.seconds) else None,
            "picks": {"name": self.name, "layout": self.layout.value, "pins": [_pin(one) for one in self.picks]}
            if self.picks
            else None,
            "notice": _notice(self.notice),
        }
        return canonical({name: value for name, value in values.items() if value is not None})

    @classmethod
    def read(cls, written: str) -> Composition:
        """Rebuild what `written()` wrote."""
        said = json.loads(written or "{}")
        picks = said.get("picks") or {}
        return cls(
            lead=_read_pin(said.get("lead")),
            seconds=tuple(_read_pin(one) for one in said.get("seconds") or (None,) * SECONDS),
            name=picks.get("name", ""),
            layout=Layout(picks.get("layout", Layout.LEAD)),
            picks=tuple(Pin(entry=one["entry"], until=_moment(one)) for one in picks.get("pins", ())),
            notice=_read_notice(said.get("notice")),
        )


BLANK = Composition()


def _pin(pin: Pin | None) -> dict[str, Any] | None:
    if pin is None:
        return None
    return {"entry": pin.entry} | ({"until": _said(pin.until)} if pin.until else {})


def _read_pin(said: Mapping[str, Any] | None) -> Pin | None:
    return Pin(entry=said["entry"], until=_moment(said)) if said else None


def _notice(notice: Notice | None) -> dict[str, str] | None:
    if notice is None:
        return None
    said = {"urgency": notice.urgency.value, "label": notice.label, "text": notice.text, "until": _said(notice.until)}
    return said | ({"link": notice.link} if notice.link else {})


def _read_notice(said: Mapping[str, Any] | None) -> Notice | None:
    if not said:
        return None
    return Notice(
        urgency=Urgency(said["urgency"]), label=said["label"], text=said["text"], link=said.get("link", ""),
        until=datetime.fromisoformat(said["until"]),
    )  # fmt: skip


def _moment(said: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(said["until"]) if said.get("until") else None


def _said(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()}Z"


class Flaw(StrEnum):
    """What keeps a composition from being submitted."""

    TWICE = "twice"
    GONE = "gone"
    NAME_MISSING = "name-missing"
    NAME_LONG = "name-long"
    TOO_MANY = "too-many"
    NOTICE_EMPTY = "notice-empty"
    NOTICE_LONG = "notice-long"
    NOTICE_OVER = "notice-over"
    LINK_FOREIGN = "link-foreign"


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A flaw, in which slot (the name of its field)."""

    slot: str
    flaw: Flaw


def wrongs(composition: Composition, public: Collection[int], at: datetime) -> list[Wrong]:
    """Return what is wrong with a composition that would be submitted now. `public`: which of its entries are."""
    gone = [Wrong(slot=name, flaw=Flaw.GONE) for name, pin in slots(composition) if pin.entry not in public]
    return [*gone, *_doubles(composition), *_of_picks(composition), *_of_notice(composition.notice, at)]


def slots(composition: Composition) -> list[tuple[str, Pin]]:
    """Return the filled slots by the names of their fields, in the order of the page."""
    named = [("lead", composition.lead)]
    named += [(f"second-{place}", pin) for place, pin in enumerate(composition.seconds, 1)]
    named += [(f"pick-{place}", pin) for place, pin in enumerate(composition.picks, 1)]
    return [(name, pin) for name, pin in named if pin is not None]


def _doubles(composition: Composition) -> Iterator[Wrong]:
    seen: set[int] = set()
    for name, pin in slots(composition):
        if pin.entry in seen:
            yield Wrong(slot=name, flaw=Flaw.TWICE)
        seen.add(pin.entry)


def _of_picks(composition: Composition) -> Iterator[Wrong]:
    if composition.picks and not composition.name:
        yield Wrong(slot="name", flaw=Flaw.NAME_MISSING)
    if len(composition.name) > LONGEST_NAME:
        yield Wrong(slot="name", flaw=Flaw.NAME_LONG)
    if len(composition.picks) > PICKS:
        yield Wrong(slot=f"pick-{PICKS + 1}", flaw=Flaw.TOO_MANY)


def _of_notice(notice: Notice | None, at: datetime) -> Iterator[Wrong]:
    if notice is None:
        return
    if not notice.text or not notice.label:
        yield Wrong(slot="notice-text", flaw=Flaw.NOTICE_EMPTY)
    if len(notice.label) + len(notice.text) > LONGEST_NOTICE:
        yield Wrong(slot="notice-text", flaw=Flaw.NOTICE_LONG)
    if notice.link and not is_link(notice.link):
        yield Wrong(slot="notice-link", flaw=Flaw.LINK_FOREIGN)
    if notice.until <= at:
        yield Wrong(slot="notice-until", flaw=Flaw.NOTICE_OVER)


def linked_entry(link: str) -> int | None:
    """Return the id of the entry that a path of ours leads to; None: it leads elsewhere."""
    found = _ENTRY.search(link) if link.startswith("/") else None
    return int(found[1]) if found else None


def is_link(link: str) -> bool:
    """Tell whether a notice may lead there: a path of ours, or an encrypted page elsewhere."""
    ours = link.startswith("/") and not link.startswith("//")
    plain = not set(link) & set("\\ \t\r\n")
    return plain and (ours or link.startswith("https://"))


# In which words a composition is judged: the main language of the portal, whoever submits it.
_LAYOUTS = {Layout.LEAD: "tin chính và danh sách", Layout.COLUMNS: "ba cột", Layout.PICTURES: "hàng ảnh"}
_URGENCIES = {Urgency.LIVE: "đang diễn ra", Urgency.URGENT: "khẩn"}


def told(composition: Composition, titles: Mapping[int, str], say: Callable[[datetime], str]) -> str:
    """Return the composition as HTML that people read and compare and the checks look through: one line a slot."""
    return "".join(f"<p>{line}</p>" for line in _lines(composition, titles, say)) or "<p>Để trang tự xếp tin.</p>"


def _lines(composition: Composition, titles: Mapping[int, str], say: Callable[[datetime], str]) -> Iterator[str]:
    if notice := composition.notice:
        text = escape(f"{notice.label} – {notice.text}")
        linked = f'<a href="{escape(notice.link)}">{text}</a>' if notice.link else text
        yield f"Thông báo {_URGENCIES[notice.urgency]}: {linked} (đến {escape(say(notice.until))})"
    if composition.lead:
        yield _line("Tin chính", composition.lead, titles, say)
    for place, pin in enumerate(composition.seconds, 1):
        if pin is not None:
            yield _line(f"Tin phụ {place}", pin, titles, say)
    if composition.picks:
        yield escape(f"Mục chọn lọc: {composition.name} ({_LAYOUTS[composition.layout]})")
    for place, pin in enumerate(composition.picks, 1):
        yield _line(f"Chọn lọc {place}", pin, titles, say)


def _line(slot: str, pin: Pin, titles: Mapping[int, str], say: Callable[[datetime], str]) -> str:
    ends = f", đến {say(pin.until)}" if pin.until else ""
    return escape(f"{slot}: {titles.get(pin.entry, '…')} (bài số {pin.entry}{ends})")
