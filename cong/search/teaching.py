"""What staff taught search, read from the tables and kept in this process for a few seconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock
from time import monotonic

from django.db.models import Q, QuerySet
from django.utils import timezone

from cong.search.meaning.dictionary import Dictionary, Key
from cong.search.models import Denied, Direction, Pin, Wording

KEPT_S = 5.0
"""Seconds: so long may another process still answer by what was taught before."""


@dataclass(frozen=True, kw_only=True)
class _Kept:
    dictionary: Dictionary
    until: float


class _Memory:
    """The dictionary that was read last. Many threads may ask at once; one of them reads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: _Kept | None = None
        self._changes = 0

    def ask(self) -> Dictionary:
        return self._fresh() or self._read()

    def forget(self) -> None:
        self._changes += 1
        self._kept = None

    def _fresh(self) -> Dictionary | None:
        kept = self._kept
        return kept.dictionary if kept is not None and monotonic() < kept.until else None

    def _read(self) -> Dictionary:
        with self._lock:
            if (found := self._fresh()) is not None:
                return found
            changes, until = self._changes, monotonic() + KEPT_S
            read = dictionary_on(timezone.localdate())
            # What changed while it was being read may be missing in it: it answers this question and no other.
            self._kept = _Kept(dictionary=read, until=until) if changes == self._changes else None
            return read


_memory = _Memory()


def dictionary_now() -> Dictionary:
    """Return what is taught; three queries when it has not been read for KEPT_S seconds, else none."""
    return _memory.ask()


def forget() -> None:
    """Have the next question read the tables again: something in them has changed."""
    _memory.forget()


def dictionary_on(day: date) -> Dictionary:
    """Read what is taught and which pins stand on a day."""
    wordings = Wording.objects.order_by("pk").values_list("short_key", "short", "long_key", "long", "direction")
    pins = standing_pins(day).order_by("position", "pk").values_list("key", "entry_id")
    denied = Denied.objects.values_list("key", flat=True)
    return Dictionary(
        wordings=spelled_out(wordings), pins=_grouped(pins), denied=frozenset(key_of(one) for one in denied)
    )


def standing_pins(day: date) -> QuerySet[Pin]:
    """Return the pins that stand on a day."""
    return Pin.objects.filter(Q(until_on__isnull=True) | Q(until_on__gte=day), from_on__lte=day)


def spelled_out(rows: Iterable[tuple[str, str, str, str, str]]) -> dict[Key, tuple[str, ...]]:
    """Return what each wording may also read as: rows of (key, text, other key, other text, direction)."""
    found: defaultdict[Key, list[str]] = defaultdict(list)
    for short_key, short, long_key, long, direction in rows:
        found[key_of(short_key)].append(long)
        if direction == Direction.BOTH:
            found[key_of(long_key)].append(short)
    return {one: tuple(texts) for one, texts in found.items()}


def key_of(stored: str) -> Key:
    """Return a key as the dictionary has it from how tables hold it: syllables with a space between."""
    return tuple(stored.split(" "))


def _grouped(rows: Iterable[tuple[str, int]]) -> dict[Key, tuple[int, ...]]:
    found: defaultdict[Key, list[int]] = defaultdict(list)
    for stored, entry in rows:
        found[key_of(stored)].append(entry)
    return {one: tuple(entries) for one, entries in found.items()}
