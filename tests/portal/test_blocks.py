"""Tests `cong/portal/blocks.py`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cong.entries.models import Entry, Section
from cong.kernel import tags
from cong.kernel.compiled import Value
from cong.portal import blocks
from tests import makers

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


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


def test_agencies_that_the_caller_lacks_come_along() -> None:
    for number in range(3):
        makers.entry(makers.agency(f"Cơ quan {number}"), f"Tin {number}")

    with CaptureQueriesContext(connection) as seen:
        found = blocks.fetch(blocks.prepare({"all": Entry.objects.newest_first()[:9]}))
        names = {entry.agency.short_name for entry in found["all"]}

    assert names == {"Cơ quan 0", "Cơ quan 1", "Cơ quan 2"}
    assert len(seen) == 1


def test_what_a_list_does_not_show_is_read_when_somebody_asks() -> None:
    made = makers.entry(makers.agency(), "Tin")

    found = blocks.fetch(blocks.prepare({"all": Entry.objects.newest_first()[:1]}))["all"][0]

    assert found == made
    assert found.html == made.html
    assert found.agency.site == made.agency.site


def test_what_is_read_is_noted_for_the_page() -> None:
    made = makers.entry(makers.agency(), "Tin")
    prepared = blocks.prepare({"all": Entry.objects.newest_first()[:1]})

    with tags.reading() as shown:
        blocks.fetch(prepared)

    assert shown == {made.pk}


def test_a_list_is_compiled_once_and_asked_for_what_is_wanted() -> None:
    owner = makers.agency()
    of = {
        section: makers.entry(owner, f"Tin {section}", section=section)
        for section in (Section.ECONOMY, Section.FOREIGN)
    }
    rows = Entry.objects.newest_first().filter(section="?", published_at__lte=LONG_AGO)[:5]
    prepared = blocks.prepare({"all": rows}, stand_ins={"section": "?", "at": LONG_AGO})

    for section, made in of.items():
        now: dict[str, Value] = {"section": section.value, "at": made.published_at}
        before = now | {"at": made.published_at - timedelta(seconds=1)}

        assert blocks.fetch(prepared, asked=now)["all"] == [made]
        assert blocks.fetch(prepared, asked=before)["all"] == []


def test_a_stand_in_that_is_nowhere_or_not_given_is_a_mistake() -> None:
    rows = Entry.objects.filter(section="?")

    with pytest.raises(ValueError, match="no place for part"):
        blocks.prepare({"all": rows}, stand_ins={"part": "?part"})
    with pytest.raises(KeyError):
        blocks.fetch(blocks.prepare({"all": rows}, stand_ins={"section": "?"}))


def test_nothing_asked_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="nothing"):
        blocks.prepare({})
