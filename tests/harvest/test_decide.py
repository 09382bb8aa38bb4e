"""Which item is which, what changed, and where an item goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest import decide
from cong.harvest.decide import Known, Plan, Seen
from cong.harvest.parse import RawItem
from cong.publishing.process import Content
from tests.makers import NOON


def _item(number: int = 1, **given: object) -> RawItem:
    base = RawItem(
        guid=f"https://xa.vn/?p={number}", url=f"https://xa.vn/tin/bai-{number}", title=f"Tin {number}",
        html=f"<p>Nội dung {number}</p>", published=NOON - timedelta(hours=number),
    )  # fmt: skip
    return replace(base, **given)  # type: ignore[arg-type]


def _held(seen: Sequence[Seen], *, is_open: bool = True, listed: bool = True) -> list[Known]:
    """Return the items as they are held once they were stored."""
    return [
        Known(
            id=number, publication=number, key=one.key, alias=one.alias, url_key=one.url_key,
            content_hash=one.content_hash, revision=1, open=is_open, listed=listed, published_at=NOON,
        )
        for number, one in enumerate(seen, 1)
    ]  # fmt: skip


def _next(before: Sequence[RawItem], after: Sequence[RawItem], *, deleted: Sequence[str] = ()) -> Plan:
    """Compare a body with what an earlier one left."""
    return decide.compare(decide.identify(after), deleted, _held(decide.identify(before)))


def _is_quiet(plan: Plan) -> bool:
    return not (plan.new or plan.changed or plan.rekeyed or plan.removed)


# ---- identity -------------------------------------------------------------------------------------------------------


def test_a_unique_guid_is_the_key() -> None:
    assert [one.key for one in decide.identify([_item(1), _item(2)])] == [
        "g:https://xa.vn/?p=1",
        "g:https://xa.vn/?p=2",
    ]


def test_an_item_without_guid_is_known_by_its_address() -> None:
    assert [one.key for one in decide.identify([_item(guid="")])] == ["u:xa.vn/tin/bai-1"]


def test_a_guid_that_several_items_share_is_no_key() -> None:
    seen = decide.identify([_item(1, guid="tin"), _item(2, guid="tin")])

    assert [one.key for one in seen] == ["u:xa.vn/tin/bai-1", "u:xa.vn/tin/bai-2"]
    assert {one.alias for one in seen} == {""}


def test_without_guid_and_address_title_and_date_are_the_key() -> None:
    items = [_item(1, guid="", url=""), _item(2, guid="", url="")]

    first, second = decide.identify(items), decide.identify(items[::-1])

    assert len({one.key for one in first}) == 2
    assert {one.key for one in first} == {one.key for one in second}


def test_items_that_only_name_their_site_stay_apart() -> None:
    items = [_item(number, guid="", url="https://xa.vn/") for number in (1, 2)]

    assert len(decide.identify(items)) == 2
    assert [one.raw.title for one in _next(items[:1], items[1:]).new] == ["Tin 2"]


def test_one_pages_items_behind_hashbangs_stay_apart() -> None:
    items = [_item(number, guid="", url=f"https://xa.vn/#!/tin/{number}") for number in (1, 2)]

    assert [one.raw.title for one in _next(items[:1], items[1:]).new] == ["Tin 2"]


def test_the_same_item_twice_in_a_body_is_one() -> None:
    once, twice = decide.identify([_item(1), _item(2)]), decide.identify([_item(1), _item(2), _item(1)])

    assert [one.key for one in once] == [one.key for one in twice]
    assert _is_quiet(_next([_item(1), _item(2)], [_item(1), _item(2), _item(1)]))


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_versions_in_one_body_the_later_one_counts(turned: bool) -> None:
    versions = [_item(title="Cũ", updated=NOON - timedelta(hours=1)), _item(title="Mới", updated=NOON)]

    seen = decide.identify(versions[::-1] if turned else versions)

    assert [(one.key, one.raw.title) for one in seen] == [("g:https://xa.vn/?p=1", "Mới")]


def test_overlong_guids_and_addresses_still_differ() -> None:
    long = "x" * 5000
    seen = decide.identify(
        [_item(1, guid=f"{long}1"), _item(2, guid=f"{long}2"), _item(3, guid="", url=f"http://a.vn/{long}")]
    )

    assert len({one.key for one in seen}) == 3
    assert all(max(map(len, (one.key, one.alias, one.url_key))) <= 500 for one in seen)


_ITEMS = st.lists(
    st.builds(
        RawItem,
        guid=st.sampled_from(["", "1", "2", "http://a.vn/1", "https://a.vn/1"]),
        url=st.sampled_from(["", "http://a.vn/", "http://a.vn/1", "http://a.vn/2?utm_source=x", "http://a.vn/2"]),
        title=st.sampled_from(["", "Một", "Hai"]),
        html=st.sampled_from(["", "<p>x</p>"]),
    ),
    max_size=8,
)


@given(_ITEMS)
def test_keys_are_unique_and_the_same_body_again_is_quiet(items: list[RawItem]) -> None:
    seen = decide.identify(items)

    assert len({one.key for one in seen}) == len(seen)
    assert _is_quiet(_next(items, items))


@given(_ITEMS, st.randoms(use_true_random=False))
def test_the_order_of_a_body_makes_no_item(items: list[RawItem], random: object) -> None:
    mixed = items.copy()
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    assert not _next(items, mixed).new


def test_items_with_one_title_and_no_date_survive_each_others_leaving() -> None:
    items = [RawItem(title="Thông báo", html=f"<p>Việc {number}</p>") for number in range(3)]

    fewer, more = _next(items, items[1:2]), _next(items[1:2], items)

    assert not fewer.new
    assert fewer.listed == {2}
    assert [one.raw.html for one in more.new] == ["<p>Việc 0</p>", "<p>Việc 2</p>"]
    assert more.listed == {1}


@given(_ITEMS, _ITEMS)
def test_no_held_item_is_two_items_of_a_body(before: list[RawItem], after: list[RawItem]) -> None:
    plan = _next(before, after)

    touched = [known.id for _, known in plan.rekeyed]
    assert len(set(touched)) == len(touched)
    assert len(plan.listed) + len(plan.new) == len(decide.identify(after))


# ---- what changed ---------------------------------------------------------------------------------------------------


def test_a_changed_guid_with_the_same_address_is_the_same_item() -> None:
    plan = _next([_item()], [_item(guid="hoan-toan-khac")])

    assert not plan.new
    assert [(seen.key, known.id) for seen, known in plan.rekeyed] == [("g:hoan-toan-khac", 1)]
    assert not plan.changed


def test_a_site_that_turns_to_https_has_no_new_items() -> None:
    before = [_item(guid=f"http://xa.vn/{number}", url=f"http://xa.vn/{number}") for number in (1, 2)]
    after = [_item(guid=f"https://xa.vn/{number}", url=f"https://xa.vn/{number}") for number in (1, 2)]

    plan = _next(before, after)

    assert not plan.new
    assert {known.id for _, known in plan.rekeyed} == {1, 2}
    assert not plan.changed


def test_a_site_that_moves_to_another_name_has_no_new_items() -> None:
    plan = _next([_item()], [_item(guid="https://moi.vn/?p=1", url="https://moi.vn/tin/bai-1")])

    assert not plan.new
    assert [known.id for _, known in plan.rekeyed] == [1]


def test_an_item_whose_address_changes_keeps_its_guid_and_is_changed() -> None:
    plan = _next([_item()], [_item(url="https://xa.vn/tin/ten-khac")])

    assert not plan.new
    assert not plan.rekeyed
    assert [known.id for _, known in plan.changed] == [1]


def test_an_item_that_is_still_listed_is_never_taken_for_another() -> None:
    before = [_item(1, guid="a", url="https://xa.vn/1")]
    after = [_item(1, guid="a", url="https://xa.vn/1"), _item(2, guid="b", url="https://xa.vn/1")]

    plan = _next(before, after)

    assert [one.raw.guid for one in plan.new] == ["b"]
    assert not plan.rekeyed


def test_a_guid_that_becomes_shared_and_unique_again_makes_nothing_new() -> None:
    lone, shared = [_item(1, guid="tin")], [_item(1, guid="tin"), _item(2, guid="tin")]

    first, second = _next(lone, shared), _next(shared, lone)

    assert [one.raw.title for one in first.new] == ["Tin 2"]
    assert [known.id for _, known in first.rekeyed] == [1]
    assert not second.new


@pytest.mark.parametrize(
    "noise",
    [
        {"url": "https://xa.vn/tin/bai-1?utm_source=rss&fbclid=xyz#binh-luan"},
        {"url": "http://XA.vn:80/tin/bai-1"},
        {"image": "https://xa.vn/anh.jpg?token=2"},
        {"published": NOON},
        {"date_text": "vừa xong"},
    ],
)
def test_noise_is_no_change(noise: dict[str, object]) -> None:
    before: dict[str, object] = {"image": "https://xa.vn/anh.jpg?token=1"}

    assert not _next([_item(1, **before)], [_item(1, **before | noise)]).changed


@pytest.mark.parametrize("field", ["title", "summary", "html", "author", "image", "url"])
def test_every_other_word_is_a_change(field: str) -> None:
    plan = _next([_item()], [_item(1, **{field: "https://xa.vn/khac"})])

    assert [known.id for _, known in plan.changed] == [1]


def test_a_closed_item_is_known_but_never_changed() -> None:
    held = _held(decide.identify([_item()]), is_open=False)

    plan = decide.compare(decide.identify([_item(title="Trở lại")]), (), held)

    assert not plan.new
    assert not plan.changed


def test_absence_is_not_removal() -> None:
    plan = _next([_item(1), _item(2)], [_item(2)])

    assert _is_quiet(plan)
    assert plan.listed == {2}


def test_what_comes_back_is_told() -> None:
    held = _held(decide.identify([_item()]), listed=False)

    assert decide.compare(decide.identify([_item()]), (), held).relisted == [1]


@pytest.mark.parametrize("ref", ["https://xa.vn/?p=1", "http://xa.vn/?p=1"])
def test_what_the_source_says_it_removed_is_removed(ref: str) -> None:
    plan = _next([_item(1), _item(2)], [_item(2)], deleted=[ref])

    assert [known.id for known in plan.removed] == [1]


def test_removal_of_something_unknown_removes_nothing() -> None:
    assert not _next([_item(1, guid="")], [], deleted=["tag:xa.vn,2020:9", ""]).removed


def test_the_differences_are_what_a_reader_sees() -> None:
    before = Content(agency=1, kind="news", part="tin-hoat-dong", section="kinh-te", lang="vi", slug="a", title="A",
                     summary="", html="<p>a</p>", published_at=NOON, harvested_at=NOON)  # fmt: skip
    after = replace(before, title="B", slug="b", html="<p>b</p>", harvested_at=NOON + timedelta(days=1),
                    published_at=NOON + timedelta(microseconds=5))  # fmt: skip

    assert sorted(decide.differences(before, after)) == ["html", "title"]
    assert decide.differences(before, replace(before, slug="b")) == []


# ---- text -------------------------------------------------------------------------------------------------


def test_an_item_without_title_takes_its_first_words() -> None:
    said = decide.text(_item(title="  "), kind="news", lang="", base="https://xa.vn/")

    assert said.title == "Nội dung 1"


def test_an_item_without_anything_still_has_a_title_and_an_address() -> None:
    said = decide.text(RawItem(), kind="news", lang="", base="https://xa.vn/")

    assert said.title
    assert said.slug
    assert (said.html, said.url) == ("", "")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "urn:x:1", "mailto:a@xa.vn", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    assert decide.text(_item(url=url), kind="news", lang="", base="https://xa.vn/").url == ""


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("Quyết định số 27-QĐ/TW về công tác cán bộ", "27-QĐ/TW"),
        ("Nghị định 15/2026/NĐ-CP", "15/2026/NĐ-CP"),
        ("Kế hoạch năm 2026", ""),
        ("Họp ngày 15/3/2026", ""),
    ],
)
def test_a_document_takes_its_number_from_the_title(title: str, number: str) -> None:
    assert decide.text(_item(title=title), kind="document", lang="", base="").number == number


@pytest.mark.parametrize(
    ("said", "declared", "code"),
    [
        ("Thư viện xã mở cửa buổi tối", "en", "vi"),
        ("The library opens at night", "en-US", "en"),
        ("The library opens at night", "EN_gb", "en"),
        ("図書館", "ja", "ja"),
        ("The library", "", "und"),
        ("Families spent a morning planting shade trees along the road and promised to water them", "vi", "en"),
        ("A cold store for farmers in Đà Nẵng. Small producers have pooled the savings that they had.", "vi", "en"),
        ("Des familles ont planté des arbres le long de la route et promis de bien arroser Hà Nội", "vi", "und"),
        ("The library", "english language", "und"),
        ("", "x-12", "und"),
    ],
)
def test_the_letters_tell_the_language_before_the_source_does(said: str, declared: str, code: str) -> None:
    assert decide.language(said, declared) == code
