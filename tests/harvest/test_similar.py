"""Which texts are one story, and what becomes of their clusters."""

from __future__ import annotations

import hashlib
import random
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.similar import Copy, Joining, are_same, bands, canonical, decide, likeness, signature
from tests.makers import NOON

_SAID = (
    "Thư viện tỉnh mở cửa buổi tối từ đầu tháng sau. Phòng đọc tầng hai nhận bạn đọc đến 21 giờ các ngày trong tuần, "
    "phòng thiếu nhi đến 20 giờ. Thư viện bổ sung bốn nghìn đầu sách, thay hệ thống đèn và đặt thêm sáu mươi chỗ ngồi. "
    "Bạn đọc làm thẻ trực tuyến hoặc tại quầy, thẻ có giá trị một năm và không thu phí. Xe thư viện lưu động tiếp tục "
    "đến các xã vùng cao vào thứ ba và thứ năm hằng tuần theo lịch niêm yết tại trụ sở."
)
_WORDS = [f"{first}{last}" for first in "bcdghklmnt" for last in ("an", "ong", "iên", "uy", "ấp", "ời", "ực", "ẻ")]


def _text(seed: int, length: int = 300) -> str:
    return " ".join(random.Random(seed).choices(_WORDS, k=length))


def _copy(number: int, text: str = _SAID, **given: object) -> Copy:
    base = Copy(
        id=number, source=number, category=2, order=0, published_at=NOON, signature=signature(text), cluster=number * 10
    )
    return replace(base, **given)  # type: ignore[arg-type]


def _new(text: str = _SAID, **given: object) -> Copy:
    return _copy(99, text, **({"cluster": 0} | given))


# ---- signature ------------------------------------------------------------------------------------------------------


def test_a_stored_signature_stays_comparable_with_those_of_later_versions() -> None:
    signed = signature(_SAID)

    assert hashlib.sha256(signed).hexdigest() == "4911e06f619102f5d87f181dea95075e7df4303c5c3a4bdae0c0942608ad7421"
    assert bands(signed)[:3] == (-4497159034351662227, 7914457664573702660, -7632978782455725375)


def test_a_signature_has_one_length_and_its_bands_fit_the_columns_of_both_databases() -> None:
    signed = [signature(_text(seed, length)) for seed, length in enumerate((20, 21, 64, 300, 5000))]

    assert {len(one) for one in signed} == {256}
    assert {len(bands(one)) for one in signed} == {32}
    assert all(-(2**63) <= key < 2**63 for one in signed for key in bands(one))


@pytest.mark.parametrize("text", ["", " \n ", "…—“”", "Thông báo nghỉ lễ", " ".join(["tin"] * 19)])
def test_too_little_text_has_no_signature_and_is_like_nothing(text: str) -> None:
    signed = signature(text)

    assert signed == b""
    assert bands(signed) == ()
    assert likeness(signed, signed) == 0.0
    assert not are_same(signed, signature(_SAID), short=True)


def test_case_punctuation_quotes_and_unicode_form_make_no_difference() -> None:
    retyped = unicodedata.normalize("NFD", _SAID.upper().replace(". ", " – ").replace("THẺ", "“THẺ”"))

    assert signature(retyped) == signature(_SAID)


def test_marks_make_a_difference() -> None:
    assert signature(_SAID.replace("thư viện", "thu vien")) != signature(_SAID)


@given(st.text())
def test_any_text_is_signed_or_refused_and_is_like_itself(text: str) -> None:
    signed = signature(text)

    assert len(signed) in {0, 256}
    assert likeness(signed, signed) == (1.0 if signed else 0.0)


@pytest.mark.parametrize("hostile", ["a " * 200_000, "\ud800 " * 50, "x" * 1_000_000, "\u0301" * 10_000, "\x00 " * 99])
def test_hostile_text_is_signed_or_refused(hostile: str) -> None:
    assert len(signature(hostile)) in {0, 256}


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_likeness_is_the_same_from_both_sides(one: int, other: int) -> None:
    a, b = signature(_text(one)), signature(_text(other, 60))

    assert likeness(a, b) == likeness(b, a)


def test_likeness_estimates_how_far_the_shingles_overlap() -> None:
    differences = []
    for seed in range(60):
        shared, own, others = _text(seed, 200), _text(seed + 1000, 100), _text(seed + 2000, 100)
        found = likeness(signature(f"{shared} {own}"), signature(f"{shared} {others}"))
        differences.append(found - 197 / (197 + 200))

    assert abs(sum(differences) / len(differences)) < 0.03
    assert max(map(abs, differences)) < 0.25


def test_likeness_of_short_texts_is_right_though_most_bins_are_empty() -> None:
    found = [
        likeness(signature(f"{_text(seed, 23)} {_text(seed + 1000, 9)}"), signature(_text(seed, 23)))
        for seed in range(300)
    ]

    assert sum(found) / len(found) == pytest.approx(20 / 29, abs=0.04)


def test_a_repost_with_other_title_and_frame_and_a_copied_half_are_the_same_story() -> None:
    text = _text(1, 400)
    half = " ".join(text.split()[:200])

    for copied in (f"Tin mới - {text} Nguồn: cổng thông tin. In bài, gửi thư.", half):
        assert are_same(signature(text), signature(copied), short=False)
        assert set(bands(signature(text))) & set(bands(signature(copied)))


def test_unrelated_texts_are_different_stories() -> None:
    signed = [signature(_text(seed)) for seed in range(60)]

    assert not any(are_same(a, b, short=False) for a in signed for b in signed if a is not b)


def test_title_and_summary_must_be_likelier_than_full_texts() -> None:
    a, b = bytes(256), bytes(64) + b"\xff" * 192

    assert likeness(a, b) == 0.25
    assert are_same(a, b, short=False)
    assert not are_same(a, b, short=True)


