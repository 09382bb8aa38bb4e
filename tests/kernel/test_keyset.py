"""Pages by place: nothing is lost or told twice, in both directions, with equal moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cong.entries.models import Change, Op
from cong.kernel.keyset import BadCursor, Cursor, Page, page_of
from tests.makers import NOON

_MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis wants naive bounds)


@given(_MOMENTS, st.integers(1, 2**62))
def test_a_cursor_reads_back_as_it_was_written(at: datetime, number: int) -> None:
    cursor = Cursor(at=at, id=number)

    assert Cursor.parse(str(cursor)) == cursor


@given(st.text(max_size=40))
@example("")
@example("AAAA")
@example("A" * 22 + "=")
@example("A A" + "A" * 20)
@example("f" * 22)
@example("ă" * 22)
def test_anything_else_is_refused(text: str) -> None:
    try:
        found = Cursor.parse(text)
    except BadCursor:
        return

    assert str(found) == text


def _put(minutes: list[int]) -> None:
    Change.objects.all().delete()
    Change.objects.bulk_create(
        Change(stream="thu", seq=seq, entry_id=seq, op=Op.PUT, at=NOON + timedelta(minutes=minute))
        for seq, minute in enumerate(minutes, 1)
    )


def _page(size: int, **place: Cursor | None) -> Page[Change]:
    return page_of(Change.objects.filter(stream="thu"), field="at", size=size, **place)


def _expected() -> list[int]:
    return list(Change.objects.order_by("-at", "-pk").values_list("pk", flat=True))


_QUIET = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.django_db
@_QUIET
@given(st.lists(st.integers(0, 4), max_size=25), st.integers(1, 7))
def test_reading_on_to_the_oldest_shows_every_row_once(minutes: list[int], size: int) -> None:
    _put(minutes)
    page = _page(size)
    shown = [row.pk for row in page.rows]

    while page.older:
        page = _page(size, before=page.older)
        assert page.rows
        shown += [row.pk for row in page.rows]

    assert shown == _expected()


@pytest.mark.django_db
@_QUIET
@given(st.lists(st.integers(0, 4), min_size=1, max_size=25), st.integers(1, 7))
def test_reading_back_from_the_oldest_shows_every_row_once(minutes: list[int], size: int) -> None:
    _put(minutes)
    page = _page(size)
    while page.older:
        page = _page(size, before=page.older)
    shown = [row.pk for row in page.rows]

    while page.newer:
        page = _page(size, after=page.newer)
        shown = [row.pk for row in page.rows] + shown

    assert shown == _expected()


@pytest.mark.django_db
def test_a_row_that_arrives_meanwhile_moves_nothing() -> None:
    _put([1, 2, 3, 4])
    first = _page(2)
    Change.objects.create(stream="thu", seq=99, entry_id=99, op=Op.PUT, at=NOON + timedelta(hours=1))

    second = _page(2, before=first.older)
    back = _page(2, after=second.newer)

    assert [row.seq for row in second.rows] == [2, 1]
    assert [row.seq for row in back.rows] == [4, 3]
    assert back.newer is not None


@pytest.mark.django_db
def test_the_newest_page_has_no_newer_and_the_last_no_older() -> None:
    _put([1, 2, 3])

    assert _page(2).newer is None
    assert _page(3).older is None
    assert _page(2, before=_page(2).older).older is None


@pytest.mark.django_db
def test_an_empty_list_is_one_empty_page() -> None:
    page = _page(5)

    assert (page.rows, page.newer, page.older) == ([], None, None)


@pytest.mark.django_db
def test_a_page_is_one_query(django_assert_num_queries: pytest.FixtureRequest) -> None:
    _put([1, 2, 3])

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's context manager
        _page(2)
