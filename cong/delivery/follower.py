"""Follows the shelf: purges what a fallen process left, warms what many read, keeps every public page as a file."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_from_path

from cong.delivery import places, purging, words
from cong.delivery.addresses import Address
from cong.delivery.cache import Cache
from cong.delivery.encodings import BROTLI
from cong.delivery.flights import Flights, Late
from cong.delivery.memory import Kept
from cong.delivery.mirror import Mark, Mirror, Mirrored
from cong.delivery.origin import Origin
from cong.delivery.purging import Purge
from cong.entries.models import Change, Entry, FrontPage, Op
from cong.journal.models import Event
from cong.kernel import tags

logger = logging.getLogger("cong.delivery")

BATCH = 500
_A_TURN, _LOOKED_AT = 10, 100
_ROUND_EVERY = 1800.0
# Acts on agencies: their names and addresses stand on every page.
_OF_AGENCIES = ("agency.", "agencies.")


class Broken(Exception):
    """Pages cannot be rendered now: the database is away, or there is nowhere to keep them."""


class Stopped(Exception):
    """It was told to stop; what was not done is done by the next one."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """How much the mirror may take: it leaves `free` bytes of its disk alone."""

    free: int


class Follower:
    """The one process that writes the mirror. `step` follows, `rest` does a little of what is never finished."""

    def __init__(
        self,
        *,
        cache: Cache,
        origin: Origin,
        flights: Flights,
        mirror: Mirror,
        room: Room,
        stopped: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._cache = cache
        self._origin = origin
        self._flights = flights
        self._mirror = mirror
        self._room = room
        self._stopped = stopped
        self._clock = clock
        self._round: Iterator[Address] = iter(())
        self._round_at = 0.0
        self._walk: Iterator[Mirrored] | None = None
        self._walked_from = 0
        self.mark = Mark()

    def begin(self) -> None:
        """Go on where the mirror stands. One of another shelf is thrown away."""
        self._cache.look()
        self.mark = self._mirror.mark()
        if not self._knows(self.mark):
            logger.warning("delivery.other_shelf folder=%s", self._mirror.folder)
            shutil.rmtree(self._mirror.folder, ignore_errors=True)
            self.mark = Mark()
        if self.mark.seq == 0:
            self.mark = _newest()

    def _knows(self, mark: Mark) -> bool:
        change = Change.objects.filter(stream="entries", seq=mark.seq).first()
        return mark.seq == 0 or (change is not None and _said(change) == mark.change)

    def step(self) -> int:
        """Follow the next changes and return how many there were. Raises Broken, Stopped, django.db.Error."""
        self._cache.look()
        epoch = self._epoch()
        events = self._agencies_changed()
        changes = list(Change.objects.after(self.mark.seq)[:BATCH])
        if changes:
            self._follow(changes)
        reached = epoch if len(changes) < BATCH else self.mark.epoch
        self._advance(changes[-1] if changes else None, reached, events)
        return len(changes)

    def _follow(self, changes: Sequence[Change]) -> None:
        self._purge_missed(changes)
        seq = changes[-1].seq
        ids = list(dict.fromkeys(change.entry_id for change in changes))
        live = Entry.objects.select_related("agency").in_bulk(ids)
        for number in ids:
            if number not in live:
                self._mirror.withdraw(number, seq=seq)
        # What is no entry may be, or have been, the composition of a page: a copy of the page before is not shown.
        fronts = FrontPage.objects.filter(pk__in=ids).values_list("section", flat=True)
        for address in dict.fromkeys((*places.hot(live.values()), *places.composed(fronts))):
            self._warm(address, seq)
        for entry in live.values():
            self._renew_entry(entry, seq)
        for address in places.beside(live.values()):
            self._renew(address, seq)

    def _purge_missed(self, changes: Iterable[Change]) -> None:
        """Whoever wrote a change purges after its commit; who fell in between did not."""
        ground = self._cache.ground
        missed = [one for one in changes if ground is not None and not ground.answered_for(one.seq)]
        if missed:
            logger.info("delivery.missed first=%s count=%s", missed[0].seq, len(missed))
            purge = purging.purge_of((one.entry_id, Op(one.op)) for one in missed)
            purging.apply(purge, seqs=[one.seq for one in missed])

    def _agencies_changed(self) -> int:
        """Purge all pages softly when an agency changed; return the last event seen."""
        rows = Event.objects.filter(pk__gt=self.mark.events).order_by("pk").values_list("pk", "verb")[:BATCH]
        seen = list(rows)
        if any(verb.startswith(_OF_AGENCIES) for _, verb in seen):
            purging.apply(Purge(soft={tags.SITE}))
        return seen[-1][0] if seen else self.mark.events

    def _advance(self, last: Change | None, epoch: int, events: int) -> None:
        ground = self._cache.ground
        mark = replace(self.mark, epoch=epoch, era=ground.era if ground else 0, events=events)
        if last is not None:
            mark = replace(mark, seq=last.seq, change=_said(last))
        if mark != self.mark:
            self._mirror.set_mark(mark)
            self.mark = mark

    def _epoch(self) -> int:
        ground = self._cache.ground
        return ground.epoch if ground is not None else 0

    def _warm(self, address: Address, seq: int) -> None:
        one = self._renew(address, seq)
        if one is not None:
            self._cache.form(one, BROTLI)

    def _renew_entry(self, entry: Entry, seq: int) -> None:
        addresses = places.own(entry)
        for before in self._mirror.addresses_of(entry.pk):
            if before not in addresses:
                self._mirror.remove(before)
        for address in addresses:
            self._renew(address, seq, entry=entry.pk)

    def _renew(self, address: Address, seq: int, *, entry: int | None = None) -> Kept | None:
        """Have a page as it is now, and keep it as a file. Raises Broken, Stopped."""
        if self._stopped():
            raise Stopped
        route = self._origin.route(address[0])
        if route is None:
            return None
        try:
            found = self._flights.fetch(address, route)
        except Late as late:
            raise Broken(address[0]) from late
        if isinstance(found, Kept):
            self._put(found, seq, entry)
            return found
        if found.failed or found.tagged is not None:
            raise Broken(address[0])
        self._mirror.remove(address)
        return None

    def _put(self, one: Kept, seq: int, entry: int | None) -> None:
        page = one.page
        if not self._has_room():
            # The older file would be taken for as new as the mark.
            self._mirror.remove(page.address)
            return
        if dict(page.headers).get("Content-Type", "").startswith("text/html"):
            at = datetime.fromtimestamp(page.rendered_at, UTC)
            with translation.override(get_language_from_path(page.address[0]) or settings.LANGUAGE_CODE):
                page = replace(page, body=words.with_strip(page.body, at))
        self._mirror.put(page, seq=seq, entry=entry)

    def _has_room(self) -> bool:
        self._mirror.folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._mirror.folder).free > self._room.free

    def rest(self) -> bool:
        """Do a little of the standing work; False when there is none for now. Raises as `step` does."""
        return self._heal() or self._fill() or self._go_round()

    def _heal(self) -> bool:
        """Renew pages that show what was withdrawn; when all are through, the withdrawals are forgotten."""
        if self._walk is None:
            if not self._mirror.has_withdrawn():
                return False
            self._walk, self._walked_from = self._mirror.walk(), self.mark.seq
        some = list(islice(self._walk, _LOOKED_AT))
        for found in filter(self._mirror.is_spoilt, some):
            self._renew(found.page.address, self.mark.seq)
        if not some:
            self._mirror.forget_withdrawn(until=self._walked_from)
            self._walk = None
        return True

    def _fill(self) -> bool:
        """Put in the entries that were there before the mirror was, the newest first."""
        if self.mark.filled == 0 or not self._has_room():
            return False
        older = Entry.objects.select_related("agency").filter(pk__lt=self.mark.filled).order_by("-pk")
        rows = list(older[:_A_TURN])
        for entry in rows:
            self._renew_entry(entry, self.mark.seq)
        self.mark = replace(self.mark, filled=rows[-1].pk if rows else 0)
        self._mirror.set_mark(self.mark)
        return bool(rows)

    def _go_round(self) -> bool:
        """Renew the standing pages, all within some minutes: time alone alters some of them."""
        turn = list(islice(self._round, _A_TURN))
        if not turn:
            if 0 <= self._clock() - self._round_at < _ROUND_EVERY:
                return False
            self._round, self._round_at = iter(list(places.standing())), self._clock()
            return True
        for address in turn:
            self._renew(address, self.mark.seq)
        return True


def _said(change: Change) -> str:
    return f"{change.op} {change.entry_id} {change.at.timestamp():.6f}"


def _newest() -> Mark:
    """Return the mark of a mirror that is empty and from now on follows."""
    last = Change.objects.filter(stream="entries").order_by("-seq").first()
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    events = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return Mark(
        seq=last.seq if last else 0, change=_said(last) if last else "", filled=newest + 1 if newest else 0,
        events=events,
    )  # fmt: skip
