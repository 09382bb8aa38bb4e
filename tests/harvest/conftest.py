"""What several tests of the hub want."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from cong.harvest.models import Source, Trust
from tests import makers
from tests.harvest.hub import TOPIC, Hub
from tests.makers import NOON

_HOUR = timedelta(hours=1)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as running:
        yield running


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> list[datetime]:
    """Set the time of the callback; the last moment counts."""
    settings.HARVEST_DIR, settings.HARVEST_LOOPBACK = tmp_path, True
    settings.SITE_URL = "http://127.0.0.1:8000"
    moments = [NOON]
    monkeypatch.setattr("cong.harvest.api.timezone.now", lambda: moments[-1])
    return moments


@pytest.fixture
def subscriber() -> Source:
    return Source.objects.create(
        slug="xa-an-hai", url=TOPIC, agency=makers.agency("Xã An Hải"), trust=Trust.AUTO, next_at=NOON,
        first_ok_at=NOON - 9 * _HOUR, last_ok_at=NOON, name="Xã An Hải",
    )  # fmt: skip
