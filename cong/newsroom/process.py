"""Pure: when a text is frozen, what a tag list and an approved address are, when a translation has grown old."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlsplit

from cong.kernel.text import fold, nfc, one_line

# Strings, not `publishing`'s State: what is stored in a docket is compared as it is stored.
_FROZEN = frozenset(
    {"submitted", "appraised", "cleared", "approved", "scheduled", "held", "provisional", "spiked"}
)  # fmt: skip
_PUBLIC = frozenset({"live", "provisional"})
_RECALLABLE = frozenset({"submitted", "appraised", "cleared", "approved", "scheduled", "held"})
MOST_TAGS = 10
# Recordings may be shown from these places only; nothing is fetched from them before the reader goes there.
VIDEO_HOSTS = frozenset({
    "youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be", "vimeo.com", "player.vimeo.com",
    "vtv.vn", "vtvgo.vn", "vov.vn", "quochoitv.vn", "nhandan.vn", "www.qdnd.vn",
})  # fmt: skip
_ENTRY = re.compile(r"(?:^|[/-])(\d{1,18})/?(?:[?#].*)?$")


class Code(StrEnum):
    """The languages that an article may be written in."""

    VI = "vi"
    EN = "en"
    FR = "fr"
    ZH = "zh"
    LO = "lo"
    KM = "km"
    RU = "ru"
    ES = "es"
    JA = "ja"
    KO = "ko"
    DE = "de"


def is_frozen(state: str) -> bool:
    """Tell whether the text must stay as it is: it is judged, approved, on its way, or put away."""
    return state in _FROZEN


def is_public(state: str) -> bool:
    return state in _PUBLIC


def is_recallable(state: str) -> bool:
    return state in _RECALLABLE


def tag_list(text: str) -> tuple[str, ...]:
    """Return the tags of `a, b; c`: in order, each once whatever its case and marks."""
    seen: dict[str, str] = {}
    for part in re.split(r"[,;\n]", nfc(text)):
        tag = one_line(part)
        if tag:
            seen.setdefault(fold(tag), tag)
    return tuple(seen.values())


def is_approved_video(address: str) -> bool:
    """Tell whether the address is https and leads to one of the places that may be linked as a video."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and parts.hostname in VIDEO_HOSTS and parts.port in (None, 443)
    except ValueError:
        return False


def entry_number(text: str) -> int | None:
    """Return the number at the end of an entry's address, or a number given as it is; None when there is none."""
    found = _ENTRY.search(text.strip())
    return int(found[1]) if found else None


def is_outdated(base: int, released: int | None) -> bool:
    """Tell whether a translation is older than its original: `released` is the original's last release."""
    return bool(base and released and released > base)


def changed_lines(mine: Iterable[tuple[str, str]], theirs: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Pair two texts by the names of their parts; keep (name, mine, theirs) where they differ."""
    left, right = dict(mine), dict(theirs)
    names = [*left, *(name for name in right if name not in left)]
    return [
        (name, left.get(name, ""), right.get(name, "")) for name in names if left.get(name, "") != right.get(name, "")
    ]
