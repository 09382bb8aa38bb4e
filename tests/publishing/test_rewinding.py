"""Tests `cong/publishing/rewinding.py`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cong.entries.models import Entry, Tombstone
from cong.publishing.rewinding import rewound
from tests import makers
from tests.makers import NOON

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_the_shelf_stands_as_it_stood() -> None:
    first = makers.entry(title="Bản đầu", tags=("thư viện",))
    before = Entry.objects.values().get(pk=first.pk)
    makers.correct(first, at=NOON + HOUR, title="Bản đã sửa")
    makers.withdraw(first, at=NOON + 2 * HOUR)

    with rewound(NOON + HOUR / 2):
        assert Entry.objects.values().get(pk=first.pk) == before
        assert not Tombstone.objects.exists()
    with rewound(NOON + HOUR):
        then = Entry.objects.get(pk=first.pk)
        assert (then.title, then.corrections, then.corrected_at) == ("Bản đã sửa", 1, NOON + HOUR)
    with rewound(NOON + 2 * HOUR):
        assert not Entry.objects.exists()
        assert Tombstone.objects.get().pk == first.pk
    with rewound(NOON - HOUR):
        assert not Entry.objects.exists()


def test_afterwards_the_present_is_back_and_unchanged() -> None:
    entry = makers.entry()

    with rewound(NOON - HOUR):
        assert not Entry.objects.exists()

    assert Entry.objects.get() == entry
    assert Entry.objects.select_related("agency").get().agency == entry.agency
