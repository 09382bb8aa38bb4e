"""Two people write at once, or a machine falls: nothing that was typed is lost, with and without JavaScript."""

from __future__ import annotations

from django.urls import reverse
from wagtail.admin.models import EditingSession
from wagtail.models import Comment, Revision

from cong.agencies.models import Role
from cong.publishing.models import Snapshot
from tests.newsroom.conftest import World
from tests.newsroom.makers import JSON, client_of, draft, edit, form, latest, member


def test_a_stale_form_is_refused_and_both_texts_are_shown(world: World) -> None:
    stale = form(world.draft, lead="Chữ của tôi.")
    second = client_of(member(Role.AUTHOR, world.a))
    second.post(edit(world.draft), form(world.draft, lead="Chữ của người kia."))

    answer = world.client.post(edit(world.draft), stale)

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert shown.count("Chữ của tôi.") == 2  # beside the other text, and in the form
    assert "Chữ của người kia." in shown
    assert latest(world.draft).lead == "Chữ của người kia."


def test_a_conflict_in_a_block_is_shown_too(world: World) -> None:
    stale = form(world.draft, **{"body-0-value": draft("Đoạn của tôi.")})
    second = client_of(member(Role.AUTHOR, world.a))
    second.post(edit(world.draft), form(world.draft, **{"body-0-value": draft("Đoạn của người kia.")}))

    shown = world.client.post(edit(world.draft), stale).content.decode()

    assert "<td>Đoạn của tôi.</td>" in shown
    assert "<td>Đoạn của người kia.</td>" in shown


def test_after_the_conflict_was_seen_the_form_can_be_saved(world: World) -> None:
    stale = form(world.draft, lead="Chữ của tôi.")
    client_of(member(Role.AUTHOR, world.a)).post(edit(world.draft), form(world.draft, lead="Chữ của người kia."))
    world.client.post(edit(world.draft), stale)
    seen = latest(world.draft).latest_revision.created_at.isoformat()

    answer = world.client.post(edit(world.draft), stale | {"loaded_revision_created_at": seen})

    assert answer.status_code == 302
    assert latest(world.draft).lead == "Chữ của tôi."
    assert Revision.objects.filter(content__lead="Chữ của người kia.").exists()


def test_a_stale_form_cannot_be_submitted(world: World) -> None:
    stale = form(world.draft, **{"action-seal": "1"})
    client_of(member(Role.AUTHOR, world.a)).post(edit(world.draft), form(world.draft, lead="Mới hơn."))

    answer = world.client.post(edit(world.draft), stale)

    assert answer.status_code == 409
    assert not Snapshot.objects.exists()


def test_a_form_that_does_not_say_what_it_was_made_from_is_stale(world: World) -> None:
    answer = world.client.post(edit(world.draft), form(world.draft, loaded_revision_created_at=""))

    assert answer.status_code == 409


def test_autosave_makes_one_revision_and_then_overwrites_it(world: World) -> None:
    first = world.client.post(edit(world.draft), form(world.draft, lead="Một."), **JSON).json()
    more = form(world.draft, lead="Hai.", overwrite_revision_id=str(first["revision_id"]))
    second = world.client.post(edit(world.draft), more, **JSON).json()

    assert first["revision_id"] == second["revision_id"]
    assert latest(world.draft).lead == "Hai."


def test_submitting_after_an_own_autosave_is_not_stale(world: World) -> None:
    loaded = form(world.draft, lead="Tự lưu.")  # a browser keeps posting the revision that it loaded
    world.client.post(edit(world.draft), loaded, **JSON)

    answer = world.client.post(edit(world.draft), loaded | {"action-seal": "1"})

    assert answer.status_code == 302
    assert Snapshot.objects.exists()


