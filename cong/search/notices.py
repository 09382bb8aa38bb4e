"""What a page of results tells of itself, read with suspicion; what is nobody's business is not read at all. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from cong.kernel.text import nfc
from cong.search.language.limits import LONGEST_QUERY
from cong.search.text import analysis

LARGEST = 4096
"""Bytes."""

_LONGEST_TEXT = 200
_LAST_RANK = 10_000
_SESSION = re.compile(r"[0-9a-f]{32}\Z")
# Nine digits, however they are grouped: telephones, identity cards, accounts. `..` stands between days.
_LONG_NUMBER = re.compile(r"\d(?:\)?[ .\-(]?\d){8}")
_MINUTE = 60.0


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A session saw a page of results (`rank` is None), or chose the hit of that rank, counted from 1.

    `key`: the query's folded syllables with a space between; `text`: the same syllables with their marks.
    """

    session: str
    key: str
    text: str
    total: int = 0
    near: int = 0
    rank: int | None = None

    @property
    def is_zero(self) -> bool:
        return not self.total and not self.near

    @property
    def is_near(self) -> bool:
        return not self.total and bool(self.near)

    @property
    def is_short(self) -> bool:
        """Tell whether the text may ever be kept: what is longer was pasted."""
        return len(self.text) <= _LONGEST_TEXT and len(self.key) <= _LONGEST_TEXT


def read(body: bytes) -> Notice | None:
    """Return what was told; None when it cannot be read, says nothing, or looks like somebody's personal data."""
    try:
        told = json.loads(body) if len(body) <= LARGEST else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    query, session = told.get("query"), told.get("session")
    total, near = _number(told.get("total", 0)), _number(told.get("near", 0))
    rank = _number(told["rank"]) if "rank" in told else None
    if not (isinstance(query, str) and isinstance(session, str) and _SESSION.match(session)):
        return None
    if total is None or near is None or ("rank" in told and not (rank and rank <= _LAST_RANK)):
        return None
    return _notice(query[:LONGEST_QUERY], session, total=total, near=near, rank=rank)


def _notice(query: str, session: str, *, total: int, near: int, rank: int | None) -> Notice | None:
    forms = [form for form in analysis.forms(nfc(query)) if form is not analysis.END]
    if not forms or is_personal(query):
        return None
    key, text = (" ".join(told) for told in (analysis.folded(forms), analysis.accented(forms)))
    return Notice(session=session, key=key, text=text, total=total, near=near, rank=rank)


def _number(given: object) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 10**9 else None


def is_personal(text: str) -> bool:
    """Tell whether a text looks like it holds a mail address, a telephone or an identity number."""
    plain = unicodedata.normalize("NFKC", text)
    return "@" in plain or bool(_LONG_NUMBER.search(plain))


class Allowance:
    """How many notices a session, and all sessions together, may send a minute; kept in memory and in no table."""

    def __init__(self, *, each: int, together: int) -> None:
        self._each, self._together = each, together
        self._minute = 0
        self._sent: Counter[str] = Counter()

    def allows(self, session: str, *, now: float) -> bool:
        """Count one more; `now` in seconds."""
        minute = int(now // _MINUTE)
        if minute != self._minute:
            self._minute, self._sent = minute, Counter()
        if self._sent.total() >= self._together or self._sent[session] >= self._each:
            return False
        self._sent[session] += 1
        return True
