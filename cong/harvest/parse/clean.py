"""HTML from outside becomes a harmless fragment or plain text; nothing that can be read is lost."""

from __future__ import annotations

import html as entities
import re
from urllib.parse import urljoin

import nh3

from cong.kernel.text import nfc, one_line

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "dl", "dt", "em",
    "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "li", "ol", "p", "pre", "q", "s", "small",
    "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}, "ol": {"start"},
    "abbr": {"title"}, "*": {"lang", "dir"},
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    clean_content_tags={"script", "style", "template", "noscript", "svg", "math"},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="nofollow noopener",
)
_NOTHING = nh3.Cleaner(tags=set(), clean_content_tags={"script", "style", "template", "noscript"})
_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|data-src|alt)\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
_HREF = re.compile(r"""(<a\b[^>]*?\bhref\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE)
_H1 = re.compile(r"<(/?)h1\b", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z!/]|&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
_BREAK = re.compile(
    r"<(?:br|/?(?:p|div|li|ul|ol|tr|td|th|table|h[1-6]|blockquote|dd|dt|pre|hr|section|article|figure))\b[^>]*>",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"<(p|figure|figcaption|li|h[2-6])>(?:\s|&nbsp;|<br>)*</\1>")
_MOST = 2_000_000


def body(html: str, base: str) -> str:
    """Return a sanitised fragment: listed tags only, absolute links, pictures as links to where they are."""
    text = nfc(html[:_MOST]).replace("\x00", "")
    if not _MARKUP.search(text):
        return _paragraphs(text)
    if "<h1" in text or "<H1" in text:
        text = _H1.sub(r"<\1h2", text)
    text = _IMG.sub(lambda match: _picture(match[0], base), text)
    if "href" in text.lower():
        text = _HREF.sub(lambda match: match[1] + _absolute(match[2], base), text)
    return _EMPTY.sub("", _CLEANER.clean(text)).strip()


def _paragraphs(text: str) -> str:
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    return "".join(
        f"<p>{entities.escape(block, quote=False).replace(chr(10), '<br>')}</p>" for block in blocks if block
    )


def _absolute(quoted: str, base: str) -> str:
    address = entities.unescape(quoted[1:-1]).strip()
    return f'"{entities.escape(_join(base, address))}"'


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _picture(tag: str, base: str) -> str:
    said = {name.lower(): entities.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(tag)}
    source = _join(base, (said.get("data-src") or said.get("src") or "").strip())
    if not source.startswith(("http://", "https://")):
        return ""
    words = one_line(said.get("alt", ""))
    label = f"[Ảnh: {words}]" if words else "[Ảnh]"
    return f'<a href="{entities.escape(source)}">{entities.escape(label)}</a>'


def first_image(html: str, base: str) -> str:
    """Return the absolute address of the first picture in the HTML, or an empty string."""
    for tag in _IMG.finditer(html):
        said = {name.lower(): entities.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(tag[0])}
        source = _join(base, (said.get("data-src") or said.get("src") or "").strip())
        if source.startswith(("http://", "https://")):
            return source
    return ""


def text(html: str) -> str:
    """Return plain text on one line, entities resolved."""
    if not _MARKUP.search(html):
        return one_line(nfc(html))
    spaced = _BREAK.sub(" ", html[:_MOST])
    return one_line(nfc(entities.unescape(_NOTHING.clean(spaced))))
