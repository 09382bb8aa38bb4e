"""How much there is to look at or listen to in an entry: read from its sealed text, in one query for a whole list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cong.design.lengths import clock
from cong.entries.models import Entry, Kind

_SHOWN = {Kind.PHOTO, Kind.VIDEO, Kind.AUDIO}
_LENGTH = re.compile(r'<time datetime="PT(\d{1,7})S">')
_SOUND = re.compile(r'<audio [^<>]*><source src="(/tep/[0-9a-f]{64}\.\w{3,4})" type="([\w/.-]+)">')


@dataclass(frozen=True, kw_only=True)
class Extent:
    """Number of pictures, whole seconds of the first recording (0: not known), the file of the first sound.

    `has_captions` and `has_transcript` tell what stands with a recording for those who cannot hear it.
    """

    pictures: int = 0
    seconds: int = 0
    sound: str = ""
    content_type: str = ""
    has_captions: bool = False
    has_transcript: bool = False

    @property
    def length(self) -> str:
        """Return the length as `6:24`; empty when it is not known."""
        return clock(self.seconds) if self.seconds else ""


def extent(html: str) -> Extent:
    """Read a sealed text; what does not stand there is 0 or empty."""
    length, sound = _LENGTH.search(html), _SOUND.search(html)
    return Extent(
        pictures=html.count("<img "),
        seconds=int(length[1]) if length else 0,
        sound=sound[1] if sound else "",
        content_type=sound[2] if sound else "",
        has_captions="<track " in html,
        has_transcript="<details>" in html,
    )


def extents(entries: Iterable[Entry]) -> dict[int, Extent]:
    """Return the extents of the photos, videos and recordings among the entries by their ids; one query or none."""
    wanted = [one.pk for one in entries if one.kind in _SHOWN]
    if not wanted:
        return {}
    return {pk: extent(html) for pk, html in Entry.objects.filter(pk__in=wanted).values_list("pk", "html")}
