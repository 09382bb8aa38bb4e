"""What a source pushes to us: items as JSON, or a whole feed, signed with a secret that both sides know."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cong.harvest.parse import Enclosure, NotAFeed, RawFeed, RawItem, Rules, discover
from cong.harvest.parse.clean import text as plain
from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.pictures import first_image
from cong.kernel.text import nfc

MOST_ITEMS = 500
MOST_BYTES = 5_000_000
TOLERANCE_S = 300
_MOST_PROBLEMS = 20
_MOST_PARTS = 50
_LONGEST = 2000
_BLANK = b" \t\r\n\xef\xbb\xbf"
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}")


class BadPush(NotAFeed):
    """The body says something that cannot be. `problems` names every place and what is wrong there (at most 20)."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("push", "\n".join(problems))
        self.problems = problems


def read(content: bytes, *, url: str, charset: str | None, rules: Rules) -> RawFeed:
    """Read a body of our own form, `{"items": […], "deleted": […]}`, or a feed of any kind.

    `url` is the source's own address, `charset` what the HTTP header said. Raises BadPush for our own form, NotAFeed
    (which BadPush is too) for a feed. An item needs `id` or `url`, and a title or a text; fields that we do not know
    are refused, because a misspelt one would be lost without a word.
    """
    if len(content) > MOST_BYTES:
        raise NotAFeed("too-big", f"Nội dung lớn hơn {MOST_BYTES // 1_000_000} MB; hãy chia thành nhiều lần gửi.")
    said = _own_form(content) if content.lstrip(_BLANK)[:1] in (b"{", b"[") else None
    feed = _from_mapping(said, rules) if said is not None else discover(content, url=url, charset=charset, rules=rules)
    if len(feed.items) + len(feed.deleted) > MOST_ITEMS:
        raise NotAFeed("too-many", f"Gửi hơn {MOST_ITEMS} mục trong một lần; hãy chia thành nhiều lần gửi.")
    return replace(feed, kind="push")


def _own_form(content: bytes) -> dict[str, Any] | None:
    """Return the decoded body, None when it is a JSON Feed, which says so by its version."""
    try:
        said = json.loads(content.lstrip(_BLANK), parse_int=_whole)
    except RecursionError as error:
        raise BadPush(("Nội dung JSON lồng quá sâu.",)) from error
    except ValueError as error:
        raise BadPush((f"Nội dung JSON sai cú pháp: {error}",)) from error
    if not isinstance(said, dict):
        raise BadPush(('Nội dung phải là một bảng JSON: {"items": […], "deleted": […]}.',))
    version = said.get("version")
    return None if isinstance(version, str) and "jsonfeed.org" in version else said


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= 18 else float(digits)


def _from_mapping(said: Mapping[str, Any], rules: Rules) -> RawFeed:
    form = _Form(rules=rules)
    for name in said:
        if name not in ("items", "deleted"):
            form.refuse(_shown(name), "không có trường này; chỉ có items và deleted")
    if not ("items" in said or "deleted" in said):
        form.refuse("items", "thiếu; nội dung phải có items hoặc deleted")
    listed, removed = form.rows(said, "items", ""), form.rows(said, "deleted", "")
    if len(listed) + len(removed) > MOST_ITEMS:
        raise BadPush((f"items: gửi hơn {MOST_ITEMS} mục trong một lần; hãy chia thành nhiều lần gửi.",))
    items = tuple(_item(form, one, f"items[{place}]") for place, one in enumerate(listed))
    deleted = tuple(form.text({"": one}, "", f"deleted[{place}]") for place, one in enumerate(removed))
    _check_ids(form, items, deleted)
    if form.problems:
        raise BadPush(tuple(form.problems))
    return RawFeed(kind="push", items=items, deleted=deleted)


def _check_ids(form: _Form, items: tuple[RawItem, ...], deleted: tuple[str, ...]) -> None:
    seen: dict[str, int] = {}
    for place, item in enumerate(items):
        if item.guid and seen.setdefault(item.guid, place) != place:
            form.refuse(f"items[{place}].id", f"trùng với items[{seen[item.guid]}].id")
    for place, guid in enumerate(deleted):
        if not guid:
            form.refuse(f"deleted[{place}]", "để trống")
        elif guid in seen:
            form.refuse(f"deleted[{place}]", f"vừa gửi vừa gỡ cùng một mục: items[{seen[guid]}]")


@dataclass(frozen=True, kw_only=True)
class _Form:
    """Reads fields of JSON and notes what is wrong with them, so that a sender learns of every mistake at once."""

    rules: Rules
    problems: list[str] = field(default_factory=list)

    def refuse(self, place: str, why: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(f"{place}: {why}")

    def text(self, said: Mapping[str, Any], name: str, place: str, longest: int | None = _LONGEST) -> str:
        """Return a string in NFC without signs that a database cannot hold; null is as good as nothing."""
        value = said.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(_at(place, name), "phải là một chuỗi")
            return ""
        if longest and len(value) > longest:
            self.refuse(_at(place, name), f"dài quá {longest} ký tự")
            return ""
        return nfc(_BAD.sub("", value)).strip()

    def address(self, said: Mapping[str, Any], name: str, place: str) -> str:
        value = self.text(said, name, place)
        if value and not _is_address(value):
            self.refuse(_at(place, name), "phải là địa chỉ đầy đủ, bắt đầu bằng http:// hoặc https://")
            return ""
        return value

    def date(self, said: Mapping[str, Any], name: str, place: str) -> datetime | None:
        value = self.text(said, name, place)
        found = parse_date(value, self.rules) if value else None
        if value and found is None:
            self.refuse(
                _at(place, name),
                f"không đọc được ngày giờ “{value[:40]}”, hoặc ngày ở quá xa; viết như 2026-06-15T08:00:00+07:00",
            )
        return found

    def rows(self, said: Mapping[str, Any], name: str, place: str) -> list[Any]:
        value = said.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(_at(place, name), "phải là một danh sách")
            return []
        return value

    def strange(self, said: Mapping[str, Any], known: frozenset[str], place: str) -> None:
        for name in said:
            if name not in known:
                self.refuse(_at(place, _shown(name)), "không có trường này")


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place and name else place or name


def _shown(name: str) -> str:
    return _BAD.sub("", name)[:40]


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)


