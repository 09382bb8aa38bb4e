"""The registry's little language for picking: `css:h3 a@href`, `xpath:.//td[2]/text()`, and `{page}` in an address.

Everything is picked from inside the element that is being read. A selector is compiled once, and whatever page it meets
it costs little: libxml2 compares every node of a long path with all others, so paths are walked step by step here, and
what a step may ask in its brackets is limited.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cssselect
from cssselect.parser import CombinedSelector
from lxml import etree

from cong.harvest.adapters.contract import Spec
from cong.harvest.parse import clean
from cong.kernel.text import nfc

Node = etree._Element | str

MOST_PAGES = 20
PAGING = frozenset({"pages", "first_page"})
_PAGE = "{page}"
_LONGEST = 400
_MOST_RESULTS = 100_000
_MOST_FIRST_PAGE = 100_000

_SIGN = re.compile(
    r"""\s*("[^"]*"|'[^']*'|\d+(?:\.\d*)?|\.\d+|//|::|\.\.|!=|<=|>=|[/@.|()\[\],=<>+*-]|[^\W\d][\w.-]*|(?P<odd>\S))"""
)
_STEP = re.compile(
    r"\s*(?:\.\.?|(?:(?P<at>@)|(?P<axis>[a-z-]+)\s*::)?\s*(?:\*|[^\W\d][\w.-]*|(?:text|node)\s*\(\s*\)))\s*(?P<tests>\[.*)?",
    re.DOTALL,
)
_TEXT = re.compile(r"^[^\[]*\btext\s*\(")
_CALL = re.compile(r"\s*([a-z-]+)\s*\(.*\)\s*", re.DOTALL)
_ATTRIBUTE = re.compile(r"(?P<css>.*)@(?P<name>[A-Za-z_][\w.-]*)\s*", re.DOTALL)
_NODE_TESTS = frozenset({"text", "node"})
_FUNCTIONS = frozenset({
    "boolean", "ceiling", "concat", "contains", "count", "false", "floor", "last", "local-name", "name",
    "normalize-space", "not", "number", "position", "round", "starts-with", "string", "string-length", "substring",
    "substring-after", "substring-before", "sum", "true",
})  # fmt: skip
_UPWARD = frozenset({"parent", "ancestor", "ancestor-or-self", "following-sibling", "preceding-sibling"})
_AXES = _UPWARD | {"child", "attribute", "self"}
_WIDE = _UPWARD | {"descendant", "descendant-or-self", "//", ".."}
_COMPARISONS = frozenset({"=", "!=", "<", ">", "<=", ">="})
_PUNCTUATION = _COMPARISONS | {"+", "-", ",", "(", "["}
_WORDS = frozenset({"and", "or", "div", "mod"})
_GOING_ON = frozenset({"/", "//", "@", "::", "|"})
_DEEPEST = 3
_MOST_PATHS = 4
_JOINED = {"": "descendant-or-self::", " ": "descendant::", ">": "", "~": "following-sibling::",
           "+": "following-sibling::*[1]/self::"}  # fmt: skip
_CSS = cssselect.HTMLTranslator()
_PROBE = etree.fromstring("<html><body><div class='a' id='b'><a href='c'>d</a></div></body></html>")


