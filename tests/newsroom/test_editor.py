"""Writing and submitting through the editor: validated, saved and sealed in one step."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cong.agencies.models import Role
from cong.journal.models import Event
from cong.newsroom.models import ArticlePage
from cong.publishing import preflight
from cong.publishing.checks.findings import Finding, Level
from cong.publishing.models import Docket, Publication, Snapshot
from cong.publishing.process import Content
from tests.newsroom.conftest import World
from tests.newsroom.makers import client_of, edit, form, latest, member, workspace


def submit(world: World, **more: str) -> Any:
    return world.client.post(edit(world.draft), form(world.draft, **{"action-seal": "1"} | more))


def test_the_editor_offers_saving_and_submitting_and_nothing_else(world: World) -> None:
    shown = world.client.get(edit(world.draft)).content.decode()

    assert 'name="action-seal"' in shown
    for action in ("publish", "submit", "unpublish", "restart-workflow", "cancel-workflow"):
        assert f'name="action-{action}"' not in shown


def test_submitting_saves_and_seals_what_was_typed(world: World) -> None:
    answer = submit(world, lead="Vừa gõ xong.", tags="thư viện, Thư  viện; sách")

    sealed = Snapshot.objects.get()
    content = Content.parse(sealed.content, sealed.html)
    assert answer.status_code == 302
    assert (content.summary, content.agency, content.tags) == ("Vừa gõ xong.", world.a.pk, ("thư viện", "sách"))
    assert content.html == "<p>Mở cửa từ thứ Hai.</p>"
    assert Docket.objects.get().state == "submitted"
    assert latest(world.draft).lead == "Vừa gõ xong."


def test_submitting_says_so_once_in_the_journal(world: World) -> None:
    submit(world)

    assert list(Event.objects.filter(verb="submit").values_list("actor", flat=True)) == [world.author.username]


def test_everybody_who_saved_a_revision_is_a_contributor(world: World) -> None:
    second = member(Role.AUTHOR, world.a)
    client_of(second).post(edit(world.draft), form(world.draft, lead="Thêm một câu."))

    submit(world)

    people = Snapshot.objects.get().contributors.values_list("user", flat=True)
    assert set(people) == {world.author.pk, second.pk}


def test_a_draft_may_be_saved_unfinished_but_not_submitted(world: World) -> None:
    saved = world.client.post(edit(world.draft), form(world.draft, lang=""))
    refused = submit(world, lang="")

    assert saved.status_code == 302
    assert refused.status_code == 200
    assert not Snapshot.objects.exists()


def test_what_blocks_a_text_is_shown_and_the_draft_stays_saved(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Finding(code="title.short", level=Level.BLOCK, where="Tiêu đề", text="Tiêu đề thiếu tên đơn vị.")

    def blocked(*args: Any, **given: Any) -> Content:
        raise preflight.Blocked([finding])

    monkeypatch.setattr(preflight, "checked", blocked)
    answer = submit(world, lead="Chữ đã gõ.")

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Tiêu đề thiếu tên đơn vị." in shown
    assert "Chữ đã gõ." in shown
    assert latest(world.draft).lead == "Chữ đã gõ."
    assert not Publication.objects.exists()


def test_the_form_shown_after_a_refusal_can_be_submitted_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(preflight, "checked", _refuse)
        answer = submit(world)

    assert f'value="{latest(world.draft).latest_revision_id}"' in answer.content.decode()
    assert submit(world).status_code == 302


def _refuse(*args: Any, **given: Any) -> Content:
    raise preflight.Blocked([Finding(code="x", level=Level.BLOCK, where="Sapo", text="Sai.")])


def test_a_link_to_an_unpublished_page_keeps_a_text_from_being_submitted(world: World) -> None:
    linked = (
        '{"blocks":[{"key":"a","text":"Xem bài","type":"unstyled","depth":0,"inlineStyleRanges":[],'
        '"entityRanges":[{"offset":0,"length":3,"key":0}]}],"entityMap":{"0":{"type":"LINK","mutability":"MUTABLE",'
        f'"data":{{"id":{world.draft.pk},"url":"/x/","parentId":1}}}}}}}}'
    )

    answer = submit(world, **{"body-0-value": linked})

    assert answer.status_code == 422
    assert "Liên kết dẫn tới một bài chưa công bố" in answer.content.decode()


def test_a_submitted_text_is_frozen_for_everybody(world: World) -> None:
    submit(world)
    second = client_of(member(Role.AUTHOR, world.a))

    for client in (world.client, second):
        answer = client.post(edit(world.draft), form(world.draft, lead="Lẻn vào."))
        assert answer.status_code == 200
    assert latest(world.draft).lead != "Lẻn vào."


def test_a_frozen_text_says_why_and_offers_to_be_recalled(world: World) -> None:
    submit(world)

    shown = world.client.get(edit(world.draft)).content.decode()

    assert "thu hồi bản trình" in shown
    assert reverse("newsroom_recall", args=[world.draft.pk]) in shown
    assert 'name="action-seal"' not in shown


def test_a_recalled_text_can_be_written_on_and_submitted_again(world: World) -> None:
    submit(world)

    world.client.post(reverse("newsroom_recall", args=[world.draft.pk]))
    answer = submit(world, lead="Sau khi thu hồi.")

    assert answer.status_code == 302
    assert Snapshot.objects.count() == 2
    assert Publication.objects.count() == 1


def test_a_page_is_created_as_a_draft_in_the_own_agency_only(world: World) -> None:
    def add(parent: Any) -> Any:
        url = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", parent.pk])
        return world.client.post(url, form(world.draft, title="Bài mới"))

    assert (add(world.page).status_code, add(world.foreign_page).status_code) == (302, 404)
    assert ArticlePage.objects.get(title="Bài mới").live is False


def test_the_form_of_a_new_page_opens_and_has_no_way_to_submit(world: World) -> None:
    url = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", workspace(world.a).pk])

    answer = world.client.get(url)

    assert answer.status_code == 200
    assert 'name="action-seal"' not in answer.content.decode()


def test_another_agencys_page_is_no_original_to_translate(world: World) -> None:
    answer = world.client.post(edit(world.draft), form(world.draft, translation_of=str(world.foreign.pk), lang="en"))

    assert answer.status_code == 200
    assert world.foreign.title not in answer.content.decode()
    assert latest(world.draft).translation_of is None


def test_a_text_that_was_submitted_is_never_deleted(world: World) -> None:
    submit(world)

    world.client.post(reverse("wagtailadmin_pages:delete", args=[world.draft.pk]))

    assert ArticlePage.objects.filter(pk=world.draft.pk).exists()


def test_a_draft_that_was_never_submitted_may_be_deleted(world: World) -> None:
    world.client.post(reverse("wagtailadmin_pages:delete", args=[world.draft.pk]))

    assert not ArticlePage.objects.filter(pk=world.draft.pk).exists()
