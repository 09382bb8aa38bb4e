"""Tests what people are told when the database is away, or takes nothing in."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError, connection
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from cong.delivery.trouble import Trouble, trouble_of
from cong.delivery.views import ReadOnly

pytestmark = pytest.mark.one_engine


def _caused(error: Exception, by: Exception) -> Exception:
    error.__cause__ = by
    return error


def _of_sqlite(tmp_path: Path, sql: str) -> sqlite3.Error:
    """Make SQLite itself refuse: names of its errors are its own."""
    path = tmp_path / "x.sqlite3"
    sqlite3.connect(path).execute("CREATE TABLE IF NOT EXISTS t (a)").connection.close()
    opened = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        opened.execute(sql)
    except sqlite3.Error as error:
        return error
    finally:
        opened.close()
    raise AssertionError(sql)


def test_a_database_that_takes_nothing_in_is_told_from_one_that_is_gone(tmp_path: Path) -> None:
    read_only = _of_sqlite(tmp_path, "INSERT INTO t VALUES (1)")

    assert trouble_of(_caused(OperationalError(), read_only)) is Trouble.UNWRITABLE
    assert trouble_of(_caused(InternalError(), psycopg.errors.ReadOnlySqlTransaction())) is Trouble.UNWRITABLE
    assert trouble_of(_caused(OperationalError(), psycopg.errors.DiskFull())) is Trouble.UNWRITABLE
    assert trouble_of(OperationalError("connection refused")) is Trouble.GONE
    assert trouble_of(_caused(OperationalError(), psycopg.errors.CannotConnectNow())) is Trouble.GONE
    assert trouble_of(InterfaceError("connection already closed")) is Trouble.GONE


@pytest.mark.parametrize("error", [None, ValueError(), IntegrityError(), DataError(), InternalError()], ids=repr)
def test_other_errors_are_not_the_databases_trouble(error: Exception | None) -> None:
    assert trouble_of(error) is None


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReadOnly, "refused_at", -1000.0)


@pytest.fixture
def broken(request: pytest.FixtureRequest) -> Iterator[None]:
    """Make every statement fail with the error that the test names."""

    def fail(*_: object) -> None:
        raise request.param

    with connection.execute_wrapper(fail):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("broken", [OperationalError("connection refused")], indirect=True)
@pytest.mark.usefixtures("broken")
def test_a_page_without_a_database_asks_for_patience(client: Client) -> None:
    answer = client.get("/van-ban/", headers={"host": "127.0.0.1"})

    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert answer["Cache-Control"] == "no-store"
    assert "Cổng đang bảo trì" in answer.content.decode()
    assert "Content-Security-Policy" in answer


@pytest.mark.django_db
@pytest.mark.parametrize("broken", [ValueError("a fault of ours")], indirect=True)
@pytest.mark.usefixtures("broken")
def test_a_fault_of_ours_is_still_called_one(client: Client) -> None:
    answer = client.get("/van-ban/", headers={"host": "127.0.0.1"})

    assert answer.status_code == 500
    assert "Trang này đang lỗi" in answer.content.decode()


_READ_ONLY = _caused(OperationalError("attempt to write"), psycopg.errors.ReadOnlySqlTransaction())


@pytest.mark.django_db
@pytest.mark.parametrize("broken", [_READ_ONLY], indirect=True)
@pytest.mark.usefixtures("broken")
def test_staff_are_told_that_nothing_was_saved_and_what_to_do(client: Client) -> None:
    answer = client.post("/ban-lam-viec/login/", {"username": "a", "password": "b"}, headers={"host": "127.0.0.1"})

    assert answer.status_code == 503
    text = answer.content.decode()
    assert "Những gì bạn vừa gửi chưa được lưu" in text
    assert "báo người vận hành" in text


@pytest.mark.django_db
def test_after_a_refusal_nothing_is_tried_for_a_moment(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReadOnly, "refused_at", time.monotonic())

    answer = client.post("/tim-kiem", headers={"host": "127.0.0.1"})

    assert answer.status_code == 503
    assert "chưa được lưu" in answer.content.decode()
    assert "báo người vận hành" not in answer.content.decode()
    assert client.get("/ve-cong/", headers={"host": "127.0.0.1"}).status_code == 200


def test_who_is_refused_reads_it_in_the_language_of_the_address(client: Client, settings: Settings) -> None:
    settings.READ_ONLY = True
    translation.activate("en")  # as the request before left it to the thread

    refused = client.post("/tim-kiem", headers={"host": "127.0.0.1"})

    assert '<html lang="vi">' in refused.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/ban-lam-viec/login/", "/api/v1/harvest/x", "/tim-kiem"])
def test_told_to_be_read_only_the_portal_takes_nothing_in(client: Client, settings: Settings, path: str) -> None:
    settings.READ_ONLY = True

    refused = client.post(path, {"username": "a"}, headers={"host": "127.0.0.1"})

    assert refused.status_code == 503
    assert refused["Retry-After"] == "30"
    assert client.get("/", headers={"host": "127.0.0.1"}).status_code == 200
