"""What a file still tells besides its content."""

from __future__ import annotations

from collections.abc import Iterator

from cong.publishing.checks.findings import Hit
from cong.publishing.checks.reading import LEAD_PICTURE, Reading
from cong.publishing.checks.rules import Code


def hidden_data(reading: Reading) -> Iterator[Hit]:
    """Report what was found in the files that the text refers to."""
    content = reading.content
    for sha256 in content.media:
        for what in reading.known.hidden.get(sha256, ()):
            yield Hit(code=Code.HIDDEN_DATA, where=reading.file(sha256), text=f"còn thông tin ẩn: {what}.")
    if content.picture and content.picture not in content.media:
        for what in reading.known.hidden.get(content.picture, ()):
            yield Hit(code=Code.HIDDEN_DATA, where=LEAD_PICTURE, text=f"còn thông tin ẩn: {what}.")
