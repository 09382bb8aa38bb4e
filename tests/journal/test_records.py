"""The journal's screens: auditors find what concerns their agencies, and every look is written down."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cong.accounts.models import User
from cong.agencies.models import Membership, Role
from cong.desk.records import journal_addresses
from cong.journal.actions import broken, record
from cong.journal.models import Event
from cong.journal.sheets import safe
from tests import makers
from tests.agencies.makers import Land, land
from tests.makers import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.journal.urls")]
SECRET = "viec:rat-kin"
MINE = "viec:cua-ta"


@pytest.fixture
def here() -> Land:
    made = land()
    made.people.update({role: makers.person(f"r.{role}", role, made.own) for role in Role})
    made.people["trung"] = makers.person("trung", Role.AUDITOR, made.centre)
    made.people["het"] = makers.person("het")
    Membership.objects.create(user=made["het"], agency=made.own, role=Role.AUDITOR, from_on="2020-01-01",
                              to_on="2020-12-31")  # fmt: skip
    record("viec.lam", MINE, actor="lan", at=NOON, agency=made.own.pk)
    record("viec.lam", SECRET, actor="hoa", at=NOON + timedelta(minutes=1), agency=made.other.pk)
    record("viec.khac", "viec:chung", actor="lan", at=NOON + timedelta(days=1))
    return made


def as_(here: Land, name: str) -> Client:
    client = Client()
    client.force_login(here[name])
    return client


def body(answer: Any) -> bytes:
    whole: bytes = answer.getvalue()
    return whole


def event_about(subject: str) -> Event:
    return Event.objects.get(subject=subject)


def addresses(event: Event) -> Iterable[str]:
    for pattern in journal_addresses():
        args: list[object] = [event.pk] if "pk" in str(pattern.pattern) else []
        yield reverse(str(pattern.name), args=args or (["csv"] if "kind" in str(pattern.pattern) else []))
    yield reverse("desk_journal_export", args=["xlsx"])


@pytest.mark.parametrize("who", ["moi", "het", "chi", *(role for role in Role if role is not Role.AUDITOR)])
def test_nobody_but_auditors_sees_the_journal(here: Land, who: str) -> None:
    client = as_(here, who)
    before = Event.objects.count()

    for address in addresses(event_about(MINE)):
        answer = client.get(address)
        assert answer.status_code == 302
        assert MINE not in answer.content.decode()
    assert Event.objects.count() == before


def test_an_agencys_auditor_sees_its_events_alone(here: Land) -> None:
    client = as_(here, Role.AUDITOR)

    shown = client.get(reverse("desk_journal")).content.decode()
    files = [body(client.get(reverse("desk_journal_export", args=["csv"]))).decode(), *map(str, sheet(client))]

    assert MINE in shown
    assert any(MINE in text for text in files)
    for text in (shown, *files):
        assert SECRET not in text
        assert "viec:chung" not in text
    assert client.get(reverse("desk_journal_event", args=[event_about(SECRET).pk])).status_code == 404
    assert client.get(reverse("desk_journal"), {"co_quan": here.other.pk}).status_code == 422


def sheet(client: Client, **asked: Any) -> list[tuple[object, ...]]:
    answer = client.get(reverse("desk_journal_export", args=["xlsx"]), asked)
    page = openpyxl.load_workbook(io.BytesIO(body(answer))).active
    return list(page.values) if page else []


def test_the_centres_auditor_sees_all(here: Land) -> None:
    shown = as_(here, "trung").get(reverse("desk_journal")).content.decode()

    assert all(subject in shown for subject in (MINE, SECRET, "viec:chung"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"ai": "lan"}, {MINE, "viec:chung"}),
        ({"viec": "viec.khac"}, {"viec:chung"}),
        ({"viec": "viec."}, {MINE, SECRET, "viec:chung"}),
        ({"vat": SECRET}, {SECRET}),
        ({"den": "2026-11-25"}, {MINE, SECRET}),
        ({"tu": "2026-11-26", "den": "2026-11-26"}, {"viec:chung"}),
        ({"tu": "2026-11-27", "den": "2026-11-26"}, set()),
    ],
)
def test_filters_leave_what_was_asked_for(here: Land, asked: dict[str, Any], found: set[str]) -> None:
    answer = as_(here, "trung").get(reverse("desk_journal"), asked)

    shown = {row["event"].subject for row in answer.context["rows"]}
    assert {subject for subject in shown if subject.startswith("viec")} == found


def test_a_day_that_is_none_is_said_and_kept(here: Land) -> None:
    answer = as_(here, "trung").get(reverse("desk_journal"), {"tu": "2026-13-45", "ai": "lan"})

    assert answer.status_code == 422
    assert 'value="2026-13-45"' in answer.content.decode()
    assert 'value="lan"' in answer.content.decode()


def test_pages_hold_every_event_once(here: Land) -> None:
    for number in range(120):
        record("day", f"so:{number}", actor="lan", at=NOON)
    client, seen, query = as_(here, "trung"), [], "viec=day"

    while query:
        answer = client.get(f"{reverse('desk_journal')}?{query}")
        seen += [row["event"].id for row in answer.context["rows"]]
        query = answer.context["older"]

    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)
    back = client.get(f"{reverse('desk_journal')}?{answer.context['newer']}")
    assert [row["event"].id for row in back.context["rows"]] == seen[50:100]
    assert client.get(reverse("desk_journal"), {"truoc": "khong-phai"}).status_code == 404


def test_every_look_is_written_down(here: Land) -> None:
    client, event = as_(here, Role.AUDITOR), event_about(MINE)
    before = Event.objects.latest("id").pk

    client.get(reverse("desk_journal"), {"ai": "lan"})
    client.get(reverse("desk_journal_event", args=[event.pk]))
    body(client.get(reverse("desk_journal_export", args=["csv"]), {"tu": "2026-11-01"}))
    client.get(reverse("desk_journal_rights"), {"co_quan": str(here.own.pk), "ngay": "2026-11-25"})

    looks = Event.objects.filter(pk__gt=before, actor="r.auditor").order_by("id")
    assert [(one.verb, one.subject, one.agency) for one in looks] == [
        ("journal.read", "journal", here.own.pk),
        ("journal.read", f"event:{event.pk}", here.own.pk),
        ("journal.export", "journal", here.own.pk),
        ("rights.read", f"agency:{here.own.pk}", here.own.pk),
    ]
    assert json.loads(looks[0].data) == {"search": {"actor": "lan"}}


def test_an_event_stands_between_its_neighbours(here: Land) -> None:
    event = event_about(SECRET)

    shown = as_(here, "trung").get(reverse("desk_journal_event", args=[event.pk])).content.decode()

    assert "Khớp chuỗi băm" in shown
    for hash_ in (event.hash, event.prev, Event.objects.get(pk=event.pk + 1).hash):
        assert hash_ in shown


def test_a_neighbour_of_another_agency_shows_only_its_place(here: Land) -> None:
    event = event_about(MINE)

    shown = as_(here, Role.AUDITOR).get(reverse("desk_journal_event", args=[event.pk])).content.decode()

    assert event_about(SECRET).hash in shown
    assert SECRET not in shown
    assert "hoa" not in shown
    assert "ngoài phạm vi" in shown


def test_the_screen_says_when_an_event_was_touched(here: Land) -> None:
    event = event_about(MINE)
    client = as_(here, "trung")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE journal_event DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER journal_event_no_update")
        cursor.execute("UPDATE journal_event SET agency = NULL WHERE id = %s", [event.pk])

    shown = client.get(reverse("desk_journal_event", args=[event.pk])).content.decode()

    assert "Không khớp chuỗi băm" in shown


@pytest.mark.parametrize("evil", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_no_cell_of_a_file_is_a_formula(here: Land, evil: str) -> None:
    record("viec.xau", evil, actor=evil, at=NOON, loi=evil)
    client = as_(here, "trung")
    asked: dict[str, Any] = {"viec": "viec.xau"}

    rows = list(csv.reader(io.StringIO(body(client.get(reverse("desk_journal_export", args=["csv"]), asked)).decode())))
    told = sheet(client, **asked)

    assert rows[1][2] == told[1][2] == f"'{evil}"
    assert rows[1][4] == f"'{evil}"
    assert len(rows) == len(told) == 2


@given(st.text())
def test_no_text_at_all_becomes_a_formula(text: str) -> None:
    assert not safe(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe(text).removeprefix("'") == text.removeprefix("'")


def test_a_file_names_itself_and_its_kind(here: Land) -> None:
    client = as_(here, "trung")

    answer = client.get(reverse("desk_journal_export", args=["csv"]))

    assert answer.streaming
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="nhat-ky-')
    assert body(answer).startswith(b"\xef\xbb\xbfid,at,actor")
    assert client.get(reverse("desk_journal_export", args=["pdf"])).status_code == 404


def test_who_could_publish_is_shown_for_a_day(here: Land) -> None:
    client = as_(here, Role.AUDITOR)

    def asked(agency: int, day: str) -> Any:
        return client.get(reverse("desk_journal_rights"), {"co_quan": str(agency), "ngay": day})

    shown = asked(here.own.pk, "2026-11-25").content.decode()
    before = asked(here.own.pk, "2020-01-01").content.decode()
    other = asked(here.other.pk, "2026-11-25")

    assert "r.approver" in shown
    assert "Hôm đó không ai xuất bản được" in before
    assert other.status_code == 422


def test_a_full_page_costs_few_queries(here: Land) -> None:
    client = as_(here, "trung")
    client.get(reverse("desk_journal"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("desk_journal"))
    for number in range(60):
        record("day", f"so:{number}", actor="lan", at=NOON, agency=here.own.pk)

    with CaptureQueriesContext(connection) as many:
        client.get(reverse("desk_journal"))

    assert len(many) <= len(few)


def test_the_chain_holds_after_all_that(here: Land) -> None:
    as_(here, "trung").get(reverse("desk_journal"))

    assert User.objects.exists()
    assert list(broken()) == []
