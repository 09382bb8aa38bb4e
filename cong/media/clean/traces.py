"""Pure: what a file was found to hide, what was dropped from it, and the refusal of a whole file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Refused(ValueError):
    """The file cannot be taken. The message is for the person who sent it: what is wrong, and what to do."""


class Hidden(StrEnum):
    """What readers of a file would find though its author may not have meant them to. Only the author can mend it."""

    SHEETS = "hidden-sheets"
    CELLS = "hidden-cells"
    SLIDES = "hidden-slides"
    NOTES = "speaker-notes"
    TEXT = "hidden-text"
    CHANGES = "tracked-changes"
    COMMENTS = "comments"
    LINKED_DATA = "linked-data"
    EMBEDDED = "embedded-files"
    LAYERS = "hidden-layers"
    FORM = "form-fields"
    FORMULAS = "formulas"


class Dropped(StrEnum):
    """What cleaning took out."""

    METADATA = "metadata"
    THUMBNAIL = "thumbnail"
    SCRIPTS = "scripts"
    ATTACHMENTS = "attachments"
    SIGNATURES = "signatures"
    STREAMS = "extra-streams"
    PRINTER = "printer-settings"


# Such a file must not be submitted: what was deleted or put out of sight would be published with it.
BLOCKING = frozenset({Hidden.SHEETS, Hidden.CHANGES})


@dataclass(kw_only=True)
class Findings:
    """Collected while a file is cleaned: codes, some with a detail behind a colon, each once and in order."""

    hidden: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def hides(self, what: Hidden, detail: str = "") -> None:
        _add(self.hidden, f"{what.value}:{detail}" if detail else what.value)

    def drops(self, what: Dropped) -> None:
        _add(self.dropped, what.value)


def _add(codes: list[str], code: str) -> None:
    if code not in codes:
        codes.append(code)


def blocking(hidden: list[str]) -> list[str]:
    """Return those of the codes that forbid to submit the file."""
    return [code for code in hidden if code.partition(":")[0] in {one.value for one in BLOCKING}]
