"""What search reads of an entry, as plain values that any process takes, and the document that they make. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from cong.search.engines.engine import Document
from cong.search.text.numbers import cited_numbers, number_keys
from cong.search.text.plain import plain_text

_DOCUMENT = "document"
_HAS = (
    ("anh", "photo", re.compile(r"<img\b")),
    # A film elsewhere is a button in the body; nothing else there is one.
    ("video", "video", re.compile(r"<video\b|<a [^>]*\bbutton-quiet\b")),
    ("amthanh", "audio", re.compile(r"<audio\b")),
    ("tep", None, re.compile(r"""<a [^>]*\bhref="/tep/[0-9a-f]{64}\.""")),
)


class Shelved(NamedTuple):
    """One entry; `category` is its agency's, `published_on` the day in the portal's time zone."""

    id: int
    release: int
    kind: str
    agency: int
    category: str
    part: str
    section: str
    lang: str
    title: str
    summary: str
    html: str
    source: str
    number: str
    tags: Sequence[str]
    picture: str
    published_at: datetime
    published_on: date


def document(entry: Shelved) -> Document:
    """Return what is searched of an entry; a document without a number of its own is known by the one in its title.

    `signer`, `status` and `effective_on` are left empty: entries do not tell them until there is a room for documents.
    """
    body = plain_text(entry.html)
    number = entry.number or (entry.title if entry.kind == _DOCUMENT else "")
    return Document(
        id=entry.id,
        title=entry.title,
        summary=entry.summary,
        body=body,
        number=number,
        kind=entry.kind,
        section=entry.section,
        part=entry.part,
        agency=entry.agency,
        category=entry.category,
        lang=entry.lang,
        published_at=entry.published_at,
        published_on=entry.published_on,
        cites=_cited(f"{entry.title}\n{entry.summary}\n{body}", number),
        topics=tuple(entry.tags),
        source=entry.source,
        has=_has(entry),
        release=entry.release,
    )


def _cited(text: str, own: str) -> tuple[str, ...]:
    """Return the numbers that a text names, without the one that is its own."""
    named = cited_numbers(text)
    keys = set(number_keys(own)) if named else set()
    return tuple(number for number in named if not keys.intersection(number_keys(number)[:1]))


def _has(entry: Shelved) -> tuple[str, ...]:
    found = [code for code, kind, shows in _HAS if entry.kind == kind or shows.search(entry.html)]
    return tuple(["anh", *found] if entry.picture and "anh" not in found else found)
