"""What waits for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.agencies.rights import rights_of
from cong.publishing import emergency, inbox, passage
from cong.publishing.models import Docket, Step
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import (
    Newsroom,
    appraised,
    approved,
    judged,
    newsroom,
    opened,
    sha,
    submitted,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def waiting(user: User) -> list[Docket]:
    return list(inbox.waiting_for(user, on=NOON.date(), at=NOON))


def test_each_step_waits_for_those_whose_turn_it_is(room: Newsroom) -> None:
    sent, seen, ready = submitted(room), appraised(room), approved(room)

    assert waiting(room.appraiser) == [sent]
    assert waiting(room.approver) == [seen]
    assert waiting(room.duty) == [ready]
    assert waiting(room.author) == waiting(room.secrecy) == []


def test_a_secret_text_waits_for_its_officer_before_the_approver(room: Newsroom) -> None:
    docket = appraised(room, secrecy=True)
    assert (waiting(room.secrecy), waiting(room.approver)) == ([docket], [])

    judged(docket, Step.SECRECY, room.secrecy)

    assert (waiting(room.secrecy), waiting(room.approver)) == ([], [docket])


def test_grade_a_waits_at_the_centre_alone(room: Newsroom) -> None:
    centre = newsroom("tw", is_centre=True)
    docket = appraised(room, grade="A")

    assert (waiting(room.approver), waiting(centre.approver), waiting(centre.appraiser)) == ([], [docket], [])


def test_nothing_waits_for_one_who_worked_on_it_until_it_is_released(room: Newsroom) -> None:
    other = makers.person("tham2", Role.APPRAISER, room.agency)
    docket = submitted(room, contributors=[room.appraiser])
    assert (waiting(room.appraiser), waiting(other)) == ([], [docket])
    docket = judged(judged(docket, Step.APPRAISE, other), Step.APPROVE, room.approver)

    assert waiting(room.duty) == [docket]


def test_what_is_given_to_one_does_not_wait_for_another(room: Newsroom) -> None:
    other = makers.person("tham2", Role.APPRAISER, room.agency)
    docket = passage.assign(submitted(room), other, due_at=None, by=room.approver, at=NOON)

    assert (waiting(room.appraiser), waiting(other)) == ([], [docket])


def test_the_most_pressing_stands_first(room: Newsroom) -> None:
    calm, late = submitted(room), submitted(room)
    passage.assign(late, room.appraiser, due_at=NOON + DAY, by=room.approver, at=NOON)

    assert waiting(room.appraiser) == [late, calm]


def test_another_agencys_and_yesterdays_rights_show_nothing(room: Newsroom) -> None:
    submitted(room)
    stranger = newsroom("la").appraiser
    room.appraiser.memberships.update(to_on=NOON.date() - DAY)

    assert waiting(stranger) == waiting(room.appraiser) == []


def test_an_emergency_waits_for_its_judges(room: Newsroom) -> None:
    centre = newsroom("tw", is_centre=True)
    docket = submitted(room)
    for person in (room.duty, room.approver):
        emergency.turn_key(docket, sha256=sha(docket), reason="Bão.", by=person, at=NOON)
    assert (waiting(room.appraiser), waiting(centre.approver)) == ([docket], [])

    judged(docket, Step.APPRAISE, room.appraiser)

    assert (waiting(room.appraiser), waiting(centre.approver), waiting(room.approver)) == ([], [docket], [])


def test_what_came_back_and_what_is_mine(room: Newsroom) -> None:
    docket = judged(submitted(room), Step.REJECT, room.appraiser, note="Thiếu nguồn.")
    other = submitted(newsroom("la"))

    assert list(inbox.returned_to(room.author)) == list(inbox.mine(room.author)) == [docket]
    assert other not in inbox.mine(room.author)


def test_an_agencys_people_see_its_dockets_and_the_centre_sees_all(room: Newsroom) -> None:
    centre = newsroom("tw", is_centre=True)
    here, there = opened(room), opened(newsroom("la"))

    assert list(inbox.of_agencies(rights_of(room.duty))) == [here]
    assert set(inbox.of_agencies(rights_of(centre.duty))) == {here, there}


def test_each_list_is_one_query(room: Newsroom) -> None:
    for _ in range(3):
        submitted(room), appraised(room)
    lists = [
        inbox.waiting_for(room.appraiser, on=NOON.date(), at=NOON), inbox.mine(room.author),
        inbox.returned_to(room.author), inbox.unconfirmed_withdrawals(room.approver),
    ]  # fmt: skip

    for one in lists:
        with CaptureQueriesContext(connection) as asked:
            for docket in one:
                assert all([docket.agency.short_name, docket.publication.origin, docket.snapshot, docket.sent_by])
        assert len(asked) == 1
