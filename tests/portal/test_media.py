"""Tests the pages to look at and listen to: what a card says is there, and the strip of the home page."""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO
from typing import Any

import brotli  # type: ignore[import-untyped]  # has no stubs
import pytest
import segno
from django.conf import settings
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cong.entries.models import Entry
from cong.portal.extents import Extent, extent, extents
from tests import makers

SHA = "0123456789abcdef" * 4
SOUND = f'<audio controls="" preload="none"><source src="/tep/{SHA}.mp3" type="audio/mpeg"></audio>'
LENGTH = '<small><time datetime="PT3725S">1:02:05</time></small>'
IMAGE = f'<figure class="figure"><img src="/tep/{SHA}-640.webp" alt="" loading="lazy"></figure>'
pytestmark = pytest.mark.django_db


def _entries() -> tuple[Entry, Entry, Entry]:
    owner = makers.agency("Thư viện tỉnh")
    photo, video, sound = makers.entries([
        makers.content(owner, "Sông lúc bình minh", kind="photo", html=IMAGE * 12, picture=SHA, picture_width=1280,
                       picture_height=720),
        makers.content(owner, "Chuyến xe thư viện", kind="video", html=f"<video>{LENGTH}", picture=SHA,
                       picture_width=1280, picture_height=720),
        makers.content(owner, "Bản tin sáng", kind="audio", html=f"{SOUND}{LENGTH}<details></details>"),
    ])  # fmt: skip
    return photo, video, sound


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<p>Chỉ có chữ.</p>", Extent()),
        (IMAGE * 60, Extent(pictures=60)),
        (f"<video>{LENGTH}<track >", Extent(seconds=3725, has_captions=True)),
        (SOUND, Extent(sound=f"/tep/{SHA}.mp3", content_type="audio/mpeg")),
        (SOUND.replace("/tep/", "https://khac.vn/"), Extent()),
        (LENGTH.replace("3725", "9" * 30), Extent()),
    ],
)
def test_how_much_there_is_is_read_from_the_sealed_text(html: str, told: Extent) -> None:
    assert extent(html) == told


def test_a_whole_list_is_one_query_and_text_alone_is_none() -> None:
    photo, video, sound = _entries()
    news = makers.entry(photo.agency)

    with CaptureQueriesContext(connection) as asked:
        found = extents([photo, video, sound, news])
        assert extents([news]) == {}

    assert len(asked) == 1
    assert (found[photo.pk].pictures, found[video.pk].length, found[sound.pk].sound) == (
        12,
        "1:02:05",
        f"/tep/{SHA}.mp3",
    )
    assert news.pk not in found


def test_the_strip_shows_what_there_is_and_plays_in_place() -> None:
    photo, video, sound = _entries()
    made = engines["jinja2"].from_string(
        '{% from "components/media_strip.html" import media_strip %}'
        "{{ media_strip(photos, videos, sounds, told) }}|{{ media_strip([], [], []) }}"
    )

    strip, nothing = (
        made.render({"photos": [photo], "videos": [video], "sounds": [sound], "told": extents([photo, video, sound])})
        .split("|")
    )  # fmt: skip

    assert nothing.strip() == ""
    assert "12 ảnh" in strip
    assert "1:02:05" in strip
    assert f'<audio controls preload="none" aria-label="Bản tin sáng"><source src="/tep/{SHA}.mp3"' in strip
    assert all(f'href="{address}"' in strip for address in ("/anh/", "/video/", "/am-thanh/"))


def test_a_strip_without_lengths_says_what_kind_it_is() -> None:
    photo, video, _ = _entries()
    made = engines["jinja2"].from_string(
        '{% from "components/media_strip.html" import media_strip %}{{ media_strip([p], [v], []) }}'
    )

    strip = made.render({"p": photo, "v": video})

    assert "Ảnh</span>" in strip
    assert "Video</span>" in strip
    assert "/am-thanh/" not in strip


@pytest.mark.parametrize(
    ("address", "told"), [("/anh/", "12 ảnh"), ("/video/", "1:02:05"), ("/am-thanh/", "Có lời ghi")]
)
def test_the_page_of_a_kind_says_how_much_there_is(address: str, told: str) -> None:
    _entries()

    with CaptureQueriesContext(connection) as asked:
        shown = Client().get(address).content.decode()

    assert len(asked) == 2
    assert told in shown
    assert 'aria-current="page"' in shown


def test_twenty_of_a_kind_are_shown_with_the_first_large() -> None:
    owner = makers.agency()
    makers.entries([makers.content(owner, f"Chùm ảnh {n}", kind="photo", html=IMAGE * 3) for n in range(21)])

    shown = Client().get("/anh/").content.decode()

    assert shown.count('<article class="entry-card bare"') == 20
    assert shown.count("3 ảnh") == 20
    assert "media-grid-all" in shown


