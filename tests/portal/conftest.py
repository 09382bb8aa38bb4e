"""Pages need what `cong assets` makes: the compiled catalogue, and a folder for static files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real

from cong.design import assets


@pytest.fixture(scope="session", autouse=True)
def _made() -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if assets.write_catalogues():
        trans_real._translations.clear()  # type: ignore[attr-defined]  # what was loaded before is stale


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    # A request under /en/ leaves its language in the thread that the test goes on in.
    with translation.override("vi"):
        yield
