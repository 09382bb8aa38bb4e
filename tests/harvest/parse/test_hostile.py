"""Documents that are made to hurt: nothing is read from outside, nothing explodes, nothing but NotAFeed is raised."""

from __future__ import annotations

import contextlib
import string
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cong.harvest.parse import NotAFeed, RawFeed, Rules, boxed, discover
from tests.makers import NOON

_RULES = Rules(now=NOON)
_QUICK = 2.0


def _read(body: bytes) -> RawFeed | None:
    try:
        return discover(body, url="https://xa.vn/rss", charset=None, rules=_RULES)
    except NotAFeed:
        return None


@contextlib.contextmanager
def _quickly() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < _QUICK


def _around(item: bytes, head: bytes = b"") -> bytes:
    return head + b"<rss><channel><title>Tin</title><item><title>" + item + b"</title></item></channel></rss>"


def test_entities_do_not_multiply() -> None:
    lines = b"".join(b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 12))
    bomb = _around(b"&e11;", b'<!DOCTYPE rss [<!ENTITY e0 "ha">' + lines + b"]>")

    with _quickly():
        feed = _read(bomb)

    assert feed is None or len(feed.items[0].title) < 100


def test_one_long_entity_does_not_multiply() -> None:
    bomb = _around(b"&a;" * 10_000, b'<!DOCTYPE rss [<!ENTITY a "' + b"x" * 100_000 + b'">]>')

    with _quickly():
        feed = _read(bomb)

    assert feed is None or len(feed.items[0].title) < 1_000_000


@pytest.mark.parametrize("word", ['SYSTEM "file://{}"', 'PUBLIC "x" "file://{}"'])
def test_no_file_of_this_machine_is_read(word: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("BIMAT")
    head = f"<!DOCTYPE rss [<!ENTITY x {word.format(secret)}>]>".encode()

    feed = _read(_around(b"Mot &x; hai", head))

    assert "BIMAT" not in str(feed)


def test_no_parameter_entity_reaches_out() -> None:
    head = b'<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/evil.dtd"> %p;]>'

    with _quickly():
        feed = _read(_around(b"Mot", head))

    assert feed is None or feed.items[0].title == "Mot"


def test_included_documents_are_not_included() -> None:
    body = _around(b"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd' parse='text'/>x")

    assert "root:" not in str(_read(body))


@pytest.mark.parametrize("depth", [300, 5_000, 200_000])
def test_deep_nesting_is_refused_or_read_but_never_overflows(depth: int) -> None:
    with _quickly():
        _read(_around(b"<b>" * depth + b"x" + b"</b>" * depth))


def test_a_hundred_thousand_attributes_are_survived() -> None:
    attributes = b" ".join(b'a%d="x"' % number for number in range(100_000))

    with _quickly():
        feed = _read(b"<rss><channel><item %s><title>Mot</title></item></channel></rss>" % attributes)

    assert feed is None or feed.items[0].title == "Mot"


def test_a_hundred_thousand_namespaces_are_survived() -> None:
    spaces = b" ".join(b'xmlns:a%d="urn:%d"' % (number, number) for number in range(20_000))

    with _quickly():
        _read(b"<rss %s><channel><item><title>Mot</title></item></channel></rss>" % spaces)


@pytest.mark.parametrize(
    "unit", [b"<", b"&", b"&#", b"<![CDATA[", b"<!--", b"<!DOCTYPE", b"<?xml ", b"]]>", b"<a ", b'="', b"<item>"]
)
def test_repeated_beginnings_cost_no_more_than_their_length(unit: bytes) -> None:
    with patch.object(boxed, "read", return_value=None), _quickly():
        _read(b"<rss><channel><item><title>" + unit * (100_000 // len(unit)))


@pytest.mark.parametrize(
    "unit", ["<div>", "<b><i>", "<a href='", "<img ", "<!--", "<script>", "&lt;", "<p", "<svg>", "<table>"]
)
def test_repeated_markup_in_a_text_costs_no_more_than_its_length(unit: str) -> None:
    text = (unit * (200_000 // len(unit))).replace("<", "&lt;").encode()

    with _quickly():
        _read(b"<rss><channel><item><title>x</title><description>" + text + b"</description></item></channel></rss>")


_PARTS = st.sampled_from(
    [
        b"<rss>",
        b"<channel>",
        b"<item>",
        b"</item>",
        b"</channel>",
        b"</rss>",
        b"<title>",
        b"</title>",
        b"<feed>",
        b"<entry>",
        b"<link href=",
        b"'//['",
        b"<![CDATA[",
        b"]]>",
        b"&",
        b"&amp;",
        b"&#",
        b"x",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"<?xml ",
        b"encoding='utf-7'?>",
        b"xml:base='http://[::'",
        b"<!DOCTYPE a [",
        b"<rdf:RDF>",
        b"<guid>",
        b"<pubDate>",
        b"2026-99-99",
        b"{",
        b'"items":',
        b"[",
        b"}",
        b"<media:content url='data:,x'/>",
        b"</feed>",
        b"</entry>",
        b"<dc:date>",
        b">",
    ]
)
_NO_BOX = patch.object(boxed, "read", return_value=None)


@given(st.binary(max_size=400))
@example(b"\x1f\x8b\x08")
def test_any_bytes_are_a_feed_or_no_feed(body: bytes) -> None:
    with _NO_BOX:
        _read(body)


@given(
    st.lists(_PARTS, max_size=40).map(b"".join),
    st.sampled_from([None, "utf-8", "utf-7", "hex", "cp1258", "idna", "x" * 99, "\0"]),
)
def test_any_heap_of_feed_parts_is_a_feed_or_no_feed(body: bytes, charset: str | None) -> None:
    with _NO_BOX, contextlib.suppress(NotAFeed):
        discover(body, url="https://xa.vn/rss", charset=charset, rules=_RULES)


_FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Tin xã</title><ttl>60</ttl><item>
<title>Một &amp; hai</title><link>https://xa.vn/1?a=1&amp;b=2</link><guid>1</guid>
<pubDate>Tue, 24 Nov 2026 08:30:00 +0700</pubDate>
<description><![CDATA[<p>Nội <img src="/a.jpg"> dung</p>]]></description>
<enclosure url="/a.mp3" length="5" type="audio/mpeg"/><media:content url="/b.jpg" medium="image" width="9"/></item>
</channel></rss>""".encode()


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, len(_FEED)), st.integers(0, 6), st.binary(max_size=6)), min_size=1, max_size=6)
)
def test_a_feed_with_any_damage_is_a_feed_or_no_feed(cuts: list[tuple[int, int, bytes]]) -> None:
    body = _FEED
    for place, length, put in cuts:
        body = body[:place] + put + body[place + length :]

    with _NO_BOX:
        feed = _read(body)

    for item in feed.items if feed else ():
        for text in (item.title, item.guid, item.url, item.html, item.summary, item.author, *item.tags):
            text.encode()
            assert "\0" not in text


@settings(max_examples=5, deadline=None)
@given(st.text(string.printable, max_size=200))
def test_the_box_never_breaks_its_owner(text: str) -> None:
    _read(f"<rss><channel><item><title>Mot</title><b>{text}".encode())


def test_the_box_reads_what_the_strict_reader_refuses() -> None:
    body = b"<rss><channel><item><title>Mot</title><link>https://xa.vn/1</link></item><item><title>Ha"

    feed = _read(body)

    assert feed is not None
    assert feed.fallback
