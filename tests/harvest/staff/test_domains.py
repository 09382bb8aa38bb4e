"""The screen of foreign hosts shows a person what their own agencies' texts lead to, and says how far it looked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cong.agencies.models import Role
from cong.harvest.models import Source
from tests import makers
from tests.desk.makers import client_of, stores
from tests.harvest.makers import known_source, told
from tests.jobs.makers import Clock
from tests.makers import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture(autouse=True)
def _standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("django.utils.timezone.now", Clock(NOON + timedelta(days=14)))
    with stores(tmp_path):
        yield


def _linking(name: str, host: str) -> Source:
    source = known_source(name)
    told(source, f'Xem <a href="https://{host}/">ở đây</a>.', title=f"Tin của {name}")
    return source


def _client(source: Source) -> Client:
    return client_of(makers.person(f"xem-{source.slug}", Role.AUDITOR, source.agency))


def _page(client: Client, query: str = "") -> Any:
    return client.get(reverse("harvest_domains") + query)


def test_a_person_sees_the_hosts_of_their_own_agency_with_an_example_and_the_bound() -> None:
    mine, _other = _linking("mot", "a.example.com"), _linking("hai", "b.example.com")

    said = _page(_client(mine)).content.decode()

    assert "a.example.com" in said
    assert "Tin của mot" in said
    assert "b.example.com" not in said
    assert "nhiều nhất 2000 tin" in said or "nhiều nhất 2.000 tin" in said


def test_one_source_can_be_looked_at_alone_and_not_another_agencys() -> None:
    mine, other = _linking("mot", "a.example.com"), _linking("hai", "b.example.com")
    client = _client(mine)

    assert "a.example.com" in _page(client, f"?nguon={mine.slug}").content.decode()
    assert _page(client, f"?nguon={other.slug}").status_code == 404
