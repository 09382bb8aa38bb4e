"""What is strange about a held item counts, is said in words, and keeps it from being approved together with others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.risk import Facts, Level, weigh

_CALM = Facts()
_SIGNS = {
    "suspicion": ("Nguồn đăng nhiều bất thường.",),
    "is_first": True,
    "confidence": 0.45,
    "marks": ("MẬT",),
    "strangers": ("la.example.com",),
    "disguised": ("bit.ly (địa chỉ rút gọn)",),
    "was_copy": True,
    "is_long": True,
    "state": "changed",
}
_FACTS = st.builds(
    Facts,
    trust=st.sampled_from(["auto", "review", "link-only"]),
    state=st.sampled_from(["ok", "new", "slow", "failing", "broken", "changed", "disabled"]),
    suspicion=st.lists(st.text(min_size=1), max_size=2).map(tuple),
    is_first=st.booleans(),
    confidence=st.floats(0, 1),
    marks=st.lists(st.text(min_size=1), max_size=5).map(tuple),
    strangers=st.lists(st.text(min_size=1), max_size=9).map(tuple),
    disguised=st.lists(st.text(min_size=1), max_size=2).map(tuple),
    lang=st.sampled_from(["vi", "en", "und"]),
    usual_lang=st.sampled_from(["", "vi", "en"]),
    was_copy=st.booleans(),
    is_long=st.booleans(),
    kind=st.sampled_from(["news", "document", "page"]),
    number=st.sampled_from(["", "27-QĐ/VD"]),
    age_days=st.integers(0, 4_000),
)


def test_an_ordinary_item_of_a_source_that_is_reviewed_is_low() -> None:
    risk = weigh(_CALM)

    assert risk.level is Level.LOW
    assert [one.text for one in risk.reasons] == ["Nguồn này chỉ được đăng khi có người duyệt."]


@pytest.mark.parametrize("name", _SIGNS)
def test_each_strange_sign_alone_wants_a_look(name: str) -> None:
    risk = weigh(replace(_CALM, **{name: _SIGNS[name]}))  # type: ignore[arg-type]

    assert risk.level is not Level.LOW


@pytest.mark.parametrize("name", ["suspicion", "marks", "was_copy"])
def test_what_may_do_harm_is_high_at_once(name: str) -> None:
    assert weigh(replace(_CALM, **{name: _SIGNS[name]})).level is Level.HIGH  # type: ignore[arg-type]


def test_another_language_counts_only_where_the_usual_one_is_known() -> None:
    strange, unknown = replace(_CALM, lang="en", usual_lang="vi"), replace(_CALM, lang="en")

    assert weigh(strange).level is Level.MIDDLE
    assert weigh(unknown).level is Level.LOW


def test_a_document_without_a_number_and_an_old_text_are_told() -> None:
    texts = [one.text for one in weigh(replace(_CALM, kind="document", age_days=400)).reasons]

    assert "Là văn bản nhưng không thấy số, ký hiệu." in texts
    assert "Bài cũ: nguồn đăng từ 400 ngày trước." in texts


def test_of_many_hosts_three_are_named_and_the_others_counted() -> None:
    [sign] = [one for one in weigh(replace(_CALM, strangers=tuple("abcde"))).reasons if "tên miền khác" in one.text]

    assert sign.text == "Có liên kết tới tên miền khác: a, b, c và 2 chỗ nữa."


@given(_FACTS)
def test_every_point_has_its_reason_and_the_heaviest_comes_first(facts: Facts) -> None:
    risk = weigh(facts)

    points = [one.points for one in risk.reasons]
    assert risk.score == sum(points)
    assert points == sorted(points, reverse=True)
    assert all(one.points > 0 and one.text for one in risk.reasons)


@given(_FACTS, st.sampled_from(sorted(_SIGNS)))
def test_a_further_sign_never_makes_an_item_look_safer(facts: Facts, name: str) -> None:
    plain = replace(facts, **{name: getattr(_CALM, name)})

    assert weigh(replace(plain, **{name: _SIGNS[name]})).score > weigh(plain).score  # type: ignore[arg-type]
