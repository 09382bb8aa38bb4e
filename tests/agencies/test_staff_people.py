"""The people's screens: what they do, and that other agencies' people are not there for anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.memberships import propose_membership
from cong.agencies.models import Membership, Role
from cong.agencies.queries import holds
from cong.agencies.wagtail_hooks import people_addresses
from cong.journal.models import Event
from tests import makers
from tests.agencies.makers import Land, land

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SECRET = "Người Kín Của Họ"
OF_ROWS = ("people_confirm", "people_end")


@pytest.fixture
def here() -> Land:
    made = land()
    made.people["kin"] = makers.person("kin", Role.AUTHOR, made.other)
    User.objects.filter(username="kin").update(name=SECRET)
    for role in Role:
        if role is not Role.AGENCY_ADMIN:
            made.people[role] = makers.person(f"r.{role}", role, made.own)
    made.people["het"] = makers.person("het")
    Membership.objects.create(user=made["het"], agency=made.own, role=Role.AGENCY_ADMIN, from_on="2020-01-01",
                              to_on="2020-12-31")  # fmt: skip
    return made


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def as_(here: Land, name: str) -> Client:
    return client_of(here[name])


def row_of(here: Land, name: str) -> Membership:
    return Membership.objects.filter(user=here[name]).latest("pk")


def address(here: Land, name: str, whose: str) -> str:
    named = {pattern.name: "pk" in str(pattern.pattern) for pattern in people_addresses()}
    if not named[name]:
        return reverse(name)
    return reverse(name, args=[row_of(here, whose).pk if name in OF_ROWS else here[whose].pk])


NAMES = [pattern.name for pattern in people_addresses()]
FORM = {"agency": "", "role": "author", "from_on": TODAY.isoformat(), "to_on": TODAY.isoformat(), "reason": "x",
        "username": "kin", "name": "X"}  # fmt: skip


def state() -> list[Any]:
    rows = Membership.objects.order_by("pk").values_list()
    people = User.objects.order_by("pk").values_list("pk", "password", "is_active")
    return [*rows, *people, Event.objects.exclude(verb__startswith="session.").count()]


def everybody(here: Land) -> Iterator[str]:
    yield from ("moi", "het", *(role for role in Role if role is not Role.AGENCY_ADMIN))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", NAMES)
def test_who_is_no_admin_reaches_no_screen(here: Land, name: str, method: str) -> None:
    before = state()

    for who in everybody(here):
        answer = getattr(as_(here, who), method)(address(here, name, "binh"), FORM if method == "post" else {})

        assert answer.status_code in (302, 405), who
        assert SECRET not in answer.content.decode()
    assert state() == before


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", NAMES)
def test_another_agencys_people_are_not_there(here: Land, name: str, method: str) -> None:
    before, client = state(), as_(here, "an")
    form = FORM | {"agency": here.other.pk}

    answer = getattr(client, method)(address(here, name, "kin"), form if method == "post" else {})

    if address(here, name, "kin") != address(here, name, "nga"):
        assert answer.status_code in (404, 405)
    assert SECRET not in answer.content.decode()
    assert state() == before


@pytest.mark.parametrize("who", ["an", "chi"])
def test_own_people_are_shown(here: Land, who: str) -> None:
    client = as_(here, who)

    for name in ("people_list", "people_create", "people_person"):
        answer = client.get(address(here, name, "binh"), {"co-quan": here.own.slug})

        assert answer.status_code == 200
        assert '<html lang="vi"' in answer.content.decode()
    assert "Binh" in client.get(reverse("people_list"), {"co-quan": here.own.slug}).content.decode()


def test_the_centre_sees_everybody_and_an_agency_only_its_own(here: Land) -> None:
    asked = {"co-quan": here.other.slug}

    assert SECRET in as_(here, "chi").get(reverse("people_list"), asked).content.decode()
    assert as_(here, "an").get(reverse("people_list"), asked).status_code == 404


def test_a_person_is_made_and_the_password_is_shown_once(here: Land) -> None:
    client = as_(here, "an")

    answer = client.post(reverse("people_create"), {
        "username": "tan.binh", "name": "Tân Bình", "email": "", "agency": here.own.pk, "role": "author",
        "from_on": TODAY.isoformat(),
    })  # fmt: skip

    shown = re.search(r"<b>((?:\w{5}-){3}\w{5})</b>", answer.content.decode())
    assert shown
    made = User.objects.get(username="tan.binh")
    assert made.check_password(shown[1])
    assert shown[1] not in client.get(reverse("people_person", args=[made.pk])).content.decode()


def test_what_was_typed_stays_when_it_is_refused(here: Land) -> None:
    answer = as_(here, "an").post(reverse("people_create"), {
        "username": "binh", "name": "Nguyễn Thử Thách", "agency": here.own.pk, "role": "author",
        "from_on": TODAY.isoformat(),
    })  # fmt: skip

    assert answer.status_code == 422
    assert "đã có người dùng" in answer.content.decode()
    assert 'value="Nguyễn Thử Thách"' in answer.content.decode()


def test_a_role_is_proposed_confirmed_and_ended_on_the_screens(here: Land) -> None:
    mine, centre = as_(here, "an"), as_(here, "chi")
    mine.post(reverse("people_propose", args=[here["binh"].pk]),
              {"agency": here.own.pk, "role": "approver", "from_on": TODAY.isoformat()})  # fmt: skip
    row = Membership.objects.get(user=here["binh"], role=Role.APPROVER)
    refused = mine.post(reverse("people_confirm", args=[row.pk]))
    shown = centre.get(reverse("people_list")).content.decode()

    centre.post(reverse("people_confirm", args=[row.pk]))
    between = holds(here["binh"], Role.APPROVER, here.own, on=TODAY)
    mine.post(reverse("people_end", args=[row.pk]), {"reason": "chuyển việc"})

    assert refused.status_code == 422
    assert reverse("people_confirm", args=[row.pk]) in shown
    assert (between, holds(here["binh"], Role.APPROVER, here.own, on=TODAY)) == (True, False)


def test_a_deputy_is_named_on_the_screen(here: Land) -> None:
    answer = as_(here, "an").post(reverse("people_deputy", args=[here["binh"].pk]), {
        "membership": row_of(here, "binh").pk, "username": "moi", "from_on": TODAY.isoformat(),
        "to_on": TODAY.isoformat(), "reason": "công tác",
    })  # fmt: skip

    assert answer.status_code == 302
    assert Membership.objects.get(user=here["moi"]).deputy_of == here["binh"]


def test_an_account_is_closed_opened_and_given_a_password_on_the_screens(here: Land) -> None:
    client, pk = as_(here, "an"), here["binh"].pk
    reset = client.post(reverse("people_reset", args=[pk])).content.decode()
    without = client.post(reverse("people_disable", args=[pk]), {"reason": ""})

    client.post(reverse("people_disable", args=[pk]), {"reason": "thôi việc"})
    closed = User.objects.get(pk=pk).is_active
    client.post(reverse("people_restore", args=[pk]))

    assert re.search(r"<b>(\w{5}-){3}\w{5}</b>", reset)
    assert (without.status_code, closed, User.objects.get(pk=pk).is_active) == (422, False, True)


def test_an_admin_does_nothing_to_themselves(here: Land) -> None:
    client, before = as_(here, "an"), Membership.objects.count()

    page = client.get(reverse("people_person", args=[here["an"].pk])).content.decode()
    for name in ("people_propose", "people_reset", "people_disable"):
        answer = client.post(reverse(name, args=[here["an"].pk]), FORM | {"agency": here.own.pk})
        assert answer.status_code == 422

    assert reverse("people_reset", args=[here["an"].pk]) not in page
    assert Membership.objects.count() == before


def test_somebody_with_an_account_elsewhere_gets_a_role_here(here: Land) -> None:
    given = {"username": "kin", "agency": here.own.pk, "role": "appraiser", "from_on": TODAY.isoformat()}

    assert as_(here, "an").post(reverse("people_invite"), given).status_code == 302
    unknown = as_(here, "an").post(reverse("people_invite"), given | {"username": "khong-co"})

    assert holds(here["kin"], Role.APPRAISER, here.own, on=TODAY)
    assert unknown.status_code == 422
    page = as_(here, "an").get(reverse("people_person", args=[here["kin"].pk])).content.decode()
    assert "đơn vị khác" in page
    assert here.other.short_name not in page


def test_the_menu_offers_people_to_admins_alone(here: Land) -> None:
    entry = reverse("people_list")

    assert entry in as_(here, "an").get(reverse("people_list")).content.decode()
    assert entry not in as_(here, "binh").get("/ban-lam-viec/account/").content.decode()


def test_a_long_list_costs_no_more_queries(here: Land) -> None:
    client, asked = as_(here, "chi"), {"co-quan": here.own.slug}
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("people_list"), asked)
    for number in range(30):
        user = makers.person(f"n{number}")
        propose_membership(user, here.own, Role.APPROVER, from_on=TODAY, by=here["an"], at=timezone.now())

    with CaptureQueriesContext(connection) as many:
        client.get(reverse("people_list"), asked)

    assert len(many) <= len(few)
