"""Kept pages of one process: memory first, then what all processes share, each judged on the ground."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from cong.delivery import ground as grounds
from cong.delivery.addresses import Address, key_of
from cong.delivery.encodings import SMALLEST, encoded
from cong.delivery.ground import Ground, Standing, Unusable
from cong.delivery.memory import Form, Kept, Memory, kept
from cong.delivery.pages import Page
from cong.delivery.store import Store

logger = logging.getLogger("cong.delivery")

SHOWN_LATE = 3600.0
"""Seconds for which a page that nobody purged may be shown past its time while it is renewed."""

_PACKING = 16
_STATUS = {200: "200 OK", 410: "410 Gone"}
# What a 304 repeats (RFC 9110, 15.4.5); the rest the client has.
_REPEATED = {"cache-control", "last-modified"}


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to render an address while other processes wait; without a ground nobody waits."""

    ground: Ground | None
    key: bytes

    def end(self) -> None:
        """Give it back."""
        if self.ground is not None:
            self.ground.give_back(self.key)


class Cache:
    """Finds, keeps and judges pages; asks nobody for a new one."""

    def __init__(self, folder: Path, *, memory: int, store: int) -> None:
        self.memory = Memory(size=memory)
        self.store = Store(folder / "pages", size=store)
        self.ground: Ground | None = None
        self._path = folder / "ground"
        self._packing = [threading.Lock() for _ in range(_PACKING)]
        self._looking = threading.Lock()
        self.look()

    def look(self) -> None:
        """See whether ground and store are still what other processes use; call it every `ground.LOOK` seconds."""
        with self._looking:
            found = self._found()
            if found is not self.ground:
                # Pages of another era are judged GONE whether they are still here or not.
                self.ground = found
                self.memory.clear()
            self.store.look()

    def _found(self) -> Ground | None:
        try:
            return grounds.current(self._path)
        except Unusable as error:
            logger.warning("delivery.no_ground error=%s", error)
            return None

    def find(self, address: Address, now: float) -> tuple[Kept | None, Standing]:
        """Return the best page of an address with how it stands; GONE without a page when there is none."""
        one = self.memory.pages.get(address)
        standing = self.judge(one, now) if one else Standing.GONE
        if one is not None and standing is Standing.FRESH:
            return one, standing
        other = self._shared(address, now)
        if other is not None and (better := self.judge(other, now)) < standing:
            return self._remember(other), better
        if one is not None and standing is Standing.GONE:
            self.memory.forget(one)
        return (one, standing) if standing is not Standing.GONE else (None, standing)

    def judge(self, one: Kept, now: float) -> Standing:
        """Tell how a page stands, and remember that it is good, if it is."""
        ground = self.ground
        if ground is None or one.page.era != ground.era:
            return Standing.GONE
        epoch = ground.epoch
        standing = Standing.FRESH if one.checked == epoch else ground.judge(one.slots, one.page.epoch, now)
        if standing is Standing.FRESH:
            one.checked = epoch
            return _by_time(one.page, now)
        return standing if standing is Standing.GONE else max(standing, _by_time(one.page, now))

    def keep(self, page: Page) -> Kept:
        """Keep a page here and for all processes."""
        self.store.put(page)
        return self._remember(kept(page))

    def form(self, one: Kept, encoding: str) -> Form:
        """Return a page in one encoding, made now if nobody made it before; small pages are sent as they are."""
        if len(one.page.body) < SMALLEST:
            encoding = ""
        found = one.forms.get(encoding)
        if found is not None:
            return found
        with self._packing[hash(one.page.address) % _PACKING]:
            found = one.forms.get(encoding)
            if found is None:
                found = shaped(one.page, encoding, self._packed(one.page, encoding))
                self.memory.add(one, encoding, found)
        return found

    def _packed(self, page: Page, encoding: str) -> bytes:
        if not encoding:
            return page.body
        body = self.store.variant(page, encoding)
        if body is None:
            body = encoded(page.body, encoding)
            self.store.put_variant(page, encoding, body)
        return body

    def _shared(self, address: Address, now: float) -> Kept | None:
        page = self.store.get(address) if self.ground is not None else None
        return kept(page) if page is not None else None

    def _remember(self, one: Kept) -> Kept:
        self.memory.put(one)
        return one

    def lease(self, address: Address) -> Lease | None:
        """Take the lease on rendering an address; None when another process has it."""
        ground, key = self.ground, key_of(address)
        if ground is not None and not ground.take(key):
            return None
        return Lease(ground=ground, key=key)


def _by_time(page: Page, now: float) -> Standing:
    if page.until is not None and now >= page.until:
        return Standing.GONE
    if now < page.fresh_until:
        return Standing.FRESH
    return Standing.STALE if now < page.fresh_until + SHOWN_LATE else Standing.OLD


def shaped(page: Page, encoding: str, body: bytes) -> Form:
    """Return what is sent of a page in one encoding."""
    etag = f'"{page.etag}-{encoding}"' if encoding else f'"{page.etag}"'
    repeated = [(name, value) for name, value in page.headers if name.lower() in _REPEATED]
    own = [("ETag", etag), ("Vary", "Accept-Encoding")]
    packed = [("Content-Encoding", encoding)] if encoding else []
    return Form(
        status=_STATUS[page.status],
        headers=[*page.headers, *own, *packed, ("Content-Length", str(len(body)))],
        unchanged=[*repeated, *own],
        etag=etag,
        body=[body],
    )
