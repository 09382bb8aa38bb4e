"""Search in tests: an index of its own for every test, and pages in Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from cong.search import teaching
from tests.search import servers


@pytest.fixture(autouse=True)
def search_dir(tmp_path: Path, settings: Settings) -> Path:
    settings.SEARCH_DIR = tmp_path / "search"
    return tmp_path / "search"


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


@pytest.fixture(autouse=True)
def _untaught() -> Iterator[None]:
    """Let no test answer by what the one before taught search."""
    teaching.forget()
    yield
    teaching.forget()


@pytest.fixture(scope="session", autouse=True)
def _servers() -> Iterator[None]:
    yield
    servers.clear_away()
