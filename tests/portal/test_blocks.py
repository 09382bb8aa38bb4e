"""Tests `cong/portal/blocks.py`."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cong.entries.models import Entry, Section
from cong.portal import blocks
from tests import makers

pytestmark = pytest.mark.django_db


def test_several_lists_come_in_one_query_and_as_the_table_holds_them() -> None:
    owner = makers.agency()
    made = [makers.entry(owner, f"Tin {n}", section=s) for n, s in enumerate([Section.ECONOMY, Section.FOREIGN] * 3)]
    newest = Entry.objects.newest_first()
    arms = {
        "all": newest[:4],
        "economy": newest.in_section(Section.ECONOMY)[:2],
        "none": newest.in_section("x")[:5],
    }

    with CaptureQueriesContext(connection) as seen:
        found = blocks.fetch(blocks.prepare(arms), {owner.pk: owner})

    assert len(seen) == 1
    assert [entry.pk for entry in found["all"]] == [entry.pk for entry in reversed(made)][:4]
    assert [entry.pk for entry in found["economy"]] == [made[4].pk, made[2].pk]
    assert found["none"] == []
    first = found["all"][0]
    assert {name: getattr(first, name) for name in blocks.FIELDS} == {
        name: getattr(made[-1], name) for name in blocks.FIELDS
    }
    assert first.agency is owner


def test_agencies_that_the_caller_lacks_are_fetched_together() -> None:
    for number in range(3):
        makers.entry(makers.agency(f"Cơ quan {number}"), f"Tin {number}")

    with CaptureQueriesContext(connection) as seen:
        found = blocks.fetch(blocks.prepare({"all": Entry.objects.newest_first()[:9]}), {})
        names = {entry.agency.short_name for entry in found["all"]}

    assert names == {"Cơ quan 0", "Cơ quan 1", "Cơ quan 2"}
    assert len(seen) == 2


def test_nothing_asked_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="nothing"):
        blocks.prepare({})
