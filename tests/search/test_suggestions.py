"""What is offered while a reader types."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cong.agencies.models import Role
from cong.search import actions, agency_names, teaching, tuning
from cong.search.suggestions import Suggestion, suggestions
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    agency_names.forget()
    teaching.forget()


def offered(text: str) -> list[Suggestion]:
    return list(suggestions(text, lang="vi", at=makers.NOON))


def texts(text: str) -> list[str]:
    return [one.text for one in offered(text)]


def test_half_a_word_offers_titles_with_or_without_marks() -> None:
    entry = makers.entry(title="Đường sắt đô thị chạy thử")
    makers.entry(title="Chợ quê bán rau qua mạng")
    actions.catch_up()

    assert texts("duong sa") == texts("đường sắ") == ["Đường sắt đô thị chạy thử"]
    assert offered("đường sắt")[0].address == entry.get_absolute_url()


def test_at_most_eight_are_offered() -> None:
    owner = makers.agency("Thư viện Mẫu")
    makers.entries([makers.content(owner, f"Thư viện {number}") for number in range(12)])
    actions.catch_up()

    assert len(texts("thư viện")) == 8


def test_agencies_are_offered_by_the_beginning_of_a_word_of_their_names() -> None:
    makers.agency("Sở Văn hóa tỉnh Mẫu", slug="so-van-hoa-mau")
    makers.agency("Hội Nhà vườn")
    actions.catch_up()

    assert texts("van ho") == texts("sở văn") == texts("SO-VAN-HOA") == ["Sở Văn hóa tỉnh Mẫu"]
    assert offered("van ho")[0].address == "/co-quan/so-van-hoa-mau/"
    assert texts("óa") == []


@pytest.mark.parametrize("typed", ["7/QĐ-MAU", "7 qd mau", "7-qđ-mau"])
def test_the_document_of_a_number_comes_first(typed: str) -> None:
    makers.entry(title="Theo 7/QĐ-MAU, thư viện mở cửa buổi tối", published_at=makers.NOON)
    makers.entry(title="Về việc mượn sách", kind="document", number="7/QĐ-MAU")
    actions.catch_up()

    assert texts(typed)[0] == "7/QĐ-MAU: Về việc mượn sách"


def test_a_number_that_two_documents_have_is_no_exact_one() -> None:
    for owner in (makers.agency(), makers.agency()):
        makers.entry(owner, "Về việc mượn sách", kind="document", number="7/QĐ-MAU")
    actions.catch_up()

    assert texts("7/QĐ-MAU") == []


def test_what_is_withdrawn_or_over_is_not_offered() -> None:
    gone = makers.entry(title="Thư viện nhầm", kind="document", number="7/QĐ-MAU")
    makers.entry(title="Thư viện có hạn", expires_at=makers.NOON + timedelta(minutes=30), harvested_at=None)
    actions.catch_up()
    makers.withdraw(gone)

    later = makers.NOON + timedelta(hours=1)
    assert suggestions("thư viện", lang="vi", at=later) == ()
    assert suggestions("7/QĐ-MAU", lang="vi", at=later) == ()


def test_what_staff_deny_is_not_offered() -> None:
    makers.entry(title="Thư viện kín")
    makers.entry(title="Thư viện mở")
    actions.catch_up()
    editor = makers.person("truc-ban", Role.DUTY_EDITOR, makers.agency("Trung tâm", is_centre=True))
    tuning.deny("thư viện kín", by=editor, at=makers.NOON)

    assert texts("thư viện") == ["Thư viện mở"]


@pytest.mark.parametrize("text", ["", "  ", "\x00", '"', "-", "*", "đ" * 1000, "(((", "\ud800", "7/" * 300])
def test_anything_at_all_is_answered(text: str) -> None:
    makers.entry()
    actions.catch_up()

    assert texts(text) == []


def test_without_an_index_agencies_are_still_offered() -> None:
    makers.agency("Sở Văn hóa")

    assert texts("sở văn") == ["Sở Văn hóa"]


def test_the_fragment_is_escaped_options_and_kept_nowhere(client: Client) -> None:
    makers.entry(title="Thư viện <b>mới</b>", lang="en")
    actions.catch_up()

    answer = client.get("/tim-kiem/goi-y?q=thư+viện")

    shown = answer.content.decode()
    assert '<a role="option" tabindex="-1" href="/tin-tuc/' in shown
    assert '<span lang="en">Thư viện &lt;b&gt;mới&lt;/b&gt;</span><small>Tin</small>' in shown
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-cache", "noindex")
    assert not answer.cookies


def test_a_keystroke_costs_one_query_and_a_number_two(client: Client) -> None:
    makers.entry(title="Về việc mượn sách", kind="document", number="7/QĐ-MAU")
    actions.catch_up()
    client.get("/tim-kiem/goi-y?q=mượn")

    with CaptureQueriesContext(
        connection,
    ) as words:
        client.get("/tim-kiem/goi-y?q=mượn")
    with CaptureQueriesContext(
        connection,
    ) as number:
        client.get("/tim-kiem/goi-y?q=7/QĐ-MAU")

    assert (len(words), len(number)) == (1, 1)
