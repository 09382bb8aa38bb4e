"""Tests that no answer for machines reads the whole shelf."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cong.entries.models import Section
from tests import makers

pytestmark = pytest.mark.django_db


def statements(address: str) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        answer = Client().get(address, headers={"if_none_match": '"older"'})
    assert answer.status_code == 200, address
    return [query["sql"] for query in seen.captured_queries if "entries_" in query["sql"]]


def plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A small table is read whole for good reason; what matters is that an index could serve.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {sql}")
        return [str(row[-1]) for row in cursor.fetchall()]


def is_bad(step: str) -> bool:
    """Tell a step that reads a whole table of the shelf, or sorts what an index should have sorted."""
    if connection.vendor == "sqlite":
        return "TEMP B-TREE" in step or (step.startswith("SCAN entries_") and "INDEX" not in step)
    return "Seq Scan on entries_" in step or step.lstrip(" ->").startswith("Sort ")


@pytest.mark.parametrize(
    "address",
    [
        "/atom.xml",
        "/tin-tuc/rss.xml",
        "/tin-tuc/kinh-te/feed.json",
        "/co-quan/so-mau/atom.xml",
        "/sitemap.xml",
        "/sitemap-0.xml",
        "/sitemap-1.xml",
        "/sitemap-news.xml",
    ],
)
def test_every_answer_walks_an_index(address: str) -> None:
    owner = makers.agency("Sở Mẫu")
    moments = [makers.NOON - timedelta(hours=n) for n in range(20)]
    made = makers.entries(
        [makers.content(owner, f"Tin {at:%d%H}", section=Section.ECONOMY.value, published_at=at) for at in moments]
    )
    makers.withdraw(made[0])

    plans = {sql: plan(sql) for sql in statements(address)}

    assert plans
    assert {sql: steps for sql, steps in plans.items() if any(map(is_bad, steps))} == {}
