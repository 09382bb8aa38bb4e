"""Tests `cong/demo/front.py`: the demo's home page went the same way as anybody's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cong.demo.front import compose_front
from cong.demo.staff import make_staff
from cong.entries.models import FrontPage
from cong.frontpage.process import Composition
from cong.publishing.models import Decision
from cong.publishing.queries import problems
from tests import makers
from tests.frontpage.makers import entries
from tests.makers import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def test_the_home_page_of_the_demo_is_composed_once_by_people_of_the_centre(tmp_path: Path) -> None:
    makers.agency("Văn phòng Trung tâm", is_centre=True)
    make_staff(tmp_path / "accounts.txt", at=NOON)
    too_little = compose_front(at=NOON)
    made = entries(6, section="moi-truong")

    composed, again = compose_front(at=NOON), compose_front(at=NOON + timedelta(hours=1))

    shown = Composition.read(FrontPage.objects.get().composition)
    assert (too_little, composed, again) == (False, True, False)
    assert shown.lead
    assert shown.lead.entry == made[2].pk
    assert len(shown.picks) == 4
    assert shown.notice
    people = list(Decision.objects.order_by("pk").values_list("by__username", flat=True))
    assert people == ["thamdinhtw", "duyettw"]
    assert not list(problems())
