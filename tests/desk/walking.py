"""Go through a door as somebody, and tell what came of it; nothing stays changed behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

STAFF = "ban-lam-viec/"
HOME, LOGIN = "/ban-lam-viec/", "/ban-lam-viec/login/"
# What signing in and out, and being told something, always writes.
_ALWAYS = ("django_session", "accounts_user")
_WRITING = ("INSERT", "UPDATE", "DELETE")


@cache
def addresses() -> dict[str, frozenset[str]]:
    """Return every named address of the staff, with the names of its arguments."""
    found: dict[str, frozenset[str]] = {}
    for name, where, arguments in _walk(get_resolver()):
        if where.startswith(STAFF) and not name.endswith("?"):
            found.setdefault(name, arguments)
    return found


def _walk(
    resolver: URLResolver, spaces: tuple[str, ...] = (), before: str = "", given: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str, frozenset[str]]]:
    for one in resolver.url_patterns:
        where = f"{before}{one.pattern}"
        arguments = given | _arguments(one)
        if isinstance(one, URLResolver):
            yield from _walk(one, (*spaces, one.namespace) if one.namespace else spaces, where, arguments)
        elif isinstance(one, URLPattern):
            yield ":".join((*spaces, one.name or "?")), where, arguments


def _arguments(one: URLPattern | URLResolver) -> frozenset[str]:
    regex: Any = one.pattern.regex
    return frozenset(regex.groupindex)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one request: a status, or `home`, `login` where it was led there."""

    what: str
    text: str
    wrote: bool


def go(client: Client, method: str, path: str, data: dict[str, Any]) -> Outcome:
    """Ask, and undo whatever was done."""
    kept, writes = SimpleCookie(client.cookies.output(header="", sep=";")), []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(_WRITING) and not any(table in sql for table in _ALWAYS):
            writes.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        answer: Any = getattr(client, method)(path, data)
        # A stream that is read to its end has closed its file.
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    client.cookies = kept
    return Outcome(what=_what(answer), text=body.decode(errors="replace"), wrote=bool(writes))


def _what(answer: Any) -> str:
    if answer.status_code != 302:
        return str(answer.status_code)
    path = urlsplit(answer["Location"]).path
    return {HOME: "home", LOGIN: "login"}.get(path, "302")
