"""The engines that can be tried here, each made of documents in a place of its own.

OpenSearch is always tried as a small fake; the server itself where SEARCH_URL names one on this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import cache
from secrets import token_hex
from urllib.parse import urlsplit

from cong.search.engines.engine import Document, Mark
from cong.search.engines.opensearch_mapping import PROGRAM
from cong.search.engines.opensearch_reader import OpenSearchEngine
from cong.search.engines.opensearch_server import Server, read_address
from cong.search.engines.opensearch_writer import OpenSearchWriter
from tests.search.asking import Make, tantivy
from tests.search.fake_opensearch import FakeOpenSearch, running
from tests.search.told import REAL_URL

_PREFIX = f"cong-test-{token_hex(4)}"
_RUNNING = ExitStack()


def own(url: str) -> str:
    """Return the address of a server with names of its own for a test's indexes."""
    return urlsplit(url)._replace(path=f"/{_PREFIX}-{token_hex(6)}").geturl()


def server(url: str, *, patience: float = 30.0) -> Server:
    """Return a connection for a test, with names of its own for indexes; machines that run tests may be busy."""
    return Server(read_address(own(url)), patience=patience)


def filled(server: Server, documents: Iterable[Document]) -> OpenSearchEngine:
    """Return an engine over an index of these documents."""
    made, index = list(documents), f"{server.base}-v1"
    writer = OpenSearchWriter(server, index)
    writer.add(made)
    writer.commit(Mark(seq=len(made), change="", version=PROGRAM))
    writer.close()
    return OpenSearchEngine(server, index)


@cache
def fake_url() -> str:
    """Start the fake once for all tests of a process."""
    return _RUNNING.enter_context(running(FakeOpenSearch()))


def clear_away() -> None:
    """Stop the fake, and delete what tests made on the server."""
    _RUNNING.close()
    if REAL_URL:
        indices = Server(read_address(REAL_URL)).writing.indices
        for name in indices.get_alias(index=f"{_PREFIX}-*"):
            indices.delete(index=name)


def _fake() -> Server:
    return server(fake_url())


def _real() -> Server:
    return server(REAL_URL)


URLS: dict[str, Callable[[], str]] = {"fake-opensearch": lambda: own(fake_url())}
SERVERS: dict[str, Callable[[], Server]] = {"fake-opensearch": _fake}
ENGINES: dict[str, Make] = {"tantivy": tantivy, "fake-opensearch": lambda path, documents: filled(_fake(), documents)}
if REAL_URL:
    URLS["opensearch"] = lambda: own(REAL_URL)
    SERVERS["opensearch"] = _real
    ENGINES["opensearch"] = lambda path, documents: filled(_real(), documents)
