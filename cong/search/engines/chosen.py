"""Which engine there is, by the settings: the embedded one, or OpenSearch at SEARCH_URL."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cong.search.engines.engine import Engine
from cong.search.index.counted import Counted
from cong.search.index.folder import Folder
from cong.search.index.reader import Reader
from cong.search.index.versions import Versions
from cong.search.text.repair import Repairer

EMBEDDED = "tantivy"
SERVER = "opensearch"


class Module(Protocol):
    """What the module of an engine on a server offers."""

    def versions(self, *, url: str, root: Path) -> Versions:
        """Return the versions that are kept there; `root`: where this machine keeps what belongs to them."""
        ...

    def reader(self, versions: Versions) -> Engine:
        """Return an engine over the version that is current when it is asked."""
        ...


def name() -> str:
    """Return what the engine is called. Raises ImproperlyConfigured for an address of an unknown kind."""
    return _name(settings.SEARCH_URL)


def versions() -> Versions:
    """Return the versions of the portal's index."""
    return _versions(settings.SEARCH_URL, Path(settings.SEARCH_DIR))


def reader() -> Engine:
    """Return the engine that answers readers, one for the whole process. Many threads may ask at once."""
    return _reader(settings.SEARCH_URL, Path(settings.SEARCH_DIR))


def repairer() -> Repairer:
    """Return what offers other readings of a query, by the counts beside the index that is read."""
    return _counted(settings.SEARCH_URL, Path(settings.SEARCH_DIR)).repairer()


def _name(url: str) -> str:
    if not url:
        return EMBEDDED
    if urlsplit(url).scheme in ("http", "https"):
        return SERVER
    raise ImproperlyConfigured(f"SEARCH_URL: không biết “{url}”; dùng http://máy:9200 hoặc https://…, hoặc để trống.")


@lru_cache(maxsize=8)
def _versions(url: str, root: Path) -> Versions:
    return _server().versions(url=url, root=root) if _name(url) == SERVER else Folder(root=root)


@lru_cache(maxsize=8)
def _reader(url: str, root: Path) -> Engine:
    found = _versions(url, root)
    return Reader(found) if isinstance(found, Folder) else _server().reader(found)


@lru_cache(maxsize=8)
def _counted(url: str, root: Path) -> Counted:
    return Counted(_versions(url, root))


def _server() -> Module:
    """Load the client only where a server is used: nobody else pays for it."""
    module: Module = import_module("cong.search.engines.opensearch_engine")
    return module
