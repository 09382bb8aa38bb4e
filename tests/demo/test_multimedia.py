"""Tests `cong/demo/multimedia.py`: stories, film and recording of the demo went the same way as anybody's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from cong.demo.multimedia import release_multimedia
from cong.demo.staff import make_staff
from cong.entries.models import Entry, Kind
from cong.publishing.models import Decision
from cong.publishing.queries import problems
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def test_photo_stories_a_film_and_a_recording_are_released_once_by_different_people(tmp_path: Path) -> None:
    at = timezone.now()
    makers.agency("Văn phòng Trung tâm", is_centre=True)
    make_staff(tmp_path / "accounts.txt", at=at)

    released, again = release_multimedia(at=at), release_multimedia(at=at + timedelta(minutes=1))

    assert (released, again) == (5, 0)
    kinds = Entry.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [Kind.AUDIO, Kind.VIDEO, Kind.PHOTO, Kind.PHOTO, Kind.PHOTO]
    assert set(Decision.objects.values_list("by__username", flat=True)) == {"thamdinh", "duyet"}
    assert not list(problems())
    film = Entry.objects.get(kind=Kind.VIDEO)
    shown = Client().get(film.get_absolute_url()).content.decode()
    assert '<track kind="captions"' in shown
    assert "Sáng sớm, sương còn trên đồi." in shown
    home = Client().get("/").content.decode()
    assert "media-strip" in home
