"""Stories made of nothing, for writers that need no database, and a reader for what they wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import feedparser
from hypothesis import strategies as st

from cong.syndication.stories import Feed, Grave, Named, Picture, Record, Story

AT = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
SITE = "https://cong.example"

_RECORD = Record(sha256="ab" * 32, kind="news", number="", note="", corrections=0, harvested_at=AT)
_STORY = Story(
    id="tag:cong.example,2026:entry/7",
    url=f"{SITE}/tin-tuc/giao-duc/thu-vien-xa-7",
    title="Thư viện xã mở cửa buổi tối",
    summary="Phòng đọc có thêm ghế.",
    html="<p>Phòng đọc có thêm <b>ghế</b> &amp; đèn.</p>",
    lang="vi",
    author="Ban biên tập",
    source=Named(name="Báo Mẫu", url="https://bao.example/7?a=1&b=2"),
    agency=Named(name="Cơ quan Mẫu", url=f"{SITE}/co-quan/co-quan-mau/", code="co-quan-mau"),
    section=Named(name="Giáo dục", url=f"{SITE}/tin-tuc/giao-duc/", code="giao-duc"),
    tags=["thư viện"],
    picture=Picture(url=f"{SITE}/tep/{'ab' * 32}-1280.webp", alt="Phòng đọc"),
    published_at=AT,
    released_at=AT,
    corrected_at=None,
    record=_RECORD,
)


def story(**given: Any) -> Story:
    return replace(_STORY, **given)


def feed(*stories: Story, graves: tuple[Grave, ...] = ()) -> Feed:
    return Feed(
        title="Giáo dục – Cổng",
        description="Mới nhất trong chuyên mục Giáo dục.",
        lang="vi",
        page=f"{SITE}/tin-tuc/giao-duc/",
        address=f"{SITE}/tin-tuc/giao-duc/atom.xml",
        updated_at=AT,
        stories=stories,
        graves=graves,
    )


def read(written: str) -> Any:
    """Let feedparser read it, as it stands: what it would clean away must be told apart from what we lost."""
    return feedparser.parse(
        written.encode(),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )


# What a database can hold is any text but lone surrogates; what XML can hold is less.
anything = st.text(st.characters(codec="utf-8"))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0)
)
