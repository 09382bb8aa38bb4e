"""Keys of addresses: two spellings of one page have one key, two pages never share one."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import idna

# Only names that certainly say where a reader came from: ItemID, CateID, id, p and the like name pages.
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|mc_cid|mc_eid|"
    r"_ga|_gl|_hsenc|_hsmi|__hstc|__hssc|__hsfp|hsctatracking|mkt_tok|zarsrc|vgo_ee|oly_anon_id|oly_enc_id|s_cid|ncid|cmpid|"
    r"at_medium|at_campaign|wickedid|rb_clickid|ml_subscriber|ml_subscriber_hash|vero_id|vero_conv|"
    r"phpsessid|jsessionid|aspsessionid\w*)$",
    re.IGNORECASE,
)
_SESSION = re.compile(r";jsessionid=[^/;]*|(?<=/)\(S\([a-z0-9]{24}\)\)/", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_SAFE = "/%:@!$&'()*+,;=~-._[]|"
_LONE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def url_key(url: str) -> str:
    """Return the key of an address: no scheme, fragment, default port or tracking parameter; sorted query.

    What is no address of the web is its own key. A key is its own key too.
    """
    said = url.strip()
    try:
        parts = urlsplit(said)
        if not parts.scheme and not parts.netloc:
            parts = urlsplit(f"//{said}")
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return said
    if not host or parts.scheme.lower() not in ("", *_PORTS):
        return said
    where = f"{host}:{port}" if port and port != _PORTS.get(parts.scheme.lower()) else host
    names = [_escaped(part.replace("+", "%20"), "?") for part in parts.query.split("&") if part]
    kept = sorted((part for part in names if not _TRACKING.match(_name(part))), key=_name)
    # Pages of one-page applications differ only behind `#!`.
    page = f"#{_escaped(parts.fragment, '?')}" if parts.fragment.startswith("!") else ""
    return f"{where}{_path(parts.path)}{'?' + '&'.join(kept) if kept else ''}{page}"


def _name(part: str) -> str:
    return part.partition("=")[0]


def _host(host: str) -> str:
    low = host.lower().rstrip(".")
    if ":" in low:
        return f"[{low}]"
    if low.isascii():
        return low
    try:
        return idna.encode(low, uts46=True).decode()
    except idna.IDNAError:
        return quote(low, safe="").lower()


def _path(path: str) -> str:
    """Return the path without dot segments and session ids. Doubled slashes stay: some servers mean them."""
    kept: list[str] = []
    segments = _escaped(_SESSION.sub("", path), "").split("/")[1:] or [""]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _escaped(said: str, more: str) -> str:
    """Write every character in its one spelling: `%7e` is `~`, `á` is `%C3%A1`."""
    whole = quote(_LONE.sub("%25", said), safe=_SAFE + more, errors="replace")
    return _ESCAPE.sub(_unescaped, whole) if "%" in whole else whole


def _unescaped(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()


def guid_alias(guid: str) -> str:
    """Return the guid without scheme and host when it is an address, so that a move of the site changes nothing."""
    scheme, mark, rest = guid.partition("://")
    if not mark or not scheme.isalpha():
        return guid
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return rest[len(host) :] or guid
