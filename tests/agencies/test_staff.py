"""Walks every address of scoped views as every kind of person; a view of a later Wagtail is walked unlisted."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.models import Agency, Membership, Role
from cong.media.models import Asset
from tests import makers
from tests.agencies.urls import WALKED
from tests.media import makers as media

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.agencies.urls")]

OURS, SECRET = "Ảnh của ta", "Ảnh kín của họ"
NAMES = [
    (viewset.name, str(pattern.name), "pk" in str(pattern.pattern))
    for viewset in WALKED
    for pattern in viewset.get_urlpatterns()
]
CENTRAL = [Role.APPROVER, Role.DUTY_EDITOR, Role.SECRECY_OFFICER, Role.AUDITOR]


class World:
    """An own agency, another, and one picture in each."""

    def __init__(self) -> None:
        self.centre = makers.agency("Trung tâm", is_centre=True)
        self.own, self.other = makers.agency("Bộ Ta"), makers.agency("Bộ Họ")
        self.ours = media.photo(self.own, media.author(self.own, "ta"), title=OURS)
        self.theirs = media.photo(self.other, media.author(self.other, "ho"), title=SECRET)

    def client(self, role: Role | None, agency: Agency | None = None, *, ended: bool = False) -> Client:
        user = User.objects.create_user(f"{role}-{agency and agency.pk}-{ended}")
        if role:
            Membership.objects.create(user=user, agency=agency or self.own, role=role, from_on="2020-01-01",
                                      to_on="2020-12-31" if ended else None)  # fmt: skip
        client = Client()
        client.force_login(user)
        return client


@pytest.fixture
def world() -> World:
    assert timezone.localdate().year > 2020
    return World()


def address(space: str, name: str, *, has_pk: bool, row: Asset) -> str:
    return reverse(f"{space}:{name}", args=[row.pk] if has_pk else [])


def text(answer: Any) -> str:
    """Return the body, with the JSON escapes of Wagtail's modal answers undone."""
    body = answer.getvalue().decode(errors="replace")
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), body)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("space", "name", "has_pk"), NAMES)
def test_no_address_shows_or_changes_a_row_of_another_agency(
    world: World, space: str, name: str, has_pk: bool, method: str
) -> None:
    url = address(space, name, has_pk=has_pk, row=world.theirs)
    data = {"title": "Chiếm", "alt": "x", "agency": world.other.pk, "q": "kín", "id": world.theirs.pk}

    for role in Role:
        answer = getattr(world.client(role), method)(url, data)

        assert SECRET not in text(answer), role
        if has_pk:
            assert answer.status_code in (404, 405), role
    assert Asset.objects.get(agency=world.other).title == SECRET


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("space", "name", "has_pk"), NAMES)
def test_without_a_role_of_today_no_address_is_open(
    world: World, space: str, name: str, has_pk: bool, method: str
) -> None:
    url = address(space, name, has_pk=has_pk, row=world.ours)

    for client in (Client(), world.client(None), world.client(Role.AUTHOR, ended=True)):
        answer = getattr(client, method)(url, {"title": "Chiếm", "agency": world.own.pk})

        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/ban-lam-viec/login/")
    assert Asset.objects.get(agency=world.own).title == OURS


@pytest.mark.parametrize(("space", "name", "has_pk"), NAMES)
def test_every_address_works_for_its_own_author(world: World, space: str, name: str, has_pk: bool) -> None:
    answer = world.client(Role.AUTHOR).get(address(space, name, has_pk=has_pk, row=world.ours))

    assert answer.status_code in (200, 405)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUTHOR])
def test_who_does_not_write_reads_and_changes_nothing(world: World, role: Role) -> None:
    client = world.client(role)

    shown = client.get(reverse("people_walk:index"))
    for name in ("edit", "delete"):
        client.post(reverse(f"people_walk:{name}", args=[world.ours.pk]),
                    {"title": "Chiếm", "alt": "x", "agency": world.own.pk})  # fmt: skip

    assert OURS in text(shown)
    assert Asset.objects.get(agency=world.own).title == OURS


@pytest.mark.parametrize("role", CENTRAL)
def test_at_the_centre_a_central_role_sees_every_agency(world: World, role: Role) -> None:
    shown = text(world.client(role, world.centre).get(reverse("people_walk:index")))

    assert OURS in shown
    assert SECRET in shown


def test_an_author_at_the_centre_is_no_author_elsewhere(world: World) -> None:
    client = world.client(Role.AUTHOR, world.centre)

    assert client.get(reverse("people_walk:edit", args=[world.theirs.pk])).status_code == 404
    assert SECRET not in text(client.get(reverse("people_walk:index")))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_of_the_list_holds_only_own_rows(world: World, kind: str) -> None:
    answer = world.client(Role.AUTHOR).get(reverse("people_walk:index"), {"export": kind})

    body = answer.getvalue()
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(body)).active
        body = str(list(sheet.values) if sheet else "").encode()
    assert answer.status_code == 200
    assert OURS in body.decode()
    assert SECRET not in body.decode()


@pytest.mark.parametrize("where", ["add", "edit"])
def test_a_row_is_not_given_to_another_agency(world: World, where: str) -> None:
    url = reverse(f"people_walk:{where}", args=[world.ours.pk] if where == "edit" else [])

    answer = world.client(Role.AUTHOR).post(url, {"title": "Chiếm", "alt": "x", "agency": world.other.pk})

    assert answer.status_code == 200
    assert list(Asset.objects.filter(agency=world.other).values_list("title", flat=True)) == [SECRET]