class BadSelector(ValueError):
    """The selector cannot be used; the message tells in Vietnamese why."""


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One step of a path. `deep` tells that it looks at everything below, so that nested places count once."""

    find: etree.XPath
    deep: bool = False


@dataclass(frozen=True, kw_only=True)
class Selector:
    """A compiled selector: alternative paths, and the attribute that is wanted of what they find ("" the element)."""

    paths: tuple[tuple[_Step, ...], ...]
    attribute: str = ""

    def pick(self, element: etree._Element, most: int = _MOST_RESULTS) -> list[Node]:
        """Return what is found in the element (itself included): elements, or strings for attributes and texts.

        A path whose steps found more than `most` ends with what it has.
        """
        found = list(dict.fromkeys(one for path in self.paths for one in _walk(path, element, most)))
        if len(self.paths) > 1:
            found = _in_order(found, element)
        if not self.attribute:
            return found
        said = (one.get(self.attribute) for one in found if not isinstance(one, str))
        return [value for value in said if value is not None]

    def texts(self, element: etree._Element, most: int = _MOST_RESULTS) -> list[str]:
        """Return the texts of what is found, each on one line; empty ones are left out."""
        return [said for one in self.pick(element, most) if (said := text(one))]

    def elements(self, element: etree._Element, most: int = _MOST_RESULTS) -> list[etree._Element]:
        """Return the elements that are found."""
        return [one for one in self.pick(element, most) if not isinstance(one, str)]


def text(node: Node) -> str:
    """Return what a reader sees of a node, on one line and in NFC."""
    if isinstance(node, str):
        return nfc(" ".join(_printable(node).split()))
    return clean.text(str(etree.tostring(node, method="html", encoding="unicode", with_tail=False)))


def _printable(said: str) -> str:
    return said if said.isprintable() else "".join(char for char in said if char.isprintable() or char.isspace())


def wrong(said: Any) -> str:
    """Tell in Vietnamese what is wrong with a selector, "" when nothing is."""
    if not isinstance(said, str) or not said.strip():
        return "phải là một chuỗi, ví dụ css:h3 a@href hoặc xpath:.//h3/a/@href."
    try:
        compiled(said)
    except BadSelector as bad:
        return str(bad)
    return ""


@lru_cache(maxsize=4096)
def compiled(said: str) -> Selector:
    """Return the selector that the registry's words mean; a word without prefix is CSS. Raises BadSelector."""
    if len(said) > _LONGEST:
        raise BadSelector(f"bộ chọn dài quá {_LONGEST} ký tự; hãy viết ngắn lại.")
    kind, mark, rest = said.strip().partition(":")
    selector = _xpath(rest) if mark and kind == "xpath" else _css(rest if mark and kind == "css" else said.strip())
    try:
        for path in selector.paths:
            _through(path, _PROBE)
    except etree.XPathError as error:
        raise BadSelector(f"“{said}” không chạy được ({error}); hãy xem lại tên hàm và kiểu giá trị.") from error
    return selector


def _css(said: str) -> Selector:
    match = _ATTRIBUTE.fullmatch(said)
    css, attribute = (match["css"].strip(), match["name"].lower()) if match else (said, "")
    if match and not css:
        return Selector(paths=((_Step(find=_compile("self::*")),),), attribute=attribute)
    try:
        groups = cssselect.parse(css)
        paths = [_css_path(group) for group in groups]
    except (cssselect.SelectorError, RecursionError) as error:
        raise BadSelector(f"“{said}” không đúng cú pháp CSS ({error}); ví dụ đúng: css:div.tin h3 a@href.") from error
    return Selector(paths=tuple(paths), attribute=attribute)


def _css_path(group: cssselect.Selector) -> tuple[_Step, ...]:
    if group.pseudo_element:
        raise BadSelector("CSS “::…” không dùng được; muốn lấy thuộc tính thì viết css:a@href, lấy chữ thì viết css:a.")
    tree: Any = group.parsed_tree
    chain: list[tuple[str, Any]] = []
    while isinstance(tree, CombinedSelector):
        chain.append((tree.combinator, tree.subselector))
        tree = tree.selector
    chain.append(("", tree))
    return tuple(_css_step(combinator, one) for combinator, one in reversed(chain))


def _css_step(combinator: str, tree: Any) -> _Step:
    test = str(_CSS.xpath(tree))
    for inside in _tests(_signs_of(test)):
        _check_test(inside, _MOST_PATHS)
    return _Step(find=_compile(_JOINED[combinator] + test), deep=combinator == " ")


def _xpath(said: str) -> Selector:
    signs = _signs_of(said)
    call = _CALL.fullmatch(said)
    if call and call[1] not in _NODE_TESTS:
        plain = [sign for sign, _ in signs]
        _check_test(plain, _most_paths(plain))
        return Selector(paths=((_Step(find=_compile(said)),),))
    alternatives = _split(said, signs)
    return Selector(paths=tuple(tuple(_xpath_steps(steps)) for steps in alternatives))


def _most_paths(signs: Iterable[str]) -> int:
    """Return how many long paths a test may have: comparing two of them compares every node with every other."""
    return 1 if _COMPARISONS.intersection(signs) else _MOST_PATHS


