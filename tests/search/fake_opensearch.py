"""A small OpenSearch for tests, on a port of this machine: what we ask of the real one, told as that tells it.

What it does not know it answers with 400, so that a request the real server might not take does not pass here.
"""

from __future__ import annotations

import fnmatch
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import RLock, Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.search.fake_opensearch_index import Bad, Fields, one, only, tokens
from tests.search.fake_opensearch_search import Answer, Index, searched

_FINE = 200
_HEADER = {"preference", "allow_partial_search_results"}
_SETTINGS = {
    "number_of_shards", "auto_expand_replicas", "refresh_interval", "max_result_window", "similarity",
}  # fmt: skip


class Refused(Exception):
    """An answer that is no success: status, type and reason."""


@dataclass(kw_only=True)
class Request:
    """What was asked: `body` as JSON, or its lines."""

    parts: list[str]
    params: dict[str, str]
    lines: list[Any]

    @property
    def body(self) -> Any:
        return self.lines[0] if self.lines else {}

    def takes(self, *names: str) -> None:
        only(self.params, *names)


class FakeOpenSearch:
    """The server's state and what it does for each address; `version` 3 scores without k1 + 1, as the real one does.

    `refused`: statuses that the next requests get, 200: their own; `rejected`: statuses of bulk items by id; `slow`:
    seconds that each answer takes; `requests`: what was asked.
    """

    def __init__(self, version: str = "2.19.1") -> None:
        self.version = version
        self.indexes: dict[str, Index] = {}
        self.refused: list[int] = []
        self.rejected: dict[str, list[int]] = {}
        self.slow = 0.0
        self.requests: list[str] = []
        self._lock = RLock()
        self._routes: list[tuple[str, str, Callable[[Request], Answer]]] = [
            ("GET", r"", self._info), ("HEAD", r"[^_/]+", self._exists), ("PUT", r"[^_/]+", self._create),
            ("DELETE", r"[^_/]+", self._delete), ("GET", r"[^_/]+/_alias", self._aliases),
            ("POST", r"_aliases", self._change_aliases), ("POST", r"[^/]+/_bulk", self._bulk),
            ("PUT", r"[^/]+/_doc/[^/]+", self._put), ("GET", r"[^/]+/_doc/[^/]+", self._get),
            ("POST", r"[^/]+/_refresh", self._refresh), ("POST", r"[^/]+/_msearch", self._msearch),
            ("POST", r"[^/]+/_search", self._search), ("POST", r"[^/]+/_termvectors", self._termvectors),
            ("POST", r"[^/]+/_delete_by_query", self._delete_by_query), ("GET", r"[^/]+/_stats/store", self._stats),
        ]  # fmt: skip

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Answer]:
        """Return the status and the answer to a request."""
        parts = urlsplit(path)
        names = [unquote(part) for part in parts.path.strip("/").split("/")]
        time.sleep(self.slow)
        with self._lock:
            self.requests.append(f"{method} {parts.path}")
            try:
                if self.refused and (status := self.refused.pop(0)) != _FINE:
                    raise Refused(status, "circuit_breaking_exception", "as the test wants it")
                lines = [json.loads(line) for line in body.decode().split("\n") if line]
                asked = Request(parts=names, params=dict(parse_qsl(parts.query)), lines=lines)
                for verb, pattern, act in self._routes:
                    if verb == method and re.fullmatch(pattern, "/".join(names)):
                        return 200, act(asked)
                raise Bad(f"no handler for {method} {parts.path}")
            except (Refused, Bad) as error:
                return _refusal(error)

    def _index(self, name: str) -> Index:
        found = [index for index in self.indexes.values() if name == index.name or name in index.aliases]
        if len(found) != 1:
            raise Refused(404, "index_not_found_exception", f"no such index [{name}]")
        return found[0]

    def _written(self, asked: Request) -> Index:
        """Return what is written to: only ever by an alias, so that no index is made by writing."""
        name = asked.parts[0]
        if asked.params.get("require_alias") != "true" or name in self.indexes:
            raise Bad(f"the fake wants require_alias and an alias, not {name}")
        return self._index(name)

    def _info(self, asked: Request) -> Answer:
        return {"version": {"distribution": "opensearch", "number": self.version}}

    def _exists(self, asked: Request) -> Answer:
        asked.takes()
        self._index(asked.parts[0])
        return {}

    def _create(self, asked: Request) -> Answer:
        asked.takes()
        name, body = asked.parts[0], asked.body
        if name in self.indexes or any(name in index.aliases for index in self.indexes.values()):
            raise Refused(400, "resource_already_exists_exception", name)
        only(body, "settings", "mappings", "aliases")
        given = body["settings"]["index"]
        only(given, *_SETTINGS)
        bm25 = given.get("similarity", {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}})["default"]
        if (bm25, given["refresh_interval"]) != ({"type": "BM25", "k1": 1.2, "b": 0.75}, "-1"):
            raise Bad(f"the fake knows BM25 as it is, and refreshes when told: {given}")
        self.indexes[name] = Index(
            name=name, fields=Fields(body["mappings"]), window=given.get("max_result_window", 10_000),
            legacy=self.version.startswith("2."), aliases=set(body.get("aliases", {})),
        )  # fmt: skip
        return {"acknowledged": True, "index": name}

    def _delete(self, asked: Request) -> Answer:
        asked.takes("ignore_unavailable")
        for name in asked.parts[0].split(","):
            if name not in self.indexes and asked.params.get("ignore_unavailable") != "true":
                raise Refused(404, "index_not_found_exception", name)
            self.indexes.pop(name, None)
        return {"acknowledged": True}

    def _aliases(self, asked: Request) -> Answer:
        asked.takes()
        names = fnmatch.filter(self.indexes, asked.parts[0])
        return {name: {"aliases": {alias: {} for alias in self.indexes[name].aliases}} for name in names}

    def _change_aliases(self, asked: Request) -> Answer:
        asked.takes()
        changes = [one(action) for action in asked.body["actions"]]
        for kind, given in changes:  # all or nothing
            only(given, "index", "alias")
            held = self._index(given["index"]).aliases
            if kind not in ("add", "remove") or given["alias"] in self.indexes:
                raise Bad(f"{kind} {given}")
            if kind == "remove" and given["alias"] not in held:
                raise Refused(404, "aliases_not_found_exception", given["alias"])
        for kind, given in changes:
            held = self._index(given["index"]).aliases
            held.add(given["alias"]) if kind == "add" else held.discard(given["alias"])
        return {"acknowledged": True}

    def _bulk(self, asked: Request) -> Answer:
        asked.takes("require_alias")
        lines, items = iter(asked.lines), list[Answer]()
        for line in lines:
            kind, about = one(line)
            only(about, "_id")
            source = next(lines) if kind == "index" else None
            try:
                told = self._bulk_item(asked, kind, about["_id"], source)
            except (Refused, Bad) as error:
                status, refused = _refusal(error)
                told = {"status": status, "error": refused["error"]}
            items.append({kind: {"_id": about["_id"]} | told})
        return {"errors": any("error" in told for item in items for told in item.values()), "items": items}

    def _bulk_item(self, asked: Request, kind: str, number: str, source: Any) -> Answer:
        if statuses := self.rejected.get(number):
            raise Refused(statuses.pop(0), "rejected_execution_exception", "as the test wants it")
        index = self._written(asked)
        if kind not in ("index", "delete"):
            raise Bad(f"bulk {kind}")
        known = number in index.documents
        index.write(number, source)
        return (
            {"status": 200, "result": "updated"}
            if known or source is not None
            else {"status": 404, "result": "not_found"}
        )

    def _put(self, asked: Request) -> Answer:
        asked.takes("require_alias", "if_seq_no", "if_primary_term", "op_type")
        index, number = self._written(asked), asked.parts[2]
        follows = asked.params.get("if_seq_no")
        new = asked.params.get("op_type") == "create"
        if (new and number in index.documents) or (follows and int(follows) != index.places.get(number)):
            raise Refused(409, "version_conflict_engine_exception", number)
        return {"_id": number, "_seq_no": index.write(number, asked.body), "_primary_term": 1}

    def _get(self, asked: Request) -> Answer:
        asked.takes("_source")
        index, number = self._index(asked.parts[0]), asked.parts[2]
        if number not in index.documents:
            raise Refused(404, "", {"_id": number, "found": False})
        return {"_id": number, "found": True, "_seq_no": index.places[number], "_primary_term": 1}

    def _refresh(self, asked: Request) -> Answer:
        asked.takes()
        self._index(asked.parts[0]).refresh()
        return {"_shards": {"failed": 0}}

    def _msearch(self, asked: Request) -> Answer:
        asked.takes()
        told = []
        for header, body in zip(asked.lines[::2], asked.lines[1::2], strict=True):
            try:
                only(header, *_HEADER)
                told.append({"status": 200} | searched(self._index(asked.parts[0]), body))
            except (Refused, Bad) as error:
                status, refused = _refusal(error)
                told.append(refused | {"status": status})
        return {"responses": told}

    def _search(self, asked: Request) -> Answer:
        asked.takes("allow_partial_search_results")
        return searched(self._index(asked.parts[0]), asked.body)

    def _termvectors(self, asked: Request) -> Answer:
        asked.takes("preference")
        index, body = self._index(asked.parts[0]), asked.body
        only(body, "doc", "term_statistics", "field_statistics", "positions", "offsets", "payloads")
        index.fields.check(body["doc"])
        told: Answer = {}
        for name, text in body["doc"].items():
            held = index.seen.postings(name)
            within = {term: len(held.places.get(term, {})) for term in tokens(text)}
            terms = {term: {"term_freq": 1} | ({"doc_freq": count} if count else {}) for term, count in within.items()}
            told[name] = {"field_statistics": {"doc_count": len(held.lengths)}, "terms": terms}
        return {"found": True, "term_vectors": told}

    def _delete_by_query(self, asked: Request) -> Answer:
        asked.takes("conflicts")
        index = self._index(asked.parts[0])
        found = [index.seen.documents[number].id for number in index.seen.run(asked.body["query"])]
        for number in found:
            index.write(number, None)
        return {"deleted": len(found), "failures": []}

    def _stats(self, asked: Request) -> Answer:
        size = len(json.dumps([stored.source for stored in self._index(asked.parts[0]).documents.values()]))
        return {"_all": {"total": {"store": {"size_in_bytes": size}}}}


def _refusal(error: Refused | Bad) -> tuple[int, Answer]:
    status, kind, reason = error.args if isinstance(error, Refused) else (400, "parsing_exception", str(error))
    if isinstance(reason, dict):
        return status, reason
    cause = {"type": kind, "reason": reason}
    return status, {"error": cause | {"root_cause": [cause]}, "status": status}


@contextmanager
def running(fake: FakeOpenSearch) -> Iterator[str]:
    """Serve on a free port and yield the address."""
    server = _Server(fake)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        for connection in server.connections:
            with suppress(OSError):  # its other end is gone
                connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: FakeOpenSearch) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fake = fake
        self.connections: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    wbufsize = -1  # head and body in one packet

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, told = self.server.fake.answer(self.command, self.path, body)
        said = b"" if self.command == "HEAD" else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        return
