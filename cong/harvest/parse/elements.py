"""The elements of HTML: which stay, which become another, which break a line; and markup that is made to hurt."""

from __future__ import annotations

import html as entities
import re

from cong.harvest.parse.pictures import SOURCES

ALLOWED = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "dl", "dt", "em",
    "figcaption", "figure", "h2", "h3", "h4", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s",
    "small", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}, "ol": {"start"},
    "abbr": {"title"}, "img": {"alt", "title", "width", "height", *SOURCES}, "*": {"lang", "dir"},
}  # fmt: skip
UNREADABLE = {"script", "style", "template", "noscript", "iframe", "svg", "title", "noframes", "noembed"}
# Blocks become paragraphs and headings fit under the page's own h1: dropping a block would glue its words to the next.
_BLOCKS = (
    "address", "article", "aside", "center", "details", "dialog", "dir", "div", "fieldset", "footer", "form", "header",
    "hgroup", "legend", "main", "menu", "nav", "option", "section", "summary", "listing", "xmp", "plaintext",
)  # fmt: skip
_RENAMED = dict.fromkeys(_BLOCKS, "p") | {
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
    "strike": "s",
    "tt": "code",
    "samp": "code",
}
_DROPPED = (
    "acronym", "applet", "area", "audio", "base", "basefont", "bdi", "bdo", "bgsound", "big", "blink", "body",
    "button", "canvas", "data", "datalist", "dfn", "embed", "font", "frame", "frameset", "head", "html",
    "image", "input", "keygen", "label", "link", "map", "marquee", "math", "meta", "meter", "nobr", "object",
    "optgroup", "output", "param", "path", "picture", "progress", "rp", "rt", "ruby", "select", "source",
    "span", "textarea", "time", "track", "var", "video", "wbr", "xml",
)  # fmt: skip
NAMES = {name: name for name in (*ALLOWED, *UNREADABLE, *_DROPPED)} | _RENAMED
BREAKING = frozenset(_RENAMED.values()) - {"s", "code"} | {
    "blockquote", "br", "caption", "dd", "dl", "dt", "figcaption", "figure", "h3", "hr", "img", "li", "ol", "pre",
    "table", "td", "th", "tr", "ul", "object", "video", "audio", "body",
}  # fmt: skip

_NAMED = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*(?:[:-][a-zA-Z][\w:.-]*)?)(?=([\s/>]))?")
_UNNESTED = frozenset(
    ("p", "li", "td", "th", "tr", "dd", "dt", "br", "hr", "img", "col", "option", "input", "meta", "link")
)
_SMALL, _MOST_WORK = 500, 1_000_000
_WHOLE = re.compile(
    r"<(?:!--.*?(?:--!?>|\Z)|(/?)([a-zA-Z][^\s/>]*+)"
    r"""((?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+|(?=>)))?+)*+)(>?))""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s/>=][^\s/>=]*+)\s*+=\s*+("[^"]*"|'[^']*'|[^\s>"'][^\s>]*)""")
_KEPT = frozenset().union(*ATTRIBUTES.values())


def as_meant(html: str) -> str:
    """Give elements that have a better name that name; `<` before what is no element is a sign that somebody wrote."""
    return _NAMED.sub(_as_meant, html)


def _as_meant(match: re.Match[str]) -> str:
    name = match[2].lower()
    known = NAMES.get(name)
    if match[3] is not None and (known or ":" in name or "-" in name):
        return f"<{match[1]}{known or name}"
    return f"&lt;{match[1]}{match[2]}"


def is_tangled(html: str) -> bool:
    """Tell an attack: parsing HTML costs depth times tags, and no article needs this much of both."""
    if html.count("<") <= _SMALL:
        return False
    depth = deepest = count = 0
    for match in _NAMED.finditer(html):
        count += 1
        if match[2] not in _UNNESTED:
            depth = max(depth + (-1 if match[1] else 1), 0)
            deepest = max(deepest, depth)
    return deepest * count > _MOST_WORK


def with_few_attributes(html: str) -> str:
    """Write every tag anew with the attributes that stay: parsers compare each attribute of a tag with all others."""
    return _WHOLE.sub(_rewritten, html)


def _rewritten(match: re.Match[str]) -> str:
    slash, name, attributes, end = match.groups()
    if name is None:
        return ""
    if not end:
        return entities.escape(match[0], quote=False)
    kept = {word: value for word, value in _ATTRIBUTE.findall(attributes) if word.lower() in _KEPT}
    said = "".join(f' {word}="{_quoted(value)}"' for word, value in kept.items())
    return f"<{slash}{name}{said}>"


def _quoted(value: str) -> str:
    inner = value[1:-1] if value[0] in "\"'" else value
    return inner.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
