"""What stands below an entry: entries like it, and those that cite it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from cong.entries.models import Entry
from cong.search import actions, agency_names, teaching
from tests import makers

pytestmark = pytest.mark.django_db
NUMBER = "12/2026/QĐ-MAU"


@pytest.fixture(autouse=True)
def _own_index(tmp_path: Path, settings: Settings) -> None:
    settings.SEARCH_DIR = tmp_path / "search"
    agency_names.forget()
    teaching.forget()


def below(entry: Entry, prefix: str = "") -> str:
    answer = Client().get(f"{prefix}/tin-tuc/lien-quan/{entry.pk}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def regulation() -> Entry:
    """Release a document, seven entries that name it, two like it, and some that have nothing to do with it."""
    owner = makers.agency("Thư viện Mẫu")
    made = makers.entry(owner, "Quy chế mượn sách liên thông", kind="document", number=NUMBER, **_told("Quy chế."))
    citing = [
        makers.content(owner, f"Hỏi đáp {n}", published_at=makers.NOON - timedelta(days=n), **_told(f"Theo {NUMBER}."))
        for n in range(1, 8)
    ]
    like = [makers.content(owner, f"Ngày hội mượn sách liên thông {n}", **_told("Mượn sách.")) for n in (1, 2)]
    others = [makers.content(owner, f"Chợ quê bán rau {n}", **_told("Rau.")) for n in range(8)]
    makers.entries([*citing, *like, *others])
    actions.catch_up()
    return made


def _told(text: str) -> dict[str, str]:
    return {"summary": text, "html": f"<p>{text}</p>"}


def test_an_entry_is_followed_by_the_newest_that_cite_it_and_by_the_like_of_it(regulation: Entry) -> None:
    shown = below(regulation)

    citing, _, similar = shown.partition("Tin liên quan")
    assert "Được trích dẫn bởi" in citing
    assert [number for number in range(1, 8) if f"Hỏi đáp {number}<" in citing] == [1, 2, 3, 4, 5]
    assert 'href="/tim-kiem?q=dan%3A12%2F2026%2FQ%C4%90-MAU&amp;sort=moi">Xem đủ 7' in citing
    assert [number for number in (1, 2) if f"Ngày hội mượn sách liên thông {number}<" in similar] == [1, 2]
    assert "Chợ quê" not in shown
    assert regulation.get_absolute_url() not in shown


def test_who_cites_an_entry_is_known_without_touching_it(regulation: Entry) -> None:
    makers.entry(title="Hỏi đáp về thẻ", html=f"<p>Xem {NUMBER}.</p>", published_at=makers.NOON)
    actions.catch_up()

    assert "Hỏi đáp về thẻ" in below(regulation)


def test_what_is_withdrawn_is_gone_though_the_index_is_stale(regulation: Entry) -> None:
    gone = Entry.objects.get(title="Hỏi đáp 1")
    makers.withdraw(gone)

    shown = below(regulation)

    assert gone.title not in shown
    assert "Hỏi đáp 2<" in shown


def test_without_an_index_there_is_nothing(regulation: Entry, settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_DIR = tmp_path / "nowhere"

    assert below(regulation).strip() == ""


def test_an_entry_that_is_not_public_has_nothing_beside_it(regulation: Entry) -> None:
    makers.withdraw(regulation)

    for number in (regulation.pk, 10**17):
        assert Client().get(f"/tin-tuc/lien-quan/{number}").status_code == 404


def test_it_speaks_the_language_of_the_page(regulation: Entry) -> None:
    assert 'href="/en/tin-tuc/' in below(regulation, "/en")


def test_it_costs_a_query_for_each_list_and_one_for_the_entry(regulation: Entry) -> None:
    below(regulation)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        below(regulation)

    assert len(asked) == 3


def test_the_entrys_page_asks_for_it_later_and_leads_there_without_scripts(regulation: Entry) -> None:
    page = Client().get(regulation.get_absolute_url()).content.decode()

    assert f'data-url="/tin-tuc/lien-quan/{regulation.pk}"' in page
    for link in (f"/tim-kiem?q=giong%3A{regulation.pk}", "/tim-kiem?q=dan%3A%2212%2F2026%2FQ%C4%90-MAU%22"):
        assert f'href="{link}"' in page
        assert Client().get(link).status_code == 200
    assert "Hỏi đáp 1<" in Client().get(link).content.decode()
