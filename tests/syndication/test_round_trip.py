"""Tests that our own harvester reads our own feeds back: a portal can be a source of another portal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.parse import RawFeed, Rules, discover
from cong.syndication import atom, jsonfeed, rss
from cong.syndication.stories import Feed, Grave
from tests.syndication.makers import AT, feed, moments, story

EACH = pytest.mark.parametrize("write", [atom.write, rss.write, jsonfeed.write])
# Text as the shelf holds it: NFC, one line, no control characters.
words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "M", "Zs")), min_size=1).map(
    lambda said: unicodedata.normalize("NFC", " ".join(said.split()))
)
# Readers take a date that has not come yet for a mistake of the source.
past = moments.filter(lambda at: at <= AT)


def back(write: Callable[[Feed], str], told: Feed) -> RawFeed:
    return discover(write(told).encode(), url=told.address, charset="utf-8", rules=Rules(now=AT))


@EACH
def test_the_harvester_reads_back_what_we_tell(write: Callable[[Feed], str]) -> None:
    told = story(summary="Phòng đọc có thêm ghế & đèn.")

    whole = back(write, feed(told))

    (found,) = whole.items
    assert not whole.fallback
    assert (whole.title, whole.lang) == ("Giáo dục – Cổng", "vi")
    assert (found.guid, found.url, found.title, found.author) == (told.id, told.url, told.title, told.author)
    assert found.html == told.html
    assert (found.published, found.updated) == (told.published_at, None if write is not atom.write else AT)
    assert found.tags == ("Giáo dục", "thư viện")
    assert told.picture is not None
    assert found.image == told.picture.url


@given(title=words)
def test_a_title_comes_back_by_atom_whatever_it_looks_like(title: str) -> None:
    (found,) = back(atom.write, feed(story(title=title))).items

    assert found.title == title


@EACH
@given(title=words.filter(lambda said: not set("<&") & set(said)), html=words)
def test_texts_come_back_to_the_letter(write: Callable[[Feed], str], title: str, html: str) -> None:
    # RSS and JSON Feed cannot say that a title is no HTML, so readers take out of it what looks like a tag.
    body = f"<p>{escape(html)}</p>"

    (found,) = back(write, feed(story(title=title, html=body))).items

    assert found.title == title
    assert found.html == body


@EACH
@given(published=past, corrected=past)
def test_moments_come_back(write: Callable[[Feed], str], published: datetime, corrected: datetime) -> None:
    (found,) = back(write, feed(story(published_at=published, corrected_at=corrected))).items

    assert (found.published, found.updated) == (published, corrected)


def test_a_withdrawal_reaches_the_next_portal() -> None:
    grave = Grave(id="tag:cong.example,2026:entry/3", at=AT, note="")

    assert back(atom.write, feed(story(), graves=(grave,))).deleted == (grave.id,)
