"""Tests `cong/publishing/preflight.py`: what the checks are told, on texts that nobody has cleaned of mistakes."""

from __future__ import annotations

import pytest

from cong.publishing import preflight
from tests.makers import NOON
from tests.publishing.makers import content, newsroom

pytestmark = pytest.mark.django_db


def test_an_address_that_is_none_is_a_finding_and_no_crash() -> None:
    room = newsroom()
    wrong = content(room, html='<p>Xem <a href="http://[::1/bai-12">bài này</a>.</p>')

    found = preflight.findings(wrong, at=NOON)

    assert any("liên kết" in one.text or "địa chỉ" in one.text for one in found)


def test_an_agency_whose_own_address_is_none_stops_no_text() -> None:
    room = newsroom(site="http://[::1/")

    assert isinstance(preflight.findings(content(room), at=NOON), list)