_ITEM = frozenset({
    "id", "url", "title", "summary", "html", "author", "lang", "tags", "published", "updated", "image", "number",
    "enclosures",
})  # fmt: skip
_FILE = frozenset({"url", "type", "length"})


def _item(form: _Form, said: Any, place: str) -> RawItem:
    if not isinstance(said, dict):
        form.refuse(place, "phải là một bảng JSON")
        return RawItem()
    form.strange(said, _ITEM, place)
    url = form.address(said, "url", place)
    html = form.text(said, "html", place, longest=None)
    item = RawItem(
        guid=form.text(said, "id", place), url=url, title=plain(form.text(said, "title", place)),
        summary=form.text(said, "summary", place, longest=None), html=html,
        author=plain(form.text(said, "author", place)), lang=_language(form, said, place),
        tags=_tags(form, said, place), published=form.date(said, "published", place),
        updated=form.date(said, "updated", place),
        image=form.address(said, "image", place) or first_image(html, url), number=form.text(said, "number", place),
        enclosures=_enclosures(form, said, place),
    )  # fmt: skip
    if not _says_any(said, "id", "url"):
        form.refuse(f"{place}.id", "thiếu; mỗi mục phải có id hoặc url")
    if not _says_any(said, "title", "html", "summary"):
        form.refuse(f"{place}.title", "thiếu; mỗi mục phải có title, html hoặc summary")
    return item


def _says_any(said: Mapping[str, Any], *names: str) -> bool:
    return any(value.strip() if isinstance(value := said.get(name), str) else value for name in names)


def _language(form: _Form, said: Mapping[str, Any], place: str) -> str:
    value = form.text(said, "lang", place)
    if value and not _LANGUAGE.fullmatch(value):
        form.refuse(f"{place}.lang", "phải là mã ngôn ngữ, ví dụ vi hay en")
        return ""
    return value


def _tags(form: _Form, said: Mapping[str, Any], place: str) -> tuple[str, ...]:
    given = form.rows(said, "tags", place)
    if len(given) > _MOST_PARTS:
        form.refuse(f"{place}.tags", f"nhiều hơn {_MOST_PARTS} thẻ")
    found = [form.text({"": one}, "", f"{place}.tags[{n}]") for n, one in enumerate(given[:_MOST_PARTS])]
    return tuple(dict.fromkeys(tag for one in found if (tag := plain(one))))


def _enclosures(form: _Form, said: Mapping[str, Any], place: str) -> tuple[Enclosure, ...]:
    given = form.rows(said, "enclosures", place)
    if len(given) > _MOST_PARTS:
        form.refuse(f"{place}.enclosures", f"nhiều hơn {_MOST_PARTS} tệp")
    return tuple(_enclosure(form, one, f"{place}.enclosures[{n}]") for n, one in enumerate(given[:_MOST_PARTS]))


def _enclosure(form: _Form, said: Any, place: str) -> Enclosure:
    if not isinstance(said, dict):
        form.refuse(place, "phải là một bảng JSON")
        return Enclosure(url="")
    form.strange(said, _FILE, place)
    url, length = form.address(said, "url", place), said.get("length")
    if said.get("url") is None or said.get("url") == "":
        form.refuse(f"{place}.url", "thiếu")
    if length is not None and not (type(length) is int and length >= 0):
        form.refuse(f"{place}.length", "phải là số byte, số nguyên không âm")
        length = 0
    return Enclosure(url=url, type=form.text(said, "type", place).lower(), length=length or 0)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return HMAC-SHA256 in hex over `timestamp.body`; the timestamp is seconds since 1970 in digits, as sent."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def verify(secret: str, timestamp: str, body: bytes, given: str, now: datetime, tolerance: int = TOLERANCE_S) -> str:
    """Return "" when the signature is right and at most `tolerance` seconds from now, else what is wrong."""
    if not secret:
        return "Nguồn này chưa có khóa để nhận tin gửi đến."
    if not _SECONDS.fullmatch(timestamp):
        return "Thời điểm ký phải là số giây tính từ 1970-01-01 (UTC)."
    expected = signature(secret, timestamp, body)
    if not hmac.compare_digest(expected.encode(), given.strip().lower().encode("utf-8", "replace")):
        return "Chữ ký không khớp: sai khóa, hoặc nội dung đã bị thay đổi trên đường đi."
    if abs(now.timestamp() - int(timestamp)) > tolerance:
        return f"Chữ ký lệch quá {tolerance} giây so với đồng hồ ở đây; hãy chỉnh đồng hồ máy gửi và ký lại."
    return ""
