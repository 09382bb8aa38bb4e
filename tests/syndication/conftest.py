"""Each test begins in Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    # A request under /en/ leaves its language in the thread that the test goes on in.
    with translation.override("vi"):
        yield
