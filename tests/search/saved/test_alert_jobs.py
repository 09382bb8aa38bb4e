"""Saved searches by the portal's own engine and jobs: from the form to the letter, with nothing in between faked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from cong.jobs import schedules
from cong.jobs.models import Job
from cong.search import jobs
from cong.search.engines.engine import Document, Failed, Query
from cong.search.models import AlertCursor, Finding, SavedSearch
from cong.search.saved import meeting
from tests.jobs.makers import drain
from tests.makers import NOON
from tests.search.saved_makers import DAY, QUERY, asked_for, kept, released

pytestmark = pytest.mark.django_db


def titles(saved: SavedSearch) -> set[int]:
    return set(Finding.objects.filter(saved=saved).values_list("entry_id", flat=True))


def test_a_saved_search_means_what_it_means_on_the_page() -> None:
    now = timezone.now()
    plain, bare, phrase, kind, near = (
        kept("lan@vidu.vn", query, at=now - DAY + timedelta(hours=number), network=query)
        for number, query in enumerate(
            ("mượn sách", "muon sach", '"sách quy chế"', "mượn sách loai:document", "mượn sách bảo tàng")
        )
    )
    hit, other, document = (
        released(title, at=now, **more)[0]
        for title, more in (
            ("Quy chế mượn sách", {}),
            ("Sách: quy chế mới", {}),
            ("Quy định mượn sách", {"kind": "document"}),
        )
    )

    assert jobs.find_for_readers.call() == 3

    assert [titles(one) for one in (plain, bare)] == [{hit.pk, document.pk}] * 2
    assert titles(phrase) == {other.pk}
    assert titles(kind) == {document.pk}
    assert titles(near) == set()


def test_from_the_form_to_the_letter_by_jobs_alone(client: Client) -> None:
    answer = client.post("/tim-kiem/luu", {"q": QUERY, "email": "lan@vidu.vn", "often": "hourly"})
    assert answer.status_code == 303
    assert drain(timezone.now) == 1
    assert [one.subject.partition("] ")[2] for one in mail.outbox] == ["Xác nhận lưu tìm kiếm"]

    page = next(word for word in str(mail.outbox[0].body).split() if "/xac-nhan?" in word)
    client.post(page.removeprefix(settings.SITE_URL))
    released("Quy chế mượn sách liên thông", at=timezone.now() + timedelta(seconds=1))
    jobs.find_for_readers.call()
    jobs.send_search_letters.call()

    assert len(mail.outbox) == 2
    assert "Quy chế mượn sách liên thông" in mail.outbox[1].body


def test_letters_are_asked_for_once_however_many_forms_are_sent(client: Client) -> None:
    for number in range(3):
        client.post("/tim-kiem/luu", {"q": QUERY, "email": f"nguoi{number}@vidu.vn", "often": "hourly"})

    assert Job.objects.count() == 1


def test_a_search_server_that_is_away_delays_and_skips_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    saved = kept(at=timezone.now() - DAY)
    (entry,) = released("Quy chế mượn sách", at=timezone.now())
    before = AlertCursor.objects.get().seq

    class Away:
        def matches(self, documents: Sequence[Document], queries: Sequence[Query]) -> list[tuple[int, ...]]:
            raise Failed("no route")

    with monkeypatch.context() as patch:
        patch.setattr(meeting, "matcher", Away)
        assert jobs.find_for_readers.call() == 0
    assert AlertCursor.objects.get().seq == before

    assert jobs.find_for_readers.call() == 1
    assert titles(saved) == {entry.pk}


def test_the_night_deletes_what_nobody_confirmed() -> None:
    asked_for(at=NOON - 300 * DAY)

    done = jobs.tidy_saved_searches.call()

    assert (done["unconfirmed"], done["addresses"]) == (1, 1)


def test_the_clock_knows_the_work() -> None:
    known = {one.name for one in schedules.registered()}

    assert {"find-for-readers", "send-search-letters", "tidy-saved-searches"} <= known