def test_an_autosave_never_covers_what_someone_else_saved(world: World) -> None:
    stale = form(world.draft, lead="Cũ.")
    client_of(member(Role.AUTHOR, world.a)).post(edit(world.draft), form(world.draft, lead="Mới hơn."))
    silent = {name: value for name, value in stale.items() if not name.startswith("loaded_")}

    for given in (stale, silent):
        answer = world.client.post(edit(world.draft), given, **JSON)
        assert answer.json()["error_code"] == "invalid_revision"
    assert latest(world.draft).lead == "Mới hơn."


def test_an_autosave_after_submitting_changes_nothing(world: World) -> None:
    saved = world.client.post(edit(world.draft), form(world.draft, lead="Một."), **JSON).json()
    late = form(world.draft, overwrite_revision_id=str(saved["revision_id"]))
    world.client.post(edit(world.draft), late | {"lead": "Đã trình.", "action-seal": "1"})
    sealed = Snapshot.objects.get()

    answer = world.client.post(edit(world.draft), late | {"lead": "Gõ thêm."}, **JSON)

    assert answer.json()["error_code"] == "locked" or answer.status_code == 400
    assert Snapshot.objects.get().sha256 == sealed.sha256
    assert latest(world.draft).lead == "Đã trình."


def test_text_kept_on_the_machine_comes_back_unsaved(world: World) -> None:
    kept = form(world.draft, lead="Chữ trước khi máy tắt.")

    answer = world.client.post(f"{edit(world.draft)}?khoi-phuc=1", kept)

    assert answer.status_code == 200
    assert "Chữ trước khi máy tắt." in answer.content.decode()
    assert latest(world.draft).lead != "Chữ trước khi máy tắt."


def test_a_second_editor_is_announced(world: World) -> None:
    second = member(Role.AUTHOR, world.a)
    for client in (world.client, client_of(second)):
        client.get(edit(world.draft))
    sessions = {one.user_id: one.pk for one in EditingSession.objects.all()}
    place = ["wagtailcore", "page", world.draft.pk]
    url = {who: reverse("wagtailadmin_editing_sessions:ping", args=[*place, pk]) for who, pk in sessions.items()}

    client_of(second).post(url[second.pk])
    answer = world.client.post(url[world.author.pk])
    foreign = client_of(world.other).post(url[world.author.pk])

    assert [one["user"] for one in answer.json()["other_sessions"]] == [str(second)]
    assert foreign.status_code in (403, 404)


def test_a_comment_is_kept(world: World) -> None:
    comment = {
        "comments-TOTAL_FORMS": "1", "comments-0-id": "", "comments-0-contentpath": "lead",
        "comments-0-text": "Xem lại câu này", "comments-0-position": "", "comments-0-DELETE": "",
        "comments-0-resolved": "", "comments-0-replies-TOTAL_FORMS": "0", "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0", "comments-0-replies-MAX_NUM_FORMS": "0",
    }  # fmt: skip

    world.client.post(edit(world.draft), form(world.draft, **comment))

    assert Comment.objects.get().text == "Xem lại câu này"


def test_locking_and_comparing_revisions_work(world: World) -> None:
    world.client.post(edit(world.draft), form(world.draft, lead="Khác."))
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[world.draft.pk, "earliest", "latest"])

    shown = world.client.get(compare).content.decode()
    locked = world.client.post(reverse("wagtailadmin_pages:lock", args=[world.draft.pk]))

    world.draft.refresh_from_db()
    assert "addition" in shown
    assert locked.status_code == 302
    assert world.draft.locked


def test_an_older_revision_comes_back_only_by_a_fresh_form(world: World) -> None:
    old = world.draft.latest_revision_id
    stale = form(world.draft)
    client_of(member(Role.AUTHOR, world.a)).post(edit(world.draft), form(world.draft, lead="Mới hơn."))
    url = reverse("wagtailadmin_pages:revisions_revert", args=[world.draft.pk, old])

    assert world.client.get(url).status_code == 200
    assert world.client.post(url, stale).status_code == 409
    assert latest(world.draft).lead == "Mới hơn."
