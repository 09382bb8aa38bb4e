"""Host names: inside a network, shortened, or made to look like another."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Collection

from cong.kernel.text import fold
from cong.publishing.checks.spelling import distance

SHORTENERS = frozenset({
    "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "cutt.ly", "rebrand.ly", "shorturl.at",
    "s.id", "bom.so", "tiny.cc", "rb.gy", "t.ly", "v.gd", "lnkd.in",
})  # fmt: skip
_INSIDE = (
    ".local",
    ".localhost",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".test",
    ".invalid",
    ".home.arpa",
)
_OFFICIAL = re.compile(r"(?:^|\.)(?:gov|dcs|dang|quochoi|chinhphu)\.vn$")
_NUMBER = re.compile(r"0x[0-9a-f]+|0[0-7]*|[1-9]\d*", re.IGNORECASE)
# Digits that read like letters.
_LIKE = str.maketrans("0135", "oles")
_SHORTEST, _MOST_PARTS = 8, 4


def is_inside(host: str) -> bool:
    """Tell whether a host is this machine or in a private network, in whichever spelling."""
    host = host.strip("[]").rstrip(".").lower()
    if not host or host == "localhost" or host.endswith(_INSIDE):
        return True
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        spelled = _spelled(host)
        if spelled is None:
            return "." not in host
        number = spelled
    mapped = getattr(number, "ipv4_mapped", None)
    return not (mapped or number).is_global


def _spelled(host: str) -> ipaddress.IPv4Address | None:
    """Return the address that browsers see in `0x7f.1` or `2130706433`."""
    parts = host.split(".")
    if len(parts) > _MOST_PARTS or not all(_NUMBER.fullmatch(part) and len(part) <= 15 for part in parts):
        return None
    values = [int(part, 0 if part[:2].lower() == "0x" else 8 if part[0] == "0" else 10) for part in parts]
    total = values[-1]
    for place, value in enumerate(values[:-1]):
        total += value << (24 - 8 * place)
    return ipaddress.IPv4Address(total) if total < 2**32 else None


def shown(host: str) -> str:
    """Return a host as people see it, punycode decoded; as it is when it cannot be."""
    parts = []
    for part in host.lower().split("."):
        try:
            parts.append(part[4:].encode("ascii").decode("punycode") if part.startswith("xn--") else part)
        except (UnicodeError, ValueError, OverflowError):
            parts.append(part)
    return ".".join(parts)


def imitates(host: str, known: Collection[str]) -> str:
    """Return why a host looks like something that it is not; empty when it is plain."""
    seen = shown(host)
    if strange := next((char for char in seen if not _is_plain(char)), ""):
        return f"có ký tự lạ “{strange}” ({unicodedata.name(strange, 'không tên').lower()})"
    bare = seen.removeprefix("www.")
    names = {name.removeprefix("www.").lower() for name in known}
    if bare in names or any(bare.endswith(f".{name}") for name in names):
        return ""
    alike = fold(bare).translate(_LIKE)
    if bare != fold(bare) and _OFFICIAL.search(fold(bare)):
        return f"giống “{fold(bare)}” nhưng có dấu"
    near = (name for name in names if len(name) >= _SHORTEST and _near(bare, alike, name))
    found = next(near, "")
    return f"giống “{found}” nhưng không phải" if found else ""


def _near(bare: str, alike: str, name: str) -> bool:
    if alike == name.translate(_LIKE):
        return True
    # Siblings under one parent (`so-a.vidu.vn`, `so-b.vidu.vn`) are neighbours, not imitations.
    same_parent = bare.count(".") > 1 and bare.partition(".")[2] == name.partition(".")[2]
    return not same_parent and abs(len(bare) - len(name)) <= 1 and distance(bare, name, 1) <= 1


def _is_plain(char: str) -> bool:
    """Tell whether a Vietnamese reader knows the sign: ASCII, or a letter that is Latin with Vietnamese marks."""
    return char.isascii() or fold(char).isascii()
