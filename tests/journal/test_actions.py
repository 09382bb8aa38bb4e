"""The record of who did what: complete, in order, and telling when it was touched."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from django.db import DatabaseError, connection, transaction

from cong.journal.actions import broken, record
from cong.journal.models import Event, Head
from cong.kernel.chain import GENESIS, link
from tests.makers import NOON

pytestmark = pytest.mark.django_db


def _some(count: int = 3) -> list[Event]:
    return [record("thu", f"viec:{number}", actor="lan", at=NOON, number=number) for number in range(count)]


def _untriggered(sql: str, *values: int) -> None:
    """Change the table as someone with the file or the superuser's password could: without its triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE journal_event DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_event'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(sql, values)


def test_events_are_numbered_without_gaps_and_each_covers_the_one_before() -> None:
    before = Head.objects.get(name="journal")

    events = _some(3)

    assert [event.id for event in events] == [before.last_id + 1, before.last_id + 2, before.last_id + 3]
    assert [event.prev for event in events] == [before.last_hash, events[0].hash, events[1].hash]
    assert not list(broken())


def test_an_empty_journal_is_sound() -> None:
    assert Head.objects.get(name="journal").last_hash == GENESIS or Event.objects.exists()
    assert not list(broken())


def test_an_event_keeps_who_what_and_when() -> None:
    event = record("release", "entry:5", actor="lan", at=NOON, title="Đường mới", ids=[1, 2])

    kept = Event.objects.get(pk=event.pk)
    assert (kept.actor, kept.verb, kept.subject, kept.at) == ("lan", "release", "entry:5", NOON)
    assert kept.data == '{"ids":[1,2],"title":"Đường mới"}'


def test_the_zone_of_the_clock_changes_no_hash() -> None:
    record("thu", "viec", actor="lan", at=NOON.astimezone(timezone(timedelta(hours=7))))

    assert not list(broken())


def test_an_act_that_is_undone_leaves_no_event() -> None:
    before = Event.objects.count()

    with transaction.atomic():
        _some(1)
        transaction.set_rollback(True)

    assert Event.objects.count() == before
    assert not list(broken())


@pytest.mark.parametrize("sql", ["UPDATE journal_event SET actor = 'ai do'", "DELETE FROM journal_event"])
def test_the_database_refuses_to_change_or_forget_an_event(sql: str) -> None:
    _some(1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "column",
    ["actor = 'ai do'", "verb = 'khac'", "subject = 'khac'", "data = '{}'", "at = '2020-01-01 00:00:00'", "agency = 7"],
)
def test_a_changed_event_no_longer_fits(column: str) -> None:
    events = _some(3)

    _untriggered(f"UPDATE journal_event SET {column} WHERE id = %s", events[1].id)

    assert list(broken()) == [f"Nhật ký: sự kiện số {events[1].id} không khớp chuỗi băm."]


def test_an_event_cannot_be_moved_to_another_agency_or_to_none() -> None:
    events = [record("thu", "viec", actor="lan", at=NOON, agency=number) for number in (5, 6)]

    _untriggered("UPDATE journal_event SET agency = NULL WHERE id = %s", events[0].id)

    assert list(broken()) == [f"Nhật ký: sự kiện số {events[0].id} không khớp chuỗi băm."]


def test_events_from_before_agencies_were_written_keep_their_hash() -> None:
    event = record("thu", "viec:0", actor="lan", at=NOON, number=0)

    assert event.hash == link(event.prev, event.id, "2026-11-25T05:00:00+00:00", "lan", "thu", "viec:0", '{"number":0}')


def test_a_missing_event_is_named() -> None:
    events = _some(3)

    _untriggered("DELETE FROM journal_event WHERE id = %s", events[1].id)

    assert f"Nhật ký: thiếu sự kiện số {events[1].id}." in list(broken())


def test_a_cut_end_is_noticed() -> None:
    events = _some(3)

    _untriggered("DELETE FROM journal_event WHERE id = %s", events[2].id)

    assert list(broken()) == [f"Nhật ký: đầu chuỗi ghi số {events[2].id}, sự kiện cuối là số {events[1].id}."]


def test_an_event_belongs_inside_the_act_it_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)

    with pytest.raises(RuntimeError, match="inside the transaction"):
        record("thu", "viec", actor="lan", at=NOON)
