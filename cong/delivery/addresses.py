"""Pure: what a page is known by. Two requests that a view could tell apart never share an address."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from urllib.parse import parse_qsl, urlencode

Address = tuple[str, str]
"""(path as the server unquoted it, query of the parameters that count), never joined: a path may hold a `?`."""


def counted(query: str, params: Sequence[str], straight: Collection[str] = ()) -> str | None:
    """Return the query with the parameters that count, in one order; of a repeated one the last, as Django has it.

    None: it has a parameter that goes `straight` to Django.
    """
    given = dict(parse_qsl(query, keep_blank_values=True))
    if not given.keys().isdisjoint(straight):
        return None
    return urlencode([(name, given[name]) for name in params if name in given])


def key_of(address: Address) -> bytes:
    """Return the 20 bytes under which a page is filed; the length of the path keeps it apart from the query."""
    path, query = address
    whole = f"{len(path)} {path}{query}".encode(errors="surrogatepass")
    return hashlib.blake2b(whole, digest_size=20).digest()
