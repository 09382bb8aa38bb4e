"""The database is stopped under load: nearly every known address goes on answering."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.delivery_outage import measured
from tests.services import Missing, must_have_all, postgres

pytestmark = [pytest.mark.killing, pytest.mark.nightly, pytest.mark.one_engine]


def test_a_minute_without_a_database_is_hardly_noticed(tmp_path: Path) -> None:
    try:
        with postgres() as url:
            found = measured(str(tmp_path), url, entries=30, seconds=60)
    except Missing as missing:
        if must_have_all():
            pytest.fail(f"{missing} is not installed, and CONG_REQUIRE=all")
        pytest.skip(f"{missing} is not installed")

    assert found.answers > 1000
    assert found.errors <= found.answers / 1000
