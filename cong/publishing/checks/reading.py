"""What all checks look at: the content, its parts by name, the directory of officials, the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cong.publishing.checks.blocks import Body, read
from cong.publishing.checks.directory import Directory
from cong.publishing.checks.findings import Known
from cong.publishing.process import Content

TITLE, LEAD, LEAD_PICTURE, WHOLE, ABOUT = "Tiêu đề", "Tóm tắt", "Ảnh đại diện", "Toàn bài", "Thông tin bài"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One text under examination; `day` is the day of the event, or else the day of the check."""

    content: Content
    directory: Directory
    known: Known
    on: date

    @property
    def day(self) -> date:
        return self.content.event_on or self.on

    @cached_property
    def body(self) -> Body:
        return read(self.content.html)

    @cached_property
    def prose(self) -> tuple[tuple[str, str], ...]:
        """Where and what: title, lead and every stretch of the body that says something."""
        given = ((TITLE, self.content.title), (LEAD, self.content.summary))
        parts = (*given, *((block.where, block.text) for block in self.body.blocks))
        return tuple((where, text) for where, text in parts if text.strip())

    @cached_property
    def everything(self) -> tuple[tuple[str, str], ...]:
        """Where and what of all text that would become public, with descriptions of pictures and what is about it."""
        content = self.content
        about = (content.author, content.source_name, content.number, *content.tags)
        return (
            *self.prose,
            *((picture.where, picture.alt) for picture in self.body.pictures if picture.alt),
            (LEAD_PICTURE, content.picture_alt),
            *((ABOUT, text) for text in about),
            *((self.file(sha256), self.known.files.get(sha256, "")) for sha256 in content.media),
        )

    def file(self, sha256: str) -> str:
        """Return how a file is called for people."""
        return f"Tệp “{self.known.files.get(sha256) or sha256[:12]}”"

    def places(self) -> Iterator[str]:
        """Yield every place that a finding can point at."""
        yield from (TITLE, LEAD, LEAD_PICTURE, WHOLE, ABOUT)
        yield from (block.where for block in self.body.blocks)
        yield from (picture.where for picture in self.body.pictures)
        yield from (self.file(sha256) for sha256 in self.content.media)
