"""Every way past the process that Wagtail leaves open elsewhere fails closed here."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPagePermissionError, PublishPageRevisionAction
from wagtail.actions.unpublish_page import UnpublishPagePermissionError
from wagtail.models import GroupPagePermission, Page, Revision

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.entries.models import Entry
from cong.newsroom import actions
from cong.newsroom.models import AgencyPage, ArticlePage
from cong.publishing.models import Snapshot
from tests import makers
from tests.newsroom.conftest import World
from tests.newsroom.makers import JSON, STAFF, client_of, edit, form, latest, member

_POSTED = ["publish", "submit", "restart-workflow", "cancel-workflow", "workflow-action", "unpublish"]


@pytest.mark.parametrize("action", _POSTED)
def test_posting_a_publishing_action_to_the_editor_is_forbidden(world: World, action: str) -> None:
    answer = world.client.post(edit(world.draft), form(world.draft, lead="Lẻn.", **{f"action-{action}": "1"}))

    assert answer.status_code == 403
    assert latest(world.draft).lead != "Lẻn."
    assert not ArticlePage.objects.filter(live=True).exists()


@pytest.mark.parametrize("action", _POSTED)
def test_posting_a_publishing_action_with_a_new_page_is_forbidden(world: World, action: str) -> None:
    url = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", world.page.pk])

    answer = world.client.post(url, form(world.draft, title="Lẻn", **{f"action-{action}": "1"}))

    assert answer.status_code == 403
    assert not ArticlePage.objects.filter(title="Lẻn").exists()


def test_an_author_with_every_wagtail_permission_publishes_nothing(world: World) -> None:
    group = Group.objects.create(name="Mọi quyền")
    world.author.groups.add(group)
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__endswith="_page"):
        GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=permission)

    tester = world.draft.permissions_for_user(User.objects.get(pk=world.author.pk))

    assert not any(
        [tester.can_publish(), tester.can_unpublish(), tester.can_publish_subpage(), tester.can_unschedule()]
    )
    with pytest.raises(PublishPagePermissionError):
        world.draft.get_latest_revision().publish(user=world.author)


def test_a_flag_on_the_person_opens_nothing(world: World) -> None:
    stranger = makers.person("goc")
    stranger.is_superuser = stranger.is_active = True  # in memory: the database refuses to store it

    tester = world.draft.permissions_for_user(stranger)

    asked = ("can_publish", "can_edit", "can_delete", "can_unpublish", "can_move", "can_copy", "can_lock", "can_unlock")
    assert [name for name in asked if getattr(tester, name)()] == []
    with pytest.raises(PublishPagePermissionError):
        PublishPageRevisionAction(world.draft.get_latest_revision(), user=stranger).execute()


def test_the_database_stores_no_superuser(world: World) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.filter(pk=world.author.pk).update(is_superuser=True)


def test_a_page_that_wagtail_was_made_to_publish_is_still_not_public(world: World) -> None:
    revision = world.draft.get_latest_revision()

    PublishPageRevisionAction(revision, user=None).execute(skip_permission_checks=True)
    Page.objects.filter(pk=world.foreign.pk).update(live=True)

    assert ArticlePage.objects.get(pk=world.draft.pk).live
    assert not Entry.objects.exists()


def test_an_entry_cannot_be_written_behind_the_process(world: World) -> None:
    actions.submit(latest(world.draft), by=world.author, at=timezone.now())
    publication = Snapshot.objects.get().publication_id

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO publishing_release (id, publication_id, snapshot_id, sha256, kind, by_id, at, note, mode, "
            "target, prev, hash, provisional) SELECT 1, %s, id, sha256, 'publish', by_id, at, '', '', '', %s, %s, %s "
            "FROM publishing_snapshot",
            [publication, "0" * 64, "1" * 64, False],
        )


def test_a_snapshot_does_not_follow_an_overwritten_revision(world: World) -> None:
    saved = world.client.post(edit(world.draft), form(world.draft, lead="Đã trình."), **JSON).json()
    actions.submit(latest(world.draft), by=world.author, at=timezone.now())
    sealed = Snapshot.objects.get()

    Revision.objects.filter(pk=saved["revision_id"]).update(content={"title": "Đổi ruột"})

    assert Snapshot.objects.get(pk=sealed.pk).content == sealed.content


def test_a_sealed_text_cannot_be_rewritten_by_sql(world: World) -> None:
    actions.submit(latest(world.draft), by=world.author, at=timezone.now())

    for sql in ("UPDATE publishing_snapshot SET html = 'x'", "DELETE FROM publishing_snapshot"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_draft_never_moves_to_another_agency(world: World) -> None:
    both = member(Role.AUTHOR, world.a, world.b)
    client = client_of(both)
    move = f"{STAFF}pages/{world.draft.pk}/move/{world.foreign_page.pk}/confirm/"

    tester = world.draft.permissions_for_user(both)

    assert client.post(move).status_code == 404
    assert not tester.can_move_to(world.foreign_page)
    assert not tester.can_copy_to(world.foreign_page)
    assert not tester.can_move()


def test_a_draft_moved_behind_the_editor_belongs_to_the_page_it_stands_under(world: World) -> None:
    world.draft.move(AgencyPage.objects.get(agency=world.b), pos="last-child")
    moved = ArticlePage.objects.get(pk=world.draft.pk).get_latest_revision_as_object()

    with pytest.raises(PermissionDenied):
        actions.submit(moved, by=world.author, at=timezone.now())


def test_a_posted_go_live_date_is_ignored(world: World) -> None:
    world.client.post(edit(world.draft), form(world.draft, go_live_at="2020-01-01 00:00", expire_at="2030-01-01 00:00"))

    assert (latest(world.draft).go_live_at, latest(world.draft).expire_at) == (None, None)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUTHOR])
def test_no_role_but_an_authors_writes(world: World, role: Role) -> None:
    person = member(role, world.a)
    page = latest(world.draft)

    answer = client_of(person).post(edit(world.draft), form(world.draft, lead="Lẻn."))

    assert answer.status_code == 404
    with pytest.raises(PermissionDenied):
        actions.submit(page, by=person, at=timezone.now())


def test_there_are_no_snippets_and_no_api_of_wagtail(world: World) -> None:
    for address in ("/api/v2/pages/", "/api/v3/pages/", "/pages/", f"{STAFF}snippets/", f"{STAFF}api/main/images/"):
        assert world.client.get(address).status_code == 404


def test_unpublishing_is_nobodys(world: World) -> None:
    Page.objects.filter(pk=world.draft.pk).update(live=True)
    live: Any = ArticlePage.objects.get(pk=world.draft.pk)

    with pytest.raises(UnpublishPagePermissionError):
        live.unpublish(user=world.author)
