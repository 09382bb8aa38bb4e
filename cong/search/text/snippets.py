"""What a hit shows: title and best passage with the matches marked, and what it lacks. Pure, whatever the engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from cong.kernel.text import nfc
from cong.search.language.limits import LONGEST_QUERY, MOST_TERMS
from cong.search.meaning.wording import Alternative
from cong.search.text import analysis, chains
from cong.search.text.analysis import Form

_WIDTH = 240
_LEAD = 60
_LONGEST_TEXT = 20_000
_MOST_MATCHES = 500
_PAIR_BONUS = 0.5


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """The title and a passage with `<mark>`; the typed words that are missing; whether some fit only without marks."""

    title: Markup
    passage: Markup
    missing: tuple[str, ...]
    only_folded: bool


@dataclass(frozen=True, kw_only=True)
class _Word:
    typed: str
    form: Form


class _Told(NamedTuple):
    """A syllable of a text that the query has too, with its number among all of them."""

    number: int
    form: Form
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class _Match:
    span: _Told
    beside: bool  # its neighbour in the query stands before it


class Highlighter:
    """Marks what one query matches; made once for all hits of a page. `alternatives`: other wordings that fit too."""

    def __init__(self, query: str, *, alternatives: Sequence[Alternative] = ()) -> None:
        text = nfc(query[:LONGEST_QUERY])
        spans = list(analysis.spans(text))[:MOST_TERMS]
        self._words = [_Word(typed=text[span.start : span.end], form=span.form) for span in spans]
        self._alternatives = alternatives
        self._markers: dict[str, _Marker] = {}

    def excerpt(self, title: str, text: str, lang: str = "vi") -> Excerpt:
        """Return what to show of an entry with this title and plain text, in that language."""
        family = chains.language(lang)
        if family not in self._markers:
            self._markers[family] = _Marker(self._words, self._alternatives, family)
        return self._markers[family].excerpt(title, text)


class _Marker:
    """Marks what a query matches in texts of one language: there, forms of a word that share a stem are one."""

    def __init__(self, words: Sequence[_Word], alternatives: Sequence[Alternative], lang: str) -> None:
        self._lang = lang
        self._words = [_Word(typed=word.typed, form=chains.stem(word.form, lang)) for word in words]
        self._others = [
            (one.first, one.last, tuple(chains.stem(form, lang) for form in one.forms if form is not analysis.END))
            for one in alternatives
        ]
        told = [[word.form for word in self._words], *(forms for _, _, forms in self._others)]
        self._accented: dict[str, set[str]] = {}
        for form in chain.from_iterable(told):
            self._accented.setdefault(form.folded, set()).add(form.accented)
        self._has_marks = any(word.form.accented != word.form.folded for word in self._words)
        self._pairs = {(one.folded, two.folded) for forms in told for one, two in pairwise(forms)}

    def excerpt(self, title: str, text: str) -> Excerpt:
        title, whole = nfc(title), nfc(text)
        text = whole[:_LONGEST_TEXT]
        title_spans, text_spans = self._spans(title), self._spans(text)
        held = {span.form for span in title_spans} | {span.form for span in text_spans}
        wanted = self._wanted(held)
        missing = () if len(whole) > _LONGEST_TEXT else self._missing(held)
        folded = {form.folded for form in held}
        return Excerpt(
            title=_marked(title, 0, len(title), self._matches(title_spans, wanted)),
            passage=_passage(text, self._matches(text_spans, wanted)),
            missing=missing,
            only_folded=not missing
            and any(word.form.folded in folded and word.form not in wanted for word in self._words),
        )

    def _spans(self, text: str) -> list[_Told]:
        """Return the syllables that the query has, whatever their marks."""
        if self._lang == chains.VIETNAMESE:
            return [_Told(number, *span) for number, span in analysis.numbered_spans(text, self._accented)]
        read = ((number, chains.stem(one.form, self._lang), one) for number, one in analysis.numbered_spans(text))
        return [_Told(number, form, one.start, one.end) for number, form, one in read if form.folded in self._accented]

    def _wanted(self, held: set[Form]) -> set[Form]:
        """Return the forms to mark: as typed where the entry has that, else whatever their marks."""
        wanted: set[Form] = set()
        for form in held:
            typed = self._accented.get(form.folded)
            if typed is None:
                continue
            as_typed = form.accented in typed
            bare = form.folded in typed and not self._has_marks
            elsewhere = any(Form(one, form.folded) in held for one in typed)
            if as_typed or bare or not elsewhere:
                wanted.add(form)
        return wanted | {word.form for word in self._words if word.form.accented == word.form.folded}

    def _missing(self, held: set[Form]) -> tuple[str, ...]:
        folded = {form.folded for form in held}
        said_otherwise = {
            place
            for first, last, forms in self._others
            if all(form.folded in folded for form in forms)
            for place in range(first, last)
        }
        lacking = (
            word.typed
            for place, word in enumerate(self._words)
            if place not in said_otherwise and word.form.folded not in folded
        )
        return tuple(dict.fromkeys(lacking))

    def _matches(self, spans: list[_Told], wanted: set[Form]) -> list[_Match]:
        """Return the matched spans; a lone character of a script without spaces is no match."""
        found: list[_Match] = []
        for place, span in enumerate(spans):
            if span.form not in wanted:
                continue
            beside = place > 0 and self._beside(spans[place - 1], span, wanted)
            before_next = place + 1 < len(spans) and self._beside(span, spans[place + 1], wanted)
            if beside or before_next or not analysis.is_unspaced(span.form):
                found.append(_Match(span=span, beside=beside))
            if len(found) >= _MOST_MATCHES:
                break
        return found

    def _beside(self, one: _Told, two: _Told, wanted: set[Form]) -> bool:
        is_next = one.number + 1 == two.number
        return is_next and one.form in wanted and (one.form.folded, two.form.folded) in self._pairs


def _passage(text: str, matches: list[_Match]) -> Markup:
    start, end = _window(text, matches)
    body = _marked(text, start, end, matches)
    return Markup("{}{}{}").format("…" if start else "", body, "…" if end < len(text) else "")


def _window(text: str, matches: list[_Match]) -> tuple[int, int]:
    """Return the ends of the passage with the most of the query in it, at word boundaries."""
    if len(text) <= _WIDTH:
        return 0, len(text)
    first = _best_start(matches)
    start = max(0, min(first - _LEAD, len(text) - _WIDTH))
    if start:
        sentence = max(text.rfind("\n", start, first), text.rfind(". ", start, first) + 1)
        space = sentence if sentence > start else text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + _WIDTH)
    if end < len(text):
        space = text.rfind(" ", start + _WIDTH // 2, end)
        end = space if space > 0 else end
    return start, end


def _best_start(matches: list[_Match]) -> int:
    best, best_start = 0.0, 0
    for place, match in enumerate(matches):
        limit = match.span.start + _WIDTH - _LEAD
        score, seen = 0.0, set[str]()
        for other in matches[place:]:
            if other.span.end > limit:
                break
            if other.span.form.folded not in seen:
                seen.add(other.span.form.folded)
                score += 1 + (_PAIR_BONUS if other.beside else 0)
        if score > best:
            best, best_start = score, match.span.start
    return best_start


def _marked(text: str, start: int, end: int, matches: Iterable[_Match]) -> Markup:
    """Return the text from start to end, escaped, with matches marked; neighbours share one mark."""
    pieces, at = list[str](), start
    for first, last in _runs(text, start, end, matches):
        pieces += [escape(_one_line(text[at:first])), "<mark>", escape(text[first:last]), "</mark>"]
        at = last
    pieces.append(escape(_one_line(text[at:end])))
    return Markup("".join(pieces))  # noqa: S704 (every piece of the text is escaped)


def _runs(text: str, start: int, end: int, matches: Iterable[_Match]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for match in matches:
        first, last = match.span.start, match.span.end
        if first < start or last > end:
            continue
        if runs and match.beside and text[runs[-1][1] : first] in (" ", "", "/", "-"):
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