# ---- the copy that stands for all -----------------------------------------------------------------------------------


def test_the_highest_authority_stands_for_the_story_then_the_earliest_then_the_first() -> None:
    ministry = _copy(5, category=1, order=3, published_at=NOON + timedelta(hours=9))
    elder = _copy(4, category=2, order=1, published_at=NOON)
    later = _copy(3, category=2, order=1, published_at=NOON + timedelta(hours=1))
    twin = _copy(6, category=2, order=1, published_at=NOON)

    assert canonical([later, twin, elder, ministry]) is ministry
    assert canonical([later, twin, elder]) is elder
    assert canonical([later, replace(twin, order=0)]).id == 6


_COPIES = st.lists(
    st.builds(
        Copy, id=st.integers(1, 50), source=st.integers(1, 4), category=st.integers(0, 3), order=st.integers(0, 2),
        published_at=st.integers(0, 20).map(lambda days: NOON + timedelta(days=days)),
        signature=st.integers(0, 3).map(lambda seed: signature(_text(seed // 2, 200) + " " + _text(seed, 100))),
        cluster=st.integers(0, 5),
    ),
    unique_by=lambda one: one.id, min_size=1, max_size=12,
)  # fmt: skip


@given(_COPIES, st.randoms(use_true_random=False))
def test_the_canonical_copy_does_not_depend_on_the_order_of_asking(copies: list[Copy], dice: random.Random) -> None:
    mixed = dice.sample(copies, len(copies))

    assert canonical(mixed) is canonical(copies)


# ---- clusters -------------------------------------------------------------------------------------------------------


def test_a_story_that_nobody_else_tells_stays_alone() -> None:
    assert decide(_new(), [_copy(1, _text(1)), _copy(2, _text(2))]) == Joining()


def test_a_copy_joins_the_cluster_with_the_likest_member() -> None:
    near, far = _text(1, 300), f"{_text(1, 200)} {_text(2, 100)}"
    clash = _copy(3, _text(3), source=1, cluster=20)

    found = decide(_new(near), [_copy(1, near, cluster=30), _copy(2, far, cluster=20), clash])

    assert found == Joining(cluster=30, absorbed=(), like=1, likeness=1.0)


def test_a_copy_that_links_two_clusters_merges_them_into_the_older() -> None:
    found = decide(_new(), [_copy(1, cluster=30), _copy(2, cluster=20), _copy(3, cluster=40)])

    assert (found.cluster, found.absorbed) == (20, (30, 40))


def test_a_daily_bulletin_of_one_source_is_a_new_story_every_day() -> None:
    frame = _text(1, 300)
    monday = _copy(1, f"{frame} {_text(2, 100)}", source=7)
    tuesday = _new(f"{frame} {_text(3, 100)}", source=7, published_at=NOON + timedelta(days=1))

    assert are_same(monday.signature, tuesday.signature, short=False)
    assert decide(tuesday, [monday]) == Joining()


def test_one_source_telling_the_same_words_again_is_one_story() -> None:
    assert decide(_new(source=1), [_copy(1)]).cluster == 10


def test_two_clusters_that_hold_different_texts_of_one_source_are_not_merged() -> None:
    frame = _text(1, 300)
    first = _copy(1, f"{frame} {_text(2, 60)}", source=7)
    second = _copy(2, f"{frame} {_text(3, 60)}", source=7)

    found = decide(_new(f"{frame} {_text(2, 60)}"), [first, second])

    assert (found.cluster, found.absorbed) == (10, ())


@pytest.mark.parametrize(("days", "cluster"), [(7, 10), (7.01, 0), (-7, 10), (-7.01, 0)])
def test_copies_further_apart_than_a_week_are_two_stories(days: float, cluster: int) -> None:
    assert decide(_new(published_at=NOON + timedelta(days=days)), [_copy(1)]).cluster == cluster


def test_a_chain_of_copies_does_not_carry_a_story_on_for_ever() -> None:
    held = [_copy(1, cluster=10), _copy(2, cluster=10, published_at=NOON + timedelta(days=5))]

    assert decide(_new(published_at=NOON + timedelta(days=9)), held) == Joining()


def test_a_short_copy_is_held_to_the_stricter_measure() -> None:
    a, b = bytes(256), bytes(64) + b"\xff" * 192

    assert decide(_new(signature=a), [_copy(1, signature=b)]).cluster == 10
    assert decide(_new(signature=a), [_copy(1, signature=b, short=True)]).cluster == 0
    assert decide(_new(signature=a, short=True), [_copy(1, signature=b)]).cluster == 0


def test_a_changed_text_is_not_compared_with_its_own_earlier_words() -> None:
    assert decide(_new(cluster=990), [_copy(99, cluster=990)]) == Joining()


def _holds(cluster: Sequence[Copy]) -> bool:
    dates = [one.published_at for one in cluster]
    twins = ((a, b) for a in cluster for b in cluster if a.id < b.id and a.source == b.source)
    return max(dates) - min(dates) <= timedelta(days=7) and all(
        likeness(a.signature, b.signature) >= 0.9 for a, b in twins
    )


@given(_COPIES)
def test_however_copies_arrive_every_cluster_keeps_the_rules(copies: list[Copy]) -> None:
    held: list[Copy] = []

    for number, one in enumerate(copies, 1):
        found = decide(replace(one, cluster=0), held)
        cluster = found.cluster or number
        held = [replace(kept, cluster=cluster) if kept.cluster in found.absorbed else kept for kept in held]
        held.append(replace(one, cluster=cluster))

    clusters = {one.cluster: [other for other in held if other.cluster == one.cluster] for one in held}
    assert all(_holds(cluster) for cluster in clusters.values())
