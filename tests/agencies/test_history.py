"""Who could publish on a day: by the rows as they stood then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from cong.agencies.history import lacking, who_could_release, who_held
from cong.agencies.memberships import confirm_membership, end_membership, name_deputy, propose_membership
from cong.agencies.models import Role
from cong.agencies.people import disable_person
from tests import makers
from tests.agencies.makers import TODAY, Land, land
from tests.makers import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def here() -> Land:
    return land()


def names(here: Land, role: Role, day: date) -> list[str]:
    return [holder.username for holder in who_held([role], here.own, day)]


def days_of(here: Land, role: Role, name: str, count: int = 8) -> list[int]:
    return [number for number in range(count) if name in names(here, role, TODAY + number * DAY)]


def test_a_role_counts_from_its_confirmation_not_from_its_proposal(here: Land) -> None:
    row = propose_membership(here["moi"], here.own, Role.APPROVER, from_on=TODAY, by=here["an"], at=NOON)
    before = days_of(here, Role.APPROVER, "moi")

    confirm_membership(row, by=here["chi"], at=NOON + 3 * DAY)

    assert before == []
    assert days_of(here, Role.APPROVER, "moi") == [3, 4, 5, 6, 7]


def test_a_role_that_ended_during_a_day_was_held_on_that_day(here: Land) -> None:
    row = propose_membership(here["moi"], here.own, Role.AUTHOR, from_on=TODAY, by=here["an"], at=NOON)

    end_membership(row, by=here["an"], at=NOON + 2 * DAY)

    assert days_of(here, Role.AUTHOR, "moi") == [0, 1, 2]


def test_a_planned_end_counts_to_its_last_day(here: Land) -> None:
    row = propose_membership(here["moi"], here.own, Role.AUTHOR, from_on=TODAY + DAY, by=here["an"], at=NOON)

    end_membership(row, last_on=TODAY + 4 * DAY, by=here["an"], at=NOON + 2 * DAY)

    assert days_of(here, Role.AUTHOR, "moi") == [1, 2, 3, 4]


def test_a_role_called_off_before_it_began_was_never_held(here: Land) -> None:
    row = propose_membership(here["moi"], here.own, Role.AUTHOR, from_on=TODAY + 3 * DAY, by=here["an"], at=NOON)

    end_membership(row, by=here["an"], at=NOON)

    assert days_of(here, Role.AUTHOR, "moi") == []


def test_a_closed_account_held_its_roles_until_that_day(here: Land) -> None:
    disable_person(here["binh"], reason="thôi việc", by=here["an"], at=NOON + 2 * DAY)

    assert days_of(here, Role.AUTHOR, "binh") == [0, 1, 2]


def test_a_deputy_stands_with_the_name_of_the_absent(here: Land) -> None:
    absent = makers.person("duyet", Role.APPROVER, here.own)
    row = name_deputy(absent, here["moi"], here.own, Role.APPROVER, from_on=TODAY, to_on=TODAY + DAY, reason="công tác",
                      by=here["an"], at=NOON)  # fmt: skip
    confirm_membership(row, by=here["chi"], at=NOON)

    told = {holder.username: holder.deputy_of for holder in who_held([Role.APPROVER], here.own, TODAY)}

    assert told == {"duyet": "", "moi": "Duyet"}
    assert names(here, Role.APPROVER, TODAY + 2 * DAY) == ["duyet"]


def test_the_centre_counts_for_every_agency_and_other_agencies_for_none(here: Land) -> None:
    makers.person("trung", Role.DUTY_EDITOR, here.centre)
    makers.person("xa", Role.DUTY_EDITOR, here.other)
    makers.person("tham", Role.APPRAISER, here.centre)

    steps = who_could_release(here.own, TODAY)

    assert [(role, [holder.username for holder in holders]) for role, holders in steps] == [
        (Role.APPRAISER, []),
        (Role.SECRECY_OFFICER, []),
        (Role.APPROVER, []),
        (Role.DUTY_EDITOR, ["trung"]),
    ]
    assert lacking(steps) == [Role.APPRAISER, Role.APPROVER]


def test_the_answer_costs_one_query(here: Land, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(12):
        makers.person(f"n{number}", Role.APPROVER, here.own)

    with django_assert_num_queries(1):
        assert len(who_could_release(here.own, TODAY)[2][1]) == 12
