"""Staff read Vietnamese: every word of the libraries is translated, and no screen says one of them in English."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import wagtail.admin
from babel.messages.catalog import Message
from django.template import Context, Template
from django.template.loader import get_template
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.models import Membership, Role
from cong.design import catalogues
from tests.house.english import DOMAINS, PLACEHOLDER, TAG, Word, english_left, homes, messages, words
from tests.makers import agency, person

KEPT = [path for path in catalogues.sources() if path not in catalogues.translations()]
HOMES = [
    pytest.param(folder, domain, id=f"{name}-{domain}")
    for name, folder in homes()
    for domain in DOMAINS
    if messages(folder, domain)
]
# Old places of the tone mark, where the project writes "xóa", "khóa", "hủy".
_OLD_TONE = re.compile(r"(o[áàảãạéèẻẽẹ]|(?<!q)u[ýỳỷỹỵ])\b", re.IGNORECASE)
# A library whose words lie in no catalogue of its own.
_WITHOUT_CATALOGUE = "Task"
_SEARCHED = {"title": "Chọn trang", "search_url": "wagtailadmin_choose_page_search", "icon": "doc-empty-inverse"}
_FAILS_ON_PURPOSE = "/ban-lam-viec/failwhale/"


@pytest.mark.parametrize(("folder", "domain"), HOMES)
def test_every_word_of_a_library_has_a_translation(folder: Path, domain: str) -> None:
    assert [word.english[0] for word in words(folder, domain) if word.lacking] == []


@pytest.mark.parametrize(("folder", "domain"), HOMES)
def test_a_translation_keeps_placeholders_tags_and_edges(folder: Path, domain: str) -> None:
    broken = [word.vietnamese for word in words(folder, domain) if not _keeps(word)]

    assert broken == []


@pytest.mark.parametrize(("folder", "domain"), HOMES)
def test_a_translation_is_composed_and_has_its_tones_where_we_write_them(folder: Path, domain: str) -> None:
    said = [word.vietnamese for word in words(folder, domain)]

    assert [text for text in said if not unicodedata.is_normalized("NFC", text)] == []
    assert [text for text in said if _OLD_TONE.search(text)] == []


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_our_catalogue_is_sure_of_every_word_and_keeps_none_that_no_library_says(path: Path) -> None:
    known = {_key(message) for _, folder in homes() for message in messages(folder, path.stem)}

    ours = catalogues.read(path)

    assert ours.num_plurals == 1
    assert [message.id for message in ours if message.fuzzy and message.id] == []
    assert [m.id for m in ours if m.id and _key(m) not in known and m.context != _WITHOUT_CATALOGUE] == []


def test_scripts_of_the_staff_screens_get_every_word(client: Client, db: None) -> None:
    answer = client.get(reverse("wagtailadmin_javascript_catalog"), headers={"accept-language": "vi"})
    found = re.search(r"newcatalog = (\{.*?\n  \});", answer.content.decode(), re.DOTALL)
    said = json.loads(found[1]) if found else {}

    wanted = {word.english[0] for _, folder in homes() for word in words(folder, "djangojs")}

    assert wanted - set(said) == set()
    assert said["Dashboard"] == "Bàn làm việc"


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>Save draft</p>", {"Save draft"}),
        ("<p>Lưu bản nháp</p>", set()),
        ("<h2>\n  Page\n  title\n</h2>", {"Page title"}),
        ("<p>Status:</p>", {"Status:"}),
        ('<a aria-label="More actions">…</a>', {"More actions"}),
        ('<input type="submit" value="Save draft"><input value="Save draft">', {"Save draft"}),
        ("<p>Delete Họp báo</p>", {"Delete Họp báo"}),
        ("<p>Xóa Họp báo</p>", set()),
        ('<button data-w-progress-active-value="Saving…">Lưu</button>', {"Saving…"}),
        ('<script type="application/json">{"items": [{"label": "Reports", "name": "Reports"}]}</script>', {"Reports"}),
        ("<script>const page = 'Reports';</script><style>Reports</style>", set()),
        ("<option>English</option><th>Email</th>", set()),
    ],
)
def test_english_is_found_wherever_a_person_meets_it(html: str, left: set[str]) -> None:
    assert english_left(f"<html><body>{html}</body></html>") == left


def test_no_staff_screen_says_a_word_of_a_library_in_english(client: Client, db: None) -> None:
    screens = [("login", client.get(reverse("wagtailadmin_login")).content.decode())]
    for role in (Role.AUTHOR, Role.AGENCY_ADMIN, Role.OPERATOR):
        client.force_login(_member(role))
        screens += list(_plain_screens(client))

    assert len({url for url, _ in screens}) > 1
    assert untranslated(screens) == {}


@pytest.mark.parametrize(
    ("name", "given", "theirs", "ours"),
    [
        ("wagtailadmin/shared/headers/_actions.html", {"actions": "…"}, 'aria-label="Actions"', "Thao tác"),
        ("wagtailadmin/shared/header.html", _SEARCHED, 'value="Search"', "Tìm kiếm"),
        ("wagtailadmin/shared/header.html", {"title": '"Search"'}, "", ""),
    ],
)
def test_a_template_of_wagtail_is_reworded_and_else_stays_as_it_is(
    name: str, given: dict[str, object], theirs: str, ours: str
) -> None:
    original = (Path(wagtail.admin.__file__).parent / "templates" / name).read_text()
    shown = Template(original).render(Context(given))

    said = get_template(name).render(given)

    assert theirs in shown
    assert said.strip() == shown.replace(theirs, re.sub('".*"', f'"{ours}"', theirs)).strip()


def untranslated(screens: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return what is left in English by address, of pairs (address, page)."""
    return {url: left for url, html in screens if (left := english_left(html))}


def _member(role: Role) -> User:
    user = person(f"nguoi-{role.value}")
    today = timezone.localdate()
    Membership.objects.create(user=user, agency=agency(), role=role, from_on=today - timedelta(days=1))
    return user


def _plain_screens(client: Client) -> Iterator[tuple[str, str]]:
    """Get every staff page that opens without an argument."""
    for address in _addresses(get_resolver(), "/"):
        answer = client.get(address, headers={"accept-language": "vi"})
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            yield address, answer.content.decode()


def _addresses(place: URLResolver, before: str) -> Iterator[str]:
    for pattern in place.url_patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern, here)
        elif re.fullmatch(r"/ban-lam-viec/[\w/-]*", here) and here != _FAILS_ON_PURPOSE:
            yield here


def _keeps(word: Word) -> bool:
    said, given = word.english[-1], word.vietnamese
    return (
        sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(given))
        and sorted(TAG.findall(said)) == sorted(TAG.findall(given))
        and (said[:1].isspace(), said[-1:].isspace()) == (given[:1].isspace(), given[-1:].isspace())
    )


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]
