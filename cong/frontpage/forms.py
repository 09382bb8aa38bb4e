"""What an editor typed on the screen of a page: read back whole, moved about, and told what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cong.frontpage.actions import Work
from cong.frontpage.process import PICKS, SECONDS, Composition, Flaw, Layout, Notice, Pin, Urgency, slots
from cong.kernel.text import nfc, one_line

# The slots in the order of the page: moving up and down goes along it.
ROWS = ("lead", *(f"second-{place}" for place in range(1, SECONDS + 1)), *(f"pick-{n}" for n in range(1, PICKS + 1)))
_WORDS = ("name", "layout", "notice-urgency", "notice-label", "notice-text", "notice-link", "notice-until",
          "not-before", "expires-at")  # fmt: skip
_NUMBER = re.compile(r"(?:^|-)([0-9]{1,18})/?\Z")
_LONGEST = 2000

FLAWS: dict[Flaw, Promise] = {
    Flaw.TWICE: _("Bài này đã có ở một chỗ phía trên; mỗi bài chỉ đứng một chỗ trên trang."),
    Flaw.GONE: _("Bài này không còn công khai; hãy bỏ ra hoặc thay bài khác."),
    Flaw.NAME_MISSING: _("Mục chọn lọc phải có tên thì người đọc mới hiểu."),
    Flaw.NAME_LONG: _("Tên mục dài quá 60 ký tự."),
    Flaw.TOO_MANY: _("Mục chọn lọc có nhiều nhất sáu bài."),
    Flaw.NOTICE_EMPTY: _("Thông báo phải có nhãn ngắn và lời."),
    Flaw.NOTICE_LONG: _("Nhãn và lời thông báo cộng lại nhiều nhất 160 ký tự."),
    Flaw.NOTICE_OVER: _("Giờ hết của thông báo phải ở phía trước."),
    Flaw.LINK_FOREIGN: _("Liên kết phải là đường dẫn của cổng (bắt đầu bằng “/”) hoặc địa chỉ https."),
}
_UNREAD = _("Hãy dán địa chỉ của bài trên cổng (kết thúc bằng số của bài), hoặc ghi số ấy.")
_FOREIGN = _("Địa chỉ này không phải của cổng.")
_NO_TIME = _("Hãy ghi đủ ngày và giờ.")
_NO_END = _("Thông báo phải có giờ hết.")
_BACKWARDS = _("Lúc hết phải sau lúc bắt đầu.")


@dataclass(frozen=True, kw_only=True)
class Typed:
    """All fields as typed, by name; `errors`: what cannot be read, by field."""

    fields: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str | Promise] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.fields.get(name, "")


def names() -> list[str]:
    """Return the names of all fields."""
    return [*(f"{row}-{part}" for row in ROWS for part in ("entry", "until")), *_WORDS]


def typed(post: Mapping[str, str]) -> Typed:
    """Return what was sent, cut at a length that nobody types."""
    return Typed(fields={name: nfc(str(post.get(name, "")))[:_LONGEST].strip() for name in names()})


def shown(work: Work) -> Typed:
    """Return the fields that show a work."""
    fields = {"not-before": _local(work.not_before), "expires-at": _local(work.expires_at)}
    for name, pin in slots(work.composition):
        fields |= {f"{name}-entry": str(pin.entry), f"{name}-until": _local(pin.until)}
    fields |= {"name": work.composition.name, "layout": work.composition.layout.value}
    if notice := work.composition.notice:
        fields |= {
            "notice-urgency": notice.urgency.value, "notice-label": notice.label, "notice-text": notice.text,
            "notice-link": notice.link, "notice-until": _local(notice.until),
        }  # fmt: skip
    return Typed(fields=fields)


def moved(given: Typed, row: str, step: int) -> Typed:
    """Let a slot and its neighbour change what stands in them; at the ends nothing happens."""
    if row not in ROWS or not 0 <= ROWS.index(row) + step < len(ROWS):
        return given
    other, fields = ROWS[ROWS.index(row) + step], dict(given.fields)
    for part in ("entry", "until"):
        here, there = f"{row}-{part}", f"{other}-{part}"
        fields[here], fields[there] = given.get(there), given.get(here)
    return replace(given, fields=fields)


def emptied(given: Typed, row: str) -> Typed:
    """Take a pin out: its slot is filled by itself."""
    return replace(given, fields={**given.fields, f"{row}-entry": "", f"{row}-until": ""})


def read(given: Typed) -> tuple[Work, Typed]:
    """Return the work that was typed, and the fields with what cannot be read; the work is without that."""
    reading = _Reading(given)
    pins = {row: reading.pin(row) for row in ROWS}
    layout = given.get("layout")
    composition = Composition(
        lead=pins["lead"],
        seconds=tuple(pins[f"second-{place}"] for place in range(1, SECONDS + 1)),
        name=one_line(given.get("name")),
        layout=Layout(layout) if layout in set(Layout) else Layout.LEAD,
        picks=tuple(pin for row in ROWS if row.startswith("pick-") and (pin := pins[row]) is not None),
        notice=reading.notice(),
    )
    begins, ends = reading.moment("not-before"), reading.moment("expires-at")
    if begins and ends and ends <= begins:
        reading.errors["expires-at"] = _BACKWARDS
    work = Work(composition=composition, not_before=begins, expires_at=ends)
    return work, replace(given, errors=reading.errors)


class _Reading:
    """One reading of the fields, with what went wrong."""

    def __init__(self, given: Typed) -> None:
        self.given, self.errors = given, dict[str, str | Promise]()

    def pin(self, row: str) -> Pin | None:
        text = self.given.get(f"{row}-entry")
        if not text:
            return None
        try:
            number = entry_number(text)
        except ValueError as error:
            self.errors[f"{row}-entry"] = error.args[0]
            return None
        return Pin(entry=number, until=self.moment(f"{row}-until"))

    def moment(self, name: str) -> datetime | None:
        text = self.given.get(name)
        found = _moment(text) if text else None
        if text and found is None:
            self.errors[name] = _NO_TIME
        return found

    def notice(self) -> Notice | None:
        urgency = self.given.get("notice-urgency")
        if urgency not in set(Urgency):
            return None
        until = self.moment("notice-until")
        if until is None:
            self.errors.setdefault("notice-until", _NO_END)
            return None
        said = {part: one_line(self.given.get(f"notice-{part}")) for part in ("label", "text", "link")}
        return Notice(urgency=Urgency(urgency), until=until, **said)


def entry_number(text: str) -> int:
    """Return the id of an entry from its address as pasted, or its number; raises ValueError with words for people."""
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise ValueError(_UNREAD) from error
    if parts.netloc and parts.netloc.lower() != urlsplit(settings.SITE_URL).netloc.lower():
        raise ValueError(_FOREIGN)
    found = _NUMBER.search(parts.path)
    if found is None:
        raise ValueError(_UNREAD)
    return int(found[1])


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
        aware = timezone.make_aware(found) if found and timezone.is_naive(found) else found
        return aware.astimezone(UTC).replace(microsecond=0) if aware else None
    except (ValueError, OverflowError):
        return None


def _local(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if at else ""
