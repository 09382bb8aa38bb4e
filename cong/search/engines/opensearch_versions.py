"""The versions of an index on a server: `cong-v1`, `cong-v2` …, and the aliases that say which of them is what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from typing import Any

from opensearchpy import NotFoundError

from cong.search.engines.engine import Failed
from cong.search.engines.opensearch_mapping import PROGRAM
from cong.search.engines.opensearch_reader import OpenSearchEngine
from cong.search.engines.opensearch_server import Server
from cong.search.engines.opensearch_writer import OpenSearchWriter
from cong.search.index.folder import Folder

_LAST = 999_999_999
_NAME = r"v[1-9][0-9]{0,8}"


class OpenSearchVersions:
    """Index `base-v3` is version `v3`; readers ask the alias `base`.

    The right to write, counts and records are kept in a folder of the one machine that runs the indexer.
    """

    def __init__(self, server: Server, root: Path) -> None:
        self._server = server
        self._folder = Folder(root=root)
        self._names = re.compile(rf"{re.escape(server.base)}-({_NAME})")

    @property
    def root(self) -> Path:
        return self._folder.root

    @property
    def program(self) -> str:
        return PROGRAM

    @property
    def server(self) -> Server:
        return self._server

    def locked(self) -> AbstractContextManager[None]:
        return self._folder.locked()

    def writing(self) -> int | None:
        return self._folder.writing()

    def current(self) -> str | None:
        return self._named(self._server.base)

    def previous(self) -> str | None:
        return self._named(self._alias("previous"))

    def aside(self) -> str | None:
        return self._named(self._alias("aside"))

    def fresh(self) -> str:
        taken = set(self._aliases())
        highest = max((int(name[1:]) for name in taken), default=0)
        first = highest + 1 if highest < _LAST else 1
        return next(name for name in map("v{}".format, count(first)) if name not in taken)

    def point_at(self, name: str) -> None:
        before, actions = self.current(), [_add(self._index(name), self._server.base)]
        actions += self._without(self._server.base, name)
        if before not in (None, name):
            previous = self._alias("previous")
            actions += [*self._without(previous, before), _add(self._index(before or ""), previous)]
        if self.aside() == name:
            actions += self._without(self._alias("aside"), "")
        self._change(actions)

    def set_aside(self, name: str) -> None:
        alias = self._alias("aside")
        self._change([*self._without(alias, name), _add(self._index(name), alias)])

    def sweep(self, *, keep_aside: bool = True) -> None:
        keep = {self.current(), self.previous(), self.aside() if keep_aside else None}
        here = {path.name for path in self.root.glob("v*") if re.fullmatch(_NAME, path.name)}
        for name in {*self._aliases(), *here}:
            if name not in keep:
                self.drop(name)

    def drop(self, name: str) -> None:
        with self._server.failing():
            self._server.writing.indices.delete(index=self._index(name), params={"ignore_unavailable": "true"})
        self._folder.drop(name)

    def exists(self, name: str) -> bool:
        with self._server.failing():
            return bool(self._server.writing.indices.exists(index=self._index(name)))

    def writer(self, name: str, *, bulk: bool = False) -> OpenSearchWriter:
        return OpenSearchWriter(self._server, self._index(name))

    def engine(self, name: str) -> OpenSearchEngine:
        """Open a version for reading. Raises NotReady when this program cannot read it, Failed: it may yet be."""
        engine = OpenSearchEngine(self._server, self._index(name), patient=True)
        engine.mark()
        return engine

    def size(self, name: str) -> int:
        with self._server.failing():
            told = self._server.writing.indices.stats(index=self._index(name), metric="store")
        return int(told["_all"]["total"]["store"]["size_in_bytes"])

    def counts(self, name: str) -> Path:
        return self._folder.counts(name)

    def _index(self, name: str) -> str:
        return f"{self._server.base}-{name}"

    def _alias(self, kind: str) -> str:
        return f"{self._server.base}-{kind}"

    def _named(self, alias: str) -> str | None:
        return next((name for name, aliases in self._aliases().items() if alias in aliases), None)

    def _without(self, alias: str, name: str) -> Iterator[dict[str, Any]]:
        """Yield what takes an alias from every version but one."""
        for other, aliases in self._aliases().items():
            if alias in aliases and other != name:
                yield {"remove": {"index": self._index(other), "alias": alias}}

    def _aliases(self) -> dict[str, set[str]]:
        """Return the aliases of each version that there is. Raises Failed."""
        with self._server.failing():
            try:
                told = self._server.writing.indices.get_alias(index=f"{self._server.base}-v*")
            except NotFoundError:
                return {}
        found = ((self._names.fullmatch(index), about) for index, about in told.items())
        return {matched[1]: set(about["aliases"]) for matched, about in found if matched}

    def _change(self, actions: list[dict[str, Any]]) -> None:
        """Change aliases all at once."""
        with self._server.failing():
            told = self._server.writing.indices.update_aliases(body={"actions": actions})
        if not told.get("acknowledged"):
            raise Failed(f"{self._server.base}: {told}")


def _add(index: str, alias: str) -> dict[str, Any]:
    return {"add": {"index": index, "alias": alias}}
