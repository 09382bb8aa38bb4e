"""The lenient reader: what it saves, and the box that holds it."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from cong.harvest.parse import Enclosure, NotAFeed, boxed
from tests.harvest.parse.makers import RULES, URL, read

_BROKEN = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Tin xã</title>
<link>https://vidu.gov.vn/</link><language>vi</language><item><title>Mở <b>lớp</title><link>/lop</link>
<guid isPermaLink="false">lop-1</guid><pubDate>Thu, 12 Mar 2026 14:30:00 GMT+7</pubDate><category>Học</category>
<author>toasoan@vidu.gov.vn (Tòa soạn)</author><description>&lt;p&gt;Năm ngày.&lt;/p&gt;</description>
<media:content url="/l.jpg" medium="image"/><enclosure url="/a.mp3" type="audio/mpeg" length="9"/></item>
<item><title>Bài hai</title></item></channel></rss>""".encode()


def test_a_broken_feed_keeps_its_entries_with_all_they_say() -> None:
    feed = read(_BROKEN)

    one, two = feed.items
    assert feed.fallback
    assert (feed.kind, feed.title, feed.url, feed.lang) == ("rss", "Tin xã", "https://vidu.gov.vn/", "vi")
    assert (one.guid, one.url, one.title) == ("lop-1", "https://vidu.gov.vn/lop", "Mở lớp")
    assert one.published == datetime(2026, 3, 12, 7, 30, tzinfo=UTC)
    assert (one.html, one.author, one.tags) == ("<p>Năm ngày.</p>", "Tòa soạn", ("Học",))
    assert one.image == "https://vidu.gov.vn/l.jpg"
    assert one.enclosures == (Enclosure(url="https://vidu.gov.vn/a.mp3", type="audio/mpeg", length=9),)
    assert two.title == "Bài hai"


def test_a_broken_atom_feed_is_still_atom() -> None:
    feed = read(b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>Mot</title></entry><entry>")

    assert (feed.kind, feed.fallback) == ("atom", True)


def test_a_broken_document_without_entries_is_no_answer() -> None:
    with pytest.raises(NotAFeed) as refused:
        read(b"<rss><channel><title>Tin</title></chan")

    assert refused.value.code == "malformed"


def test_text_that_is_nothing_like_a_feed_never_enters_the_box() -> None:
    with patch.object(boxed, "read") as box, pytest.raises(NotAFeed):
        read(b"Service Unavailable <")

    box.assert_not_called()


def test_time_in_the_box_is_bounded() -> None:
    slow = b"<rss><channel><item " + b" ".join(b"a%d='1'" % number for number in range(60_000)) + b"><title>x</channel>"
    began = time.monotonic()

    with patch.object(boxed, "_SECONDS", 0.5):
        found = boxed.read(slow, URL, RULES)

    assert found is None
    assert time.monotonic() - began < 3


def test_memory_in_the_box_is_bounded() -> None:
    greedy = (
        "import resource; from cong.harvest.parse import fallback; fallback.confine(); "
        "print(*resource.getrlimit(resource.RLIMIT_AS), *resource.getrlimit(resource.RLIMIT_CPU)); bytes(600_000_000)"
    )

    done = subprocess.run([sys.executable, "-c", greedy], capture_output=True, text=True, check=False)

    assert done.stdout.split() == ["536870912", "536870912", "5", "5"]
    assert "MemoryError" in done.stderr


def test_the_box_knows_nothing_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///bi-mat")

    with patch.object(subprocess, "run", wraps=subprocess.run) as run:
        boxed.read(_BROKEN, URL, RULES)

    assert run.call_args.kwargs["env"] == {}


def test_the_lenient_reader_is_never_loaded_among_us() -> None:
    asked = "import sys, cong.harvest.parse; print('feedparser' in sys.modules, 'django' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]
