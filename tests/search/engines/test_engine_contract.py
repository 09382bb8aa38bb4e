"""What every engine promises: what it finds, in which order, how it counts, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from cong.search.engines.engine import DEEPEST, Count, Document, Engine, Facet, Page, Sort
from cong.search.language.clauses import Clause, Either, Field, Group, Phrase, Prefix, Span, Unit, Word
from cong.search.meaning.wording import Alternative
from cong.search.text import analysis
from tests.search.asking import NOON, PLAIN, ids, near, published, query, shelf, term
from tests.search.servers import ENGINES

Made = Callable[..., Engine]
SPELLINGS = ["54/2017/NĐ-CP", "54/2017/nd-cp", "54 2017 nd cp", "54-2017-nd-cp", "54/2017/NDCP"]
SPELLINGS += ["nghị định 54/2017", "nghị định 54 năm 2017"]


@pytest.fixture(params=sorted(ENGINES))
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    def make(*documents: Document | Iterable[Document]) -> Engine:
        flat = [one for given in documents for one in ([given] if isinstance(given, Document) else given)]
        return ENGINES[request.param](tmp_path / "index", flat)

    return make


def test_a_query_without_marks_finds_text_with_marks(made: Made) -> None:
    found = made(shelf("Nghị quyết về đào tạo nghề", "Lễ hội đua thuyền")).search(query("nghi quyet dao tao"))

    assert ids(found) == [1]
    assert found.total == 1


def test_marks_that_were_typed_decide_the_order(made: Made) -> None:
    found = made(shelf("Mùa man mát", "Mùa mận chín", "Mùa mãn khóa")).search(query("mận"))

    assert ids(found)[0] == 2
    assert sorted(ids(found)) == [1, 2, 3]


def test_both_ways_of_placing_the_tone_find_the_same(made: Made) -> None:
    engine = made(shelf("Hòa giải ở cơ sở", "Thủy lợi nội đồng"))

    assert ids(engine.search(query("hoà giải"))) == ids(engine.search(query("hòa giải"))) == [1]
    assert ids(engine.search(query("thuỷ lợi"))) == [2]


def test_words_side_by_side_come_before_the_same_words_apart(made: Made) -> None:
    assert ids(made(shelf("Mở sách, cửa hàng", "Sách hay, mở cửa hàng tuần")).search(query("mở cửa")))[0] == 2


def test_a_title_counts_more_than_a_body(made: Made) -> None:
    body = replace(PLAIN, id=1, title="Tin vắn trong ngày", body="Xe buýt điện")
    title = replace(PLAIN, id=2, title="Xe buýt điện", body="Tin vắn trong ngày")

    assert ids(made(body, title).search(query("xe buýt điện"))) == [2, 1]


def test_of_two_equal_texts_the_newer_comes_first(made: Made) -> None:
    old, new = shelf("Khai giảng năm học mới", "Khai giảng năm học mới")

    assert ids(made(old, published(new, NOON)).search(query("khai giảng"))) == [2, 1]


def test_what_the_centre_says_and_what_is_in_force_comes_first(made: Made) -> None:
    titles = shelf(*["Quy chế mượn sách"] * 4)
    plain, centre, partner = titles[0], replace(titles[1], category="central"), replace(titles[2], category="partner")
    void = replace(titles[3], kind="document", status="hethieuluc")

    assert ids(made(partner, void, plain, centre).search(query("quy chế"))) == [2, 1, 3, 4]


def test_few_hits_are_followed_by_near_matches_that_are_not_hits(made: Made) -> None:
    found = made(shelf("Thư viện mở cửa buổi tối", "Thư viện đóng cửa", "Bảo tàng tỉnh")).search(
        query("thư viện buổi tối")
    )

    assert (ids(found), near(found), found.total) == ([1], [2], 1)


def test_enough_hits_need_no_near_matches(made: Made) -> None:
    found = made(shelf(*["Thư viện xã"] * 12, "Thư viện")).search(query("thư viện xã"))

    assert (found.total, found.near) == (12, ())


def test_nothing_in_common_and_nothing_asked_find_nothing(made: Made) -> None:
    engine = made(shelf("Thư viện"))

    assert engine.search(query("qwertyuiop")) == Page()
    assert engine.search(query("")) == Page()


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_number_finds_its_document_before_those_that_cite_it(made: Made, typed: str) -> None:
    cited = "Nghị định 54/2017/NĐ-CP ngày 8 tháng 5 năm 2017, nghị định số 54 năm 2017, 54/2017/NDCP " * 5
    citing = replace(PLAIN, id=1, title="Hướng dẫn nghị định 54/2017/NĐ-CP", body=cited)
    own = replace(PLAIN, id=2, title="Quy định chi tiết một số điều", number="54/2017/NĐ-CP")
    other = replace(PLAIN, id=3, title="Sửa đổi nghị định 54/2017/NĐ-CP", body=cited, number="155/2018/NĐ-CP")
    engine = made(citing, own, other)

    assert ids(engine.search(query(typed)))[0] == 2
    assert ids(engine.search(query("", term(Field.NUMBER, typed)))) == [2]


def test_what_cites_a_document_is_found_by_its_number(made: Made) -> None:
    citing = replace(PLAIN, id=1, title="Hướng dẫn", cites=("54/2017/NĐ-CP", "1/2018/TT-BYT"))

    engine = made(citing, replace(PLAIN, id=2, title="Khác", number="54/2017/NĐ-CP", cites=("54/2017/NĐ-CP",)))

    assert ids(engine.search(query("", term(Field.CITES, "54/2017/nd-cp")))) == [1]
    assert ids(engine.search(query("", term(Field.CITES, "1/2018/TT-BYT")))) == [1]


def test_a_phrase_keeps_its_order_its_marks_and_its_sentence(made: Made) -> None:
    titles = "Mở cửa buổi tối", "Cửa mở buổi tối", "Mộ cựa buổi tối", "Đã mở. Cửa hàng", "Mở toang cửa"
    engine = made(shelf(*titles))

    assert ids(engine.search(query("", Phrase(text="mở cửa")))) == [1]
    assert sorted(ids(engine.search(query("", Phrase(text="mo cua"))))) == [1, 3]
    assert sorted(ids(engine.search(query("", Phrase(text="mở cửa", slop=1))))) == [
        1,
        4,
        5,
    ]  # a sentence's end counts as one word


def test_what_is_near_may_lack_a_phrase_but_no_condition(made: Made) -> None:
    engine = made(shelf("Cửa hàng mở sớm", "Mở lại cửa sông", "Bến xe"))

    page = engine.search(query("", Phrase(text="mở cửa"), no=[Word(text="sông")]))

    assert (ids(page), near(page)) == ([], [1])


def test_the_beginning_of_a_word_is_enough_with_a_star(made: Made) -> None:
    engine = made(shelf("Chuyển đổi số", "Chuyện làng", "Chung cư"))

    assert sorted(ids(engine.search(query("", Prefix(text="chuy"))))) == [1, 2]
    assert ids(engine.search(query("", Prefix(text="chuyển đ")))) == [1]


def test_one_of_several_none_of_others_and_groups(made: Made) -> None:
    engine = made(shelf("Bến xe phía bắc", "Bến tàu phía bắc", "Bến xe phía nam", "Sân bay"))
    either = Either(units=(Word(text="xe"), Word(text="tàu")))
    group = Group(clauses=(Clause(unit=Word(text="bến")), Clause(unit=either)))

    assert sorted(ids(engine.search(query("bến", either)))) == [1, 2, 3]
    assert sorted(ids(engine.search(query("", group, no=[Word(text="nam")])))) == [1, 2]
    assert sorted(ids(engine.search(query("", no=[Word(text="bến")])))) == [4]
    assert engine.search(query("bến", no=[Phrase(text="...")])).total == 3


def test_fields_narrow_to_codes_words_and_days(made: Made) -> None:
    new = published(replace(PLAIN, id=1, title="Một", agency=7, lang="en", has=("anh", "video")), NOON)
    old = replace(PLAIN, id=2, title="Hai", kind="document", signer="Người Ký Thử", topics=("Nông nghiệp", "Cây lúa"),
                  source="Báo Vườn Cây", status="conhieuluc", effective_on=date(2026, 1, 1))  # fmt: skip
    engine = made(new, old)
    asked: dict[Unit, list[int]] = {
        term(Field.AGENCY, "7"): [1], term(Field.LANG, "en"): [1], term(Field.HAS, "video"): [1],
        term(Field.KIND, "document"): [2], term(Field.KIND, "document", "news"): [1, 2],
        term(Field.SIGNER, "nguoi ky"): [2], term(Field.TOPIC, "cây lúa"): [2], term(Field.TOPIC, "nghiệp cây"): [],
        term(Field.SOURCE, "vườn cây"): [2], term(Field.STATUS, "conhieuluc"): [2], term(Field.TITLE, "hai"): [2],
        term(Field.AGENCY, "không có"): [], Span(field=Field.DATE, first=NOON.date(), last=NOON.date()): [1],
        Span(field=Field.DATE, last=NOON.date() - timedelta(days=1)): [2],
        Span(field=Field.EFFECTIVE, first=date(2025, 12, 31), last=date(2026, 1, 1)): [2],
    }  # fmt: skip

    for unit, expected in asked.items():
        assert sorted(ids(engine.search(query("", unit)))) == expected, unit


def test_facets_count_all_hits_and_leave_out_their_own_narrowing(made: Made) -> None:
    agencies = [replace(one, agency=place % 3 + 1) for place, one in enumerate(shelf(*["Thư viện"] * 9))]
    engine = made(replace(agencies[0], kind="photo", has=("anh",)), agencies[1:], shelf("Khác")[0:0])

    page = engine.search(query("thư viện", term(Field.AGENCY, "1"), facets=(Facet.AGENCY, Facet.KIND, Facet.HAS)))

    assert page.total == 3
    assert {one.value: one.count for one in page.counts[Facet.AGENCY]} == {"1": 3, "2": 3, "3": 3}
    assert page.counts[Facet.KIND] == (Count(value="news", count=2), Count(value="photo", count=1))
    assert page.counts[Facet.HAS] == (Count(value="anh", count=1),)


def test_years_are_counted_whatever_days_are_asked_for(made: Made) -> None:
    old = published(replace(PLAIN, id=2, title="Thư viện"), NOON - timedelta(days=800))
    engine = made(published(replace(PLAIN, id=1, title="Thư viện"), NOON), old)

    page = engine.search(query("thư viện", Span(field=Field.DATE, first=NOON.date()), facets=(Facet.YEAR,)))

    assert ids(page) == [1]
    assert {one.value: one.count for one in page.counts[Facet.YEAR]} == {"2026": 1, "2024": 1}


def test_hits_can_be_ordered_by_their_days(made: Made) -> None:
    first = replace(published(replace(PLAIN, id=1, title="Quy chế"), NOON), effective_on=date(2026, 1, 1))
    second = replace(PLAIN, id=2, title="Quy chế", effective_on=date(2026, 6, 1))
    engine = made(first, second)

    assert ids(engine.search(query("quy chế", sort=Sort.NEWEST))) == [1, 2]
    assert ids(engine.search(query("quy chế", sort=Sort.OLDEST))) == [2, 1]
    assert ids(engine.search(query("quy chế", sort=Sort.EFFECTIVE))) == [2, 1]


def test_conditions_alone_give_the_newest_first(made: Made) -> None:
    old, new = shelf("Một", "Hai")

    assert ids(made(old, published(new, NOON)).search(query("", term(Field.KIND, "news")))) == [2, 1]


def test_pinned_entries_come_first_where_the_conditions_allow(made: Made) -> None:
    engine = made(shelf("Thư viện", "Bảo tàng", "Nhà hát"))

    page = engine.search(query("thư viện", pinned=(3, 2, 99)))

    assert (ids(page), page.total) == ([3, 2, 1], 3)
    assert ids(engine.search(query("thư viện", no=[Word(text="hát")], pinned=(3, 2)))) == [2, 1]


def test_other_wordings_and_whole_repairs_find_as_well(made: Made) -> None:
    engine = made(shelf("Bộ Vườn Cây họp", "BVC họp báo", "Bộ khác", "Vườn hoa"))
    long = Alternative(first=0, last=1, forms=tuple(analysis.forms("Bộ Vườn Cây")))

    assert sorted(ids(engine.search(query("bvc họp", alternatives=[long])))) == [1, 2]
    repaired = engine.search(query("vuowfn caay", repairs=["vườn cây"]))
    assert (ids(repaired), near(repaired)) == ([1], [4])


def test_what_was_typed_stands_above_what_may_be_meant(made: Made) -> None:
    engine = made(shelf("Tông tin mới", "Thông tin mới", "Tin mới"))

    assert ids(engine.search(query("tông tin", repairs=["thông tin"]))) == [1, 2]


def test_words_of_other_languages_are_found_by_their_stems(made: Made) -> None:
    english = replace(PLAIN, id=1, title="Libraries open new reading rooms", lang="en")
    chinese = replace(PLAIN, id=2, title="图书馆今天开门", lang="zh")
    thai = replace(PLAIN, id=3, title="ห้องสมุดเปิดวันนี้", lang="th")
    engine = made(english, chinese, thai)

    assert ids(engine.search(query("library opening", lang="en"))) == [1]
    assert ids(engine.search(query("library room"))) == [1]
    assert ids(engine.search(query("图书馆"))) == [2]
    assert ids(engine.search(query("ห้องสมุด"))) == [3]


def test_similar_entries_share_telling_words_and_are_not_the_text_itself(made: Made) -> None:
    titles = "Thư viện xã mở lớp đọc sách", "Thư viện huyện mở lớp đọc sách", "Bến xe đổi giờ chạy", "Bến xe xã"
    documents = shelf(*titles)

    page = made(documents).search(query("", like=documents[0]))

    assert ids(page)[0] == 2
    assert 1 not in ids(page)


def test_titles_are_suggested_while_typing(made: Made) -> None:
    engine = made(shelf("Thư viện mở cửa", "Thủ tục mượn sách", "Bến xe"))

    assert engine.suggest("thu vi", 8) == (1,)
    assert sorted(engine.suggest("th", 8)) == [1, 2]
    assert engine.suggest("", 8) == engine.suggest("  ", 8) == ()


def test_an_explanation_adds_up_to_the_score(made: Made) -> None:
    engine = made(shelf("Thư viện mở cửa", "Bến xe"))
    asked = query("thư viện")

    told = engine.explain(asked, 1)

    assert told is not None
    assert told.score == pytest.approx(engine.search(asked).hits[0].score, rel=1e-3)
    product = 1.0
    for factor in told.factors:
        product *= factor.value
    assert sum(part.value for part in told.terms) * product == pytest.approx(told.score, rel=1e-3)
    assert engine.explain(asked, 2) is None


def test_releases_tell_which_version_of_each_entry_is_indexed(made: Made) -> None:
    engine = made([replace(one, release=one.id * 10) for one in shelf("Một", "Hai", "Ba")])

    assert engine.releases(1, 3) == {1: 10, 2: 20}
    assert engine.releases(0, 1_000) == {1: 10, 2: 20, 3: 30}
    assert engine.size == 3


def test_pages_follow_each_other_without_gap_or_overlap(made: Made) -> None:
    engine = made(shelf(*[f"Thư viện số {number}" for number in range(1200)]))

    shown = [
        number
        for offset in range(0, 1200, 100)
        for number in ids(engine.search(query("thư viện", limit=100, offset=offset)))
    ]

    assert sorted(shown) == list(range(1, 1201))
    assert engine.search(query("thư viện", offset=DEEPEST)) == Page()
