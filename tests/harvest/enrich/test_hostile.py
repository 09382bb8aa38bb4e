"""Pages that are made to hurt: each is read or refused within its bounds, and the page after it is read as ever."""

from __future__ import annotations

import asyncio
import time

import pytest

from cong.harvest.enrich.article import Article
from cong.harvest.enrich.extract import extract
from cong.harvest.enrich.pool import Bounds, PageFailed, Pool
from tests.harvest.enrich import chores
from tests.harvest.enrich.pages import FIRST, RULES, SECOND, URL, bare, page, read

_QUICK = 6.0
_TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"


@pytest.mark.parametrize(
    "markup",
    [
        "<div " + " ".join(f'a{number}="x"' for number in range(100_000)) + f">{_TEXT}</div>",
        "<div " + " ".join(f"a{number}" for number in range(100_000)) + f">{_TEXT}</div>",
        "<div x" + "".join(f'a{number}="x"' for number in range(50_000)) + f">{_TEXT}</div>",
        _TEXT
        + "<table>"
        + "<tr><td colspan=99999 rowspan=99999>a</td><td colspan='100'>b</td></tr>" * 500
        + "</table>",
        _TEXT + "<img src='" + "a.jpg?" * 50_000 + "'>" + "<img srcset='" + "/a.jp , " * 50_000 + "'>",
        _TEXT + "<table><tr><td>" * 80 + "x",
        _TEXT + "<a href='/x'>Tin khác trong vùng</a> " * 5_000,
        _TEXT + "<div class='date author'>x</div>" * 5_000,
    ],
    ids=["attributes", "bare-attributes", "glued-attributes", "spans", "pictures", "tables", "links", "classes"],
)
def test_an_article_among_hostile_markup_is_still_read(markup: str) -> None:
    began = time.process_time()

    article = read(bare(f"<div>{markup}"))

    assert FIRST in article.text
    assert time.process_time() - began < _QUICK


@pytest.mark.parametrize(
    "body",
    [
        bare("<div>" * 50_000 + _TEXT),
        bare("<b><i>" * 30_000 + _TEXT),
        bare("<p>x" * 400_000),
        bare(_TEXT * 15_000),
        b"<" * 2_000_000,
        b"<a " * 600_000,
        b"<a x='" * 300_000,
        b"<meta charset=" * 140_000,
        b"\0" * 2_000_000,
    ],
    ids=["divs", "inline", "paragraphs", "11MB", "lt", "a", "quotes", "charsets", "nul"],
)
def test_a_page_that_is_made_to_hurt_is_refused_quickly(body: bytes) -> None:
    began = time.process_time()

    article = read(body)

    assert article.reason
    assert time.process_time() - began < _QUICK


def test_json_ld_nested_without_end_is_passed_over() -> None:
    head = f"<script type='application/ld+json'>{'[' * 100_000}</script>"

    assert FIRST in read(page(head=head)).text


def test_what_no_rule_stops_the_pool_does_and_the_next_page_is_read() -> None:
    async def work() -> tuple[str, Article]:
        async with Pool(bounds=Bounds(cpu_seconds=1)) as pool:
            with pytest.raises(PageFailed) as failed:
                await pool.run(chores.never_ends)
            return failed.value.code, await pool.run(extract, page(), url=URL, charset=None, rules=RULES)

    assert asyncio.run(work()) == ("cpu", read(page()))
