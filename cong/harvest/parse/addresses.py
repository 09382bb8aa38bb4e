"""Keys of addresses: two spellings of one page have one key, two pages never share one."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import idna

_TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid|_ga|_gl|mkt_tok|zarsrc|vgo_ee|"
    r"ref_src|ref_url|_hsenc|_hsmi|oly_anon_id|oly_enc_id|s_cid|ncid|cmpid|at_medium|at_campaign)$",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}


def url_key(url: str) -> str:
    """Return the key of an address: no scheme, fragment, default port or tracking parameter; sorted query."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    host = _host(parts.hostname or "")
    if port and port != _PORTS.get(parts.scheme.lower()):
        host = f"{host}:{port}"
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(name)
    ]
    said = f"?{urlencode(sorted(query))}" if query else ""
    return f"{host}{_path(parts.path)}{said}"


def _host(host: str) -> str:
    try:
        return idna.encode(host).decode() if not host.isascii() else host.lower()
    except idna.IDNAError:
        return host.lower()


def _path(path: str) -> str:
    if not path or path == "/":
        return "/"
    whole = posixpath.normpath(quote(unquote(path), safe="/:@!$&'()*+,;=~-._"))
    whole = "/" + whole.lstrip("/")
    return f"{whole}/" if path.endswith("/") and whole != "/" else whole


def guid_alias(guid: str) -> str:
    """Return the guid without scheme and host when it is an address, else the guid."""
    if "://" not in guid:
        return guid
    rest = guid.partition("://")[2]
    return rest.partition("/")[2] or rest
