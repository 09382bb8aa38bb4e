"""What is kept of visits, bodies and bands, for how long; who is told of a source in trouble, and how often."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from cong.agencies.models import Role
from cong.harvest import actions, alarms, pushing, raw_store, upkeep
from cong.harvest.actions import Visited
from cong.harvest.adapters import Body
from cong.harvest.models import (
    BodyKind,
    Delivery,
    Fetch,
    Health,
    Outcome,
    RawBody,
    Source,
    SourceAlarm,
    SourceDay,
    Trust,
)
from cong.harvest.parse import RawFeed, RawItem
from cong.harvest.reading import Gathered
from tests import makers
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_SLOW = "Nguồn trả lời quá chậm."


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.HARVEST_DIR = tmp_path
    return tmp_path


@pytest.fixture
def source() -> Source:
    agency = makers.agency("Xã Mẫu")
    return Source.objects.create(slug="xa", url="https://xa.vn/rss", agency=agency, trust=Trust.AUTO, next_at=NOON)


def visited(source: Source, *, at: datetime = NOON, items: int = 1, permanent_url: str = "") -> None:
    source.refresh_from_db()
    said = tuple(
        RawItem(guid=f"{at:%d%H}-{n}", url=f"https://xa.vn/{at:%d%H}-{n}", title=f"Tin {n}", published=at)
        for n in range(items)
    )
    feed = RawFeed(kind="rss", items=said)
    body = Body(content=f"thân bài {at}".encode(), url=source.url)
    visit = Visited(at=at, status=200, permanent_url=permanent_url)
    actions.absorb(source, Gathered(feed=feed, bodies=(body,)), actions.plan(source, feed), visit)


def failed(source: Source, *, at: datetime, code: str = "timeout", text: str = _SLOW, status: int = 0) -> None:
    source.refresh_from_db()
    actions.fail(source, Visited(at=at, status=status), code=code, text=text)


def test_visits_older_than_thirty_days_become_days(source: Source) -> None:
    visited(source, items=3)
    failed(source, at=NOON + _HOUR)
    visited(source, at=NOON + 20 * _DAY)

    gone = upkeep.roll_up(at=NOON + 31 * _DAY)
    again = upkeep.roll_up(at=NOON + 31 * _DAY)

    assert (gone, again) == (2, 0)
    [day] = SourceDay.objects.values_list("visits", "failures", "new")
    assert day == (2, 1, 3)
    assert Fetch.objects.get().outcome == Outcome.NEW


def test_the_bodies_of_the_last_three_visits_are_kept(source: Source, folder: Path) -> None:
    for number in range(5):
        visited(source, at=NOON + number * _DAY)

    kept = list(RawBody.objects.filter(kind=BodyKind.LIST).order_by("at").values_list("sha256", flat=True))
    gone = upkeep.forget_bodies(at=datetime.now(NOON.tzinfo) + _DAY)

    expected = [f"thân bài {NOON + number * _DAY}" for number in (2, 3, 4)]
    assert [raw_store.load(folder, one).decode() for one in kept] == expected
    assert gone == 2


def test_what_was_pushed_is_kept_until_it_has_been_read_and_its_answer_for_a_month(
    source: Source, folder: Path
) -> None:
    waiting, _ = pushing.receive(source, "chờ", b"chua doc", at=NOON)
    read, _ = pushing.receive(source, "xong", b"da doc", at=NOON)
    Delivery.objects.filter(pk=read.pk).update(result={"new": 1})

    upkeep.forget_bodies(at=datetime.now(NOON.tzinfo) + _DAY)
    tidied = upkeep.tidy(at=NOON + 31 * _DAY)

    assert raw_store.load(folder, waiting.sha256) == b"chua doc"
    assert (tidied["deliveries"], Delivery.objects.get()) == (1, waiting)


def test_five_failures_in_a_row_ring_once_and_so_does_the_end(source: Source) -> None:
    visited(source)
    for number in range(7):
        failed(source, at=NOON + (number + 1) * _HOUR)
    for number in range(3):
        visited(source, at=NOON + (10 + number) * _HOUR)

    source.refresh_from_db()
    assert source.state == Health.OK
    assert [(one.over, one.message) for one in SourceAlarm.objects.order_by("pk")] == [
        (False, f"Không thu được 5 lần liên tiếp. Lần cuối: {_SLOW}"),
        (True, "Nguồn đã thu lại được bình thường."),
    ]


def test_a_source_that_says_it_is_no_more_is_switched_off(source: Source) -> None:
    visited(source)

    failed(source, at=NOON + _DAY, code="http-410", text="Nguồn báo đã bỏ địa chỉ này. (HTTP 410)", status=410)

    source.refresh_from_db()
    assert (source.state, source.next_at) == (Health.DISABLED, None)
    assert SourceAlarm.objects.count() == 1


def test_a_rule_that_finds_nothing_any_more_is_said_to_have_changed(source: Source) -> None:
    visited(source, items=8)
    Source.objects.update(kind="htmllist")

    failed(source, at=NOON + _DAY, code="no-items", text="Quy tắc không tìm thấy mục nào.", status=200)

    source.refresh_from_db()
    assert source.state == Health.CHANGED
    assert "đổi giao diện" in source.standing["reason"]


def test_an_address_that_moves_for_good_is_followed_within_one_owner_and_asked_about_beyond(source: Source) -> None:
    for number in range(3):
        visited(source, at=NOON + number * _DAY, permanent_url="https://www.xa.vn/rss.xml")
    source.refresh_from_db()
    followed = source.url
    for number in range(3, 7):
        visited(source, at=NOON + number * _DAY, permanent_url="https://khac.vn/rss.xml")

    source.refresh_from_db()
    assert followed == source.url == "https://www.xa.vn/rss.xml"
    assert source.moved_to == "https://khac.vn/rss.xml"
    assert SourceAlarm.objects.count() == 1


def test_the_agencys_admin_and_the_operator_are_told_once(source: Source, mailoutbox: list[EmailMessage]) -> None:
    centre = makers.agency("Trung tâm", is_centre=True)
    posts = (("quantri", Role.AGENCY_ADMIN, source.agency), ("vanhanh", Role.OPERATOR, centre),
             ("tacgia", Role.AUTHOR, source.agency))  # fmt: skip
    for name, role, agency in posts:
        person = makers.person(name, role, agency)
        person.email = f"{name}@vidu.vn"
        person.save()
    SourceAlarm.objects.create(source=source, at=NOON, message="Không thu được 5 lần liên tiếp.")

    first, second = alarms.tell(at=NOON), alarms.tell(at=NOON + _DAY)

    assert (first, second) == (1, 0)
    assert sorted(one.to[0] for one in mailoutbox) == ["quantri@vidu.vn", "vanhanh@vidu.vn"]
    assert all("Nguồn xa cần xem" in one.subject for one in mailoutbox)
