"""The pictures of an article, in order, with what stands under them; no icons, counters or portraits of writers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from cong.harvest.enrich.article import Figure
from cong.harvest.parse.pictures import web
from cong.kernel.text import clip, nfc, one_line

MOST = 30
_LOOKED_AT = 300
_CAPTION = 400
_SMALL = 80
_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-original-src", "src")
_SETS = ("data-srcset", "srcset")
_LONGEST_SET = 4_000
_CANDIDATE = re.compile(r"(\S+?)(?:\s+(\d{1,5})(?:\.\d+)?[wx])?\s*(?:,\s+|,?\s*$)")
_NUMBER = re.compile(r"\s*(\d{1,5})(?:px)?\s*;?\s*$")
_NOT_CONTENT = re.compile(
    r"(?:^|[\W_])(?:icons?|logos?|avatars?|emojis?|smil(?:ey|ies)|pixel|tracking|trackers?|beacon|counters?|spacer|blank|"
    r"sprites?|loading|loader|placeholder|spinner|share|social|badges?|banners?|ads?|advert\w*|author-?(?:img|photo)|gravatar)(?=[\W_\d]|$)",
    re.IGNORECASE,
)
_VECTOR = re.compile(r"\.(?:svg|ico|cur)$", re.IGNORECASE)
_CAPTIONED = re.compile(
    r"caption|chu-?thich|photo-?desc|image-?desc|img-?desc|pic-?desc|mo-?ta-?anh|image-?note", re.IGNORECASE
)
_FILE = re.compile(r"^\S+\.(?:jpe?g|png|gif|webp|avif|bmp)$|^[\w-]*\d{5,}[\w-]*$", re.IGNORECASE)


def figures(container: HtmlElement, base: str) -> tuple[Figure, ...]:
    """Return the pictures inside, each address once, at most thirty."""
    found: dict[str, Figure] = {}
    for number, image in enumerate(container.iter("img", "amp-img")):
        if number == _LOOKED_AT or len(found) == MOST:
            break
        where = address(image, base)
        if where and where not in found and is_content(where) and not _is_decoration(image):
            found[where] = Figure(url=where, caption=_caption(image, container))
    return tuple(found.values())


def is_content(address: str) -> bool:
    """Tell whether an address looks like a picture to be seen, not like a logo, icon or counter."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return False
    return not _VECTOR.search(path) and not _NOT_CONTENT.search(path.rpartition("/")[2])


def _is_decoration(image: HtmlElement) -> bool:
    if any(0 <= _length(image, name) < _SMALL for name in ("width", "height")):
        return True
    around = [image, *list(image.iterancestors())[:2]]
    return any(_NOT_CONTENT.search(f"{one.get('class', '')} {one.get('id', '')}") for one in around)


def _length(image: HtmlElement, name: str) -> int:
    match = _NUMBER.match(image.get(name, ""))
    return int(match[1]) if match else -1


def address(image: HtmlElement, base: str) -> str:
    """Return where the biggest of the offered files is; lazy loaders keep the real address aside."""
    picture = next(image.iterancestors("picture"), None)
    holders = [image] if picture is None else [image, *picture.iter("source")]
    sets = [said for one in holders for name in _SETS if (said := one.get(name))]
    offered = [_biggest(said) for said in sets] + [image.get(name, "") for name in _SOURCES]
    return nfc(next((where for one in offered if (where := web(one, base))), ""))


def _biggest(said: str) -> str:
    candidates = [(int(size or 0), where) for where, size in _CANDIDATE.findall(said[:_LONGEST_SET])]
    return max(candidates, key=lambda one: one[0])[1] if candidates else ""


def _caption(image: HtmlElement, container: HtmlElement) -> str:
    for said in _captions(image, container):
        line = one_line(said)
        if line and len(line) <= _CAPTION and not _FILE.match(line):
            return nfc(line)
    return ""


def _captions(image: HtmlElement, container: HtmlElement) -> Iterator[str]:
    """Yield what may be the caption, best first: figcaption, a table around one picture, a block after it, its alt."""
    figure = next(image.iterancestors("figure"), None)
    if figure is not None:
        yield from (one.text_content() for one in figure.iter("figcaption"))
    table = next(image.iterancestors("table"), None)
    if table is not None and table is not container and sum(1 for _ in table.iter("img")) == 1:
        yield table.text_content()
    yield from _after(image, container)
    alt = image.get("alt") or image.get("title") or ""
    yield clip(one_line(alt), _CAPTION) if len(alt) <= 10 * _CAPTION else ""


def _after(image: HtmlElement, container: HtmlElement) -> Iterator[str]:
    """Yield a block with a caption's class that follows the picture or one of the two boxes around it."""
    around = image
    for _ in range(3):
        following = around.getnext()
        if following is not None and _CAPTIONED.search(following.get("class", "")):
            yield following.text_content()
        parent = around.getparent()
        if parent is None or parent is container:
            return
        around = parent
