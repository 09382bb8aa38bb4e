"""How the portal holds new entries against saved searches: by which matcher, and what each search asks."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from importlib import import_module
from typing import Protocol

from cong.search.asking import asked_query
from cong.search.engines import chosen
from cong.search.engines.engine import Matcher, Query
from cong.search.engines.tantivy_matcher import TantivyMatcher
from cong.search.index.folder import Folder
from cong.search.index.versions import Versions

_REMEMBERED = 20_000


class Module(Protocol):
    """What the module of an engine on a server offers for this."""

    def matcher(self, versions: Versions) -> Matcher: ...


def matcher() -> Matcher:
    """Return the matcher of the engine that the settings name."""
    found = chosen.versions()
    if isinstance(found, Folder):
        return TantivyMatcher()
    server: Module = import_module("cong.search.engines.opensearch_engine")
    return server.matcher(found)


def asked(text: str, lang: str, at: datetime) -> Query:
    """Return what a saved search asks: read once an hour, and so with what staff have taught it an hour ago."""
    return _asked(text, lang, at.replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=_REMEMBERED)
def _asked(text: str, lang: str, at: datetime) -> Query:
    return asked_query(text, lang=lang, at=at, repairing=False)
