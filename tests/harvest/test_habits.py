"""What a source is usually like: counted, kept as JSON, forgotten slowly."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.habits import DAYS, WINDOW, Remembered, Trait, trait
from cong.publishing.process import Content
from tests.makers import NOON

_DAY = date(2026, 11, 25)
_CONTENT = Content(
    agency=1, kind="news", part="tin-hoat-dong", section="tin-hoat-dong", lang="vi", slug="a", title="Tin", summary="",
    html="", source_name="Xã", source_url="https://xa.vidu.gov.vn/1", published_at=NOON, harvested_at=NOON,
)  # fmt: skip
_TRAITS = st.builds(
    Trait, lang=st.sampled_from(["vi", "en", ""]), hosts=st.lists(st.sampled_from(["a.vn", "b.vn"])).map(tuple)
)  # fmt: skip


@pytest.mark.parametrize(
    ("html", "hosts"),
    [
        ('<a href="https://www.khac.vn/x">x</a> <a href="http://khac.vn:8080/">y</a>', ("khac.vn",)),
        ('<a href="//ba.vn/x">x</a> <a href="https://ten@bon.vn">y</a>', ("ba.vn", "bon.vn")),
        ('<a href="https://anh.xa.vidu.gov.vn/x">x</a> <a href="/trong-trang">y</a>', ()),
        ('<a href="https://[::1:bad/">x</a> <a href="mailto:a@b.vn">y</a>', ()),
    ],
)
def test_the_foreign_hosts_of_an_item_are_those_that_its_sources_owner_does_not_have(
    html: str, hosts: tuple[str, ...]
) -> None:
    assert trait(replace(_CONTENT, html=html), "https://xa.vidu.gov.vn:8443/rss").hosts == hosts


def test_an_item_whose_own_page_lies_elsewhere_leads_there() -> None:
    assert trait(replace(_CONTENT, source_url="https://casino.vidu.com/1"), "https://xa.vidu.gov.vn/rss").hosts == (
        "casino.vidu.com",
    )


@given(st.text())
def test_any_text_is_survived(html: str) -> None:
    trait(replace(_CONTENT, html=f'<a href="//{html}">', source_url=html), html)


@given(st.lists(st.lists(_TRAITS, max_size=12), max_size=8))
def test_what_is_kept_comes_back_and_every_item_is_counted_once(batches: list[list[Trait]]) -> None:
    known = Remembered()

    for number, batch in enumerate(batches):
        known = known.learn(batch, _DAY + timedelta(days=number), are_usual=True)
        assert Remembered.load(json.loads(json.dumps(known.dump()))) == known

    every = [one for batch in batches for one in batch]
    assert known.items + len(known.recent) == len(every)
    assert Counter(known.langs) + Counter(one.lang for one in known.recent) == Counter(one.lang for one in every)
    assert sum(known.days.values()) == len(every)


def test_items_that_come_one_by_one_are_looked_at_with_those_before_them() -> None:
    known = Remembered(items=100, langs={"vi": 100})
    for _ in range(WINDOW - 1):
        known = known.learn([Trait(lang="en")], _DAY, are_usual=True)

    assert known.latest([Trait(lang="en")], _DAY).langs == {"en": WINDOW}
    assert known.latest([Trait(lang="vi")] * 9, _DAY).langs == {"vi": 9}
    assert known.usual(_DAY).langs == {"vi": 100}


def test_days_without_items_count_and_old_ones_are_forgotten() -> None:
    known = Remembered().learn([Trait()] * 3, _DAY, are_usual=True)

    after = known.learn([Trait()], _DAY + timedelta(days=4), are_usual=True)

    assert after.usual(_DAY + timedelta(days=4)).days == [0, 0, 0, 3]
    assert after.latest([Trait()], _DAY + timedelta(days=4)).days == (2,)
    assert len(after.usual(_DAY + timedelta(days=400)).days) == DAYS
    assert after.learn([], _DAY + timedelta(days=400), are_usual=True).days.keys() == {_DAY + timedelta(days=400)}


def test_what_a_person_accepted_is_the_sources_own_from_then_on() -> None:
    known = Remembered(items=100, langs={"vi": 100}, days={_DAY: 2}).accept(["en"], ["khac.vn"], 60)
    later = _DAY + timedelta(days=1)

    assert known.latest([Trait(lang="en", hosts=("khac.vn",))] * 9, later).langs == {"vi": 9}
    assert known.usual(later).domains == {"khac.vn": 1}
    assert known.usual(later).days == [2, 60]


def test_habits_of_years_ago_fade() -> None:
    known = Remembered(items=3_000, langs={"vi": 3_000}, domains={"xua.vn": 1, "hay.vn": 9})

    after = known.learn([Trait(lang="vi", hosts=("moi.vn",))] * 9, _DAY, are_usual=True)

    assert after.items == 1_505
    assert after.domains == {"moi.vn": 5, "hay.vn": 4, "xua.vn": 1}
