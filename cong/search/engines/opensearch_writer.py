"""The writing side of OpenSearch: sends entries in bulk, and sees what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from opensearchpy import ConflictError, NotFoundError
from opensearchpy.helpers import streaming_bulk

from cong.search.engines.engine import Document, Failed, Mark
from cong.search.engines.opensearch_mapping import Source, mappings, mark_source, settings, source
from cong.search.engines.opensearch_nodes import MARK_ID
from cong.search.engines.opensearch_server import Server
from cong.search.meaning.rows import Row, parts

_MOST_HELD, _MOST_CHARACTERS = 1_000, 8_000_000
_LARGEST = 16_000_000
"""Bytes of one request."""

_BUSY: dict[str, Any] = {"max_retries": 5, "initial_backoff": 1, "max_backoff": 15}
_GONE = 404


def send(server: Server, index: str, actions: Iterable[dict[str, Any]]) -> None:
    """Send actions in bulk; an index that is gone is not made anew. Raises Failed when any of them was refused."""
    with server.failing():
        refused = [
            item
            for done, told in streaming_bulk(
                server.writing, actions, index=index, require_alias=True, max_chunk_bytes=_LARGEST,
                raise_on_error=False, yield_ok=False, **_BUSY,
            )
            for item in told.values()
            if not done and not _was_not_there(item)
        ]  # fmt: skip
    if refused:
        raise Failed(f"{len(refused)} × {_why(refused[0])}")


class OpenSearchWriter:
    """Writes one index, made when it is not there.

    Nothing is seen before `commit`: the server shows only what it is told to. What was sent by a writer that then died
    is seen with the next commit, which sends the same entries, or newer ones, again. A second writer of the same index
    fails at its next commit.
    """

    def __init__(self, server: Server, index: str) -> None:
        """Open an index, or make it. Raises Failed."""
        self._server = server
        self._index = index
        self._alias = f"{index}-writer"
        self._held: list[dict[str, Any]] = []
        self._characters = 0
        with server.failing():
            self._last = {"op_type": "create"} if self._made() else self._mark_now()

    def add(self, documents: Iterable[Document]) -> None:
        """Add documents that are not there yet."""
        self.fill(map(parts, documents))

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents, or replace them."""
        self.fill(map(parts, documents))

    def fill(self, rows: Iterable[Row]) -> None:
        """Add what was analysed elsewhere, or replace it."""
        for row in rows:
            self._hold(row[2]["id"], source(row))

    def remove(self, ids: Iterable[int]) -> None:
        for number in ids:
            self._hold(number, None)

    def commit(self, mark: Mark) -> None:
        """Send what is held, then how far it goes, then show all of it. Raises Failed."""
        self._send()
        with self._server.failing():
            try:
                told = self._server.writing.index(
                    index=self._alias, id=str(MARK_ID), body=mark_source(mark),
                    params={"require_alias": "true", **self._last},
                )  # fmt: skip
            except ConflictError as error:
                words = _("Một tiến trình khác cũng ghi chỉ mục %(name)s.") % {"name": self._index}
                raise Failed(words) from error
            self._last = _place(told)
            self._server.writing.indices.refresh(index=self._index)

    def close(self) -> None:
        """Give up what was not sent."""
        self._held, self._characters = [], 0

    def _hold(self, number: int, document: Source | None) -> None:
        action: dict[str, Any] = {"_op_type": "delete" if document is None else "index", "_id": str(number)}
        if document is not None:
            action["_source"] = document
            self._characters += sum(len(text) for text in document.values() if isinstance(text, str))
        self._held.append(action)
        if len(self._held) >= _MOST_HELD or self._characters >= _MOST_CHARACTERS:
            self._send()

    def _send(self) -> None:
        held = self._held
        self.close()
        if held:
            send(self._server, self._alias, held)

    def _made(self) -> bool:
        """Make the index unless it is there; tell whether it had to be made."""
        indices = self._server.writing.indices
        if indices.exists(index=self._index):
            return False
        body = {"settings": {"index": settings()}, "mappings": mappings(), "aliases": {self._alias: {}}}
        indices.create(index=self._index, body=body)
        return True

    def _mark_now(self) -> dict[str, Any]:
        """Return what the next mark must follow, so that two writers do not both go on."""
        try:
            return _place(self._server.writing.get(index=self._index, id=str(MARK_ID), params={"_source": "false"}))
        except NotFoundError as error:
            if not (isinstance(error.info, dict) and error.info.get("found") is False):
                raise
            return {"op_type": "create"}


def _place(told: Any) -> dict[str, Any]:
    return {"if_seq_no": told["_seq_no"], "if_primary_term": told["_primary_term"]}


def _was_not_there(item: dict[str, Any]) -> bool:
    """Tell whether an entry was to be removed that the index does not have."""
    return item.get("status") == _GONE and "error" not in item


def _why(item: dict[str, Any]) -> str:
    error = item.get("error")
    told = error if isinstance(error, dict) else {"type": item.get("status"), "reason": error}
    return f"{told.get('type')}: {told.get('reason')} (_id {item.get('_id')})"
