"""Accounts are made, closed, opened and given new passwords by those whose people they are, and by nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from cong.accounts.models import User
from cong.agencies.actions import NotAllowed
from cong.agencies.memberships import propose_membership
from cong.agencies.models import Membership, Role
from cong.agencies.people import (
    create_person,
    disable_person,
    first_admins,
    one_time_password,
    reset_password,
    restore_person,
)
from cong.agencies.queries import holds
from cong.journal.models import Event
from tests import makers
from tests.agencies.makers import TODAY, Land, land
from tests.makers import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Land:
    return land()


def disable(user: User, by: User) -> object:
    return disable_person(user, reason="thôi việc", by=by, at=NOON)


def reset(user: User, by: User) -> object:
    return reset_password(user, by=by, at=NOON)


def test_a_new_person_has_a_role_and_a_password_that_nobody_chose(here: Land) -> None:
    given = create_person(here.own, Role.AUTHOR, username="tan.binh", name="Tân  Bình", from_on=TODAY, by=here["an"],
                          at=NOON)  # fmt: skip

    assert given.user.check_password(given.password)
    assert given.user.name == "Tân Bình"
    assert given.user.one_time_until == NOON + timedelta(days=7)
    assert holds(given.user, Role.AUTHOR, here.own, on=TODAY)
    made, proposed = Event.objects.order_by("id")
    assert (made.verb, made.agency, proposed.verb) == ("person.create", here.own.pk, "membership.propose")
    assert given.password not in made.data + proposed.data


def test_no_two_given_passwords_are_alike() -> None:
    assert len({one_time_password() for _ in range(200)}) == 200


@pytest.mark.parametrize("username", ["binh", "Binh", "a", "tân", "a b", "x" * 61, "../x", ""])
def test_a_name_that_is_taken_or_misshapen_makes_nobody(here: Land, username: str) -> None:
    before = User.objects.count(), Event.objects.count()

    with pytest.raises(NotAllowed, match="đăng nhập"):
        create_person(here.own, Role.AUTHOR, username=username, name="X", from_on=TODAY, by=here["an"], at=NOON)

    assert (User.objects.count(), Event.objects.count()) == before


def test_when_the_role_is_refused_no_account_is_left_behind(here: Land) -> None:
    with pytest.raises(NotAllowed, match="Ngày bắt đầu"):
        create_person(here.own, Role.AUTHOR, username="ai.do", name="X", from_on=TODAY - timedelta(days=1),
                      by=here["an"], at=NOON)  # fmt: skip

    assert not User.objects.filter(username="ai.do").exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("by", ["nga", "binh", "moi"])
def test_only_an_admin_makes_people_for_the_agency(here: Land, by: str) -> None:
    with pytest.raises(PermissionDenied):
        create_person(here.own, Role.AUTHOR, username="ai.do", name="X", from_on=TODAY, by=here[by], at=NOON)


@pytest.mark.parametrize("act", [disable, reset])
@pytest.mark.parametrize("by", ["nga", "binh", "moi"])
def test_people_of_another_agency_are_out_of_reach(here: Land, act: Callable[..., object], by: str) -> None:
    with pytest.raises(PermissionDenied):
        act(here["binh"], by=here[by])


@pytest.mark.parametrize("act", [disable, reset])
def test_the_own_admin_and_the_centre_reach_them(here: Land, act: Callable[..., object]) -> None:
    propose_membership(here["moi"], here.own, Role.APPRAISER, from_on=TODAY, by=here["an"], at=NOON)

    act(here["moi"], by=here["an"])
    act(here["binh"], by=here["chi"])

    subjects = set(Event.objects.filter(verb__startswith="person.").values_list("subject", "agency"))
    assert subjects == {(f"user:{here['moi'].pk}", here.own.pk), (f"user:{here['binh'].pk}", here.own.pk)}


@pytest.mark.parametrize("act", [disable, reset])
def test_who_works_for_two_agencies_is_the_centres(here: Land, act: Callable[..., object]) -> None:
    propose_membership(here["binh"], here.other, Role.AUTHOR, from_on=TODAY, by=here["nga"], at=NOON)

    with pytest.raises(PermissionDenied, match="đơn vị khác"):
        act(here["binh"], by=here["an"])
    act(here["binh"], by=here["chau"])


@pytest.mark.parametrize("role", [Role.APPROVER, Role.AUDITOR, Role.AGENCY_ADMIN, Role.SECRECY_OFFICER])
def test_nobody_takes_over_an_approver_by_giving_them_a_password(here: Land, role: Role) -> None:
    high = makers.person("cao", role, here.own)

    with pytest.raises(PermissionDenied, match="trung tâm"):
        reset(high, here["an"])
    reset(high, here["chi"])


@pytest.mark.parametrize("act", [disable, reset])
def test_nobody_does_it_to_themselves(here: Land, act: Callable[..., object]) -> None:
    with pytest.raises(PermissionDenied, match="chính mình"):
        act(here["chi"], by=here["chi"])


def test_a_disabled_person_has_no_role_left_and_comes_back_without_any(here: Land) -> None:
    disable(here["binh"], here["an"])
    gone = User.objects.get(username="binh")
    with pytest.raises(NotAllowed, match="đã bị khóa"):
        disable(gone, here["an"])
    with pytest.raises(NotAllowed, match="mở lại"):
        reset(gone, here["an"])

    given = restore_person(gone, by=here["an"], at=NOON)

    assert given.user.is_active
    assert given.user.check_password(given.password)
    assert not holds(given.user, Role.AUTHOR, here.own, on=TODAY)
    assert json.loads(Event.objects.get(verb="person.disable").data)["memberships"] == [
        Membership.objects.get(user=gone).pk
    ]


def test_a_local_admin_does_not_disable_the_auditor(here: Land) -> None:
    auditor = makers.person("kiem", Role.AUDITOR, here.own)

    with pytest.raises(PermissionDenied, match="trung tâm"):
        disable(auditor, here["an"])

    auditor.refresh_from_db()
    assert auditor.is_active


def test_an_account_is_not_closed_without_a_reason(here: Land) -> None:
    with pytest.raises(NotAllowed, match="lý do"):
        disable_person(here["binh"], reason="  ", by=here["an"], at=NOON)


def test_the_first_admins_are_made_once_and_only_at_a_centre() -> None:
    with pytest.raises(NotAllowed, match="Chưa có cơ quan trung tâm"):
        first_admins(["lan", "hoa"], at=NOON)
    centre = makers.agency(is_centre=True)

    given = first_admins(["lan", "hoa"], at=NOON)

    assert [holds(one.user, Role.AGENCY_ADMIN, makers.agency(), on=TODAY) for one in given] == [True, True]
    with pytest.raises(NotAllowed, match="đã có quản trị viên"):
        first_admins(["mai"], at=NOON)
    event = Event.objects.get()
    assert (event.verb, event.actor, event.agency) == ("people.first-admins", "cong", centre.pk)


def test_when_the_centre_has_no_admin_left_it_gets_new_ones() -> None:
    makers.agency(is_centre=True)
    one = first_admins(["lan"], at=NOON)[0]
    User.objects.filter(pk=one.user.pk).update(is_active=False)

    assert first_admins(["mai"], at=NOON)[0].user.username == "mai"


def test_the_command_prints_the_passwords_once_and_lists_people() -> None:
    said, listed = StringIO(), StringIO()
    call_command("agencies", "import", stdout=StringIO())

    call_command("people", "first-admin", "lan", "hoa", stdout=said)
    call_command("people", "list", stdout=listed)

    name, password = said.getvalue().splitlines()[0].split("\t")
    assert User.objects.get(username=name).check_password(password)
    assert "Quản trị đơn vị @ van-phong-trung-uong-dang" in listed.getvalue()
    assert password not in listed.getvalue()
    with pytest.raises(CommandError, match="đã có quản trị viên"):
        call_command("people", "first-admin", "mai")
