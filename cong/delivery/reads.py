"""Counts which entries are read: no cookie, no address of a reader, nothing kept but one sum an entry.

Readers wait for none of this: a read is one number put in a row, which a thread adds up and hands over now and then.
What was not handed over when the process is killed is lost.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from multiprocessing.util import Finalize

logger = logging.getLogger("cong.delivery")

_MOST_WAITING, _MOST_ENTRIES, _MOST_AGENTS = 1 << 18, 20_000, 2048
_EVERY, _HAND_OVER = 1.0, 20

Take = Callable[[Mapping[int, int]], None]


class Reads:
    """The reads of one process. `take` gets the sums by entry every twenty seconds; what it refuses is tried again."""

    def __init__(self, take: Take, is_person: Callable[[str], bool]) -> None:
        self._take = take
        self._is_person = is_person
        self._waiting: deque[int] = deque(maxlen=_MOST_WAITING)
        self._agents: dict[int, bool] = {}
        self._sums: Counter[int] = Counter()
        self._adding = threading.Lock()
        self._thread: threading.Thread | None = None

    def note(self, entry: int, agent: str) -> None:
        """Count one read, unless a program asked."""
        # A hash is enough to know the word again, and says nothing to anybody.
        key = hash(agent)
        person = self._agents.get(key)
        if person is None:
            person = self._meet(key, agent)
        if person:
            self._waiting.append(entry)

    def _meet(self, key: int, agent: str) -> bool:
        if len(self._agents) >= _MOST_AGENTS:
            self._agents.clear()
        person = self._agents[key] = self._is_person(agent)
        if self._thread is None:
            self._begin()
        return person

    def _begin(self) -> None:
        """Start the thread: in the process that serves, after the fork."""
        with self._adding:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="reads", daemon=True)
                self._thread.start()
                Finalize(None, self.hand_over, exitpriority=1)

    def _run(self) -> None:
        pause, turn = threading.Event(), 0
        while not pause.wait(_EVERY):
            turn += 1
            self.add_up()
            if turn % _HAND_OVER == 0:
                self.hand_over()

    def add_up(self) -> None:
        """Add what waits to the sums; of too many entries those that were read least are let go."""
        with self._adding:
            self._sums.update([self._waiting.popleft() for _ in range(len(self._waiting))])
            if len(self._sums) > _MOST_ENTRIES:
                self._sums = Counter(dict(self._sums.most_common(_MOST_ENTRIES // 2)))

    def hand_over(self) -> None:
        """Hand the sums over, or keep them for the next time."""
        self.add_up()
        with self._adding:
            sums, self._sums = self._sums, Counter()
        if not sums:
            return
        try:
            self._take(sums)
        except Exception as error:  # noqa: BLE001 (whatever it is, readers must not feel it)
            logger.warning("delivery.reads_wait error=%r entries=%s", error, len(sums))
            with self._adding:
                self._sums.update(sums)
