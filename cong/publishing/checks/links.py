"""Links: safe, open to readers, leading where they say. Opens none of them: what does not open is told in Known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote, urldefrag, urlsplit

from cong.kernel.text import clip
from cong.publishing.checks.blocks import Address, read
from cong.publishing.checks.findings import Hit
from cong.publishing.checks.hosts import SHORTENERS, imitates, is_inside, shown
from cong.publishing.checks.reading import Reading
from cong.publishing.checks.rules import Code
from cong.publishing.process import Content

_SCHEMES = {"http", "https", "mailto", "tel", ""}
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_IGNORED = dict.fromkeys([*range(0x21), *range(0x7F, 0xA0)])
_STAFF = ("/ban-lam-viec", "/kiem-chung")
_ENTRY = re.compile(r"(?:/[a-z]{2})?/tin-tuc/[^/]+/[^/]*-(\d{1,18})/?")
_NAMED = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:[/?#]\S*)?", re.IGNORECASE)


def addresses(content: Content) -> frozenset[str]:
    """Return every address in the text, for whoever fills `Known.broken` and `Known.known_entries`."""
    return frozenset(one.value for one in read(content.html).addresses)


def links(reading: Reading) -> Iterator[Hit]:
    """Check every address in the text: of links, pictures and other embedded files."""
    released = reading.known.known_entries
    numbers = None if released is None else {number for one in released if (number := _entry(urlsplit(one).path))}
    for one in reading.body.addresses:
        label = clip(one.text or one.value, 60)
        found = next(_wrong(one, reading, numbers), None)
        if found:
            yield Hit(code=found[0], where=one.where, text=f"liên kết “{label}” {found[1]}")
        if one.text == "":
            yield Hit(code=Code.LINK_EMPTY, where=one.where,
                      text=f"liên kết tới “{clip(one.value, 60)}” không có chữ nào để đọc.")  # fmt: skip


def _wrong(one: Address, reading: Reading, numbers: set[str] | None) -> Iterator[tuple[Code, str]]:
    """Yield what is wrong, the worst first."""
    # Browsers drop blanks and take a backslash for a slash: so do we, lest something hides behind them.
    value = one.value.strip().translate(_IGNORED).replace("\\", "/")
    scheme = found[1].lower() if (found := _SCHEME.match(value)) else ""
    if scheme not in _SCHEMES:
        yield Code.LINK_UNSAFE, f"dùng “{scheme}:”, có thể gây hại cho người đọc; hãy bỏ."
        return
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        yield Code.LINK_BROKEN, "có địa chỉ sai dạng."
        return
    if scheme not in ("mailto", "tel"):
        yield from _misplaced(parts, host, reading, numbers)
        if scheme or host:
            yield from _outside(one, parts, host, reading)
        yield from _closed(one, value, reading)
    if scheme == "http":
        yield Code.LINK_HTTP, "không mã hóa (http); hãy dùng https nếu trang đích có."


def _closed(one: Address, value: str, reading: Reading) -> Iterator[tuple[Code, str]]:
    broken = reading.known.broken
    if reason := broken.get(one.value) or broken.get(urldefrag(one.value).url):
        yield Code.LINK_BROKEN, f"không mở được: {reason}."
    place = unquote(value[1:]) if value.startswith("#") else ""
    if not value or (place and place != "top" and place not in reading.body.ids):
        yield Code.LINK_BROKEN, "không dẫn tới đâu: trong bài không có chỗ mang tên đó."


def _misplaced(parts: SplitResult, host: str, reading: Reading, numbers: set[str] | None) -> Iterator[tuple[Code, str]]:
    """Yield what readers cannot open though it looks like ours."""
    path = re.sub(r"/{2,}", "/", unquote(parts.path)).lower()
    # Not only on our own host: a copy from the address bar of a rehearsal machine is no better.
    if any(path == staff or path.startswith(f"{staff}/") for staff in _STAFF):
        yield Code.LINK_STAFF, "nằm ở bàn làm việc, người đọc không mở được; hãy dùng địa chỉ công khai."
    ours = not host or host.lower() in reading.known.hosts
    number = _entry(path) if ours and numbers is not None else ""
    if numbers is not None and number and number not in numbers:
        yield Code.LINK_UNRELEASED, f"dẫn tới bài số {number} của cổng, hiện chưa xuất bản hoặc đã gỡ."


def _entry(path: str) -> str:
    """Return the id of the entry that an address of ours ends in; empty for other addresses."""
    found = _ENTRY.fullmatch(path)
    return found[1] if found else ""


def _outside(one: Address, parts: SplitResult, host: str, reading: Reading) -> Iterator[tuple[Code, str]]:
    known = reading.known.hosts | reading.known.neighbours
    if "@" in parts.netloc:
        yield Code.LINK_UNSAFE, "có tên hoặc mật khẩu đứng trước tên miền; hãy bỏ phần trước dấu @."
    if is_inside(host):
        yield Code.LINK_PRIVATE, f"trỏ vào mạng nội bộ (“{host or 'không có tên miền'}”), người đọc không mở được."
    elif why := imitates(host, known):
        yield Code.LINK_LOOKALIKE, f"có tên miền “{shown(host)}” {why}; hãy kiểm tra kỹ."
    elif other := _named(one.text or "", host):
        yield Code.LINK_LOOKALIKE, f"ghi “{other}” nhưng thật ra dẫn tới “{host}”."
    elif host.lower().removeprefix("www.") in SHORTENERS:
        yield Code.LINK_SHORTENED, f"là liên kết rút gọn ({host}); hãy dùng địa chỉ đầy đủ."


def _named(text: str, host: str) -> str:
    """Return the host that the words of a link name, when it is not the one it leads to."""
    found = _NAMED.fullmatch(text.strip())
    if not found:
        return ""
    said, real = (name.lower().removeprefix("www.") for name in (found[1], shown(host)))
    return "" if said == real or real.endswith(f".{said}") or said.endswith(f".{real}") else found[1]
