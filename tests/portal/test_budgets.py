"""Tests what a page may cost: queries, indexes and bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cong.agencies.models import Agency, Category, Part
from cong.entries.models import Entry, Section
from tests import makers
from tests.screens.weight import KB, Page

pytestmark = pytest.mark.django_db
SHA = "0123456789abcdef" * 4
_LIMITS = [("home", 12), ("entry", 8), ("document", 8), ("section", 12), ("agency", 12), ("documents", 12)]
TITLE = "Mạng thư viện công cộng mượn một nơi, trả mọi nơi từ đầu năm 2027, người già nhận tại nhà, lần {}"
BODY = "<p>Người đọc tìm sách trên danh mục chung số {0}, chọn nơi nhận gần nhà và trả ở nơi khác {1}.</p>"


@pytest.fixture
def full() -> Entry:
    """Fill the shelf as on a busy day and return one entry."""
    owners = [
        makers.agency(f"Cơ quan, đơn vị mẫu số {number}", category=category, order=number)
        for number, category in enumerate([Category.CENTRAL, Category.MINISTRY, Category.PROVINCE] * 8)
    ]
    contents = [
        makers.content(
            owners[number % len(owners)],
            TITLE.format(number),
            section=list(Section)[number % len(Section)].value,
            part=list(Part)[number % len(Part)].value,
            kind="document" if number % 7 == 0 else "news",
            number=f"{number}/QĐ-TV" if number % 7 == 0 else "",
            html="".join(BODY.format(line, number * line) for line in range(30)),
            picture=f"{number:04x}{SHA[4:]}",
            picture_width=1280,
            picture_height=720,
            published_at=makers.NOON - timedelta(minutes=number),
        )
        for number in range(130)
    ]
    return makers.entries(contents)[40]


def _addresses(entry: Entry) -> dict[str, int]:
    agency = entry.agency.get_absolute_url()
    return {
        "/": 4,
        "/tin-tuc/": 1,
        f"/tin-tuc/{entry.section}/": 2,
        "/van-ban/": 1,
        "/co-quan/": 1,
        "/kenh-tin/": 1,
        "/nguon-tich-hop/": 1,
        "/ve-cong/": 0,
        entry.get_absolute_url(): 2,
        agency: 3,
        f"{agency}tin-hoat-dong/": 2,
        f"{agency}gioi-thieu/": 3,
    }


def _statements(address: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert Client().get(address).status_code == 200
    return [query["sql"] for query in seen.captured_queries]


def test_a_page_asks_no_more_than_it_needs(full: Entry) -> None:
    asked = {address: len(_statements(address)) for address in _addresses(full)}

    assert asked == _addresses(full)
    assert max(asked.values()) <= 6


def test_entries_of_ended_agencies_cost_one_query_more_and_not_one_each(full: Entry) -> None:
    Agency.objects.update(active_to=makers.NOON.date() - timedelta(days=1))

    assert len(_statements("/")) <= 5


def test_no_page_counts_or_skips_rows(full: Entry) -> None:
    statements = [sql for address in _addresses(full) for sql in _statements(address)]

    assert not [sql for sql in statements if re.search(r"\bCOUNT\(|\bOFFSET\b", sql)]


def test_every_list_walks_an_index(full: Entry) -> None:
    for sql in _of_entries(full):
        plan = _plan(sql)
        assert "entries_entry" in sql
        assert not _reads_the_whole_table(plan), (sql, plan)


def _of_entries(entry: Entry) -> Iterator[str]:
    for address in _addresses(entry):
        yield from (sql for sql in _statements(address) if '"entries_entry"' in sql)


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        else:
            # A small table is read whole for good reason; what matters is that an index could serve.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def _reads_the_whole_table(plan: str) -> bool:
    if connection.vendor == "sqlite":
        return bool(re.search(r"SCAN entries_entry(?! USING)", plan)) or "TEMP B-TREE FOR ORDER BY" in plan
    return "Seq Scan on entries_entry" in plan


@pytest.mark.one_engine
@pytest.mark.parametrize(("kind", "limit"), _LIMITS)
def test_a_full_page_keeps_to_its_budget(full: Entry, kind: str, limit: int) -> None:
    document = Entry.objects.filter(kind="document").newest_first()[0]
    address = {
        "home": "/", "entry": full.get_absolute_url(), "section": f"/tin-tuc/{full.section}/",
        "agency": full.agency.get_absolute_url(), "document": document.get_absolute_url(), "documents": "/van-ban/",
    }[kind]  # fmt: skip

    assert Page(Client().get(address).content.decode()).faults(limit * KB) == []
