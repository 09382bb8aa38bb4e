"""What the tests of the desk share: a standing clock, stores of their own, a newsroom with everybody in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tests.desk.dockets import LATER, Scene, scene
from tests.desk.makers import stores
from tests.jobs.makers import Clock


@pytest.fixture
def _stores(tmp_path: Path) -> Iterator[None]:
    # A request under /en/ leaves its language in the thread that the test goes on in.
    with stores(tmp_path), translation.override("vi"):
        yield


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let everything that asks for the time get noon, until it is moved."""
    standing = Clock(LATER)
    monkeypatch.setattr("django.utils.timezone.now", standing)
    return standing


@pytest.fixture
def room(db: Any, clock: Clock, _stores: None) -> Scene:
    return scene()
