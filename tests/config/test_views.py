from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings


def test_the_living_answer_without_a_database() -> None:
    # Without the django_db mark any query would fail the test.
    answer = Client().get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_the_database_is_there_and_up_to_date() -> None:
    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"database": "ok", "migrations": "ok", "assets": "ok"}}


@pytest.mark.django_db
def test_a_waiting_migration_is_named_and_nothing_is_ready() -> None:
    MigrationRecorder(connection).migration_qs.filter(app="entries").latest("id").delete()

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "migrations": "1 waiting", "assets": "ok"}


@pytest.mark.django_db
def test_nothing_is_ready_without_the_static_files_that_every_page_names(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["assets"] == "missing"


@pytest.mark.django_db
def test_readiness_costs_few_queries() -> None:
    with CaptureQueriesContext(connection) as seen:
        Client().get("/readyz")

    assert len(seen) <= 3


@pytest.mark.django_db
def test_an_unknown_address_gets_the_portals_own_page_in_the_readers_language() -> None:
    vietnamese, english = Client().get("/khong-co-gi-o-day/"), Client().get("/en/khong-co-gi-o-day/")

    assert (vietnamese.status_code, english.status_code) == (404, 404)
    assert '<html lang="vi"' in vietnamese.content.decode()
    assert '<html lang="en"' in english.content.decode()


def test_a_foreign_host_name_is_refused() -> None:
    answer = Client().get("/healthz", headers={"host": "la.example"})

    assert answer.status_code == 400


def test_every_answer_carries_the_security_headers() -> None:
    answer = Client().get("/healthz")

    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY")
