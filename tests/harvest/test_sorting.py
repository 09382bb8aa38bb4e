"""Which section an item goes to, why, and when a person must look."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cong.entries.models import Section
from cong.harvest import sorting
from cong.harvest.classifier import SURE, BadModel, Model, cross_validate, reading, train
from cong.harvest.decide import Place
from cong.harvest.parse import Enclosure, RawItem
from cong.harvest.sorting import Choice, word_for

_SECTIONS = frozenset(Section.values)
_DEFAULT = Place(part="tin-hoat-dong", section="tin-hoat-dong", kind="news", reason="default")
_DOCUMENTS = Place(part="van-ban", section="tin-hoat-dong", kind="document", reason="default")
_FILE = (Enclosure(url="https://xa.vn/tep/toan-van.pdf", type="application/pdf"),)

_COMMON, *_ARE_OWN = (
    line.split()
    for line in (
        "hôm nay tại tỉnh các đơn vị tổ chức buổi làm việc với sự tham gia của nhiều đại biểu và người dân",
        "học sinh giáo viên lớp trường tuyển sinh kỳ thi sách bài giảng điểm môn",
        "doanh nghiệp xuất khẩu thuế ngân sách hàng hóa giá thị trường sản lượng đầu tư vốn",
        "rừng nước thải khí bụi rác tái chế cây lũ sạt lở sông biển",
    )
)
_OWN = dict(zip(("giao-duc", "kinh-te", "moi-truong"), _ARE_OWN, strict=True))


def _written(section: str, seed: int, *, own: int = 12) -> str:
    dice = random.Random(f"{section} {seed}")
    words = dice.choices(_COMMON, k=40) + dice.choices(_OWN[section], k=own)
    return " ".join(dice.sample(words, len(words)))


def _pairs(each: int = 40) -> list[tuple[str, str]]:
    return [(_written(section, seed), section) for section in _OWN for seed in range(each)]


def _between(model: Model) -> str:
    """Return a text of two sections that leaves the model in doubt."""
    texts = (f"{_written('moi-truong', seed)} {_written('kinh-te', seed)}" for seed in range(900, 999))
    return min(texts, key=lambda text: max(model.chances(text).values()))


@pytest.fixture(scope="module")
def model() -> Model:
    return train(_pairs())


def _item(title: str = "Thư viện mở cửa buổi tối", **given: Any) -> RawItem:
    return replace(RawItem(url="https://xa.vn/tin/bai-1", title=title, html="<p>Phòng đọc có đèn mới.</p>"), **given)


def _choose(item: RawItem, default: Place = _DEFAULT, **given: Any) -> Choice:
    return sorting.choose(item, default, **({"rules": (), "sections": _SECTIONS} | given))


# ---- what people have laid down -------------------------------------------------------------------------------------


def test_the_sources_map_comes_before_everything(model: Model) -> None:
    rules = [{"path": "/tin/", "section": "giao-duc"}]
    agency = [{"path": "/tin/", "section": "kinh-te"}]

    found = _choose(
        _item("Quyết định số 12/QĐ-SVH về việc mở cửa", enclosures=_FILE), rules=rules, agency_rules=agency, model=model
    )

    assert (found.place.section, found.place.reason) == ("giao-duc", "path:/tin/")
    assert (found.confidence, found.hold) == (1.0, False)


def test_the_agencys_rules_come_next_and_say_so() -> None:
    found = _choose(_item(tags=("Giáo Dục",)), agency_rules=[{"tag": "giáo dục", "section": "giao-duc"}])

    assert (found.place.section, found.place.reason) == ("giao-duc", "agency:tag:giáo dục")


def test_a_rule_with_an_unknown_section_is_passed_over() -> None:
    rules = [{"path": "/", "section": "khong-co"}, {"path": "/", "section": "xay-dung"}]

    assert _choose(_item(), rules=rules).place.part == "xay-dung-dang"


def test_without_any_sign_the_default_stands_and_nothing_is_held() -> None:
    assert _choose(_item()) == Choice(place=_DEFAULT, confidence=SURE, hold=False)


# ---- documents ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "item",
    [
        _item("Bản mới", number="12/QĐ-SVH"),
        _item("Quyết định số 12/QĐ-SVH ngày 05/3/2026 về việc mở cửa thư viện"),
        _item("THÔNG TƯ 05/2026/TT-BVH quy định giờ mở cửa"),
        _item("1234/SVH-TV V/v mở cửa thư viện buổi tối"),
        _item("Toàn văn Nghị quyết 15-NQ/TU"),
        _item("Giờ mở cửa thư viện", url="https://xa.vn/tep/gio-mo-cua.PDF"),
        _item("Thư viện theo Quyết định 12/QĐ-SVH", enclosures=_FILE),
        _item("Kế hoạch mở cửa thư viện buổi tối", html='<a href="/tep/ke-hoach.docx">Tải về</a>'),
    ],
)
def test_what_looks_like_a_document_goes_to_the_documents(item: RawItem) -> None:
    found = _choose(item)

    assert (found.place.part, found.place.kind) == ("van-ban", "document")
    assert found.place.reason.startswith("document:")
    assert found.confidence >= SURE
    assert not found.hold


@pytest.mark.parametrize(
    "item",
    [
        _item("Tỉnh triển khai Nghị quyết 15-NQ/TU"),
        _item("Nghị quyết 15-NQ/TU: một năm nhìn lại"),
        _item("Mời bạn đọc góp ý", enclosures=_FILE),
    ],
)
def test_what_may_be_a_document_is_held_for_a_person(item: RawItem) -> None:
    found = _choose(item)

    assert found.place.part == "van-ban"
    assert found.place.reason.startswith("document:perhaps")
    assert found.hold
    assert found.confidence < SURE


@pytest.mark.parametrize(
    "title",
    ["Trực 24/7 trong dịp lễ", "Ngày 12/2026 mở cửa", "Quyết định mở cửa thư viện", "Đường dây 500-KV", "Kế hoạch mới"],
)
def test_other_numbers_and_words_make_no_document(title: str) -> None:
    assert _choose(_item(title)).place == _DEFAULT


def test_news_about_a_document_is_news_when_the_words_are_sure(model: Model) -> None:
    item = _item("Tỉnh triển khai Nghị quyết 15-NQ/TU", html=_written("kinh-te", 900, own=30))

    found = _choose(item, model=model)

    assert (found.place.section, found.hold) == ("kinh-te", False)


def test_a_source_of_documents_needs_no_second_opinion(model: Model) -> None:
    maybe = _item("Tỉnh triển khai Nghị quyết 15-NQ/TU", html=_written("kinh-te", 900, own=30))

    assert _choose(maybe, _DOCUMENTS, model=model) == Choice(place=_DOCUMENTS, confidence=SURE, hold=False)


@pytest.mark.parametrize(
    "hostile",
    [
        _item(" " * 100_000 + "x"), _item("-" * 100_000), _item("1/" * 50_000), _item("số " * 50_000),
        _item(html="href='" * 100_000), _item(html='href="' + "a.pdf" * 100_000), _item(url="https://[x/"),
        _item(enclosures=(Enclosure(url="http://[", type=""),)), _item("\ud800 12/QĐ-SVH"),
    ],
)  # fmt: skip
def test_hostile_items_are_placed_in_time(hostile: RawItem, model: Model) -> None:
    started = time.process_time()

    found = _choose(hostile, model=model)

    assert found.place.reason
    assert time.process_time() - started < 1.0


# ---- learned words --------------------------------------------------------------------------------------------------


def test_the_words_of_a_text_choose_its_section_with_the_reason(model: Model) -> None:
    found = _choose(_item("Tin mới", html=f"<p>{_written('moi-truong', 901)}</p>"), model=model)

    assert found.place.section == "moi-truong"
    assert found.place.reason.startswith("words:moi-truong ")
    assert SURE <= found.confidence <= 1.0
    assert not found.hold


def test_words_that_leave_doubt_have_the_item_held_at_the_default(model: Model) -> None:
    mixed = _between(model)
    chances = model.chances(mixed)

    found = _choose(_item("Tin", html=mixed), model=model)

    assert max(chances.values()) < SURE
    assert (found.place.section, found.hold) == ("tin-hoat-dong", True)
    assert "words:" in found.place.reason


def test_doubtful_words_that_agree_with_the_default_are_enough(model: Model) -> None:
    mixed = _between(model)
    chances = model.chances(mixed)
    likeliest = max(chances, key=lambda one: chances[one])

    found = _choose(_item("Tin", html=mixed), replace(_DEFAULT, section=likeliest), model=model)

    assert (found.place.section, found.hold) == (likeliest, False)


def test_a_learned_section_that_is_no_more_is_not_chosen(model: Model) -> None:
    item = _item("Tin", html=_written("moi-truong", 903))

    assert _choose(item, model=model, sections=_SECTIONS - {"moi-truong"}).place == _DEFAULT


def test_a_text_of_unknown_words_gets_no_opinion(model: Model) -> None:
    assert model.chances("qwerty asdfgh zxcvbn " * 50) == {}
    assert model.chances("") == {}


@pytest.mark.parametrize("pairs", [[], _pairs(19), [(_written("kinh-te", n), "kinh-te") for n in range(60)]])
def test_with_few_lessons_the_model_says_nothing(pairs: list[tuple[str, str]]) -> None:
    silent = train(pairs)

    assert silent.chances(_written("kinh-te", 904)) == {}
    assert _choose(_item(), model=silent) == Choice(place=_DEFAULT, confidence=SURE, hold=False)


def test_a_section_with_few_lessons_is_not_learned_and_reported() -> None:
    pairs = [(text, section) for text, section in _pairs(25) if section != "kinh-te"] + _pairs(19)[19:38]

    report = cross_validate(pairs)

    assert set(train(pairs).sections) == {"giao-duc", "moi-truong"}
    assert report.too_few == (("kinh-te", 19),)


def test_of_two_corrections_of_one_text_the_later_counts() -> None:
    wrong = [(text, "giao-duc") for text, _ in _pairs()]

    assert train(wrong + _pairs()) == train(_pairs())


def test_the_order_of_lessons_makes_no_difference(model: Model) -> None:
    assert train(random.Random(1).sample(_pairs(), 120)) == model


def test_a_model_comes_back_from_the_database_as_it_was(model: Model) -> None:
    stored = json.dumps(model.dump())

    again = Model.load(json.loads(stored))

    assert again == model
    assert again.chances(_written("kinh-te", 905)) == model.chances(_written("kinh-te", 905))


def test_a_model_of_many_sections_stays_below_a_megabyte() -> None:
    pairs = [(f"{_written('kinh-te', n)} mục{section} tổ{section} {n}", f"s{section}") for section in range(30)
             for n in range(20)]  # fmt: skip

    stored = json.dumps(train(pairs).dump())

    assert len(stored) < 1_000_000


@pytest.mark.parametrize(
    "broken",
    [{}, {"version": 99}, {"table": "?"}, {"table": ""}, {"buckets": "x"}, {"buckets": 0}, {"sections": None},
     {"sections": ["a"]}],
)  # fmt: skip
def test_a_broken_or_foreign_model_is_refused_with_advice(broken: dict[str, Any], model: Model) -> None:
    value = model.dump() | broken if broken else {}

    with pytest.raises(BadModel, match="Hãy huấn luyện lại"):
        Model.load(value)


@settings(max_examples=50)
@given(text=st.text() | st.lists(st.sampled_from([*_COMMON, *_OWN["kinh-te"]])).map(" ".join))
def test_probabilities_of_any_text_sum_to_one_or_are_none(text: str, model: Model) -> None:
    chances = model.chances(text)

    assert not chances or sum(chances.values()) == pytest.approx(1.0)


def test_learning_and_choosing_read_the_same_of_an_item() -> None:
    said = reading("Tiêu đề", "<p>Tóm &amp; tắt</p>", "<h2>Mục</h2><p>Nội dung</p>" + "<p>dài</p>" * 9000)

    assert said.startswith("Tiêu đề . Tóm & tắt . Mục Nội dung dài")
    assert len(said) < 5000


def test_a_place_is_learned_under_the_word_of_the_registry() -> None:
    assert word_for("tin-hoat-dong", "kinh-te") == "kinh-te"
    assert word_for("xay-dung-dang", "xay-dung-dang") == "xay-dung-dang"
    assert word_for("van-ban", "tin-hoat-dong") == "van-ban"


# ---- cross-validation -----------------------------------------------------------------------------------------------


def test_cross_validation_counts_every_text_once_and_adds_up() -> None:
    report = cross_validate(_pairs(25))

    assert report.texts == 75 == sum(count for _, _, count in report.confusion)
    assert report.accuracy == sum(count for true, word, count in report.confusion if true == word) / 75
    assert [(one.section, one.texts) for one in report.sections] == [(name, 25) for name in sorted(_OWN)]
    assert report.accuracy > 0.9
    assert report == cross_validate(_pairs(25)[::-1])


def test_a_model_that_learned_nonsense_is_not_sure_of_anything() -> None:
    dice = random.Random(3)
    nonsense = [(text, dice.choice([*_OWN])) for text, _ in _pairs(60)]

    report = cross_validate(nonsense)

    assert report.accuracy < 0.5
    assert report.coverage < 0.1


def test_texts_that_are_hard_to_tell_are_sure_about_as_often_as_they_are_right() -> None:
    hard = [(_written(section, seed, own=2), section) for section in _OWN for seed in range(80)]

    report = cross_validate(hard)

    assert 0.5 < report.accuracy < 0.97
    assert report.sure_accuracy > SURE


def test_nothing_to_validate_is_an_empty_report() -> None:
    report = cross_validate([])

    assert (report.texts, report.accuracy, report.coverage, report.sections) == (0, 0.0, 0.0, ())
