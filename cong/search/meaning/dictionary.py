"""What staff teach search: other wordings, pinned hits, titles that are never suggested. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cong.search.meaning.wording import Alternative
from cong.search.text import analysis
from cong.search.text.analysis import Form

Key = tuple[str, ...]
"""Folded syllables."""

_MOST_ALTERNATIVES = 16


def key(text: str) -> Key:
    """Return the folded syllables of a text: what wordings are compared by."""
    return tuple(one for one in analysis.folded(analysis.forms(text)) if one)


@dataclass(frozen=True, kw_only=True)
class Dictionary:
    """What is known now; an empty one knows nothing.

    `wordings`: what else a wording may read as, both directions spelled out; `pins`: entry ids by whole query;
    `denied`: wordings whose titles and repairs are never offered.
    """

    wordings: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    pins: Mapping[Key, tuple[int, ...]] = field(default_factory=dict)
    denied: frozenset[Key] = frozenset()

    def alternatives(self, forms: Sequence[Form]) -> tuple[Alternative, ...]:
        """Return the other wordings of what stands in these syllables, the longest match at each place."""
        longest = max(map(len, self.wordings), default=0)
        folded = [form.folded for form in forms]
        found: list[Alternative] = []
        place = 0
        while place < len(folded) and len(found) < _MOST_ALTERNATIVES:
            sizes = range(min(longest, len(folded) - place), 0, -1)
            size = next((one for one in sizes if tuple(folded[place : place + one]) in self.wordings), 0)
            others = self.wordings[tuple(folded[place : place + size])] if size else ()
            found += [Alternative(first=place, last=place + size, forms=tuple(analysis.forms(text))) for text in others]
            place += size or 1
        return tuple(found[:_MOST_ALTERNATIVES])

    def pinned(self, text: str) -> tuple[int, ...]:
        """Return the entries that stand first for this whole query."""
        return self.pins.get(key(text), ())

    def denies(self, text: str) -> bool:
        """Tell whether a text holds a wording that is never offered."""
        if not self.denied:
            return False
        told = key(text)
        return any(told[place : place + len(one)] == one for one in self.denied for place in range(len(told)))


EMPTY = Dictionary()
