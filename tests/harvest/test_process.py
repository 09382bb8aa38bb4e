"""When a source is visited next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest import process
from cong.harvest.process import DAY, LONGEST, MINUTE, SHORTEST, WEEK, Move, Redirected, Visit
from tests.makers import NOON

_BIG = st.integers(0, 10**12)
_TENTH = 0.1


def _after(  # what most tests leave alone has a default
    *, source: int = 1, interval_s: int = 900, empty_polls: int = 0, new: int = 0,
    published: list[datetime] | None = None, floor_s: int = 0, every_s: int = 0,
) -> Visit:  # fmt: skip
    return process.after_success(
        source=source, at=NOON, interval_s=interval_s, empty_polls=empty_polls, new=new,
        published=published or [], floor_s=floor_s, every_s=every_s,
    )  # fmt: skip


def _hourly(hours: int) -> list[datetime]:
    return [NOON - timedelta(hours=hours * number) for number in range(30)]


def test_a_source_is_visited_twice_as_often_as_it_writes() -> None:
    visit = _after(new=3, published=_hourly(2))

    assert visit.interval_s == 3600


def test_a_very_busy_source_is_left_alone_for_five_minutes() -> None:
    visit = _after(new=3, published=[NOON] * 10)

    assert visit.interval_s == SHORTEST


def test_a_very_quiet_source_is_visited_every_six_hours() -> None:
    visit = _after(new=1, published=_hourly(24 * 30))

    assert visit.interval_s == LONGEST


def test_only_the_last_twenty_items_tell_the_pace() -> None:
    old = [NOON - timedelta(days=400 + number) for number in range(100)]

    visit = _after(new=1, published=old + [NOON - timedelta(hours=number) for number in range(20)])

    assert visit.interval_s == 1800


def test_one_item_tells_no_pace() -> None:
    assert _after(new=1, published=[NOON]).interval_s == 15 * MINUTE


def test_each_empty_visit_makes_the_wait_half_as_long_again() -> None:
    first = _after(interval_s=1000)
    second = _after(interval_s=first.interval_s, empty_polls=first.empty_polls)

    assert (first.interval_s, first.empty_polls) == (1500, 1)
    assert (second.interval_s, second.empty_polls) == (2250, 2)


def test_something_new_ends_the_count_of_empty_visits() -> None:
    assert _after(new=1, published=_hourly(1), empty_polls=7).empty_polls == 0


def test_an_operators_interval_is_kept_to_the_second() -> None:
    visit = _after(every_s=120, floor_s=9000)

    assert (visit.interval_s, visit.next_at) == (120, NOON + timedelta(seconds=120))


def test_failures_double_the_wait_up_to_a_day() -> None:
    waits = [
        process.after_failure(source=0, at=NOON, interval_s=900, fail_count=count, retry_after=None).next_at - NOON
        for count in (0, 1, 2, 20, 100_000)
    ]

    # Source 0 is shifted by a tenth down, as its number says.
    assert [round(wait.total_seconds() / (1 - _TENTH)) for wait in waits] == [300, 600, 1200, DAY, DAY]


def test_a_failure_counts_itself_and_keeps_the_pace() -> None:
    visit = process.after_failure(source=5, at=NOON, interval_s=777, fail_count=2, retry_after=None)

    assert (visit.interval_s, visit.fail_count) == (777, 3)


@given(st.integers(1, 10**9), st.integers(0, 40), _BIG)
def test_a_failed_source_is_never_visited_before_its_retry_after(source: int, count: int, retry_after: int) -> None:
    visit = process.after_failure(
        source=source, at=NOON, interval_s=900, fail_count=count, retry_after=retry_after
    )  # fmt: skip

    assert visit.next_at >= NOON + timedelta(seconds=min(retry_after, WEEK))
    assert visit.next_at <= NOON + timedelta(seconds=WEEK * (1 + _TENTH))


@given(st.integers(1, 10**9), _BIG, st.integers(300, LONGEST), st.booleans())
def test_a_source_is_never_visited_before_it_wants(source: int, floor_s: int, interval_s: int, new: bool) -> None:
    visit = _after(source=source, floor_s=floor_s, interval_s=interval_s, new=int(new), published=_hourly(3))

    assert visit.next_at >= NOON + timedelta(seconds=min(floor_s, DAY))


def test_ten_thousand_sources_do_not_come_at_once() -> None:
    moments = [_after(source=number, interval_s=2400).next_at for number in range(10_000)]

    busiest = max(sum(1 for one in moments if one.replace(second=0, microsecond=0) == minute) for minute in
                  {one.replace(second=0, microsecond=0) for one in moments})  # fmt: skip
    assert busiest < 1000
    assert max(moments) - min(moments) >= timedelta(minutes=11)


def test_with_a_hub_that_pushes_a_visit_is_only_the_net() -> None:
    def interval(*, new: int, floor_s: int = 0) -> int:
        return process.after_success(
            source=1, at=NOON, interval_s=300, empty_polls=0, new=new, published=_hourly(1), floor_s=floor_s,
            every_s=0, pushed=True,
        ).interval_s  # fmt: skip

    assert interval(new=0) == interval(new=5) == LONGEST
    assert interval(new=0, floor_s=DAY) == DAY


def test_claiming_pauses_while_items_pile_up_or_the_database_is_slow() -> None:
    assert process.may_claim(4_999, 0.9)
    assert not process.may_claim(5_000, 0.0)
    assert not process.may_claim(0, 1.0)


def test_only_the_sources_own_410_ends_it() -> None:
    assert process.says_gone(410, redirected=False)
    assert not process.says_gone(410, redirected=True)
    assert not process.says_gone(404, redirected=False)


OLD = "https://bo.gov.vn/rss"
NEW = "https://www.bo.gov.vn/tin/rss"
ELSEWHERE = "https://khac.example/rss"


def _learnt(*polls: tuple[float, str]) -> list[Redirected]:
    """Show polls, each so many hours after noon, and return what was learnt at each."""
    learnt: list[Redirected] = []
    for hours, url in polls:
        seen = learnt[-1].seen if learnt else ()
        learnt.append(process.learn_redirect(seen, url, NOON + timedelta(hours=hours), source_url=OLD))
    return learnt


def _moves(*polls: tuple[float, str]) -> list[str]:
    return [one.move.value for one in _learnt(*polls)]


def test_a_move_is_believed_at_the_third_poll_over_a_day() -> None:
    assert _moves((0, NEW), (1, NEW), (23.9, NEW), (24, NEW)) == ["watch", "watch", "watch", "replace"]
    assert _moves((0, NEW), (48, NEW), (49, NEW)) == ["watch", "watch", "replace"]


def test_a_move_to_another_owner_is_for_a_person() -> None:
    learnt = _learnt((0, ELSEWHERE), (12, ELSEWHERE), (24, ELSEWHERE), (25, ELSEWHERE))

    assert [one.move.value for one in learnt] == ["watch", "watch", "ask", "ask"]
    assert "khac.example" in learnt[-1].reason
    assert "xác nhận" in learnt[-1].reason


def test_any_other_answer_begins_the_count_anew() -> None:
    assert _moves((0, NEW), (12, NEW), (24, ""), (25, NEW), (26, NEW)) == ["watch", "watch", "none", "watch", "watch"]
    assert _moves((0, NEW), (12, ELSEWHERE), (24, NEW), (25, NEW)) == ["watch"] * 4
    assert _moves((0, OLD)) == ["none"]


def test_a_password_in_the_new_address_is_not_told() -> None:
    secret = "https://lan:bi-mat@tin.bo.gov.vn/rss"

    last = _learnt((0, secret), (1, secret), (25, secret))[-1]

    assert last.move is Move.REPLACE
    assert "bi-mat" not in last.reason


@given(st.lists(st.tuples(st.floats(0, 24), st.sampled_from([NEW, ELSEWHERE, ""])), max_size=30))
def test_nothing_is_believed_before_a_day_and_little_is_kept(polls: list[tuple[float, str]]) -> None:
    hours, learnt = 0.0, []
    seen: tuple[process.Sighting, ...] = ()
    for later, url in polls:
        hours += later
        one = process.learn_redirect(seen, url, NOON + timedelta(hours=hours), source_url=OLD)
        seen = one.seen
        learnt.append((hours, url, one))

    for number, (at, url, one) in enumerate(learnt):
        assert len(one.seen) <= 3
        if one.move in (Move.REPLACE, Move.ASK):
            run = [past for past, past_url, _ in learnt[: number + 1] if past_url == url]
            assert len(run) >= 3
            assert at - run[0] >= 24


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://bo.gov.vn/a", "https://bo.gov.vn/b"),
        ("https://bo.gov.vn/", "https://tin.bo.gov.vn/"),
        ("https://tin.bo.gov.vn/", "https://bo.gov.vn/"),
        ("https://a.bo.gov.vn/", "https://b.bo.gov.vn/"),
        ("https://bao.example/", "https://WWW.bao.example./"),
        ("http://bo.gov.vn:8080/", "http://bo.gov.vn:8080/rss"),
    ],
)
def test_names_that_surely_have_one_owner(one: str, other: str) -> None:
    assert process.same_owner(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://bo.gov.vn/", "https://vien.gov.vn/"),
        ("https://bo.gov.vn/", "https://gov.vn/"),
        ("https://bo.gov.vn/", "https://vn/"),
        ("https://bo.gov.vn/", "https://xbo.gov.vn/"),
        ("https://bo.gov.vn/", "https://bo.gov.vn.example/"),
        ("https://a.tinh.vn/", "https://b.tinh.vn/"),
        ("https://a.trang.example/", "https://b.trang.example/"),
        ("https://bo.gov.vn/", "https://bo.gov.vn:8443/"),
        ("https://bo.gov.vn/", "https://bo.gov.vn:bad/"),
        ("https://bo.gov.vn/", "https://[::1/"),
        ("https:///", "https:///"),
    ],
)
def test_names_that_may_have_two_owners(one: str, other: str) -> None:
    assert not process.same_owner(one, other)