def _split(said: str, signs: Sequence[tuple[str, int]]) -> list[list[tuple[str, str]]]:
    """Cut a location path into alternatives, each a list of (separator before it, step)."""
    paths: list[list[tuple[str, str]]] = [[]]
    separator, start, depth = "", 0, 0
    for sign, place in (*signs, ("|", len(said))):
        depth += (sign in ("[", "(")) - (sign in ("]", ")"))
        if depth > 0 or sign not in ("/", "//", "|"):
            continue
        step = said[start:place].strip()
        if step or separator:
            paths[-1].append((separator, step))
        separator, start = ("" if sign == "|" else sign), place + len(sign)
        if sign == "|":
            paths.append([])
        elif not step:
            # A path from the top: what is being read is the top.
            paths[-1].append(("/", "."))
    return [path for path in paths if path] or [[("", "")]]


def _xpath_steps(steps: Sequence[tuple[str, str]]) -> Iterator[_Step]:
    outside = ended = False
    for number, (separator, step) in enumerate(steps):
        match = _STEP.fullmatch(step)
        if not match:
            raise BadSelector(
                f"bước “{step}” không hiểu được; đường dẫn XPath gồm các bước như div[@class='tin'], @href, text(), "
                "nối bằng / hoặc //."
            )
        if ended:
            raise BadSelector(f"sau @thuộc-tính hoặc text() không còn đi tiếp được; hãy bỏ “{separator}{step}”.")
        axis = "attribute" if match["at"] else "parent" if step.startswith("..") else match["axis"] or "child"
        if axis not in _AXES or (separator == "//" and axis in _UPWARD):
            raise BadSelector(f"trục “{axis}” không dùng được ở đây; hãy viết // để tìm ở mọi tầng.")
        if outside and separator == "//":
            raise BadSelector("sau bước đi ra ngoài (.., ancestor::, following-sibling::) chỉ nối được bằng một dấu /.")
        outside, ended = outside or axis in _UPWARD, axis == "attribute" or bool(_TEXT.search(match[0]))
        for inside in _tests(_signs_of(match["tests"] or "")):
            _check_test(inside, _most_paths(inside))
        # The first name of a path from the top may be the element itself, as `/html` is.
        top = number == 1 and steps[0] == ("/", ".") and separator == "/" and axis == "child" and step != "."
        said = f"self::{step.removeprefix('child::')}" if top else f".//{step}" if separator == "//" else step
        yield _Step(find=_compile(said), deep=separator == "//")


def _signs_of(said: str) -> list[tuple[str, int]]:
    """Return the signs of an XPath with their places; refuses signs that the little language has no use for."""
    found, place, end = [], 0, len(said.rstrip())
    while place < end:
        match = _SIGN.match(said, place)
        if match is None or match["odd"]:
            raise BadSelector(f"ký tự “{said[place:].strip()[:1]}” không dùng được trong XPath của hệ thống.")
        found.append((match[1], match.start(1)))
        place = match.end()
    return found


