"""Hosts whose robots.txt could not be had are remembered in the database until it can, or until nobody asks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cong.harvest import rests
from tests.makers import NOON

pytestmark = pytest.mark.django_db


def test_doubts_are_kept_until_they_end() -> None:
    rests.keep_doubts({"a.vn:443": NOON, "b.vn:443": NOON})
    rests.keep_doubts({"a.vn:443": None, "b.vn:443": NOON + timedelta(hours=1), "c.vn:443": None})

    assert rests.doubts(at=NOON) == {"b.vn:443": NOON + timedelta(hours=1)}


def test_a_doubt_of_long_ago_begins_anew() -> None:
    rests.keep_doubts({"a.vn:443": NOON})

    assert rests.doubts(at=NOON + timedelta(days=29)) == {"a.vn:443": NOON}
    assert rests.doubts(at=NOON + timedelta(days=31)) == {}