# Names of files do not compress: the largest story that can be written is a little above an article's eight.
@pytest.mark.parametrize(("count", "kilobytes"), [(40, 8), (60, 9.5)])
def test_a_photo_story_keeps_to_its_bytes_and_elements(count: int, kilobytes: float) -> None:
    names = [sha256(bytes([number])).hexdigest() for number in range(count)]
    figures = "".join(
        f'<figure class="figure"><picture><source type="image/avif" srcset="/tep/{sha}-640.avif 640w,'
        f' /tep/{sha}-1280.avif 1280w" sizes="50vw"><img src="/tep/{sha}-640.webp" srcset="/tep/{sha}-640.webp 640w,'
        f' /tep/{sha}-1280.webp 1280w" sizes="50vw" width="1280" height="853" alt="Cảnh {n}" loading="lazy"></picture>'
        f"<figcaption>Bến đò số {n}, lúc sáng sớm <small>Ảnh: Lê Văn Mẫu</small></figcaption></figure>"
        for n, sha in enumerate(names)
    )
    entry = makers.entry(title="Sông lúc bình minh", kind="photo", html=f'<figure class="gallery">{figures}</figure>')

    shown = Client().get(entry.get_absolute_url()).content

    assert shown.count(b'-1280.webp"><picture>') == count
    assert len(re.findall(rb"<[a-z]", shown)) <= 900
    assert len(brotli.compress(shown, quality=5)) <= kilobytes * 1024


@pytest.mark.parametrize("kind", ["news", "document", "photo", "video", "audio", "page"])
def test_every_kind_can_be_checked_listened_to_and_shared(kind: str) -> None:
    entry = makers.entry(kind=kind, number="27/QĐ-TV" if kind == "document" else "")

    shown = Client().get(entry.get_absolute_url()).content.decode()

    assert 'aria-labelledby="h-proof"' in shown
    assert f"sha256 {entry.sha256}" in shown
    assert '<cong-listen class="listen" lang="vi" data-lang="vi"' in shown
    assert f'<img src="/tin-tuc/ma-qr/{entry.pk}.svg"' in shown
    assert "<dialog" not in shown


def test_the_code_of_an_entry_is_there_as_long_as_the_entry() -> None:
    entry = makers.entry()
    address = f"{settings.SITE_URL}/en{entry.get_absolute_url()}"
    drawn = Client().get(f"/en/tin-tuc/ma-qr/{entry.pk}.svg")
    made = BytesIO()
    segno.make(address, error="m", micro=False).save(made, "svg", border=4)

    assert drawn["Content-Type"] == "image/svg+xml"
    assert "style" not in drawn.content.decode()
    assert _path(drawn.content) == _path(made.getvalue())
    makers.withdraw(entry)
    assert Client().get(f"/tin-tuc/ma-qr/{entry.pk}.svg").status_code == 404


def _path(svg: bytes) -> str:
    found = re.search(r' d="(M4[^"]+)"', svg.decode())
    assert found
    return found[1]


def test_a_cover_that_the_text_opens_with_is_not_shown_twice() -> None:
    cover: dict[str, Any] = {"picture": SHA, "picture_width": 1280, "picture_height": 720}
    twice = makers.entry(title="Sông", kind="photo", html=IMAGE, **cover)
    once = makers.entry(title="Đò", kind="photo", html=IMAGE.replace("01", "ab"), **cover)

    pages = [Client().get(one.get_absolute_url()).content.decode() for one in (twice, once)]
    shown = [text[text.index("<h1>") : text.index('class="proof"')] for text in pages]

    assert [text.count(f'src="/tep/{SHA}-640.webp"') for text in shown] == [1, 1]
    assert ["<picture>" in text for text in shown] == [False, True]
    assert [text.count('fetchpriority="high"') for text in shown] == [1, 1]


def test_a_card_in_another_language_says_its_own_words_in_the_readers() -> None:
    makers.entry(title="The library opens", lang="en")

    shown = Client().get("/tin-tuc/").content.decode()

    assert '<p class="kicker" lang="vi">Tin hoạt động</p>' in shown
    assert '<p class="meta" lang="vi">' in shown


def test_what_is_shared_names_its_language_and_the_others() -> None:
    owner = makers.agency()
    first = makers.entry(owner, harvested_at=None)
    english = makers.entry(owner, "The library opens", lang="en", translation_of=first.pk, harvested_at=None)

    shown = Client().get(f"/en{english.get_absolute_url()}").content.decode()

    assert '<meta property="og:locale" content="en_GB">' in shown
    assert '<meta property="og:locale:alternate" content="vi_VN">' in shown
