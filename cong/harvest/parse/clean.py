"""HTML from outside becomes a harmless fragment or plain text; nothing that can be read is lost."""

from __future__ import annotations

import html as entities
import re

import nh3

from cong.harvest.parse.elements import (
    ALLOWED,
    ATTRIBUTES,
    BREAKING,
    NAMES,
    UNREADABLE,
    as_meant,
    is_tangled,
    with_few_attributes,
)
from cong.harvest.parse.pictures import SOURCES, TINY, web
from cong.kernel.text import clip, nfc

_CLEANER = nh3.Cleaner(
    tags=ALLOWED, attributes=ATTRIBUTES, clean_content_tags=UNREADABLE, link_rel="nofollow noopener",
    url_schemes={"http", "https", "mailto", "tel"},
)  # fmt: skip
_TOKEN = re.compile(
    r"<(?:!--.*?(?:-->|\Z)|(script|style|template|noscript|iframe|svg)\b.*?(?:</\1\s*>|\Z)"
    r"""|/?([a-zA-Z][a-zA-Z0-9]*(?:[:-][a-zA-Z][\w:.-]*)?)(?:[\s/](?:[^<>"']|"[^"]*"|'[^']*')*+)?>|[!?][^<>]*>)""",
    re.DOTALL | re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_LINK_OR_IMAGE = re.compile(r"<(/?)(a|img)\b([^<>]*)>")
_VALUE = re.compile(r'([a-z-]+)="([^"]*)"')
_HREF = re.compile(r' href="([^"]*)"')
_RELATIVE = re.compile(r' href="(?!https?:|mailto:|tel:)')
_EMPTY = re.compile(r"<(p|figure|figcaption|li|h[2-4]|blockquote)>(?:\s|&nbsp;|<br>)*</\1>")
_PICTURE_TEXT = re.compile(r"(?<=>)\[Ảnh(?:: [^\[\]<>]*)?\](?=<)")
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BIG, _MOST = 8_000, 2_000_000


def body(html: str, base: str) -> str:
    """Return a sanitised fragment: listed tags only, absolute links, pictures as links to where they are."""
    given = nfc(html[:_MOST])
    said = as_meant(given) if "<" in given else ""
    if not _TOKEN.search(said):
        return _paragraphs(entities.unescape(given))
    if is_tangled(said):
        return _paragraphs(text(given))
    if len(said) > _BIG:
        said = with_few_attributes(said)
    try:
        safe = _CLEANER.clean(said)
    except UnicodeEncodeError:
        safe = _CLEANER.clean(_INVISIBLE.sub("", said))
    if "<img" in safe or _RELATIVE.search(safe):
        safe = _finished(safe, base)
    return _EMPTY.sub("", safe).strip()


def _paragraphs(plain: str) -> str:
    clean = _INVISIBLE.sub(
        lambda match: match[0] if match[0] in "\n\t" else "", plain.replace("\r\n", "\n").replace("\r", "\n")
    )
    blocks = (block.strip() for block in re.split(r"\n[ \t]*\n", nfc(clean)))
    return "".join(
        f"<p>{entities.escape(block, quote=False).replace(chr(10), '<br>')}</p>" for block in blocks if block
    )


def _finished(safe: str, base: str) -> str:
    """Make links absolute and pictures links. The sanitiser's output has one spelling, so a pattern is exact here."""
    linked = False

    def replace(match: re.Match[str]) -> str:
        nonlocal linked
        if match[2] == "img":
            return _picture(match[3], base, linked=linked)
        linked = not match[1]
        return _absolute(match[0], base) if _RELATIVE.search(match[0]) else match[0]

    return _LINK_OR_IMAGE.sub(replace, safe)


def _absolute(tag: str, base: str) -> str:
    return _HREF.sub(lambda match: _href(match[1], base), tag)


def _href(value: str, base: str) -> str:
    address = web(entities.unescape(value) or base, base)
    return f' href="{entities.escape(address)}"' if address else ""


def _picture(attributes: str, base: str, *, linked: bool) -> str:
    said = {name: entities.unescape(value) for name, value in _VALUE.findall(attributes)}
    if TINY & {said.get("width"), said.get("height")}:
        return ""
    source = next((address for name in SOURCES if (address := web(said.get(name, ""), base))), "")
    words = " ".join((said.get("alt") or said.get("title") or "").replace("[", "(").replace("]", ")").split())
    if not source and not words:
        return ""
    if words and len(words) <= 4 and not any(map(str.isalnum, words)):
        return entities.escape(words)
    label = entities.escape(f"[Ảnh: {words}]" if words else "[Ảnh]", quote=False)
    return label if linked or not source else f'<a href="{entities.escape(source)}" rel="nofollow noopener">{label}</a>'


def text(html: str) -> str:
    """Return plain text on one line: tags removed, references resolved, nothing invisible."""
    if "<" in html:
        html = html[:_MOST]
        if "[Ảnh" in html:
            html = _PICTURE_TEXT.sub("", html)
        html = _TOKEN.sub(_space, html)
    if "&" in html:
        html = entities.unescape(html)
    line = " ".join(html.split())
    return nfc(line if line.isprintable() else _INVISIBLE.sub("", line))


def _space(match: re.Match[str]) -> str:
    name = match[2]
    if name is None:
        return ""
    known = NAMES.get(name.lower())
    if known is None and ":" not in name and "-" not in name:
        return match[0]
    return " " if known in BREAKING else ""


def looks_like_html(said: str) -> bool:
    """Tell whether text that is called plain holds references or tags of HTML all the same."""
    if "&" in said and _REFERENCE.search(said):
        return True
    return "<" in said and any((name := match[2]) and name.lower() in NAMES for match in _TOKEN.finditer(said))


def summary(text: str, limit: int) -> str:
    """Return at most `limit` characters of plain text, cut at a word, with an ellipsis when something is left out."""
    return clip(" ".join(text.split()), limit)
