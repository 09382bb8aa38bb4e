"""What was read in sealed texts, kept by their hash in the memory of a process: what is sealed never changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from cong.publishing.models import Snapshot

_Read = TypeVar("_Read")
_AT_ONCE = 200


class Remembered(Generic[_Read]):
    """Reads each text once; `read` gets the canonical content and the HTML. Holds results, never texts."""

    def __init__(self, read: Callable[[str, str], _Read], *, most: int = 20_000) -> None:
        self._read, self._most = read, most
        self._known: dict[str, _Read] = {}

    def of(self, seals: Mapping[int, str]) -> dict[int, _Read]:
        """Return what stands in these snapshots (id → hash); loads only what is not known yet."""
        known = dict(self._known) if len(self._known) < self._most else {}
        unknown = [number for number, sha256 in seals.items() if sha256 not in known]
        for start in range(0, len(unknown), _AT_ONCE):
            texts = Snapshot.objects.filter(pk__in=unknown[start : start + _AT_ONCE])
            for sha256, content, html in texts.values_list("sha256", "content", "html"):
                known[sha256] = self._read(content, html)
        # Two threads may read the same text twice; neither sees half of what the other has.
        self._known = known
        return {number: known[sha256] for number, sha256 in seals.items()}
