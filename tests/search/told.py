"""Which search server tests may use, and what a run says at its end when there was none."""

from __future__ import annotations

import os
from typing import Any

REAL_URL = os.environ.get("CONG_TEST_SEARCH_URL", "")
"""What SEARCH_URL was when the tests began: `tests.early` hides it from the portal under test."""

_CONTRACT = "tests/search/engines/test_engine_contract"


def tell_of_search(reporter: Any) -> None:
    """Say at the end of a run that what holds for the fake was not tried on the server, where it was not."""
    reports = [report for kind in ("passed", "failed") for report in reporter.stats.get(kind, ())]
    if REAL_URL or not any(_CONTRACT in report.nodeid for report in reports):
        return
    reporter.section("OpenSearch was NOT tried", yellow=True, bold=True)
    reporter.line(
        "The contract of engines ran on a fake of it. Set SEARCH_URL=http://127.0.0.1:9200 to try the server."
    )
