"""What changed between two texts, block by block and word by word. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from html.parser import HTMLParser

from cong.publishing.process import Content

_TOKEN = re.compile(r"\s+|[^\s\w]|\w+")
_BLOCKS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "figure", "figcaption", "table", "tr", "div", "ul",
     "ol", "dl", "dt", "dd", "pre", "section", "article", "aside", "hr", "br", "details", "summary", "caption"}
)  # fmt: skip
_SILENT = frozenset({"script", "style"})
# Beyond this many comparisons two paragraphs are shown whole, one deleted, one inserted.
_MOST = 4_000_000
_ALIKE = 0.4


class Mark(StrEnum):
    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True, kw_only=True)
class Run:
    """A stretch of text that stayed, went or came."""

    mark: Mark
    text: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of the text that changed: `title`, `summary` or a paragraph of `text`."""

    where: str
    runs: tuple[Run, ...]


def differences(before: Content, after: Content) -> list[Block]:
    """Return the blocks that differ, in reading order."""
    blocks = []
    for where in ("title", "summary"):
        old, new = getattr(before, where), getattr(after, where)
        if old != new:
            blocks.append(Block(where=where, runs=words(old, new)))
    runs = _paragraph_runs(paragraphs(before.html), paragraphs(after.html))
    return blocks + [Block(where="text", runs=one) for one in runs]


def paragraphs(html: str) -> list[str]:
    """Return the plain text of HTML, one string for each paragraph that says something."""
    reader = _Paragraphs()
    reader.feed(html)
    reader.close()
    reader.end()
    return reader.found


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.end()
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end()
        self._silent -= tag in _SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(data)

    def end(self) -> None:
        text = " ".join("".join(self._parts).split())
        self._parts.clear()
        if text:
            self.found.append(text)


def _paragraph_runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Run, ...]]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _changed(old[a:b], new[c:d])


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Run, ...]]:
    """Pair each old paragraph with the next new one that is like it; the others went or came whole."""
    place = 0
    for text in old:
        like = next((n for n in range(place, len(new)) if _alike(text, new[n])), None)
        if like is None:
            yield (Run(mark=Mark.DELETED, text=text),)
            continue
        yield from ((Run(mark=Mark.INSERTED, text=one),) for one in new[place:like])
        yield words(text, new[like])
        place = like + 1
    yield from ((Run(mark=Mark.INSERTED, text=one),) for one in new[place:])


def _alike(old: str, new: str) -> bool:
    """Tell whether they share enough of their words; cheap, and blind to order."""
    ours, theirs = set(old.split()), set(new.split())
    return len(ours & theirs) >= _ALIKE * min(len(ours), len(theirs))


def words(old: str, new: str) -> tuple[Run, ...]:
    """Return the runs between two texts: without the inserted they say `old`, without the deleted `new`."""
    ours, theirs = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(ours) * len(theirs) > _MOST:
        return _joined([(Mark.DELETED, old), (Mark.INSERTED, new)])
    marked: list[tuple[Mark, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            marked.append((Mark.SAME, "".join(ours[a:b])))
        else:
            marked += [(Mark.DELETED, "".join(ours[a:b])), (Mark.INSERTED, "".join(theirs[c:d]))]
    return _joined(marked)


def _joined(marked: Sequence[tuple[Mark, str]]) -> tuple[Run, ...]:
    return tuple(Run(mark=mark, text=text) for mark, text in marked if text)
