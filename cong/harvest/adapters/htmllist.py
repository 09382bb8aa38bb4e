"""HTML list pages: an agency's news list or document table, read by selectors that the registry gives."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from cong.harvest.adapters import selectors
from cong.harvest.adapters.contract import Adapter, Body, Reading, Spec
from cong.harvest.adapters.selectors import Node, Selector, text
from cong.harvest.parse import NotAFeed, RawFeed, RawItem, Rules
from cong.harvest.parse.addresses import url_key
from cong.harvest.parse.charset import to_utf8
from cong.harvest.parse.names import escaped
from cong.harvest.parse.parts import moment, person, tags
from cong.harvest.parse.pictures import SOURCES, TINY, web
from cong.harvest.parse.zones import local
from cong.kernel.text import fold

_WORDS = ("link", "title", "date", "summary", "image", "number", "author", "tags")
KEYS = frozenset({"item", "remove", "key", *_WORDS}) | selectors.PAGING
_BIG = 5_000_000
_MOST_TAGS, _MOST_ELEMENTS, _MOST_SIBLINGS = 100_000, 30_000, 3_000
_MOST_ATTRIBUTES = 500
_MOST_RESULTS, _MOST_TRIED = 1_000, 20
_LONGEST_DATE = 200
_KEY = re.compile(r"guid|url|title\+date|url:[^\s=&?#]{1,60}")
_CHARSET = re.compile(rb"""<meta\b[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_TAG = re.compile(
    rb"<!--.*?(?:--!?>|\Z)|<(script|style)\b.*?(?:</\1|\Z)"
    rb"""|<[a-z][^\s/>]*+((?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+)?+)*+)""",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(rb"""[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+)?+""")
_FAILED = re.compile(
    r"\b(?:400|401|403|404|410|429|500|502|503|504)\b|not found|forbidden|access denied|server error|unavailable"
    r"|just a moment|khong tim thay|khong ton tai|tu choi truy cap|bao tri|loi he thong|da xay ra loi"
)
_SRCSET = re.compile(r"(\S+)(?:\s+([\d.]{1,9})[wx])?\s*(?:,|$)")
_BREAKS = re.compile(r"[\t\r\n]+")  # browsers leave them out of addresses
_TIME = selectors.compiled("css:time")


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """The registry's words, compiled."""

    item: Selector
    fields: Mapping[str, Selector]
    remove: tuple[Selector, ...]
    key: str


def read(body: Body, spec: Spec, rules: Rules) -> Reading:
    """Read one page of the list; it is no error that pages after the first have nothing."""
    if problem := wrong(spec):
        raise NotAFeed("rule", f"Quy tắc của nguồn có lỗi: {problem}")
    rule = _rule(spec.config)
    charset = spec.config.get("charset", "auto")
    root = page_of(body.content, body.charset if charset == "auto" else str(charset))
    elements = _elements(rule, root)
    base = base_of(root, body.url)
    items = tuple(_once(item for element in elements if (item := _item(element, rule, base, rules))))
    if not items and url_key(body.url) not in map(url_key, selectors.page_addresses(spec)[1:]):
        raise _nothing(root, len(elements), str(spec.config["item"]))
    return Reading(feed=RawFeed(
        kind="htmllist", title=_title(root), url=body.url, lang=text(root.get("lang") or "")[:20], items=items,
    ))  # fmt: skip


def wrong(spec: Spec) -> str:
    """Tell in Vietnamese what is wrong with the words of this kind."""
    config = spec.config
    if "item" not in config:
        return 'thiếu “item”: bộ chọn phần tử bao quanh mỗi mục, ví dụ item = "css:div.news-item".'
    for name in ("item", *_WORDS):
        if name in config and (problem := selectors.wrong(config[name])):
            return f"{name}: {problem}"
    if selectors.compiled(config["item"]).attribute:
        return "item phải chọn phần tử bao quanh mỗi mục, không phải thuộc tính (bỏ phần sau dấu @)."
    if not _KEY.fullmatch(str(config.get("key", "url"))):
        return "key phải là guid, url, url:TÊN-THAM-SỐ (ví dụ url:ItemID) hoặc title+date."
    return _wrong_remove(config.get("remove", [])) or selectors.wrong_pages(spec)


def _wrong_remove(remove: Any) -> str:
    if not isinstance(remove, list):
        return 'remove phải là danh sách bộ chọn, ví dụ remove = ["css:.share"].'
    return next((f"remove: {problem}" for one in remove if (problem := selectors.wrong(one))), "")


def _rule(config: Mapping[str, Any]) -> _Rule:
    return _Rule(
        item=selectors.compiled(config["item"]),
        fields={name: selectors.compiled(config[name]) for name in _WORDS if name in config},
        remove=tuple(selectors.compiled(one) for one in config.get("remove", [])),
        key=str(config.get("key", "url")),
    )


def page_of(content: bytes, charset: str | None) -> etree._Element:
    """Return the root of a web page, in whatever charset; raises NotAFeed for what is none or is made to hurt."""
    if not content.strip(b" \t\r\n\0"):
        raise NotAFeed("empty", "Địa chỉ trả về nội dung rỗng.")
    if len(content) > _BIG:
        raise NotAFeed("too-big", f"Trang lớn hơn {_BIG // 1_000_000} MB.")
    inside = _CHARSET.search(content[:4096])
    document = to_utf8(content, charset or (inside[1].decode("ascii") if inside else None)).replace(b"\0", b"")
    if document.count(b"<") > _MOST_TAGS or _has_many_attributes(document):
        raise NotAFeed("too-big", "Trang có quá nhiều thẻ hoặc thuộc tính, không phải một trang danh sách thật.")
    parser: Any = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root: etree._Element | None = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAFeed("malformed", "Nội dung không đọc được như một trang web (HTML).") from error
    if root is None:
        raise NotAFeed("malformed", "Nội dung không đọc được như một trang web (HTML).")
    every = list(islice(root.iter(), _MOST_ELEMENTS + 1))
    if len(every) > _MOST_ELEMENTS or max(map(len, every)) > _MOST_SIBLINGS:
        raise NotAFeed(
            "too-many", f"Trang có hơn {_MOST_ELEMENTS} phần tử, hoặc hơn {_MOST_SIBLINGS} phần tử liền nhau; "
            "hãy dùng địa chỉ trả về ít mục hơn.",
        )  # fmt: skip
    return root


def _has_many_attributes(document: bytes) -> bool:
    """Tell an attack: libxml2 compares each attribute of a tag with all others of it."""
    for tag in _TAG.finditer(document):
        said = tag[2]
        if said and len(said) > 2 * _MOST_ATTRIBUTES:
            count = sum(1 for _ in islice(_ATTRIBUTE.finditer(said), _MOST_ATTRIBUTES + 1))
            if count > _MOST_ATTRIBUTES:
                return True
    return False


def base_of(root: etree._Element, url: str) -> str:
    """Return the address against which the links of a page are meant."""
    said = next((href for one in root.iter("base") if (href := one.get("href"))), "")
    return web(text(said), url) or url


def _title(root: etree._Element) -> str:
    return next((said for one in root.iter("title") if (said := text(one))), "")


def _elements(rule: _Rule, root: etree._Element) -> list[etree._Element]:
    """Return the item elements: of those inside each other the outer ones, but a row that holds rows is layout."""
    found = dict.fromkeys(rule.item.elements(root))
    inner = [one for one in found if any(above in found for above in one.iterancestors())]
    layout = {above for one in inner if one.tag == "tr" for above in one.iterancestors("tr")}
    kept = dict.fromkeys(one for one in found if one not in layout)
    return [one for one in kept if not any(above in kept for above in one.iterancestors())]


def _item(element: etree._Element, rule: _Rule, base: str, rules: Rules) -> RawItem | None:
    """Return what an item element says; None for a header row and other things that are no items."""
    _strip(element, rule.remove)
    url = _link(element, rule, base)
    title = next(iter(_texts(element, rule, "title")), "") or _link_text(element, url, base)
    published, unread = moment(_date_texts(element, rule), rules)
    dated = f"{published.astimezone(local(rules)):%Y-%m-%d}" if published else unread
    if not title or not (url or (dated and rule.key == "title+date")):
        return None
    summary = next(iter(_texts(element, rule, "summary")), "")
    return RawItem(
        guid=_guid(rule.key, url, title, dated), url=url, title=title,
        summary=escaped(summary) if summary != title else "",
        author=person(next(iter(_texts(element, rule, "author")), "")), tags=tags(_texts(element, rule, "tags")),
        published=published, date_text="" if published else unread[:_LONGEST_DATE], image=_image(element, rule, base),
        number=next(iter(_texts(element, rule, "number")), ""),
    )  # fmt: skip


def _strip(element: etree._Element, remove: Iterable[Selector]) -> None:
    for selector in remove:
        for one in _inside(selector.pick(element, _MOST_RESULTS), element):
            parent, before = one.getparent(), one.getprevious()
            if parent is None:
                continue
            if before is not None:
                before.tail = (before.tail or "") + (one.tail or "")
            else:
                parent.text = (parent.text or "") + (one.tail or "")
            parent.remove(one)


def _inside(found: Iterable[Node], element: etree._Element) -> Iterator[etree._Element]:
    for one in found:
        if not isinstance(one, str) and any(above is element for above in one.iterancestors()):
            yield one


def _nodes(element: etree._Element, rule: _Rule, name: str) -> list[Node]:
    return rule.fields[name].pick(element, _MOST_RESULTS)[:_MOST_TRIED] if name in rule.fields else []


def _texts(element: etree._Element, rule: _Rule, name: str) -> Iterator[str]:
    return (said for one in _nodes(element, rule, name) if (said := text(one)))


def _link(element: etree._Element, rule: _Rule, base: str) -> str:
    nodes = _nodes(element, rule, "link") if "link" in rule.fields else list(islice(element.iter("a"), _MOST_TRIED))
    for node in nodes:
        said = node if isinstance(node, str) else next((href for a in node.iter("a") if (href := a.get("href"))), "")
        if url := address(said, base):
            return url
    return ""


def address(said: str, base: str) -> str:
    """Return the absolute address of a link; scripts and places on the same page are none."""
    plain = text(_BREAKS.sub("", said.strip()))
    return "" if plain.startswith("#") else web(plain, base)


def _link_text(element: etree._Element, url: str, base: str) -> str:
    """Return the words of the first link to the address that has any, else its title, else its picture's."""
    same = [
        one for one in islice(element.iter("a"), _MOST_TRIED) if url and address(one.get("href") or "", base) == url
    ]
    said = [text(one) for one in same] + [text(one.get("title") or "") for one in same]
    said += [text(picture.get("alt") or "") for one in same for picture in one.iter("img")]
    return next(filter(None, said), "")


def _date_texts(element: etree._Element, rule: _Rule) -> Iterator[str]:
    nodes = _nodes(element, rule, "date") if "date" in rule.fields else _TIME.pick(element, _MOST_RESULTS)[:1]
    for one in nodes:
        if not isinstance(one, str) and (exact := text(one.get("datetime") or "")):
            yield exact
        yield text(one)


def _image(element: etree._Element, rule: _Rule, base: str) -> str:
    for node in _nodes(element, rule, "image"):
        said = [node] if isinstance(node, str) else [one for img in node.iter("img", "source") for one in _sources(img)]
        for one in said:
            if url := web(_largest(text(one)), base):
                return url
    return ""


def _sources(picture: etree._Element) -> list[str]:
    """Return where a picture may come from; lazy loaders keep the real address aside."""
    if TINY & {picture.get("width"), picture.get("height")}:
        return []
    names = (*SOURCES[:-1], "data-srcset", "srcset", SOURCES[-1])
    return [said for name in names if (said := picture.get(name))]


def _largest(said: str) -> str:
    """Return the address of the largest picture of a `srcset`; a bare address is itself."""
    if " " not in said:
        return said
    found = [(float(size), url) for url, size in _SRCSET.findall(said) if size.count(".") < 2 and size.strip(".")]
    return max(found)[1] if found else said


def _guid(key: str, url: str, title: str, dated: str) -> str:
    if key == "title+date":
        said = hashlib.sha256(f"{fold(title)}|{dated}".encode()).hexdigest()
        return f"title+date:{said}" if dated else ""
    if key.startswith("url:"):
        return _parameter(url, key.removeprefix("url:"))
    return url if key == "guid" else ""


def _parameter(url: str, name: str) -> str:
    """Return `ItemID=123` for the query parameter of that name, in whatever case; "" when the address has none."""
    try:
        said = parse_qsl(urlsplit(url).query)
    except ValueError:
        return ""
    return next((f"{name}={value}" for word, value in said if word.lower() == name.lower()), "")


def _once(items: Iterable[RawItem]) -> list[RawItem]:
    """Return each item once; a picture and a headline often lead to one page."""
    return list({(item.guid, item.url, item.title, item.number): item for item in items}.values())


def _nothing(root: etree._Element, matched: int, item: str) -> NotAFeed:
    """Say why a page gave no items: it is another page than it was, or the rule no longer fits."""
    if any((one.get("type") or "").strip().lower() == "password" for one in root.iter("input")):
        return NotAFeed("html", "Địa chỉ trả về một trang đăng nhập, không phải nguồn tin.")
    title = _title(root)
    if _FAILED.search(fold(title)):
        return NotAFeed("html", f"Địa chỉ trả về một trang báo lỗi (“{title[:100]}”), không phải trang danh sách.")
    if matched:
        return NotAFeed(
            "no-items", f"“item = {item}” khớp {matched} phần tử nhưng không phần tử nào có đủ liên kết và tiêu đề; "
            "hãy xem lại link và title của quy tắc.",
        )  # fmt: skip
    return NotAFeed(
        "no-items", f"Quy tắc không còn tìm thấy mục nào: “item = {item}” không khớp phần tử nào. "
        "Trang có thể đã đổi giao diện; hãy mở trang và sửa lại quy tắc.",
    )  # fmt: skip


ADAPTER = Adapter(start=selectors.page_addresses, read=read, wrong=wrong, keys=KEYS, carries_text=False)
