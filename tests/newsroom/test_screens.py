"""Staff screens: strict content policy, preview as readers see it, comparing, signing in, own settings."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cong.agencies.models import Role
from cong.entries.models import Entry
from cong.newsroom import actions, queries
from cong.newsroom.models import ArticlePage
from cong.publishing.models import Docket
from tests import makers
from tests.media import makers as files
from tests.newsroom.conftest import World
from tests.newsroom.makers import STAFF, article, edit, form, latest, member

pytestmark = pytest.mark.usefixtures("stores")
_RUN = {None, "", "text/javascript", "module", "application/javascript"}


def violations(html: str) -> list[str]:
    """Return what a policy without inline script would refuse."""
    soup = BeautifulSoup(re.sub(r"</?template[^>]*>", "", html), "html.parser")
    inline = [one.text.strip()[:80] for one in soup("script") if not one.get("src") and one.get("type") in _RUN]
    handlers = [
        f"{tag.name} {name}" for tag in soup.find_all(True) for name in tag.attrs if name.lower().startswith("on")
    ]
    led = [str(tag)[:80] for tag in soup.find_all(href=re.compile(r"^\s*javascript:", re.IGNORECASE))]
    return inline + handlers + led


def _screens(world: World) -> dict[str, str]:
    page, draft = world.page.pk, world.draft.pk
    return {
        "explorer": reverse("wagtailadmin_explore", args=[page]),
        "explorer, empty": reverse("wagtailadmin_explore", args=[page]) + "?q=khongcobainao",
        "editor": edit(world.draft),
        "new article": reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", page]),
        "new standing page": reverse("wagtailadmin_pages:add", args=["newsroom", "standingpage", page]),
        "kind of page": reverse("wagtailadmin_pages:add_subpage", args=[page]),
        "history": reverse("wagtailadmin_pages:history", args=[draft]),
        "revisions": reverse("wagtailadmin_pages:revisions_compare", args=[draft, "earliest", "latest"]),
        "revert": reverse("wagtailadmin_pages:revisions_revert", args=[draft, world.draft.latest_revision_id]),
        "search": reverse("wagtailadmin_pages:search"),
        "delete": reverse("wagtailadmin_pages:delete", args=[draft]),
        "account": reverse("wagtailadmin_account"),
        "compare": reverse("newsroom_compare", args=[draft]),
    }


def test_no_screen_runs_inline_script(world: World) -> None:
    found = {}
    for name, address in _screens(world).items():
        answer = world.client.get(address)
        assert answer.status_code == 200, name
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"], name
        found[name] = violations(answer.content.decode())

    assert {name: bad for name, bad in found.items() if bad} == {}


def test_a_dialogue_of_the_page_chooser_runs_no_inline_script(world: World) -> None:
    html = world.client.get(reverse("wagtailadmin_choose_page_child", args=[world.page.pk])).json()["html"]

    assert violations(html) == []
    assert world.draft.title in html


def test_the_preview_is_the_readers_page_marked_as_a_draft(world: World) -> None:
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[world.draft.pk])

    posted = world.client.post(url, form(world.draft, lead="Xem trước câu này."))
    answer = world.client.get(url, {"mode": ""})

    shown = answer.content.decode()
    assert posted.json() == {"is_valid": True, "is_available": True}
    assert "Xem trước câu này." in shown
    assert "<article>" in shown
    assert "Bản nháp, người đọc chưa thấy" in shown
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_preview_shows_files_from_the_staffs_address(world: World) -> None:
    picture = files.photo(world.a, world.author)
    draft: Any = latest(world.draft)
    draft.cover, draft.cover_alt = picture, "Cổng thư viện"
    draft.body = [("picture", {"picture": picture, "alt": "Phòng đọc", "caption": "", "credit": ""})]
    draft.save_revision(user=world.author)

    shown = world.client.get(reverse("wagtailadmin_pages:view_draft", args=[draft.pk])).content.decode()

    sources = [str(tag) for tag in BeautifulSoup(shown, "html.parser").find_all(["img", "source"])]
    assert sources
    assert all("/ban-lam-viec/tep/" in source for source in sources if picture.file.sha256 in source)
    assert '"/tep/' not in shown


def test_a_preview_tells_what_is_in_the_way(world: World) -> None:
    draft: Any = latest(world.draft)
    draft.body = [
        ("text", ArticlePage.body.field.stream_block.child_blocks["text"].to_python('<a linktype="page" id="9">x</a>'))
    ]
    draft.save_revision(user=world.author)

    shown = world.client.get(reverse("wagtailadmin_pages:view_draft", args=[draft.pk])).content.decode()

    assert "Còn những chỗ sau cần sửa trước khi trình" in shown


def test_another_agencys_file_is_refused_and_not_named(world: World) -> None:
    theirs = files.photo(world.b, world.other, title="Ảnh mật của B")
    picture = {
        "body-0-type": "picture", "body-0-value-picture": str(theirs.pk), "body-0-value-alt": "x",
        "body-0-value-caption": "", "body-0-value-credit": "",
    }  # fmt: skip

    for more in (picture, {"cover": str(theirs.pk)}):
        answer = world.client.post(edit(world.draft), form(world.draft, **more))
        assert answer.status_code == 200
        assert "Ảnh mật của B" not in answer.content.decode()
    assert latest(world.draft).cover is None


def _released(world: World, page: ArticlePage, **given: Any) -> None:
    """Stand in for the process: an entry that is public, and a docket that says so."""
    entry = makers.entry(world.a, **given)
    ArticlePage.objects.filter(pk=page.pk).update(publication=entry.pk)
    Docket.objects.create(publication_id=entry.pk, agency=world.a, state="live")


def test_comparing_shows_the_released_text_beside_the_draft(world: World) -> None:
    _released(world, world.draft, html="<p>Mở cửa từ thứ Ba.</p>", title="Tiêu đề đã xuất bản")

    shown = world.client.get(reverse("newsroom_compare", args=[world.draft.pk])).content.decode()

    assert "Mở cửa từ thứ Ba." in shown
    assert "Mở cửa từ thứ Hai." in shown
    assert "Tiêu đề đã xuất bản" in shown
    assert 'class="addition"' in shown


def test_the_editor_of_a_public_text_asks_for_the_public_note(world: World) -> None:
    before = world.client.get(edit(world.draft)).content.decode()
    _released(world, world.draft)
    after = world.client.get(edit(world.draft)).content.decode()

    assert 'name="public_note"' not in before
    assert 'name="public_note"' in after


def test_a_correction_without_a_public_note_is_refused(world: World) -> None:
    _released(world, world.draft)

    refused = world.client.post(edit(world.draft), form(world.draft, **{"action-seal": "1"}))
    accepted = world.client.post(edit(world.draft), form(world.draft, public_note="Sửa ngày.", **{"action-seal": "1"}))

    assert refused.status_code == 422
    assert "lời đính chính" in refused.content.decode()
    assert accepted.status_code == 302
    assert Docket.objects.get().public_note == "Sửa ngày."


def test_a_translation_grows_old_when_its_original_is_released_again(world: World) -> None:
    original = article(world.a, world.author, "Bản gốc")
    _released(world, original)
    entry = ArticlePage.objects.get(pk=original.pk).publication_id
    translation = article(
        world.a, world.author, "In English", lang="en", translation_of=ArticlePage.objects.get(pk=original.pk)
    )
    actions.submit(latest(translation), by=world.author, at=timezone.now())
    fresh = queries.is_translation_outdated(latest(translation))

    makers.correct(Entry.objects.get(pk=entry), title="Bản gốc, sửa")

    assert not fresh
    assert queries.is_translation_outdated(latest(translation))
    assert "Bản dịch đã cũ" in world.client.get(edit(translation)).content.decode()


def test_the_explorer_says_where_the_process_stands(world: World) -> None:
    sent = article(world.a, world.author, "Bài đã trình")
    actions.submit(latest(sent), by=world.author, at=timezone.now())
    address = reverse("wagtailadmin_explore", args=[world.page.pk])

    everything = world.client.get(address).content.decode()
    only_sent = world.client.get(address, {"process_state": "submitted"}).content.decode()

    label = dict(Docket._meta.get_field("state").choices or ())["submitted"]
    assert str(label) in everything
    assert world.draft.title in everything
    assert "Bài đã trình" in only_sent
    assert world.draft.title not in only_sent


def test_the_explorer_names_nobody_of_another_agency(world: World) -> None:
    stranger = member(Role.AUTHOR, world.b)
    stranger.name = "Người lạ mặt"
    stranger.save()
    latest(world.foreign).save_revision(user=stranger, log_action=True)

    shown = world.client.get(reverse("wagtailadmin_explore", args=[world.page.pk])).content.decode()

    assert "Người lạ mặt" not in shown


def test_titles_are_found_by_their_words_without_any_index(world: World) -> None:
    article(world.a, world.author, "Hội sách mùa thu")
    address = reverse("wagtailadmin_pages:search_results")

    article(world.a, world.author, "Đường sách mở cửa")

    assert "Hội sách mùa thu" in world.client.get(address, {"q": "sách hội"}).content.decode()
    assert "Đường sách mở cửa" in world.client.get(address, {"q": "đường"}).content.decode()
    assert "Hội sách mùa thu" not in world.client.get(address, {"q": "sách đông"}).content.decode()


def test_the_sign_in_speaks_vietnamese_and_runs_no_inline_script(db: None) -> None:
    answer = Client().get(reverse("wagtailadmin_login"))

    assert answer.status_code == 200
    assert "Đăng nhập bàn làm việc" in answer.content.decode()
    assert violations(answer.content.decode()) == []


def test_own_settings_offer_password_and_language_and_no_name(world: World) -> None:
    world.author.set_password("mật khẩu đủ dài 1")
    world.author.save()
    world.client.force_login(world.author)

    shown = world.client.get(reverse("wagtailadmin_account")).content.decode()

    assert 'name="locale-preferred_language"' in shown
    assert 'name="password-old_password"' in shown
    assert 'name="name_email-first_name"' not in shown
    assert 'type="file"' not in shown


def test_a_person_may_work_in_english(world: World) -> None:
    url = reverse("wagtailadmin_account")
    given = {"locale-preferred_language": "en", "locale-current_time_zone": "Asia/Ho_Chi_Minh", "theme-theme": "system",
             "theme-contrast": "system", "theme-density": "default"}  # fmt: skip

    answer = world.client.post(url, given)

    assert answer.status_code == 302
    assert '<html lang="en"' in " ".join(world.client.get(url).content.decode().split())


def test_the_first_screen_is_the_inbox_once_there_is_one(world: World) -> None:
    answer = world.client.get(STAFF)

    assert answer.status_code in (200, 302)


def test_an_appraiser_has_no_pages_but_comes_in(world: World) -> None:
    client = Client()
    client.force_login(member(Role.APPRAISER, world.a))

    assert client.get(reverse("wagtailadmin_account")).status_code == 200
