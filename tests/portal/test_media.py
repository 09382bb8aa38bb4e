"""Tests the pages to look at and listen to: what a card says is there, and the strip of the home page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext

from cong.entries.models import Entry
from cong.portal.extents import Extent, extent, extents
from tests import makers

SHA = "0123456789abcdef" * 4
SOUND = f'<audio controls="" preload="none"><source src="/tep/{SHA}.mp3" type="audio/mpeg"></audio>'
LENGTH = '<small><time datetime="PT3725S">1:02:05</time></small>'
IMAGE = f'<figure class="figure"><img src="/tep/{SHA}-640.webp" alt=""></figure>'
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
