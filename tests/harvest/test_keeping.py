"""What keepers do with a source by hand: who may, what it changes, what it leaves, and that a visit under way loses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.harvest import actions, keeping, pushing
from cong.harvest.actions import LeaseLost, Visited
from cong.harvest.claim import claim_sources
from cong.harvest.keeping import Refused
from cong.harvest.models import Fetch, Health, HostRest, Source, SourceAlarm, Trust
from cong.harvest.parse import RawFeed, RawItem
from cong.harvest.reading import Gathered
from cong.journal.models import Event
from tests import makers
from tests.harvest.makers import known_source
from tests.makers import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
ELSEWHERE = "https://chonoimoi.example.org/rss"
VERBS: dict[str, Callable[[Source, User], object]] = {
    "switch": lambda source, by: keeping.switch(source, on=False, reason="Bảo trì.", by=by, at=LATER),
    "visit_now": lambda source, by: keeping.visit_now(source, by=by, at=LATER),
    "confirm_move": lambda source, by: keeping.confirm_move(source, ELSEWHERE, by=by, at=LATER),
    "decline_move": lambda source, by: keeping.decline_move(source, ELSEWHERE, by=by, at=LATER),
    "renew_secret": lambda source, by: keeping.renew_secret(source, by=by, at=LATER),
}


@pytest.fixture(autouse=True)
def _bodies(tmp_path: Path, settings: object) -> None:
    settings.HARVEST_DIR = tmp_path  # type: ignore[attr-defined]  # the fixture of pytest-django


@pytest.fixture
def source() -> Source:
    made = known_source("nguon", Trust.REVIEW)
    Source.objects.filter(pk=made.pk).update(next_at=LATER + timedelta(hours=2), state=Health.OK)
    return again(made)


@pytest.fixture
def keeper(source: Source) -> User:
    return makers.person("giu", Role.AGENCY_ADMIN, source.agency)


def again(source: Source) -> Source:
    return Source.objects.select_related("agency").get(pk=source.pk)


def changed(source: Source, **values: object) -> Source:
    Source.objects.filter(pk=source.pk).update(**values)
    return again(source)


def asked(source: Source) -> Source:
    """Return the source with all that is kept of its address, and a question where it has moved to."""
    return changed(
        source, moved_to=ELSEWHERE, redirects=[[ELSEWHERE, NOON.isoformat()]], etag="e", last_modified="m",
        body_hash="b", cursor="c", hub="https://hub.example/", hub_token="t", hub_secret="s", hub_until=LATER,
    )  # fmt: skip


def claimed(source: Source) -> Source:
    """Let a worker begin a visit."""
    changed(source, next_at=NOON)
    [mine] = claim_sources(1, worker="máy:1", at=LATER - timedelta(seconds=10))
    return mine


def visit(source: Source, url: str, *days: int) -> None:
    """Let a worker be led permanently to `url`, once on each of the days."""
    for day in days:
        at = NOON + timedelta(days=day)
        changed(source, next_at=at)
        [mine] = claim_sources(1, worker="máy:1", at=at)
        feed = RawFeed(kind="rss", items=(RawItem(guid="1", url="https://nguon.vn/1", title="Chợ phiên mở sớm"),))
        actions.absorb(
            mine, Gathered(feed=feed), actions.plan(mine, feed), Visited(at=at, status=200, permanent_url=url)
        )


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [Role.AUTHOR, Role.APPROVER, Role.AUDITOR, Role.DUTY_EDITOR])
def test_who_only_sees_a_source_changes_nothing(source: Source, verb: str, role: Role) -> None:
    stranger = makers.person("xem", role, source.agency)

    with pytest.raises(PermissionDenied):
        VERBS[verb](asked(source), stranger)

    assert again(source).url == source.url
    assert not Event.objects.filter(actor="xem").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_the_keeper_of_another_agency_changes_nothing(source: Source, verb: str) -> None:
    stranger = makers.person("khac", Role.AGENCY_ADMIN, makers.agency())

    with pytest.raises(PermissionDenied):
        VERBS[verb](asked(source), stranger)


def test_switching_off_stops_visits_and_keeps_the_reason(source: Source, keeper: User) -> None:
    keeping.switch(source, on=False, reason="Trang đang bảo trì đến hết tuần.", by=keeper, at=LATER)

    off = again(source)
    assert (off.state, off.next_at) == (Health.DISABLED, None)
    assert "Trang đang bảo trì đến hết tuần." in off.standing["reason"]
    event = Event.objects.get(verb="source.off")
    assert (event.actor, event.subject, event.agency) == ("giu", "source:nguon", source.agency_id)
    assert json.loads(event.data) == {"reason": "Trang đang bảo trì đến hết tuần."}


def test_switching_on_makes_a_source_due_and_forgets_its_trouble(source: Source, keeper: User) -> None:
    off = changed(source, state=Health.DISABLED, next_at=None, fail_count=7, error_code="http-410", error_text="Bỏ.",
                  config={"enabled": False, "contact": "Phòng Mẫu"})  # fmt: skip

    keeping.switch(off, on=True, reason="Đã có địa chỉ mới.", by=keeper, at=LATER)

    on = again(source)
    assert (on.state, on.next_at, on.fail_count, on.error_text) == (Health.NEW, LATER, 0, "")
    assert on.config == {"contact": "Phòng Mẫu"}


def test_what_is_sent_to_us_is_never_visited_even_when_it_is_switched_on(source: Source, keeper: User) -> None:
    off = changed(source, kind="push", state=Health.DISABLED, next_at=None)

    keeping.switch(off, on=True, reason="Đối tác gửi lại.", by=keeper, at=LATER)

    assert again(source).next_at is None


@pytest.mark.parametrize(
    ("on", "reason", "says"),
    [(False, "  ", "lý do"), (False, "x" * 301, "300"), (True, "Bật.", "đang bật")],
)
def test_switching_needs_a_reason_and_something_to_switch(
    source: Source, keeper: User, on: bool, reason: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        keeping.switch(source, on=on, reason=reason, by=keeper, at=LATER)

    assert again(source).state == Health.OK


def test_a_source_is_visited_now_when_its_keeper_says_so(source: Source, keeper: User) -> None:
    keeping.visit_now(source, by=keeper, at=LATER)

    assert again(source).next_at == LATER
    assert Event.objects.filter(verb="source.visit", subject="source:nguon").count() == 1


def test_a_source_is_visited_by_hand_at_most_once_a_minute(source: Source, keeper: User) -> None:
    keeping.visit_now(source, by=keeper, at=LATER)
    # The host rests, so that the poller puts the visit off without a trace in the log.
    changed(source, next_at=LATER + timedelta(hours=1))

    with pytest.raises(Refused, match="một phút"):
        keeping.visit_now(source, by=keeper, at=LATER + timedelta(seconds=59))
    keeping.visit_now(source, by=keeper, at=LATER + timedelta(seconds=60))

    assert Event.objects.filter(verb="source.visit").count() == 2


def test_a_source_that_was_visited_just_now_is_left_alone(source: Source, keeper: User) -> None:
    Fetch.objects.create(source=source, at=LATER - timedelta(seconds=5), outcome="unchanged")

    with pytest.raises(Refused, match="một phút"):
        keeping.visit_now(source, by=keeper, at=LATER)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"kind": "push"}, "tự gửi"),
        ({"next_at": None}, "đang tắt"),
        ({"next_at": NOON}, "đến lượt"),
        ({"next_at": NOON, "lease_until": LATER + timedelta(seconds=1), "lease_by": "máy:1"}, "đang được thu"),
    ],
)
def test_there_is_nothing_to_visit_now(source: Source, keeper: User, values: dict[str, object], says: str) -> None:
    source = changed(source, **values)

    with pytest.raises(Refused, match=says):
        keeping.visit_now(source, by=keeper, at=LATER)


def test_a_host_goes_on_resting_whoever_asks(source: Source, keeper: User) -> None:
    HostRest.objects.create(key="nguon.vn:443", until=LATER + timedelta(hours=1), reason="429")

    keeping.visit_now(source, by=keeper, at=LATER)

    assert HostRest.objects.filter(key="nguon.vn:443").exists()


def test_a_confirmed_address_is_read_from_the_start(source: Source, keeper: User) -> None:
    fell_back = keeping.confirm_move(asked(source), ELSEWHERE, by=keeper, at=LATER)

    moved = again(source)
    assert (moved.url, moved.next_at, moved.moved_to, moved.redirects) == (ELSEWHERE, LATER, "", [])
    assert (moved.etag, moved.last_modified, moved.body_hash, moved.cursor) == ("", "", "", "")
    assert (moved.hub, moved.hub_token, moved.hub_secret, moved.hub_until) == ("", "", "", None)
    assert not fell_back
    assert json.loads(Event.objects.get(verb="source.moved").data) == {"old": source.url, "new": ELSEWHERE}


def test_at_another_owners_address_a_source_publishes_by_itself_only_if_the_centre_says_so(
    source: Source, keeper: User
) -> None:
    centre = makers.person("tw", Role.OPERATOR, makers.agency(is_centre=True))

    changed(source, trust=Trust.AUTO)
    assert keeping.confirm_move(asked(source), ELSEWHERE, by=keeper, at=LATER)
    waiting = again(source).trust
    changed(source, trust=Trust.AUTO, url=source.url)
    assert not keeping.confirm_move(asked(source), ELSEWHERE, by=centre, at=LATER)

    assert (waiting, again(source).trust) == (Trust.REVIEW, Trust.AUTO)


def test_an_address_that_the_kind_cannot_read_is_not_taken(source: Source, keeper: User) -> None:
    listed = changed(asked(source), kind="htmllist", config={"item": "css:li", "link": "css:a@href", "pages": 3})

    with pytest.raises(Refused, match="sửa nguồn"):
        keeping.confirm_move(listed, ELSEWHERE, by=keeper, at=LATER)

    assert again(source).url == source.url


@pytest.mark.parametrize("verb", [keeping.confirm_move, keeping.decline_move])
@pytest.mark.parametrize("seen", ["", "https://khac.example.net/rss"])
def test_only_the_address_that_the_person_saw_is_judged(
    source: Source, keeper: User, verb: Callable[..., object], seen: str
) -> None:
    source = asked(source) if seen else source

    with pytest.raises(Refused, match="tải lại"):
        verb(source, seen, by=keeper, at=LATER)


def test_a_source_that_was_switched_off_stays_off_at_its_new_address(source: Source, keeper: User) -> None:
    keeping.confirm_move(changed(asked(source), next_at=None), ELSEWHERE, by=keeper, at=LATER)

    assert again(source).next_at is None


def test_a_declined_address_is_never_asked_about_again(source: Source, keeper: User) -> None:
    visit(source, ELSEWHERE, 1, 2, 3)
    assert again(source).moved_to == ELSEWHERE
    keeping.decline_move(again(source), ELSEWHERE, by=keeper, at=NOON + timedelta(days=3, hours=1))

    visit(source, ELSEWHERE, 4, 6, 9, 30, 400)

    assert (again(source).moved_to, again(source).url) == ("", source.url)
    assert SourceAlarm.objects.filter(source=source).count() == 1


def test_another_address_is_asked_about_also_after_one_was_declined(source: Source, keeper: User) -> None:
    keeping.decline_move(asked(source), ELSEWHERE, by=keeper, at=LATER)

    visit(source, "https://noikhac.example.net/rss", 1, 2, 3)

    assert again(source).moved_to == "https://noikhac.example.net/rss"


@pytest.mark.parametrize("verb", ["switch", "confirm_move", "decline_move"])
def test_a_visit_under_way_overwrites_nothing(source: Source, keeper: User, verb: str) -> None:
    mine = claimed(asked(source))
    VERBS[verb](again(source), keeper)
    decided = again(source)

    with pytest.raises(LeaseLost):
        actions.fail(mine, Visited(at=LATER, status=500), code="http-500", text="Máy chủ lỗi.")

    for name in ("state", "url", "next_at", "moved_to", "standing"):
        assert getattr(again(source), name) == getattr(decided, name)


@pytest.mark.parametrize("verb", ["confirm_move", "decline_move"])
def test_an_old_visit_is_not_let_in_by_the_next_claim_of_the_same_worker(
    source: Source, keeper: User, verb: str
) -> None:
    mine = claimed(asked(source))
    VERBS[verb](again(source), keeper)
    Source.objects.update(next_at=LATER)

    [anew] = claim_sources(1, worker=mine.lease_by.partition("#")[0], at=LATER + timedelta(seconds=5))

    with pytest.raises(LeaseLost):
        actions.fail(mine, Visited(at=LATER, status=500), code="http-500", text="Máy chủ lỗi.")
    actions.fail(anew, Visited(at=LATER, status=500), code="http-500", text="Máy chủ lỗi.")


def test_a_new_secret_is_told_to_nobody_but_the_asker(source: Source, keeper: User) -> None:
    fresh = keeping.renew_secret(changed(source, kind=pushing.PUSH, next_at=None), by=keeper, at=LATER)

    assert again(source).secret == fresh
    assert not any(fresh in one.data for one in Event.objects.all())


def test_only_what_is_pushed_has_a_secret(source: Source, keeper: User) -> None:
    with pytest.raises(Refused, match="tự gửi"):
        keeping.renew_secret(source, by=keeper, at=LATER)

    assert again(source).secret == ""
