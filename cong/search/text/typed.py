"""What was typed, made safe to read: one line in NFC, no control characters, one kind of quotation mark. Pure."""

from __future__ import annotations

import re

from cong.kernel.text import nfc, one_line

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂〝〞〟❝❞「」『』", '"'))
# Control characters and halves of surrogate pairs, which no database and no index takes.
_BLANK = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Nothing is seen of them: soft hyphens, spaces without width, marks of writing direction.
_UNSEEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# Room for what `clean` takes away: a letter may be typed as three characters.
_SPARE = 4


def clean(text: str) -> str:
    """Return the text on one line in NFC with single spaces; every double quotation mark becomes `"`."""
    seen = _UNSEEN.sub("", _BLANK.sub(" ", text))
    return one_line(nfc(seen).translate(_QUOTES))


def clipped(text: str, limit: int) -> str:
    """Return what is read of a text of any length: clean, at most `limit` characters, cut between two words."""
    whole = clean(text[: limit * _SPARE])
    if len(whole) <= limit:
        return whole
    head, space, _ = whole[: limit + 1].rpartition(" ")
    return head if space else whole[:limit]


def value(text: str) -> str:
    """Return the text as a value of a field can hold it: clean and without quotation marks."""
    return one_line(clean(text).replace('"', " "))


def says_something(text: str) -> bool:
    """Tell whether there is a letter or a digit."""
    return any(map(str.isalnum, text))
