"""Verification names what somebody changed who could get past the triggers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from cong.publishing.models import Docket, Publication
from cong.publishing.process import State
from cong.publishing.queries import problems
from tests import makers
from tests.publishing.forging import sql
from tests.publishing.makers import approved, live, newsroom, submitted

pytestmark = pytest.mark.django_db


def without_triggers(table: str) -> None:
    """Do what an administrator of the database can: take the guards away."""
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("publishing_release", "UPDATE publishing_release SET note = 'x' WHERE id = 2", "lần xuất bản số 2 không khớp"),
        (
            "publishing_release",
            "UPDATE publishing_release SET provisional = NOT provisional WHERE id = 1",
            "số 1 không",
        ),
        ("publishing_snapshot", "UPDATE publishing_snapshot SET html = 'x' WHERE id = 1", "Bản trình số 1"),
        ("publishing_snapshot", "UPDATE publishing_snapshot SET content = content || ' ' WHERE id = 2", "trình số 2"),
        ("entries_entry", "UPDATE entries_entry SET title = 'x' WHERE id = 1", "Mục 1: nội dung công khai khác"),
        ("entries_entry", "UPDATE entries_entry SET translation_of = 5 WHERE id = 2", "Mục 2: nội dung công khai khác"),
        ("entries_entry", "DELETE FROM entries_entry WHERE id = 1", "Mục 1: đã xuất bản nhưng không có"),
        ("entries_change", "DELETE FROM entries_change WHERE seq = 1", "Dòng thay đổi"),
        ("publishing_docket", "UPDATE publishing_docket SET state = 'live' WHERE publication_id = 3", "Hồ sơ bài 3"),
        ("publishing_decision", "DELETE FROM publishing_decision WHERE step = 'approve'", "quyết định, nhật ký ghi"),
    ],
)
def test_a_change_past_the_triggers_is_named(table: str, change: str, said: str) -> None:
    makers.entry(published_at=makers.NOON - timedelta(microseconds=1))
    live(newsroom())
    submitted(newsroom("b"))
    assert list(problems()) == []
    without_triggers(table)

    sql(change)

    assert any(said in one for one in problems()), list(problems())


def test_moments_with_parts_of_seconds_are_hashed_as_they_were() -> None:
    makers.entries([makers.content(makers.agency())], at=makers.NOON + timedelta(microseconds=123456))

    assert list(problems()) == []


def test_a_docket_that_moved_without_a_record_is_named() -> None:
    docket = approved(newsroom())
    Docket.objects.filter(pk=docket.pk).update(state=State.DRAFT)

    assert list(problems()) == [f"Hồ sơ bài {docket.pk}: đang ghi “draft”, theo nhật ký phải là “approved”."]
    assert Publication.objects.count() == 1
