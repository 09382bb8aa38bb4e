"""Staff addresses are closed unless listed, and the list is written down here a second time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Page

from cong.agencies.models import Role
from cong.desk.closed import OPEN, OURS
from tests import makers
from tests.newsroom.conftest import SECRET, World
from tests.newsroom.makers import STAFF, client_of, member, workspace

_PINNED = {
    "wagtailadmin_account", "wagtailadmin_api:pages:detail", "wagtailadmin_api:pages:listing",
    "wagtailadmin_block_preview",
    "wagtailadmin_choose_page", "wagtailadmin_choose_page_anchor_link", "wagtailadmin_choose_page_child",
    "wagtailadmin_choose_page_email_link", "wagtailadmin_choose_page_external_link",
    "wagtailadmin_choose_page_phone_link", "wagtailadmin_choose_page_search", "wagtailadmin_dismissibles",
    "wagtailadmin_editing_sessions:ping", "wagtailadmin_editing_sessions:release", "wagtailadmin_explore",
    "wagtailadmin_explore_results", "wagtailadmin_explore_root", "wagtailadmin_home", "wagtailadmin_javascript_catalog",
    "wagtailadmin_login", "wagtailadmin_logout", "wagtailadmin_pages:add", "wagtailadmin_pages:add_subpage",
    "wagtailadmin_pages:delete", "wagtailadmin_pages:edit", "wagtailadmin_pages:history",
    "wagtailadmin_pages:history_results", "wagtailadmin_pages:lock", "wagtailadmin_pages:preview_on_add",
    "wagtailadmin_pages:preview_on_edit", "wagtailadmin_pages:revisions_compare", "wagtailadmin_pages:revisions_revert",
    "wagtailadmin_pages:revisions_view", "wagtailadmin_pages:search", "wagtailadmin_pages:search_results",
    "wagtailadmin_pages:unlock", "wagtailadmin_pages:view_draft", "wagtailadmin_sprite",
}  # fmt: skip
_CLOSED = (
    "users/", "groups/", "collections/", "sites/", "locales/", "workflows/list/", "workflows/tasks/index/", "images/",
    "images/chooser/", "documents/", "documents/chooser/", "reports/site-history/", "reports/locked/",
    "reports/aging-pages/", "choose-page/chosen-multiple/", "failwhale/", "test404/", "api/main/images/",
    "api/main/documents/", "password_reset/", "tag-autocomplete/", "mai-sau-moi-co/",
    "bulk/wagtailcore/page/publish/?id=1", "bulk/wagtailcore/page/unpublish/?id=1", "bulk/wagtailcore/page/move/?id=1",
    "bulk/wagtailcore/page/delete/?id=1",
)  # fmt: skip
_CLOSED_OF_A_PAGE = (
    "unpublish", "copy", "move", "set_privacy", "convert_alias", "set_page_position", "usage",
    "confirm_workflow_cancellation", "workflow_history", "revisions_index",
)  # fmt: skip
_OF_A_PAGE = (
    "edit", "history", "history_results", "view_draft", "delete", "lock", "unlock", "add_subpage", "preview_on_edit",
)  # fmt: skip


def test_what_is_open_is_what_was_decided() -> None:
    assert set(OPEN) == _PINNED


def _names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name or ''}"
        else:
            yield from _names(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)


def test_every_open_address_exists_and_most_of_wagtails_are_closed() -> None:
    staff = [one for one in get_resolver().url_patterns if str(one.pattern) == STAFF[1:]]
    names = set(_names(staff))

    assert set(OPEN) <= names
    assert len({name for name in names if not name.startswith(OURS)} - OPEN) > 100


@pytest.mark.parametrize("address", _CLOSED)
def test_a_closed_address_is_not_there_for_anybody(world: World, address: str) -> None:
    for client in (world.client, client_of(member(Role.OPERATOR, world.a))):
        assert client.get(STAFF + address).status_code == 404
        assert client.post(STAFF + address).status_code == 404


@pytest.mark.parametrize("name", _CLOSED_OF_A_PAGE)
def test_a_closed_address_of_an_own_page_is_not_there(world: World, name: str) -> None:
    url = reverse(f"wagtailadmin_pages:{name}", args=[world.draft.pk])

    assert world.client.get(url).status_code == 404
    assert world.client.post(url).status_code == 404


def test_wagtails_json_door_to_publishing_is_closed(world: World) -> None:
    url = f"{STAFF}api/main/pages/{world.draft.pk}/action/"

    for action in ("publish", "unpublish", "copy", "move", "delete", "revert_to_page_revision"):
        assert world.client.post(f"{url}{action}/").status_code == 404


@pytest.mark.parametrize("name", _OF_A_PAGE)
def test_a_page_of_another_agency_is_not_there(world: World, name: str) -> None:
    url = reverse(f"wagtailadmin_pages:{name}", args=[world.foreign.pk])

    for client in (world.client, client_of(member(Role.APPRAISER, world.a)), client_of(member(Role.AUTHOR))):
        assert client.get(url).status_code == 404
        assert client.post(url, {"title": "x"}).status_code == 404


def test_our_own_addresses_of_a_foreign_page_are_not_there(world: World) -> None:
    for name, method in (("newsroom_recall", "post"), ("newsroom_compare", "get")):
        url = reverse(name, args=[world.foreign.pk])
        assert getattr(world.client, method)(url).status_code == 404


def test_the_ways_to_a_foreign_page_through_choosers_and_json_are_closed(world: World) -> None:
    addresses = (
        reverse("wagtailadmin_choose_page_child", args=[world.foreign_page.pk]),
        f"{STAFF}api/main/pages/{world.foreign.pk}/",
        reverse("wagtailadmin_pages:revisions_compare", args=[world.foreign.pk, "earliest", "latest"]),
        reverse("wagtailadmin_explore", args=[world.foreign_page.pk]),
        reverse("wagtailadmin_explore_results", args=[world.foreign_page.pk]),
    )

    assert [world.client.get(address).status_code for address in addresses] == [404] * len(addresses)


def test_lists_choosers_and_searches_show_own_pages_only(world: World) -> None:
    addresses = (
        reverse("wagtailadmin_explore_root"), reverse("wagtailadmin_choose_page"),
        reverse("wagtailadmin_choose_page_search"), reverse("wagtailadmin_pages:search"),
        reverse("wagtailadmin_pages:search_results"),
        reverse("wagtailadmin_explore", args=[world.page.pk]) + "?search_all=1",
    )  # fmt: skip

    for address in addresses:
        shown = world.client.get(address, {"q": SECRET}, follow=True)
        assert shown.status_code == 200, address
        rows = shown.content.decode().replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "")
        assert world.foreign.slug not in rows, address
        assert f"/pages/{world.foreign.pk}/" not in rows, address


def test_the_chooser_shows_and_finds_own_pages_only(world: World) -> None:
    third = makers.agency("Sở C")
    both = client_of(member(Role.AUTHOR, world.a, third))
    workspace(third)  # for someone who writes for two agencies the chooser shows the level above
    level = reverse("wagtailadmin_choose_page_child", args=[world.page.get_parent().pk])
    search = reverse("wagtailadmin_choose_page_search")

    shown = both.get(level).json()["html"]
    found = both.get(search, {"q": "thư viện"}).content.decode()
    foreign = both.get(search, {"q": "mật"}).content.decode()

    assert world.page.title in shown
    assert world.foreign_page.title not in shown
    assert world.draft.title in found
    assert world.foreign.title not in foreign


def test_the_side_bar_holds_own_pages_only(world: World) -> None:
    def titles(parent: Page) -> list[str]:
        answer = world.client.get(f"{STAFF}api/main/pages/?child_of={parent.pk}&for_explorer=1&fields=parent")
        return [one["title"] for one in answer.json().get("items", ())]

    assert titles(world.page) == [world.draft.title]
    assert titles(world.foreign_page) == []


def test_a_stranger_is_led_to_the_sign_in(world: World) -> None:
    for person in (member(Role.AUTHOR),):
        answer = client_of(person).get(reverse("wagtailadmin_explore_root"))
        assert answer.status_code == 302
        assert reverse("wagtailadmin_login") in answer.headers["Location"]
