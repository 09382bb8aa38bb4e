"""Roles are proposed, confirmed by another, ended and lent; nobody grants themselves anything."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from cong.accounts.models import User
from cong.agencies.actions import NotAllowed
from cong.agencies.memberships import confirm_membership, end_membership, name_deputy, propose_membership
from cong.agencies.models import EXCLUSIONS, UNCONFIRMED_ROLES, Agency, Membership, Role
from cong.agencies.queries import holds
from cong.journal.models import Event
from tests import makers
from tests.agencies.makers import TODAY, Land, land
from tests.makers import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def here() -> Land:
    return land()


def propose(here: Land, role: Role, *, to: str = "moi", by: str = "an", at: Agency | None = None) -> Membership:
    return propose_membership(here[to], at or here.own, role, from_on=TODAY, by=here[by], at=NOON)


def held(user: User, role: Role, agency: Agency) -> bool:
    return holds(User.objects.get(pk=user.pk), role, agency, on=TODAY)


def verbs() -> list[str]:
    return list(Event.objects.order_by("id").values_list("verb", flat=True))


@pytest.mark.parametrize("role", sorted(UNCONFIRMED_ROLES))
def test_an_author_and_an_appraiser_may_work_at_once(here: Land, role: Role) -> None:
    propose(here, role)

    assert held(here["moi"], role, here.own)
    assert not held(here["moi"], role, here.other)


@pytest.mark.parametrize("role", sorted(set(Role) - UNCONFIRMED_ROLES))
def test_higher_roles_have_no_force_before_the_centre_confirms(here: Land, role: Role) -> None:
    proposed = propose(here, role)
    before = held(here["moi"], role, here.own)

    confirm_membership(proposed, by=here["chi"], at=NOON)

    assert (before, held(here["moi"], role, here.own)) == (False, True)
    assert verbs() == ["membership.propose", "membership.confirm"]


def test_an_event_says_who_got_what_where_and_who_may_read_it(here: Land) -> None:
    proposed = propose(here, Role.APPROVER)

    event = Event.objects.get()
    assert (event.actor, event.subject, event.agency) == ("an", f"user:{here['moi'].pk}", here.own.pk)
    said = json.loads(event.data)
    assert (said["membership"], said["person"], said["role"], said["pending"]) == (proposed.pk, "moi", "approver", True)


@pytest.mark.parametrize("by", ["an", "nga", "binh", "moi"])
def test_nobody_but_the_centre_confirms(here: Land, by: str) -> None:
    proposed = propose(here, Role.APPROVER)

    with pytest.raises(PermissionDenied):
        confirm_membership(proposed, by=here[by], at=NOON)

    assert not held(here["moi"], Role.APPROVER, here.own)


def test_the_centres_proposer_needs_a_second_person(here: Land) -> None:
    proposed = propose(here, Role.APPROVER, by="chi")

    with pytest.raises(PermissionDenied, match="không tự xác nhận"):
        confirm_membership(proposed, by=here["chi"], at=NOON)
    confirm_membership(proposed, by=here["chau"], at=NOON)

    assert held(here["moi"], Role.APPROVER, here.own)


def test_nobody_confirms_their_own_role(here: Land) -> None:
    proposed = propose(here, Role.APPROVER, to="chau", by="an")

    with pytest.raises(PermissionDenied):
        confirm_membership(proposed, by=here["chau"], at=NOON)


@pytest.mark.parametrize("by", ["an", "chi"])
@pytest.mark.parametrize("role", [Role.AUTHOR, Role.APPROVER])
def test_nobody_grants_a_role_to_themselves(here: Land, by: str, role: Role) -> None:
    with pytest.raises(PermissionDenied, match="chính mình"):
        propose(here, role, to=by, by=by)


def test_nobody_makes_themselves_a_deputy(here: Land) -> None:
    with pytest.raises(PermissionDenied, match="chính mình"):
        name_deputy(here["binh"], here["an"], here.own, Role.AUTHOR, from_on=TODAY, to_on=TODAY, reason="ốm",
                    by=here["an"], at=NOON)  # fmt: skip


@pytest.mark.parametrize("by", ["nga", "binh", "moi"])
def test_only_an_admin_of_the_agency_or_the_centre_gives_roles(here: Land, by: str) -> None:
    with pytest.raises(PermissionDenied):
        propose(here, Role.AUTHOR, to="chau", by=by)

    assert propose(here, Role.AUTHOR, by="chi", to="nga").agency == here.own


def test_a_disabled_person_gets_nothing(here: Land) -> None:
    User.objects.filter(username="moi").update(is_active=False)
    here["moi"].refresh_from_db()

    with pytest.raises(NotAllowed, match="đang bị khóa"):
        propose(here, Role.AUTHOR)


def test_no_role_is_given_for_days_gone_by_nor_for_no_day(here: Land) -> None:
    for begin, end in ((TODAY - DAY, None), (TODAY + DAY, TODAY)):
        with pytest.raises(NotAllowed, match="Ngày"):
            propose_membership(here["moi"], here.own, Role.AUTHOR, from_on=begin, to_on=end, by=here["an"], at=NOON)


def test_a_role_that_is_held_is_not_given_again_for_the_same_days(here: Land) -> None:
    propose_membership(here["moi"], here.own, Role.AUTHOR, from_on=TODAY, to_on=TODAY, by=here["an"], at=NOON)

    with pytest.raises(NotAllowed, match="đã giữ"):
        propose(here, Role.AUTHOR)
    later = propose_membership(here["moi"], here.own, Role.AUTHOR, from_on=TODAY + DAY, by=here["an"], at=NOON)

    assert later.from_on == TODAY + DAY


@pytest.mark.parametrize(("first", "second"), sorted(tuple(sorted(pair)) for pair in EXCLUSIONS))
def test_two_roles_that_exclude_each_other_are_not_held_on_one_day(here: Land, first: Role, second: Role) -> None:
    propose(here, first)

    with pytest.raises(NotAllowed, match="không thể đồng thời"):
        propose(here, second, by="nga", at=here.other)


def test_a_role_ended_this_morning_still_excludes_this_afternoon(here: Land) -> None:
    author = propose(here, Role.AUTHOR)
    end_membership(author, by=here["an"], at=NOON)

    with pytest.raises(NotAllowed, match="không thể đồng thời"):
        propose(here, Role.AUDITOR)
    tomorrow = propose_membership(here["moi"], here.own, Role.AUDITOR, from_on=TODAY + DAY, by=here["an"], at=NOON)

    assert tomorrow.is_pending


def test_a_role_ends_now_or_on_a_later_day_and_never_later_than_said(here: Land) -> None:
    first = propose_membership(here["moi"], here.own, Role.AUTHOR, from_on=TODAY, by=here["an"], at=NOON)
    end_membership(first, last_on=TODAY + 3 * DAY, by=here["an"], at=NOON)
    still = held(here["moi"], Role.AUTHOR, here.own)

    with pytest.raises(NotAllowed, match="không sau ngày kết thúc"):
        end_membership(first, last_on=TODAY + 9 * DAY, by=here["an"], at=NOON)
    end_membership(first, by=here["an"], at=NOON)

    assert still
    assert not held(here["moi"], Role.AUTHOR, here.own)
    with pytest.raises(NotAllowed, match="đã kết thúc"):
        end_membership(first, by=here["an"], at=NOON)


def test_a_refused_proposal_is_never_confirmed_and_may_be_made_again(here: Land) -> None:
    proposed = propose(here, Role.APPROVER)
    end_membership(proposed, by=here["chi"], at=NOON, reason="chưa đủ hồ sơ")

    with pytest.raises(NotAllowed, match="bị từ chối"):
        confirm_membership(proposed, by=here["chi"], at=NOON)
    again = propose(here, Role.APPROVER)
    confirm_membership(again, by=here["chi"], at=NOON)

    assert held(here["moi"], Role.APPROVER, here.own)


def test_everybody_may_give_up_a_role_and_strangers_take_none_away(here: Land) -> None:
    mine = propose(here, Role.AUTHOR)

    for by in ("nga", "binh"):
        with pytest.raises(PermissionDenied):
            end_membership(mine, by=here[by], at=NOON)
    end_membership(mine, by=here["moi"], at=NOON)

    assert not held(here["moi"], Role.AUTHOR, here.own)


def test_a_local_admin_does_not_take_away_the_auditor(here: Land) -> None:
    auditor = confirm_membership(propose(here, Role.AUDITOR), by=here["chi"], at=NOON)

    with pytest.raises(PermissionDenied, match="trung tâm"):
        end_membership(auditor, by=here["an"], at=NOON)
    end_membership(auditor, by=here["chi"], at=NOON)

    assert not held(here["moi"], Role.AUDITOR, here.own)


def test_a_deputy_holds_the_role_for_the_days_and_not_longer(here: Land) -> None:
    name_deputy(here["binh"], here["moi"], here.own, Role.AUTHOR, from_on=TODAY, to_on=TODAY + DAY, reason="đi học",
                by=here["an"], at=NOON)  # fmt: skip

    days = [TODAY - DAY, TODAY, TODAY + DAY, TODAY + 2 * DAY]
    assert [holds(here["moi"], Role.AUTHOR, here.own, on=day) for day in days] == [False, True, True, False]
    assert verbs() == ["membership.deputy"]


def test_a_deputy_of_an_approver_waits_for_the_centre_too(here: Land) -> None:
    makers_approver = propose(here, Role.APPROVER)
    confirm_membership(makers_approver, by=here["chi"], at=NOON)

    row = name_deputy(here["moi"], here["binh"], here.own, Role.APPROVER, from_on=TODAY, to_on=TODAY, reason="ốm",
                      by=here["an"], at=NOON)  # fmt: skip

    assert not held(here["binh"], Role.APPROVER, here.own)
    confirm_membership(row, by=here["chau"], at=NOON)
    assert held(here["binh"], Role.APPROVER, here.own)


def test_a_deputy_takes_no_role_that_is_not_there_nor_one_of_a_deputy(here: Land) -> None:
    given = {"from_on": TODAY, "to_on": TODAY, "reason": "ốm", "by": here["an"], "at": NOON}
    with pytest.raises(NotAllowed, match="không giữ vai trò"):
        name_deputy(here["moi"], here["chau"], here.own, Role.AUTHOR, **given)  # type: ignore[arg-type]
    name_deputy(here["binh"], here["moi"], here.own, Role.AUTHOR, **given)  # type: ignore[arg-type]

    with pytest.raises(NotAllowed, match="không giữ vai trò"):
        name_deputy(here["moi"], here["chau"], here.own, Role.AUTHOR, **given)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed, match="không thể tự thay"):
        name_deputy(here["binh"], here["binh"], here.own, Role.AUTHOR, **given)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed, match="lý do"):
        name_deputy(here["binh"], here["chau"], here.own, Role.AUTHOR, **(given | {"reason": " "}))  # type: ignore[arg-type]


def test_somebody_excluded_is_no_deputy(here: Land) -> None:
    makers_auditor = makers.person("kiem", Role.AUDITOR, here.other)

    with pytest.raises(NotAllowed, match="không thể đồng thời"):
        name_deputy(here["binh"], makers_auditor, here.own, Role.AUTHOR, from_on=TODAY, to_on=TODAY, reason="ốm",
                    by=here["an"], at=NOON)  # fmt: skip
