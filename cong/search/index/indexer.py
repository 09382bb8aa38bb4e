"""The one process that writes the index: builds it, follows the shelf, does what others ask of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from time import monotonic

from django.utils import timezone

from cong.search.engines.engine import Engine, Failed, Mark, NotReady
from cong.search.index import gate, records, requests
from cong.search.index.building import Site, Stopped, built
from cong.search.index.following import BATCH, Following, resumed, standing
from cong.search.index.gate import Exam
from cong.search.index.records import Rebuilt
from cong.search.index.requests import Request, Wish
from cong.search.index.trouble import Broken
from cong.search.index.versions import Versions

log = logging.getLogger(__name__)

_LOOK_AGAIN = 2.0
"""Seconds between two looks whether what lies on the disk is still the index."""


def never() -> bool:
    return False


def ignore(_done: int) -> None:
    return None


def no_exam(_meanwhile: Callable[[], None]) -> Exam:
    return Exam()


class Indexer:
    """Keeps the versions of a locked index; whatever happens to it, the next one continues from the last commit.

    `exam` is asked for when a version is judged; what it does takes long, so it calls what it is given, now and then.
    `processes`: how many cut texts in a rebuild; None: as many as help.
    """

    def __init__(
        self,
        versions: Versions,
        *,
        stopped: Callable[[], bool] = never,
        progress: Callable[[int], None] = ignore,
        exam: Callable[[Callable[[], None]], Exam] = no_exam,
        clock: Callable[[], datetime] = timezone.now,
        processes: int | None = None,
    ) -> None:
        self._versions = versions
        self._stopped = stopped
        self._progress = progress
        self._exam = exam
        self._clock = clock
        self._processes = processes
        self._open: Following | None = None
        self._looked = monotonic()

    @property
    def mark(self) -> Mark:
        """Return how far the shelf has been read."""
        return self._open.mark if self._open else Mark(seq=0, change="", version=self._versions.program)

    def step(self) -> int:
        """Do what is asked for, index the next batch, return how many changes it held. Raises Failed, Stopped.

        An index that cannot go on is built anew.
        """
        for request in requests.waiting(self._versions.root):
            self._carry_out(request)
        current = self._current()
        try:
            done = current.step()
        except Broken as broken:
            log.error("search.damaged version=%s error=%s", current.name, broken)
            # Nothing can be written on it any more; readers use it as long as they can.
            self.close()
            self.rebuild(anyway=True)
            return 0
        if not done:
            self._look()
        return done

    def rebuild(self, *, anyway: bool = False) -> Rebuilt:
        """Build a new version beside the one that is read, and let readers go over to it when it is good enough.

        `anyway`: whatever the gate says. When there is nothing else to read, a new version is taken as it is.
        Raises Failed, Stopped; then everything is as before.
        """
        began = monotonic()
        self._open = self._open or self._continued()
        self._versions.sweep(keep_aside=False)
        name = self._versions.fresh()
        log.info("search.rebuild version=%s", name)
        try:
            rebuilt = self._judged(built(self._site(name)), began, anyway=anyway)
        except BaseException:
            self._give_up(name)
            raise
        finally:
            records.keep_building(self._versions.root, None)
        with suppress(Failed):
            records.keep_rebuilt(self._versions.root, rebuilt)
        return rebuilt

    def back(self) -> str:
        """Let readers go back to the version before, brought up to date; returns its name. Raises NotReady, Failed."""
        name = self._versions.previous()
        older = resumed(self._versions, name) if name else None
        if name is None or older is None:
            raise NotReady(self._versions.root)
        try:
            while older.step():
                self._pause()
        except BaseException:
            older.close()
            raise
        self._go_over(older)
        return name

    def look(self, ids: Sequence[int]) -> None:
        """Index these entries again as they are now; what is new goes on being read between them. Raises Failed."""
        for first in range(0, len(ids), BATCH):
            self._current().look(ids[first : first + BATCH])
            self._current().step()
            self._pause()

    def close(self) -> None:
        """Let the writer go; uncommitted work is dropped and will be read again."""
        left, self._open = self._open, None
        if left is not None:
            left.close()

    def _site(self, name: str) -> Site:
        return Site(
            versions=self._versions, name=name, clock=self._clock, progress=self._progress, pause=self._pause,
            meanwhile=self._keep_up, processes=self._processes,
        )  # fmt: skip

    def _judged(self, fresh: Following, began: float, *, anyway: bool) -> Rebuilt:
        """Bring a new version up to date, judge it, and go over to it or set it aside."""
        try:
            while fresh.step():
                self._pause()
                self._keep_up()
            engine, serving = self._versions.engine(fresh.name), self._serving()
            verdict = gate.examine(engine, serving, self._exam(self._keep_up), at=self._clock())
        except BaseException:
            fresh.close()
            raise
        swapped = verdict.passed or anyway or serving is None
        if swapped:
            self._go_over(fresh)
        else:
            fresh.close()
            self._versions.set_aside(fresh.name)
        level = logging.INFO if verdict.passed else logging.ERROR
        log.log(level, "search.rebuilt version=%s swapped=%s trouble=%s", fresh.name, swapped, verdict.trouble)
        return Rebuilt(
            at=self._clock(), name=fresh.name, documents=engine.size, seconds=round(monotonic() - began, 3),
            swapped=swapped, trouble=verdict.trouble, judged=verdict.judged, judged_before=verdict.judged_before,
        )  # fmt: skip

    def _give_up(self, name: str) -> None:
        """Take away what was begun: on a full disk nothing else can be written."""
        with suppress(Failed):
            if self._versions.current() != name:
                self._versions.drop(name)

    def _serving(self) -> Engine | None:
        """Return the version that is read, None when there is none that can go on being read."""
        try:
            return self._versions.engine(self._open.name) if self._open else None
        except NotReady:
            return None

    def _go_over(self, to: Following) -> None:
        self._versions.point_at(to.name)
        self.close()
        self._open = to
        self._versions.sweep()

    def _current(self) -> Following:
        """Return the version that is read; when it cannot go on, the one before, else a new one."""
        current = self._versions.current()
        if self._open is not None and self._open.name == current:
            return self._open
        self.close()
        self._open = self._continued()
        if self._open is None:
            self.rebuild(anyway=True)
        elif self._open.name != current:
            log.warning("search.back version=%s instead_of=%s", self._open.name, current)
            self._versions.point_at(self._open.name)
        if self._open is None:
            raise Failed(str(self._versions.root))
        return self._open

    def _continued(self) -> Following | None:
        for name in (self._versions.current(), self._versions.previous()):
            found = resumed(self._versions, name) if name else None
            if found is not None:
                return found
        return None

    def _keep_up(self) -> None:
        """Read a batch for the version that is read while another one is built, so that nothing waits for that."""
        if self._open is None:
            return
        try:
            self._open.step()
        except Failed as failed:
            log.warning("search.left_behind version=%s error=%s", self._open.name, failed)
            self.close()

    def _pause(self) -> None:
        if self._stopped():
            raise Stopped

    def _look(self) -> None:
        """See whether somebody took the index away, or put another one in its place."""
        if self._open is None or monotonic() - self._looked < _LOOK_AGAIN:
            return
        self._looked = monotonic()
        if standing(self._versions, self._open.name) != self._open.mark:
            self.close()

    def _carry_out(self, request: Request) -> None:
        """Do what is asked for. What fails is not tried for ever; what a stop cuts off is done by the next indexer."""
        log.info("search.asked wish=%s ids=%s", request.wish, len(request.ids))
        try:
            self._wishes(request)
        except (Failed, NotReady) as error:
            log.error("search.refused wish=%s error=%s", request.wish, error)
        request.done()

    def _wishes(self, request: Request) -> None:
        if request.wish is Wish.LOOK:
            self.look(request.ids)
        elif request.wish is Wish.BACK:
            self.back()
        else:
            self.rebuild(anyway=request.wish is Wish.REBUILD_ANYWAY)


__all__ = ["Indexer", "Stopped", "ignore", "never"]
