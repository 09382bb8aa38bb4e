"""The HTML that readers get: our own markup, put through one allow-list; what is cleaned once stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import nh3
from django.template import engines
from wagtail.rich_text.rewriters import extract_attrs

from cong.kernel.text import nfc

_TEXT_TAGS = {"p", "br", "strong", "em", "b", "i", "ol", "ul", "li", "a", "sup", "sub"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_UNREADABLE = {"script", "style", "template", "noscript", "iframe", "svg", "math", "object"}
# What stands for nothing and can hide something: controls, soft hyphens, marks that turn the direction of writing.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]")
_LINK = re.compile(r"<a(\b[^<>]*)>")
_SURROGATE = re.compile("[\ud800-\udfff]")

_RICH = nh3.Cleaner(
    tags=_TEXT_TAGS, attributes={"a": {"href"}}, clean_content_tags=_UNREADABLE, url_schemes=_SCHEMES,
    link_rel="noopener",
)  # fmt: skip
_WHOLE = nh3.Cleaner(
    tags={
        *_TEXT_TAGS, "h2", "h3", "figure", "figcaption", "img", "picture", "blockquote", "cite", "footer", "video",
        "audio", "source", "track", "table", "caption", "thead", "tbody", "tr", "th", "td", "aside", "details",
        "summary", "small", "time",
    },
    attributes={
        "a": {"href", "hreflang", "type"},
        "img": {"src", "srcset", "sizes", "width", "height", "alt", "loading"},
        "video": {"controls", "preload", "poster", "width", "height"},
        "audio": {"controls", "preload"},
        "source": {"src", "type", "srcset", "sizes"},
        "track": {"src", "kind", "srclang", "label", "default"},
        "th": {"scope"},
        "time": {"datetime"},
    },
    tag_attribute_values={
        "figure": {"class": {"figure", "gallery"}},
        "aside": {"class": {"panel"}},
        "a": {"class": {"button button-quiet", "more"}},
    },
    clean_content_tags=_UNREADABLE, url_schemes=_SCHEMES, link_rel="noopener",
)  # fmt: skip


def plain(text: str) -> str:
    """Return text in NFC without what cannot be seen; line feeds stay."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    return nfc(_INVISIBLE.sub("", _SURROGATE.sub("", joined)))


def rich(source: str, page_link: Callable[[Mapping[str, str]], str]) -> str:
    """Return the clean HTML of rich text as Wagtail stores it; `page_link` opens the tag of a link into the desk."""
    return _RICH.clean(_LINK.sub(lambda match: _opened(match, page_link), plain(source)))


def _opened(match: re.Match[str], page_link: Callable[[Mapping[str, str]], str]) -> str:
    given = extract_attrs(match[1])
    return page_link(given) if "linktype" in given else match[0]


def body(blocks: Sequence[Mapping[str, Any]]) -> str:
    """Render sealed blocks with our own templates and clean the result once more."""
    html = engines["jinja2"].get_template("newsroom/body.html").render({"blocks": blocks})
    return clean(html)


def clean(html: str) -> str:
    return _WHOLE.clean(plain(html)).strip()
