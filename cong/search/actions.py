"""What can be done with the index: follow the shelf, build anew, go back, check, mend, look how it stands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom
from threading import Event
from time import monotonic, sleep

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from cong.search import judging
from cong.search.engines import chosen
from cong.search.engines.engine import Failed, NotReady
from cong.search.index import check as checking
from cong.search.index import records, requests, shelf
from cong.search.index.check import Range
from cong.search.index.counted import SAMPLE, Sampler
from cong.search.index.following import standing
from cong.search.index.gate import Exam
from cong.search.index.indexer import Indexer, Stopped, ignore
from cong.search.index.records import Building, Checked, Rebuilt
from cong.search.index.requests import Request, Wish
from cong.search.index.trouble import failing
from cong.search.index.versions import Busy

log = logging.getLogger(__name__)

_PAUSE = 0.5
_GLANCE = 0.1
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, kw_only=True)
class Status:
    """How the index stands. `behind` counts changes of the shelf that it has not read; `size` is in bytes.

    `pid`: the process that writes it, 0 when it cannot be told. `aside`: a version that was not good enough.
    """

    engine: str
    ready: bool
    running: bool
    pid: int | None
    version: str | None
    previous: str | None
    aside: str | None
    documents: int
    seq: int
    behind: int
    size: int
    building: Building | None
    rebuilt: Rebuilt | None
    checked: Checked | None
    found: Checked | None


def follow(stop: Event) -> None:
    """Follow the shelf until `stop` is set. Raises Busy when another process does."""
    with _indexing(ignore, stop) as indexer:
        try:
            _follow(indexer, stop)
        except Stopped:
            log.info("search.stopped while building")


def catch_up(*, progress: Callable[[int], None] = ignore, stop: Event | None = None) -> int:
    """Read everything that the index has not read yet and return up to which change it has.

    Raises Busy, Failed, Stopped.
    """
    stop = stop or Event()
    with _indexing(progress, stop) as indexer:
        while done := indexer.step():
            progress(done)
            if stop.is_set():
                raise Stopped
        return indexer.mark.seq


def rebuild(*, progress: Callable[[int], None] = ignore, stop: Event | None = None, anyway: bool = False) -> Rebuilt:
    """Build the index anew beside the old one, and swap when it is good enough, or `anyway`.

    Raises Busy, Failed, Stopped.
    """
    with _indexing(progress, stop or Event()) as indexer:
        return indexer.rebuild(anyway=anyway)


def back() -> str:
    """Go back to the version before, and return its name. Raises Busy, Failed, NotReady."""
    if not can_go_back():
        raise NotReady(chosen.versions().root)
    with _indexing(ignore, Event()) as indexer:
        return indexer.back()


def can_go_back() -> bool:
    """Tell whether there is a version before, and this program can read it."""
    versions = chosen.versions()
    name = versions.previous()
    return name is not None and standing(versions, name) is not None


def ask(wish: Wish) -> Request:
    """Ask the running indexer for what only it can do; it begins within a second. Raises Failed."""
    return requests.leave(chosen.versions().root, wish)


def is_carried_out(asked: Sequence[Request], *, within: float) -> bool:
    """Wait so many seconds at most until what was asked for is done, and tell whether it is."""
    deadline = monotonic() + within
    while any(one.waits for one in asked):
        if monotonic() > deadline:
            return False
        sleep(_GLANCE)
    return True


def check(within: Range, *, at: datetime, progress: Callable[[int], None] = ignore) -> Checked:
    """Compare a range of the index with the shelf. Raises NotReady, Failed."""
    checked = checking.check(chosen.reader, within, at=at, progress=progress)
    records.keep_checked(chosen.versions().root, checked)
    return checked


def repair(
    within: Range, *, at: datetime, progress: Callable[[int], None] = ignore, stop: Event | None = None
) -> tuple[Checked, list[Request]]:
    """Compare, and put right what differs; what the running indexer was asked to do for that comes back with it.

    Without a running indexer it is done here, and so is what the index has not read yet. Raises NotReady, Failed,
    Stopped.
    """
    root, asked = chosen.versions().root, list[Request]()
    try:
        with _indexing(ignore, stop or Event()) as indexer:
            while indexer.step():
                pass
            checked = checking.check(chosen.reader, within, at=at, progress=progress, mend=indexer.look)
    except Busy:
        checked = checking.check(
            chosen.reader,
            within,
            at=at,
            progress=progress,
            mend=lambda ids: asked.append(requests.leave(root, Wish.LOOK, ids)),
        )
    records.keep_checked(root, checked)
    return checked, asked


def count_spellings(*, chance: Random | None = None) -> int:
    """Count syllables and their neighbours anew for the index that is read; returns how many texts were counted.

    Raises NotReady, Failed.
    """
    versions = chosen.versions()
    name = versions.current()
    if name is None:
        raise NotReady(versions.root)
    sampler = Sampler(total=0)
    for document in shelf.some(SAMPLE, chance or SystemRandom()):
        sampler.add(document)
    with failing(versions.root):
        sampler.write(versions.counts(name))
    return sampler.counted


def status() -> Status:
    """Return how the index stands now."""
    versions, reader, last = chosen.versions(), chosen.reader(), shelf.last_seq()
    try:
        seq, documents, ready = reader.mark().seq, reader.size, True
    except NotReady:
        seq, documents, ready = 0, 0, False
    pid, current, checks = versions.writing(), versions.current(), records.checks(versions.root)
    return Status(
        engine=chosen.name(),
        ready=ready,
        running=pid is not None,
        pid=pid,
        version=current,
        previous=versions.previous(),
        aside=versions.aside(),
        documents=documents,
        seq=seq,
        behind=max(last - seq, 0),
        size=versions.size(current) if current else 0,
        building=records.now_building(versions.root) if pid is not None else None,
        rebuilt=records.last_rebuilt(versions.root),
        checked=checks[0] if checks else None,
        found=next((one for one in checks if one.differences), None),
    )


def exam(meanwhile: Callable[[], None]) -> Exam:
    """Return what a new version is judged by: what staff expect, asked as readers ask, `meanwhile` between them."""
    lines, before = judging.judged(), judging.last_passed()
    at = timezone.now()

    def asked() -> Iterator[judging.Judged]:
        for line in lines:
            meanwhile()
            yield line

    return Exam(
        ask=(lambda engine: judging.score(engine, asked(), at)) if lines else None,
        before=judging.score_of(before) if before else None,
    )


@contextmanager
def _indexing(progress: Callable[[int], None], stop: Event) -> Iterator[Indexer]:
    versions = chosen.versions()
    with versions.locked():
        indexer = Indexer(versions, progress=progress, stopped=stop.is_set, exam=exam)
        try:
            yield indexer
        finally:
            indexer.close()


def _follow(indexer: Indexer, stop: Event) -> None:
    pause = _PAUSE
    while not stop.is_set():
        try:
            close_old_connections()
            done = indexer.step()
            pause = _PAUSE
        except (OperationalError, InterfaceError, Failed, NotReady) as error:
            # Database or disk are away or busy: nothing is lost, the cursor is in the index.
            log.warning("search.paused error=%s again_in=%s", error, pause)
            connection.close()
            indexer.close()
            done, pause = 0, min(pause * 2, _LONGEST_PAUSE)
        if not done:
            stop.wait(pause)
