"""Repairs: what was meant is offered, what was meant as typed is left alone, and any text is answered in time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.text.repair import Reason, Repair, Repairer
from cong.search.text.spelling import Counts, CountsBuilder

TEXTS = [
    "Thư viện thành phố mở cửa buổi tối, cho mượn sách và báo.",
    "Quy chế mượn sách của thư viện thành phố: thẻ đọc, thời gian trả sách.",
    "Nghị quyết về phát triển văn hóa đọc; quyết định mở rộng thư viện.",
    "Lễ hội đua thuyền trên sông, thủy thủ các phường tham gia.",
    "Hội nghị bàn việc phát triển thư viện ở các phường và xã.",
    "Kỳ thi tốt nghiệp: lịch thi, phòng thi, quy chế thi. Có thông tin mới.",
    "Bạn đọc hỏi về thông tin quy hoạch, bản đồ quy hoạch; ban quản lý trả lời.",
    "Anh Thor kể chuyện cho các em ở nhà văn hóa; hoa thỏ nở.",
]


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    builder = CountsBuilder()
    for text in TEXTS * 20:
        builder.add(text)
    path = tmp_path_factory.mktemp("counts") / "counts"
    builder.write(path)
    return Counts.open(path)


@pytest.fixture(scope="module")
def repairer(counts: Counts) -> Repairer:
    return Repairer(counts)


@pytest.mark.parametrize(
    ("typed", "meant", "reason"),
    [
        ("nghij quyeets", "nghị quyết", Reason.TELEX),
        ("Nghij Quyeets", "Nghị Quyết", Reason.TELEX),
        ("NGHIJ QUYEETS", "NGHỊ QUYẾT", Reason.TELEX),
        ("nghi5 quye6t1", "nghị quyết", Reason.TELEX),
        ("thuw vieenj thành phố", "thư viện thành phố", Reason.TELEX),
        ("thư vienn thành phố", "thư viện thành phố", Reason.SPELLING),
        ("Thư Vienn thành phố", "Thư Viện thành phố", Reason.SPELLING),
        ("thưviện", "", Reason.SPELLING),
        ("quy chế mượn scáh", "quy chế mượn sách", Reason.SPELLING),
        ("quy che muon sahc", "quy chế mượn sách", Reason.SPELLING),
        ("phát trển thư viện", "phát triển thư viện", Reason.SPELLING),
        ("thư viện thành phổ", "thư viện thành phố", Reason.SPELLING),
        ("thư viện thanh phố", "thư viện thành phố", Reason.MARKS),
        ("nghi quyet", "nghị quyết", Reason.MARKS),
        ("nghị quyet", "nghị quyết", Reason.MARKS),
        ("ky thi tot nghiep", "kỳ thi tốt nghiệp", Reason.MARKS),
        ("Le hoi dua thuyen", "Lễ hội đua thuyền", Reason.MARKS),
        ("thuy thu", "thủy thủ", Reason.MARKS),
    ],
)
def test_what_was_meant_is_offered(repairer: Repairer, typed: str, meant: str, reason: Reason) -> None:
    found = repairer.repairs(typed)

    if meant:
        assert found[0] == Repair(text=meant, reason=reason, ranks=reason is not Reason.MARKS)
    else:
        assert found == ()


@pytest.mark.parametrize("text", TEXTS)
def test_what_the_corpus_says_is_left_alone(repairer: Repairer, text: str) -> None:
    assert repairer.repairs(text.partition(",")[0]) == ()


@pytest.mark.parametrize(
    "typed",
    [
        '"nghij quyeets"',
        "“thư vienn”",
        "https://thu-vien.example/nghij",
        "nghij@example.org",
        "thuvien.example",
        "54/2017/NĐ-CP",
        "27-QĐ/TW",
        "2026",
        "TTTT",
        "HNNN thư viện",
        "covid19",
        "图书馆",
        "библиотека",
        "",
        "   ",
    ],
)
def test_numbers_acronyms_addresses_and_quotes_stay(repairer: Repairer, typed: str) -> None:
    assert repairer.repairs(typed) == ()


def test_only_the_wrong_syllable_changes_and_spaces_and_case_stay(repairer: Repairer) -> None:
    found, *_ = repairer.repairs("  QUY chế  (mượn scáh), 54/2017/NĐ-CP")

    assert found.text == "  QUY chế  (mượn sách), 54/2017/NĐ-CP"


def test_marks_that_were_typed_choose_among_the_spellings(counts: Counts) -> None:
    found = Repairer(counts).repairs("bnả đồ quy hoạch")

    assert found[0].text == "bản đồ quy hoạch"


def test_an_unfinished_key_is_undone_before_errors_are(repairer: Repairer) -> None:
    telex, spelled, *_ = repairer.repairs("thuw vieenj thnàh phoos")

    assert (telex.reason, spelled.reason) == (Reason.TELEX, Reason.SPELLING)
    assert (telex.text, spelled.text) == ("thư viện thnàh phố", "thư viện thành phố")


def test_without_counts_telex_is_undone_when_most_of_the_query_is_telex() -> None:
    assert [one.text for one in Repairer(None).repairs("nghij quyeets thuw vieenj")] == ["nghị quyết thư viện"]
    assert Repairer(None).repairs("best books in the library") == ()
    assert Repairer(None).repairs("nghi quyet") == ()


def test_the_next_best_reading_of_the_same_error_is_offered_too(repairer: Repairer) -> None:
    assert [one.text for one in repairer.repairs("thẻ tọc")] == ["thẻ đọc"]
    assert [one.text for one in repairer.repairs("tông tin")] == ["thông tin", "sông tin"]


def test_a_foreign_name_that_texts_have_is_no_telex_amid_other_words(repairer: Repairer) -> None:
    assert repairer.repairs("anh Thor kể chuyện") == ()


@pytest.mark.parametrize(("texts", "offered"), [(2, False), (3, True)])
def test_a_word_is_offered_only_when_three_texts_hold_it(tmp_path: Path, texts: int, *, offered: bool) -> None:
    builder = CountsBuilder()
    for text in [*TEXTS * 5, *["Thư viện kheng mở cửa, quy chế kheng, kheng mượn sách."] * texts]:
        builder.add(text)
    builder.write(tmp_path / "counts")

    found = Repairer(Counts.open(tmp_path / "counts")).repairs("thư viện khengg mở cửa")

    assert any("kheng" in one.text.split() for one in found) == offered


def test_a_single_digit_is_a_number_not_a_key(repairer: Repairer) -> None:
    assert repairer.repairs("phường1") == ()


@given(typed=st.text(max_size=120) | st.text(alphabet="nghiquyetsfrxjw \"'/.1à", max_size=200))
def test_any_text_is_answered_with_at_most_three_other_texts(counts: Counts, typed: str) -> None:
    found = Repairer(counts).repairs(typed)

    assert len(found) <= 3
    assert len({one.text for one in found} - {typed}) == len(found)


@pytest.mark.parametrize(
    "word", ["thư ", "vienn ", "nghij ", '"', "a.a", "/1", "1", "a", ".", "/", "-a1", "ă ", "thư\u0301 "]
)
def test_a_very_long_text_costs_no_more_than_what_is_read_of_it(repairer: Repairer, word: str) -> None:
    started = time.process_time()

    repairer.repairs(word * 100_000)

    assert time.process_time() - started < 0.3


def test_twelve_syllables_take_milliseconds_and_more_take_no_more_each(repairer: Repairer) -> None:
    short = "thu vienn thanh pho mo cua buoi toii cho muon sahc moi"
    once, long = _seconds(repairer, short), _seconds(repairer, " ".join([short] * 5))

    assert once < 0.05
    assert long < 12 * once


def _seconds(repairer: Repairer, text: str) -> float:
    rounds = []
    for _ in range(7):
        started = time.process_time()
        repairer.repairs(text)
        rounds.append(time.process_time() - started)
    return min(rounds)
