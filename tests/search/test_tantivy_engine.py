"""The embedded engine in a directory of its own: what it finds, in which order, and that nothing typed breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.engine import DEEPEST, Document, Mark, NotReady, Page, Query
from cong.search.tantivy_engine import VERSION, TantivyEngine, TantivyWriter

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
PLAIN = Document(
    id=1, title="", summary="", body="", number="", kind="news", section="giao-duc", part="tin-hoat-dong",
    agency=1, lang="vi", published_at=NOON - timedelta(days=400),
)  # fmt: skip

SPELLINGS = ["54/2017/NĐ-CP", "54/2017/nd-cp", "54 2017 nd cp", "54-2017-nd-cp", "54/2017/NDCP"]
SPELLINGS += ["nghị định 54/2017", "nghị định 54 năm 2017"]


def shelf(*titles: str) -> list[Document]:
    return [replace(PLAIN, id=number, title=title) for number, title in enumerate(titles, 1)]


def engine(path: Path, documents: list[Document]) -> TantivyEngine:
    writer = TantivyWriter(path)
    writer.add(documents)
    writer.commit(Mark(seq=len(documents), change="", version=VERSION))
    writer.close()
    return TantivyEngine(path)


def ask(engine: TantivyEngine, text: str, *, limit: int = 20, offset: int = 0) -> Page:
    return engine.search(Query(text=text, at=NOON, limit=limit, offset=offset))


def ids(page: Page) -> list[int]:
    return [hit.id for hit in page.hits]


def near(page: Page) -> list[int]:
    return [hit.id for hit in page.near]


def test_a_query_without_marks_finds_text_with_marks(tmp_path: Path) -> None:
    found = ask(engine(tmp_path, shelf("Nghị quyết về đào tạo nghề", "Lễ hội đua thuyền")), "nghi quyet dao tao")

    assert ids(found) == [1]
    assert found.total == 1


def test_marks_that_were_typed_decide_the_order(tmp_path: Path) -> None:
    found = ask(engine(tmp_path, shelf("Mùa man mát", "Mùa mận chín", "Mùa mãn khóa")), "mận")

    assert ids(found)[0] == 2
    assert sorted(ids(found)) == [1, 2, 3]


def test_both_ways_of_placing_the_tone_find_the_same(tmp_path: Path) -> None:
    made = engine(tmp_path, shelf("Hòa giải ở cơ sở", "Thủy lợi nội đồng"))

    assert ids(ask(made, "hoà giải")) == ids(ask(made, "hòa giải")) == [1]
    assert ids(ask(made, "thuỷ lợi")) == [2]


def test_words_side_by_side_come_before_the_same_words_apart(tmp_path: Path) -> None:
    apart, beside = "Mở sách, cửa hàng", "Sách hay, mở cửa hàng tuần"

    assert ids(ask(engine(tmp_path, shelf(apart, beside)), "mở cửa"))[0] == 2


def test_a_title_counts_more_than_a_body(tmp_path: Path) -> None:
    body = replace(PLAIN, id=1, title="Tin vắn trong ngày", body="Xe buýt điện")
    title = replace(PLAIN, id=2, title="Xe buýt điện", body="Tin vắn trong ngày")

    assert ids(ask(engine(tmp_path, [body, title]), "xe buýt điện")) == [2, 1]


def test_of_two_equal_texts_the_newer_comes_first(tmp_path: Path) -> None:
    old, new = shelf("Khai giảng năm học mới", "Khai giảng năm học mới")

    assert ids(ask(engine(tmp_path, [old, replace(new, published_at=NOON)]), "khai giảng")) == [2, 1]


def test_few_hits_are_followed_by_near_matches_that_are_not_hits(tmp_path: Path) -> None:
    made = engine(tmp_path, shelf("Thư viện mở cửa buổi tối", "Thư viện đóng cửa", "Bảo tàng tỉnh"))

    found = ask(made, "thư viện buổi tối")

    assert (ids(found), near(found)) == ([1], [2])
    assert found.total == 1


def test_enough_hits_need_no_near_matches(tmp_path: Path) -> None:
    made = engine(tmp_path, shelf(*["Thư viện xã"] * 12, "Thư viện"))

    found = ask(made, "thư viện xã")

    assert found.total == 12
    assert found.near == ()


def test_nothing_in_common_finds_nothing(tmp_path: Path) -> None:
    assert ask(engine(tmp_path, shelf("Thư viện")), "qwertyuiop") == Page()


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_number_finds_its_document_before_those_that_cite_it(tmp_path: Path, typed: str) -> None:
    cited = "Nghị định 54/2017/NĐ-CP ngày 8 tháng 5 năm 2017, nghị định số 54 năm 2017, 54/2017/NDCP " * 5
    citing = replace(PLAIN, id=1, title="Hướng dẫn nghị định 54/2017/NĐ-CP", body=cited)
    own = replace(PLAIN, id=2, title="Quy định chi tiết một số điều của Luật Dược", number="54/2017/NĐ-CP")
    other = replace(PLAIN, id=3, title="Sửa đổi nghị định 54/2017/NĐ-CP", body=cited, number="155/2018/NĐ-CP")

    assert ids(ask(engine(tmp_path, [citing, own, other]), typed))[0] == 2


def test_a_document_put_again_replaces_itself_and_a_removed_one_is_gone(tmp_path: Path) -> None:
    made = engine(tmp_path, shelf("Bản cũ", "Bản khác"))
    writer = TantivyWriter(tmp_path)
    writer.put([replace(PLAIN, id=1, title="Đính chính")])
    writer.remove([2])
    writer.commit(Mark(seq=7, change="put 1", version=VERSION))
    writer.close()

    made.reload()

    assert ids(ask(made, "đính chính")) == [1]
    assert ask(made, "bản") == Page()
    assert made.size == 1
    assert made.mark() == Mark(seq=7, change="put 1", version=VERSION)


def test_what_was_not_committed_does_not_exist(tmp_path: Path) -> None:
    made = engine(tmp_path, shelf("Một"))
    writer = TantivyWriter(tmp_path)
    writer.put(shelf("Hai", "Ba"))
    writer.close()

    made.reload()

    assert made.size == 1
    assert ids(ask(made, "một")) == [1]


def test_a_directory_without_an_index_is_not_ready(tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        TantivyEngine(tmp_path / "none")


def test_pages_follow_each_other_without_gap_or_overlap(tmp_path: Path) -> None:
    made = engine(tmp_path, shelf(*[f"Thư viện số {number}" for number in range(1200)]))

    shown = [
        number for offset in range(0, 1200, 100) for number in ids(ask(made, "thư viện", limit=100, offset=offset))
    ]

    assert sorted(shown) == list(range(1, 1201))
    assert ask(made, "thư viện", offset=DEEPEST) == Page()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> TantivyEngine:
    return engine(
        tmp_path_factory.mktemp("index"), shelf("Thư viện mở cửa", "Nghị định 54/2017/NĐ-CP", "中文 tiếng Trung")
    )


AWKWARD = st.text(max_size=120) | st.text(alphabet="\"'()[]{}+-*~^:/\\&|!<> aờ54_\x00\x1f", max_size=600)


@given(AWKWARD)
def test_anything_typed_is_answered(small: TantivyEngine, text: str) -> None:
    found = ask(small, text)

    assert found.total == len(found.hits)


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "thư " * 25_000, "1/" * 50_000, "\x00" * 100_000, "文" * 100_000, "\u0301" * 9999]
)
def test_very_long_queries_are_cut_and_answered(small: TantivyEngine, text: str) -> None:
    assert ask(small, text).total <= 3
