"""A source that is suddenly another: its new items wait, its people are told once, a keeper says when it is fine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cong.agencies.models import Role
from cong.entries.models import Entry
from cong.harvest import actions, doctor, pages, reporting, suspicion
from cong.harvest.actions import Visited
from cong.harvest.models import Item, ItemState, Source, SourceAlarm
from cong.harvest.parse import RawFeed, RawItem
from cong.harvest.reading import Gathered
from cong.journal.models import Event
from tests import makers
from tests.harvest.makers import known_source
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_VI = "Ủy ban nhân dân xã họp bàn việc sửa đường và mở thư viện phục vụ bà con trong thôn"
_EN = "The best online games of this season are waiting for you, play now and win more than ever before"
_CASINO = '<a href="https://tro-choi.vidu.com/x">x</a>'
_HOUR = timedelta(hours=1)


def told(source: Source, texts: Iterable[str], *, at: datetime, lang: str = "vi") -> list[Item]:
    """Have the source tell one item for each text."""
    source.refresh_from_db()
    items = tuple(
        RawItem(
            guid=f"{at.isoformat()}-{number}", url=f"https://{source.slug}.vn/{at:%d%H%M}/{number}", lang=lang,
            title=f"{text[:40]} {at:%d%H%M} {number}", html=f"<p>{text} {number} {at:%d%H%M}</p>", published=at,
        )
        for number, text in enumerate(texts)
    )  # fmt: skip
    feed = RawFeed(kind="rss", items=items)
    actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), Visited(at=at, status=200))
    source.refresh_from_db()
    return list(Item.objects.filter(source=source, first_seen_at=at).order_by("pk"))


def states(items: Iterable[Item]) -> set[str]:
    return set(Item.objects.filter(pk__in=[one.pk for one in items]).values_list("state", flat=True))


@pytest.fixture
def source() -> Source:
    """Return a source that has told thirty items of its own kind over some days."""
    made = known_source("xa-an-hai")
    for day in range(6):
        told(made, [f"{_VI} {letter}" for letter in "abcde"], at=NOON + timedelta(days=day))
    return made


SOON = NOON + timedelta(days=7)


@pytest.mark.parametrize(
    ("texts", "lang", "code"),
    [
        ([_EN] * 3, "en", "language"),
        ([f"{_VI} {_CASINO}"] * 4, "vi", "domains"),
    ],
)
def test_new_items_of_a_source_that_is_suddenly_another_are_held_though_it_publishes_by_itself(
    source: Source, texts: list[str], lang: str, code: str
) -> None:
    before = Entry.objects.count()

    items = told(source, texts, at=SOON, lang=lang)

    assert before == 30
    assert states(items) == {ItemState.HELD}
    assert Entry.objects.count() == before
    assert set(source.suspicion) == {code}
    assert "giữ lại" in SourceAlarm.objects.get().message


def test_a_flood_of_items_is_held(source: Source) -> None:
    for day in range(9, 24):
        told(source, [_VI], at=NOON + timedelta(days=day))

    items = told(source, [f"{_VI} {number}" for number in range(40)], at=NOON + timedelta(days=25))

    assert states(items) == {ItemState.HELD}
    assert set(source.suspicion) == {"volume"}


def test_it_stays_so_for_ordinary_items_too_and_nobody_is_told_twice(source: Source) -> None:
    told(source, [_EN] * 3, at=SOON, lang="en")

    ordinary = told(source, [_VI] * 4, at=SOON + _HOUR)
    told(source, [_EN] * 4, at=SOON + 2 * _HOUR, lang="en")
    told(source, [f"{_VI} {_CASINO}"] * 4, at=SOON + 3 * _HOUR)

    assert states(ordinary) == {ItemState.HELD}
    assert set(source.suspicion) == {"language", "domains"}
    assert SourceAlarm.objects.count() == 2


def test_what_is_public_keeps_its_text_while_the_source_is_suspicious(source: Source) -> None:
    item = Item.objects.order_by("pk")[0]
    told(source, [_EN] * 3, at=SOON, lang="en")
    raw = RawItem(guid=item.key.removeprefix("g:"), url=item.url, title="Đã bị sửa", html=_CASINO, published=NOON)
    feed = RawFeed(kind="rss", items=(raw,))

    actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), Visited(at=SOON + _HOUR, status=200))

    assert not Entry.objects.filter(title="Đã bị sửa").exists()
    assert Item.objects.get(pk=item.pk).revision == 2


def test_items_that_come_one_by_one_are_caught_as_well(source: Source) -> None:
    came = [told(source, [_EN], at=SOON + hours * _HOUR, lang="en") for hours in range(5)]

    assert [states(one) for one in came] == [{"published"}] * 2 + [{"held"}] * 3


def test_a_keeper_says_that_it_is_fine_and_then_it_is(source: Source) -> None:
    held = told(source, [_EN] * 3, at=SOON, lang="en")
    admin = makers.person("quantri", Role.AGENCY_ADMIN, source.agency)

    cleared = suspicion.clear_suspicion(source, by=admin, at=SOON)
    again = suspicion.clear_suspicion(source, by=admin, at=SOON)
    after = told(source, [_EN] * 6, at=SOON + _HOUR, lang="en")

    assert (cleared, again) == (True, False)
    assert states(held) == {ItemState.HELD}
    assert states(after) <= {ItemState.PUBLISHED, ItemState.COPY}
    assert source.suspicion == {}
    assert SourceAlarm.objects.count() == 1
    assert Event.objects.filter(verb="source.cleared", actor="quantri").count() == 1


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.APPROVER])
def test_nobody_else_may_say_so(source: Source, role: Role) -> None:
    told(source, [_EN] * 3, at=SOON, lang="en")
    inside = makers.person("nguoi-trong", role, source.agency)
    outside = makers.person("nguoi-ngoai", Role.AGENCY_ADMIN, makers.agency())

    for person in (inside, outside):
        with pytest.raises(PermissionDenied):
            suspicion.clear_suspicion(source, by=person, at=SOON)


def test_status_and_doctor_tell_of_it(source: Source) -> None:
    before = {one.check: one.verdict for one in doctor.examine(at=NOON)}["suspicion"]
    told(source, [_EN] * 3, at=SOON, lang="en")

    after = {one.check: one.verdict for one in doctor.examine(at=NOON)}["suspicion"]
    assert (before, after) == ("good", "wrong")
    assert "ngôn ngữ" in reporting.lines()[0].reason


def test_a_young_source_is_not_suspected() -> None:
    made = known_source("moi")
    told(made, [_VI] * 5, at=NOON)

    items = told(made, [_EN] * 5, at=NOON + _HOUR, lang="en")

    assert ItemState.HELD not in states(items)
    assert not SourceAlarm.objects.exists()


def test_what_was_there_at_the_first_visit_only_teaches() -> None:
    made = known_source("trang")
    Source.objects.update(config={"full": True}, first_ok_at=None)
    first = [*told(made, [_VI] * 25, at=NOON), *told(made, [], at=NOON)]
    late = told(made, [_EN] * 3, at=NOON + _HOUR, lang="en")

    for item in [*first[:25], *late]:
        pages.finish(Item.objects.get(pk=item.pk), None, at=NOON + 2 * _HOUR)

    made.refresh_from_db()
    assert set(made.suspicion) == {"language"}
    assert [states([one]) for one in late] == [{"published"}, {"published"}, {"held"}]


def test_a_visit_without_news_asks_nothing_more(source: Source) -> None:
    with CaptureQueriesContext(
        connection,
    ) as quiet:
        told(source, [], at=SOON)

    assert not any("habits" in one["sql"] and "UPDATE" in one["sql"] for one in quiet.captured_queries)
    assert not any("suspicion" in one["sql"] and "FOR UPDATE" in one["sql"] for one in quiet.captured_queries)
