"""One render for all who wait: threads of a process wait for the first of them, processes for whoever has the lease."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue

from cong.delivery.addresses import Address
from cong.delivery.cache import Cache, Lease
from cong.delivery.ground import Standing
from cong.delivery.memory import Kept
from cong.delivery.origin import Origin, Rendered
from cong.kernel.tags import Route

logger = logging.getLogger("cong.delivery")

PATIENCE = 10.0
"""Seconds after which nobody waits any longer for somebody else's render."""

_LOOK_AGAIN = 0.005
_TRIES = 8


class Late(Exception):
    """Nobody answered in time."""


@dataclass(kw_only=True, eq=False)
class Flight:
    """A render under way in this process."""

    done: threading.Event = field(default_factory=threading.Event)
    result: Kept | Rendered | None = None
    epoch: int = -1
    _free: threading.Lock = field(default_factory=threading.Lock)

    def claim(self) -> bool:
        """Tell one caller, and only one, that it is the one who renders."""
        return self._free.acquire(blocking=False)


class Flights:
    """Renders of one process."""

    def __init__(
        self, cache: Cache, origin: Origin, *, outer: int, clock: Callable[[], float], patience: float = PATIENCE
    ) -> None:
        self._cache = cache
        self._origin = origin
        self._outer = outer
        self._clock = clock
        self._patience = patience
        self._changing = threading.Lock()
        self._flights: dict[Address, Flight] = {}
        self._behind: SimpleQueue[tuple[Address, Route, Flight]] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def fetch(self, address: Address, route: Route) -> Kept | Rendered:
        """Return the page, rendered by whoever came first. Raises Late.

        A render that began before a purge is no answer for who came after it: then there is another one.
        """
        arrived = self._epoch()
        for _ in range(_TRIES):
            flight, _ = self._board(address)
            mine = flight.claim()
            if mine:
                self._fly(flight, address, route, waits=True)
            elif not flight.done.wait(self._patience):
                break
            result = flight.result
            if isinstance(result, Rendered) and (mine or flight.epoch >= arrived):
                return result
            if isinstance(result, Kept) and self._cache.judge(result, self._clock()) <= Standing.STALE:
                return result
        raise Late(address)

    def refresh(self, address: Address, route: Route) -> None:
        """Have a page renewed behind the scenes, unless somebody is at it."""
        flight, is_new = self._board(address)
        if is_new:
            # Not claimed: who cannot wait for the queue does it at once.
            self._behind.put((address, route, flight))
            self._run_behind()

    def _board(self, address: Address) -> tuple[Flight, bool]:
        with self._changing:
            flight = self._flights.get(address)
            if flight is not None:
                return flight, False
            flight = self._flights[address] = Flight()
            return flight, True

    def _fly(self, flight: Flight, address: Address, route: Route, *, waits: bool) -> None:
        try:
            flight.result = self._rendered(flight, address, route, waits=waits)
        finally:
            with self._changing:
                self._flights.pop(address, None)
            flight.done.set()

    def _rendered(self, flight: Flight, address: Address, route: Route, *, waits: bool) -> Kept | Rendered | None:
        lease, found = self._leased(address, waits=waits)
        if found is not None or (lease is None and not waits):
            return found
        try:
            return self._kept(flight, address, route)
        finally:
            if lease is not None:
                lease.end()

    def _leased(self, address: Address, *, waits: bool) -> tuple[Lease | None, Kept | None]:
        """Wait for the lease, or for the page of the process that has it; after the patience go without."""
        deadline = time.monotonic() + self._patience
        while True:
            lease = self._cache.lease(address)
            one, standing = self._cache.find(address, self._clock())
            if standing is Standing.FRESH:
                if lease is not None:
                    lease.end()
                return None, one
            if lease is not None or not waits or time.monotonic() > deadline:
                return lease, None
            time.sleep(_LOOK_AGAIN)

    def _kept(self, flight: Flight, address: Address, route: Route) -> Kept | Rendered:
        # Number and era of one ground: the number of an older one would outlive every purge.
        ground, at = self._cache.ground, self._clock()
        flight.epoch = ground.epoch if ground is not None else 0
        rendered = self._origin.render(address, route)
        if rendered.tagged is None or ground is None:
            return rendered
        return self._cache.keep(rendered.page(era=ground.era, epoch=flight.epoch, at=at, outer=self._outer))

    def _epoch(self) -> int:
        ground = self._cache.ground
        return ground.epoch if ground is not None else 0

    def _run_behind(self) -> None:
        with self._changing:
            if self._thread is None:
                self._thread = threading.Thread(target=self._renew, name="delivery", daemon=True)
                self._thread.start()

    def _renew(self) -> None:
        while True:
            address, route, flight = self._behind.get()
            try:
                if flight.claim():
                    self._fly(flight, address, route, waits=False)
            except Exception:
                logger.exception("delivery.not_renewed path=%r", address[0])
