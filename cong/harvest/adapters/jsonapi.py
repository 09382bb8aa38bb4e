"""JSON interfaces of sites: a list somewhere in an answer, its fields named by dot paths such as `anh.0.url`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from cong.harvest.adapters import selectors
from cong.harvest.adapters.contract import Adapter, Body, Reading, Spec
from cong.harvest.parse import NotAFeed, RawFeed, RawItem, Rules
from cong.harvest.parse.charset import to_utf8
from cong.harvest.parse.clean import text as plain
from cong.harvest.parse.names import join
from cong.harvest.parse.parts import moment, person, tags
from cong.harvest.parse.pictures import first_image, web
from cong.kernel.text import nfc

_FIELDS = ("title", "date", "summary", "content", "image", "number", "author", "tags", "guid")
KEYS = frozenset({"items", "link", "next", *_FIELDS}) | selectors.PAGING
_BIG = 10_000_000
_MOST_ITEMS, _MOST_VALUES = 5_000, 50
_LONGEST_PATH, _LONGEST_DATE = 200, 200
_PATH = re.compile(r"[^\s.{}]+(?:\.[^\s.{}]+)*")
_PLACE = re.compile(r"\{([^{}]*)\}")
# Lone halves of a pair and NUL can be written in JSON, but neither in UTF-8 nor in a database.
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read(body: Body, spec: Spec, rules: Rules) -> Reading:
    """Read one answer; an empty list is an answer, a list that is gone is none."""
    if problem := wrong(spec):
        raise NotAFeed("rule", f"Quy tắc của nguồn có lỗi: {problem}")
    document = _document(body, str(spec.config.get("charset", "auto")))
    found = _listed(document, str(spec.config["items"]))
    items = tuple(item for one in found if (item := _item(one, spec.config, body.url, rules)))
    if found and not items:
        raise NotAFeed(
            "no-items", f"Danh sách “{spec.config['items']}” có {len(found)} mục nhưng không mục nào có tiêu đề và "
            "liên kết (hay guid); hãy xem lại title và link của quy tắc.",
        )  # fmt: skip
    feed = RawFeed(kind="jsonapi", url=body.url, items=items)
    return Reading(feed=feed, follow=_next(document, spec, body.url) if items else ())


def wrong(spec: Spec) -> str:
    """Tell in Vietnamese what is wrong with the words of this kind."""
    config = spec.config
    for name in ("items", "title"):
        if name not in config:
            return f'thiếu “{name}”: đường dẫn trong JSON, ví dụ items = "data.list", title = "tieuDe".'
    if "link" not in config and "guid" not in config:
        return 'cần “link” hoặc “guid” để nhận ra từng mục, ví dụ link = "https://vidu.gov.vn/bai/{id}".'
    for name in ("items", "next", *_FIELDS):
        if name in config and not _is_path(config[name], whole=name == "items"):
            return f"{name}: phải là tên các tầng nối bằng dấu chấm, ví dụ data.list hay anh.0.url."
    if "link" in config and not _is_link(config["link"]):
        return "link: phải là đường dẫn như duongDan, hay mẫu địa chỉ như https://vidu.gov.vn/bai/{id}."
    if "next" in config and "{page}" in spec.url:
        return "chỉ dùng một cách lật trang: {page} trong url, hoặc next."
    return selectors.wrong_pages(spec, other="next")


def _is_path(said: Any, *, whole: bool = False) -> bool:
    """Tell whether it is a dot path; "." stands for the whole document."""
    if not isinstance(said, str) or len(said) > _LONGEST_PATH:
        return False
    return bool(_PATH.fullmatch(said)) or (whole and said == ".")


def _is_link(said: Any) -> bool:
    if not isinstance(said, str) or "{" not in said:
        return _is_path(said)
    rest = _PLACE.sub("", said)
    return "{" not in rest and "}" not in rest and all(map(_is_path, _PLACE.findall(said)))


def _document(body: Body, charset: str) -> Any:
    if not body.content.strip(b" \t\r\n\0"):
        raise NotAFeed("empty", "Địa chỉ trả về nội dung rỗng.")
    if len(body.content) > _BIG:
        raise NotAFeed("too-big", f"Nội dung lớn hơn {_BIG // 1_000_000} MB.")
    document = to_utf8(body.content, body.charset if charset == "auto" else charset)
    if document.lstrip()[:1] == b"<":
        raise NotAFeed("html", "Địa chỉ trả về một trang web (HTML) hoặc XML, không phải dữ liệu JSON.")
    try:
        return json.loads(document)
    except RecursionError as error:
        raise NotAFeed("too-deep", "Dữ liệu JSON lồng quá sâu.") from error
    except ValueError as error:
        raise NotAFeed("malformed", f"Dữ liệu JSON sai cú pháp: {str(error)[:200]}") from error


def _listed(document: Any, path: str) -> list[Any]:
    found = document if path == "." else next(_values(document, path), None)
    if not isinstance(found, list):
        raise NotAFeed(
            "no-items", f"Không tìm thấy danh sách ở “items = {path}”. Giao diện JSON có thể đã đổi; hãy mở địa chỉ, "
            "tìm chỗ có danh sách mục và sửa lại items.",
        )  # fmt: skip
    if len(found) > _MOST_ITEMS:
        raise NotAFeed("too-many", f"Danh sách có hơn {_MOST_ITEMS} mục; hãy dùng địa chỉ trả về ít mục hơn.")
    return found


def _values(value: Any, path: str) -> Iterator[Any]:
    """Yield what the path leads to: a name in a mapping, a number in a list, `*` for each of a list."""
    here = [value]
    for word in path.split("."):
        if word == "*":
            here = [one for many in here if isinstance(many, list) for one in many[:_MOST_VALUES]][:_MOST_VALUES]
        else:
            here = [_inside(one, word) for one in here]
    return (one for one in here if one is not None)


def _inside(value: Any, word: str) -> Any:
    if isinstance(value, dict):
        return value.get(word)
    if isinstance(value, list) and word.isascii() and word.isdecimal() and len(word) < 5:
        return value[int(word)] if int(word) < len(value) else None
    return None


def _item(value: Any, config: Mapping[str, Any], base: str, rules: Rules) -> RawItem | None:
    said = {name: _first(value, str(config[name])) for name in _FIELDS if name in config}
    title, guid = plain(said["title"]), said.get("guid", "")
    url = _link(value, str(config["link"]), base) if "link" in config else ""
    if not title or not (url or guid):
        return None
    published, unread = moment([said.get("date", "")], rules)
    summary = said.get("summary", "")
    html = said.get("content", "") or summary
    return RawItem(
        guid=guid, url=url, title=title, summary=summary, html=html, author=person(said.get("author", "")),
        tags=tags(_tags(value, str(config["tags"]))) if "tags" in config else (),
        published=published, date_text=unread[:_LONGEST_DATE],
        image=web(said.get("image", ""), base) or first_image(html, base), number=plain(said.get("number", "")),
    )  # fmt: skip


def _first(value: Any, path: str) -> str:
    return next((said for one in _values(value, path) if (said := _text(one))), "")


def _tags(value: Any, path: str) -> Iterator[str]:
    for one in _values(value, path):
        yield from map(_text, one[:_MOST_VALUES] if isinstance(one, list) else (one,))


def _text(value: Any) -> str:
    """Return a string in NFC; whole numbers serve as ids and as moments."""
    if isinstance(value, str):
        return nfc(value if value.isprintable() else _BAD.sub("", value)).strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _link(value: Any, said: str, base: str) -> str:
    """Return the item's address; a template with a place that nothing fills is no address."""
    if "{" not in said:
        return web(_first(value, said), base)
    parts = {path: _first(value, path) for path in _PLACE.findall(said)}
    if not all(parts.values()):
        return ""
    return web(_PLACE.sub(lambda match: quote(parts[match[1]], safe=""), said), base)


def _next(document: Any, spec: Spec, url: str) -> tuple[str, ...]:
    """Return the address of the next page as the answer names it, on the same host only."""
    if "next" not in spec.config or spec.config.get("pages", 1) <= 1:
        return ()
    said = _first(document, str(spec.config["next"]))
    found = join(url, said)
    return (found,) if found and found != url and _host(found) and _host(found) == _host(url) else ()


def _host(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return (parts.scheme, parts.netloc.lower()) if parts.scheme in ("http", "https") else None


ADAPTER = Adapter(start=selectors.page_addresses, read=read, wrong=wrong, keys=KEYS)