def _tests(signs: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    """Yield the inside of every outermost bracket; refuses what stands between brackets."""
    depth, inside = 0, list[str]()
    started = False
    for sign, _ in signs:
        depth += sign == "["
        started = started or depth > 0
        if depth:
            inside.append(sign)
        elif started:
            raise BadSelector(f"“{sign}” sau dấu ] không hiểu được; mỗi bước chỉ có các điều kiện trong [ ].")
        depth -= sign == "]"
        if inside and not depth:
            yield inside[1:-1]
            inside = []


def _check_test(signs: Sequence[str], most: int) -> None:
    """Refuse a test whose price could be the square of the page's size, and functions that XPath 1.0 has no need of."""
    wide: Counter[int] = Counter()
    long: set[int] = set()
    path = depth = 0
    borders = _borders(signs)
    for number, sign in enumerate(signs):
        after = signs[number + 1] if number + 1 < len(signs) else ""
        depth += (sign == "[") - (sign == "]")
        if not borders[number + 1]:
            _check_sign(sign, after, depth, first=borders[number])
        path += borders[number + 1]
        if sign in ("//", "..") or (sign in _WIDE and after == "::"):
            wide[path] += 1
            if depth:
                raise BadSelector("trong ngoặc vuông lồng nhau chỉ hỏi được thuộc tính, chữ và phần tử con.")
        if sign == "/" or path in wide:
            long.add(path)
    if max(wide.values(), default=0) > 1 or len(long) > most:
        raise BadSelector(
            "điều kiện trong ngoặc vuông quá phức tạp: mỗi ngoặc chỉ có một đường dẫn dài với nhiều nhất một “//”; "
            "hãy tách thành nhiều ngoặc vuông hoặc nhiều bước."
        )


def _borders(signs: Sequence[str]) -> list[bool]:
    """Tell of every sign whether a path ends with it; the first answer is for the bracket before all signs.

    `div`, `and` and the like are names of elements wherever XPath expects a path to begin or to go on.
    """
    found, before = [True], "["
    for sign in signs:
        begins = found[-1] or before in _GOING_ON
        found.append(sign in _PUNCTUATION or (sign in _WORDS and not begins))
        before = sign
    return found


def _check_sign(sign: str, after: str, depth: int, *, first: bool) -> None:
    if sign == "|" or depth > _DEEPEST:
        raise BadSelector("trong ngoặc vuông không dùng được dấu | và không lồng quá ba tầng.")
    if sign in ("/", "//") and first:
        raise BadSelector("trong ngoặc vuông, đường dẫn phải bắt đầu từ phần tử đang xét: viết .// thay cho //.")
    if after == "(" and sign[0].isalpha() and sign not in _FUNCTIONS | _NODE_TESTS:
        raise BadSelector(f"hàm “{sign}” không dùng được; các hàm dùng được: {', '.join(sorted(_FUNCTIONS))}.")
    if after == "::" and sign not in _AXES | _WIDE:
        raise BadSelector(f"trục “{sign}” không dùng được.")


def _compile(said: str) -> etree.XPath:
    try:
        return etree.XPath(said, regexp=False, smart_strings=False)
    except (etree.XPathError, ValueError) as error:
        raise BadSelector(f"“{said}” không đúng cú pháp XPath ({error}).") from error


def _walk(path: Iterable[_Step], element: etree._Element, most: int) -> list[Node]:
    try:
        return _through(path, element, most)
    except etree.XPathError:
        # Types can clash in a test that the probe never reached: such a path finds nothing.
        return []


def _through(path: Iterable[_Step], element: etree._Element, left: int = _MOST_RESULTS) -> list[Node]:
    places: list[Node] = [element]
    for step in path:
        found: dict[Node, None] = {}
        for place in _outermost(places) if step.deep else places:
            if isinstance(place, str) or left <= 0:
                break
            results = _results(step.find(place))
            left -= len(results)
            found.update(dict.fromkeys(results))
        places = list(found)
    return places


def _results(said: Any) -> list[Node]:
    if isinstance(said, list):
        return [one for one in said if isinstance(one, str | etree._Element)]
    return [str(said)] if isinstance(said, str | float) and not isinstance(said, bool) else []


def _outermost(places: Sequence[Node]) -> Sequence[Node]:
    if len(places) == 1:
        return places
    every = set(places)
    return [
        one for one in places if not isinstance(one, str) and not any(above in every for above in one.iterancestors())
    ]


def _in_order(found: list[Node], element: etree._Element) -> list[Node]:
    """Return elements in the order of the document; strings stay where they are, as no order is known of them."""
    if any(isinstance(one, str) for one in found):
        return found
    order = {one: number for number, one in enumerate(element.iter())}
    return sorted(found, key=lambda one: order.get(one, -1) if not isinstance(one, str) else -1)


def page_addresses(spec: Spec) -> tuple[str, ...]:
    """Return the addresses of a visit: `{page}` in the url becomes first_page, first_page + 1 … for `pages` pages."""
    if _PAGE not in spec.url:
        return (spec.url,)
    first, pages = _number(spec.config, "first_page", 0, _MOST_FIRST_PAGE), _number(spec.config, "pages", 1, MOST_PAGES)
    return tuple(spec.url.replace(_PAGE, str(number)) for number in range(first, first + pages))


def _number(config: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = config.get(name, 1)
    return min(max(value, least), most) if isinstance(value, int) and not isinstance(value, bool) else 1


def wrong_pages(spec: Spec, *, other: str = "") -> str:
    """Tell in Vietnamese what is wrong with `pages` and `first_page`; `other` is another word that leads to pages."""
    for name, least, most in (("pages", 1, MOST_PAGES), ("first_page", 0, _MOST_FIRST_PAGE)):
        value = spec.config.get(name, 1)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            return f"{name} phải là số nguyên từ {least} đến {most}."
    if spec.config.get("pages", 1) > 1 and _PAGE not in spec.url and not spec.config.get(other):
        return "pages lớn hơn 1 nhưng url không có {page}; hãy ghi {page} vào chỗ số trang trong url."
    return ""
