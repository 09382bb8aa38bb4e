"""Builds a version from the shelf: several processes cut the texts, one writer takes them, the old index goes on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic

from cong.search.engines.engine import Failed
from cong.search.index import analysing, records, shelf
from cong.search.index.counted import Sampler
from cong.search.index.following import Following
from cong.search.index.records import Building
from cong.search.index.trouble import failing
from cong.search.index.versions import Versions

_CHUNK = 200
_LARGE = 5_000
"""Entries; fewer are cut faster here than processes start."""

_BREATH = 0.5
"""Seconds between two looks at what else there is to do."""


class Stopped(Exception):
    """Somebody asked the indexer to end; what it was building is taken away, the old index is as it was."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where and how to build. `progress` is told how many entries were added; `pause` raises Stopped when it is time.

    `meanwhile` is called twice a second: the index that is read now must not fall behind.
    """

    versions: Versions
    name: str
    clock: Callable[[], datetime]
    progress: Callable[[int], None]
    pause: Callable[[], None]
    meanwhile: Callable[[], None]
    processes: int | None = None


def built(site: Site) -> Following:
    """Return a new version that holds the whole shelf and can go on from there. Raises Failed, Stopped."""
    versions, name = site.versions, site.name
    mark = shelf.last_mark(versions.program)
    writer = versions.writer(name, bulk=True)
    total = shelf.size()
    watch, sampler = _Watch(site, total=total), Sampler(total=total)
    try:
        with closing(analysing.analysed(sampler.through(shelf.everything(_CHUNK)), watch.processes)) as parts:
            for rows in parts:
                with failing(versions.root):
                    writer.fill(rows)
                watch.added(len(rows))
        watch.wait(partial(writer.commit, mark))
        with failing(versions.root):
            sampler.write(versions.counts(name))
    except BaseException:
        with suppress(Failed), failing(versions.root):
            writer.close()
        raise
    watch.wait(writer.close)
    return Following(root=versions.root, name=name, mark=mark, writer=versions.writer(name))


class _Watch:
    """Looks after everything else while a version is built."""

    def __init__(self, site: Site, *, total: int) -> None:
        self._site = site
        self._total = total
        self._done = 0
        self._began_at = site.clock()
        self._looked = monotonic()

    @property
    def processes(self) -> int:
        if self._site.processes is not None:
            return self._site.processes
        return analysing.helpful() if self._total >= _LARGE else 0

    def added(self, number: int) -> None:
        self._done += number
        self._site.progress(number)
        self._site.pause()
        if monotonic() - self._looked > _BREATH:
            self._look()
            self._looked = monotonic()

    def wait(self, work: Callable[[], None]) -> None:
        """Have something done that takes long and cannot be left half-way. Raises Failed, and Stopped afterwards."""
        with ThreadPoolExecutor(1) as beside, failing(self._site.versions.root):
            doing = beside.submit(work)
            while not wait([doing], timeout=_BREATH).done:
                self._look()
            doing.result()

    def _look(self) -> None:
        site = self._site
        site.pause()
        site.meanwhile()
        if not site.versions.exists(site.name):
            raise Failed(f"Chỉ mục đang lập đã bị xóa: {site.versions.root}")
        state = Building(name=site.name, began_at=self._began_at, at=site.clock(), done=self._done, total=self._total)
        records.keep_building(site.versions.root, state)
