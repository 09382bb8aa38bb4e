"""Rights to pages follow memberships by path, and cost as much with three hundred agencies as with three."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page

from cong.accounts.models import User
from cong.agencies.models import Agency, Category, Role
from cong.newsroom import actions
from cong.newsroom.models import AgencyPage
from cong.newsroom.policy import WORKSPACE, below, merged
from tests.newsroom.conftest import World
from tests.newsroom.makers import STAFF, article, client_of, member


def _seen(user: User) -> set[str]:
    return set(WORKSPACE.explorable_instances(User.objects.get(pk=user.pk)).values_list("title", flat=True))


def test_an_author_sees_one_agency(world: World) -> None:
    assert _seen(world.author) == {world.page.title, world.draft.title}


def test_an_author_of_two_agencies_sees_both_and_the_way_down(world: World) -> None:
    assert _seen(member(Role.AUTHOR, world.a, world.b)) >= {"Bàn viết", world.draft.title, world.foreign.title}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUTHOR])
def test_nobody_else_sees_a_page(world: World, role: Role) -> None:
    assert _seen(member(role, world.a)) == set()


def test_rights_end_with_the_membership(world: World) -> None:
    gone = member(Role.AUTHOR, world.a, until=timezone.localdate() - timedelta(days=1))

    assert _seen(gone) == set()


def test_those_who_may_write_a_page_are_its_agencys_authors(world: World) -> None:
    second = member(Role.AUTHOR, world.a)
    member(Role.APPRAISER, world.a)

    people = WORKSPACE.users_with_any_permission_for_instance({"change"}, world.draft)

    assert set(people) == {world.author, second}


def _path(number: int) -> str:
    return str(Page._get_path("00010001", 3, number))


@given(st.sets(st.integers(min_value=1, max_value=200), min_size=1))
def test_merged_ranges_hold_exactly_the_pages_that_were_given(numbers: set[int]) -> None:
    runs = merged(map(_path, numbers))

    inside = {n for n in range(1, 203) if any(first <= _path(n) <= last.ljust(255, "Z") for first, last in runs)}
    assert inside == numbers


def test_all_agencies_together_are_one_range() -> None:
    assert len(merged(map(_path, range(1, 301)))) == 1


def test_the_range_of_a_page_holds_what_is_under_it_and_not_its_neighbour(world: World) -> None:
    inside = Page.objects.filter(below(world.page.path, world.page.path))

    assert set(inside.values_list("pk", flat=True)) == {world.page.pk, world.draft.pk}


def _land(count: int) -> list[Agency]:
    made = [
        Agency(
            name=f"Cơ quan số {n}",
            short_name=f"Cơ quan số {n}",
            slug=f"co-quan-so-{n}",
            category=Category.MINISTRY,
            order=n,
        )
        for n in range(count)
    ]
    Agency.objects.bulk_create(made)
    actions.open_workspaces(at=timezone.now())
    return list(Agency.objects.filter(slug__startswith="co-quan-so-").in_order())


def _queries(client: Client, address: str) -> int:
    client.get(address)  # the first request fills caches that live as long as the process
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def _costs(agencies: list[Agency]) -> dict[str, int]:
    author, centre = member(Role.AUTHOR, agencies[0]), member(Role.AUTHOR, *agencies)
    for number in range(5):
        article(agencies[0], author, f"Bài số {number}")
    page = AgencyPage.objects.get(agency=agencies[0])
    root = page.get_parent()
    addresses: dict[str, tuple[User, Callable[[], str]]] = {
        "explorer": (author, lambda: reverse("wagtailadmin_explore", args=[page.pk])),
        "search": (author, lambda: reverse("wagtailadmin_pages:search_results") + "?q=Bài"),
        "chooser": (author, lambda: reverse("wagtailadmin_choose_page_child", args=[page.pk])),
        "side bar": (author, lambda: f"{STAFF}api/main/pages/?child_of={page.pk}&for_explorer=1"),
        "centre, explorer": (centre, lambda: reverse("wagtailadmin_explore", args=[page.pk])),
        "centre, search": (centre, lambda: reverse("wagtailadmin_pages:search_results") + "?q=Bài"),
        "centre, chooser": (centre, lambda: reverse("wagtailadmin_choose_page_child", args=[page.pk])),
        "centre, agencies": (centre, lambda: reverse("wagtailadmin_explore", args=[root.pk])),
    }
    return {name: _queries(client_of(user), address()) for name, (user, address) in addresses.items()}


@pytest.mark.django_db
def test_no_screen_asks_more_of_the_database_with_three_hundred_agencies_than_with_three() -> None:
    few = _costs(_land(3))
    for agency in Agency.objects.filter(slug__startswith="co-quan-so-"):
        Agency.objects.filter(pk=agency.pk).update(slug=f"cu-{agency.pk}")

    many = _costs(_land(300))

    assert many == few


@pytest.mark.django_db
def test_a_list_asks_nothing_more_for_each_row() -> None:
    agencies = _land(1)
    author = member(Role.AUTHOR, agencies[0])
    article(agencies[0], author, "Bài đầu")
    address = reverse("wagtailadmin_explore", args=[AgencyPage.objects.get(agency=agencies[0]).pk])
    few = _queries(client_of(author), address)
    for number in range(10):
        article(agencies[0], author, f"Bài số {number}")

    assert _queries(client_of(author), address) == few


@pytest.mark.django_db
def test_workspaces_of_three_hundred_agencies_open_in_a_few_queries() -> None:
    _land(1)
    Agency.objects.bulk_create(
        Agency(name=f"Mới {n}", short_name=f"Mới {n}", slug=f"moi-{n}", category=Category.MINISTRY) for n in range(300)
    )

    with CaptureQueriesContext(connection) as seen:
        made = actions.open_workspaces(at=timezone.now())

    assert made == 300
    assert len(seen) < 30
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.django_db
def test_opening_workspaces_again_changes_nothing() -> None:
    _land(3)

    assert actions.open_workspaces(at=timezone.now()) == 0
    assert AgencyPage.objects.count() == 3


@pytest.mark.django_db
def test_an_agency_that_has_ended_gets_no_workspace() -> None:
    ended = date(2020, 1, 1)
    Agency.objects.create(name="Cũ", short_name="Cũ", slug="cu", category=Category.MINISTRY, active_to=ended)

    assert actions.open_workspaces(at=timezone.now()) == 0


@pytest.mark.django_db
def test_a_page_takes_the_name_that_its_agency_has_now() -> None:
    (agency,) = _land(1)
    Agency.objects.filter(pk=agency.pk).update(short_name="Tên mới")

    actions.open_workspaces(at=timezone.now())

    assert AgencyPage.objects.get(agency=agency).title == "Tên mới"
