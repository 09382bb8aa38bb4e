"""Entries as documents of the index: what is searched of them, and nothing that they do not say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cong.agencies.models import Category
from cong.newsroom import markup
from cong.search.index import shelf
from tests import makers

pytestmark = pytest.mark.django_db

_PLACE = "/tep/" + "a" * 64
_BLOCK: dict[str, Any] = {
    "caption": "", "credit": "", "width": 0, "height": 0, "still": "", "tracks": [], "poster": None, "lines": [],
}  # fmt: skip
_PICTURE = {
    "sources": {"avif": f"{_PLACE}-480.avif 480w", "src": f"{_PLACE}-480.webp", "webp": f"{_PLACE}-480.webp 480w"},
    "alt": "Phòng đọc",
}  # fmt: skip


def test_a_document_tells_what_its_entry_tells() -> None:
    owner = makers.agency("Thư viện tỉnh", category=Category.PROVINCE)
    entry = makers.entry(owner, "Mượn sách", tags=("Văn hóa đọc", "Thư viện"), source_name="Báo Mẫu", lang="vi")

    made = shelf.document(entry)

    assert made.topics == ("Văn hóa đọc", "Thư viện")
    assert (made.source, made.agency, made.category) == ("Báo Mẫu", owner.pk, "province")
    assert (made.release, made.published_at) == (entry.release_id, entry.published_at)
    assert (made.signer, made.status, made.effective_on) == ("", "", None)


def test_the_day_of_publication_is_the_day_here() -> None:
    late = makers.entry(published_at=datetime(2026, 11, 24, 17, 30, tzinfo=UTC))
    early = makers.entry(published_at=datetime(2026, 11, 24, 16, 30, tzinfo=UTC))

    assert shelf.document(late).published_on == date(2026, 11, 25)
    assert shelf.document(early).published_on == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("block", "has"),
    [
        ({"type": "text", "html": "<p>Chỉ có chữ, một <a href='https://vidu.vn'>liên kết</a>.</p>"}, ()),
        ({"type": "picture", **_PICTURE}, ("anh",)),
        ({"type": "video", "address": f"{_PLACE}.mp4", "mime": "video/mp4"}, ("video",)),
        ({"type": "embed", "address": "https://video.vidu.vn/1", "host": "video.vidu.vn"}, ("video",)),
        ({"type": "audio", "address": f"{_PLACE}.mp3", "mime": "audio/mpeg"}, ("amthanh",)),
        ({"type": "document", "address": f"{_PLACE}.pdf", "mime": "application/pdf", "title": "Kế hoạch",
          "ending": "PDF", "size": "12 KB"}, ("tep",)),
    ],
    ids=["text", "picture", "video", "linked video", "sound", "file"],
)  # fmt: skip
def test_what_a_body_of_the_newsroom_holds_is_seen(block: dict[str, Any], has: tuple[str, ...]) -> None:
    entry = makers.entry(html=markup.body([_BLOCK | block]))

    assert shelf.document(entry).has == has


@pytest.mark.parametrize(("kind", "has"), [("photo", "anh"), ("video", "video"), ("audio", "amthanh")])
def test_a_kind_is_what_it_holds_even_when_the_body_does_not_show_it(kind: str, has: str) -> None:
    assert shelf.document(makers.entry(kind=kind)).has == (has,)


def test_the_lead_picture_counts_once() -> None:
    entry = makers.entry(picture="b" * 64, html=markup.body([{"type": "picture", **_BLOCK, **_PICTURE}]))

    assert shelf.document(entry).has == ("anh",)
    assert shelf.document(makers.entry(picture="b" * 64)).has == ("anh",)


def test_numbers_in_title_summary_and_body_are_cited_but_not_its_own() -> None:
    entry = makers.entry(
        title="Quyết định 87/QĐ-TV sửa đổi Quyết định 12/QĐ-TV",
        summary="Căn cứ Nghị định 54/2017/NĐ-CP.",
        html="<p>Theo Thông tư 05/2020/TT-BVHTTDL và Quyết định số 87/QĐ-TV này.</p>",
        number="87/QĐ-TV",
        kind="document",
    )

    cited = shelf.document(entry).cites

    assert sorted(cited) == ["05/2020/TT-BVHTTDL", "12/QĐ-TV", "54/2017/NĐ-CP"]


def test_a_document_without_its_own_number_is_known_by_the_one_in_its_title() -> None:
    title = "Nghị định số 54/2017/NĐ-CP quy định chi tiết"
    entry, news = makers.entry(title=title, kind="document"), makers.entry(title=title)

    made = shelf.document(entry)

    assert (made.number, made.cites) == (title, ())
    assert shelf.document(news).number == ""
    assert shelf.document(news).cites == ("54/2017/NĐ-CP",)


def test_the_whole_shelf_is_read_in_parts_with_each_agency_known_once() -> None:
    owner = makers.agency("Bộ Mẫu")
    made = makers.entries([makers.content(owner, f"Thư viện {number}") for number in range(5)])

    parts = list(shelf.everything(2))

    assert [[one.id for one in part] for part in parts] == [
        [made[0].pk, made[1].pk], [made[2].pk, made[3].pk], [made[4].pk],
    ]  # fmt: skip
    assert {one.category for part in parts for one in part} == {"ministry"}


def test_only_what_changed_later_is_on_its_way() -> None:
    early, late = makers.entry(), makers.entry()
    seq = shelf.last_seq() - 1

    assert shelf.changed_after(seq, [early.pk, late.pk]) == {late.pk}
