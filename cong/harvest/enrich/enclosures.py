"""Films, recordings and files that come with an article, as addresses; players of known hosts as links to the film."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

from lxml.html import HtmlElement

from cong.harvest.parse.pictures import web
from cong.harvest.parse.raw import Enclosure

_MOST = 30
_LOOKED_AT = 500
_TYPES = {
    "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "mov": "video/quicktime", "ogv": "video/ogg",
    "m3u8": "application/vnd.apple.mpegurl", "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg",
    "wav": "audio/wav", "pdf": "application/pdf", "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel", "rtf": "application/rtf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint", "odt": "application/vnd.oasis.opendocument.text",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip", "rar": "application/vnd.rar",
}  # fmt: skip
_IDENTIFIER = re.compile(r"^[\w-]{6,40}$", re.ASCII)
_TYPE = re.compile(r"^[\w.+-]{1,60}/[\w.+-]{1,80}$", re.ASCII)


def of_address(address: str, said: str = "") -> Enclosure | None:
    """Return a film, recording or file as an enclosure, a known player as its film's page; None for anything else."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    if host in _PLAYERS:
        watch = _PLAYERS[host](parts.path, parts.query)
        return Enclosure(url=watch, type="text/html") if watch else None
    known = _TYPES.get(parts.path.rpartition(".")[2].lower(), "")
    given = said.partition(";")[0].strip().lower()
    kind = given if _TYPE.match(given) and given.startswith(("video/", "audio/")) else known
    return Enclosure(url=address, type=kind) if kind else None


def inside(container: HtmlElement, base: str) -> Iterator[Enclosure]:
    """Yield what plays or can be downloaded in the article, in order."""
    tags = ("video", "audio", "source", "iframe", "embed", "a")
    for number, one in enumerate(container.iter(*tags)):
        if number == _LOOKED_AT:
            return
        for said in (one.get("href"),) if one.tag == "a" else (one.get("src"), one.get("data-src")):
            address = web(said or "", base)
            if address and (found := of_address(address, one.get("type", ""))):
                yield found


def once(found: Iterator[Enclosure]) -> tuple[Enclosure, ...]:
    """Return each address once, at most thirty, in order."""
    kept: dict[str, Enclosure] = {}
    for one in found:
        kept.setdefault(one.url, one)
        if len(kept) == _MOST:
            break
    return tuple(kept.values())


def _youtube(path: str, query: str) -> str:
    _, _, kind, *rest = (*f"/{path}".split("/"), "", "")
    name = rest[0] if kind in ("embed", "v", "shorts", "live") else parse_qs(query).get("v", [""])[0]
    return f"https://www.youtube.com/watch?v={name}" if _IDENTIFIER.match(name) else ""


def _short_youtube(path: str, _query: str) -> str:
    name = path.strip("/")
    return f"https://www.youtube.com/watch?v={name}" if _IDENTIFIER.match(name) else ""


def _vimeo(path: str, _query: str) -> str:
    name = path.rstrip("/").rpartition("/")[2]
    return f"https://vimeo.com/{name}" if name.isascii() and name.isdigit() else ""


_PLAYERS: dict[str, Callable[[str, str], str]] = {
    "youtube.com": _youtube, "youtube-nocookie.com": _youtube, "youtu.be": _short_youtube,
    "vimeo.com": _vimeo, "player.vimeo.com": _vimeo,
}  # fmt: skip
