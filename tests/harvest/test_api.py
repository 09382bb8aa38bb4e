"""Partners send us what they publish: signed, once for each key, with an answer under an address of its own."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cong.agencies.models import Role
from cong.entries.models import Entry, Tombstone
from cong.harvest import pushing
from cong.harvest.adapters.pushed import signature
from cong.harvest.models import Delivery, Item, Source, Trust
from cong.jobs.models import Job
from cong.journal.models import Event
from cong.publishing.queries import problems
from tests import makers
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_SECRET = "bi-mat-cua-hai-ben"
_ADDRESS = "/api/v1/harvest/bao-doi-tac"


@pytest.fixture(autouse=True)
def source(tmp_path: Path, settings: Settings) -> Source:
    settings.HARVEST_DIR = tmp_path
    agency = makers.agency("Báo Đối Tác", category="partner")
    return Source.objects.create(
        slug="bao-doi-tac", url="https://baodoitac.vn/", kind="push", agency=agency, trust=Trust.AUTO, secret=_SECRET
    )


def sent(said: object, *, key: str = "lan-1", secret: str = _SECRET, stamp: str = "", **headers: str) -> Any:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    stamp = stamp or str(int(time.time()))
    given = {
        "X-Cong-Timestamp": stamp, "X-Cong-Signature": signature(secret, stamp, body), "Idempotency-Key": key,
    } | headers  # fmt: skip
    return Client().post(_ADDRESS, body, content_type="application/json", headers=given)


def story(number: int = 1, **more: object) -> dict[str, object]:
    return {
        "id": f"bai-{number}", "url": f"https://baodoitac.vn/{number}", "title": f"Tin số {number}",
        "html": "<p>Nội dung.</p>", "published": "2026-11-25T08:00:00+07:00",
    } | more  # fmt: skip


def taken() -> dict[str, Any]:
    return pushing.take(Delivery.objects.latest("pk"), at=timezone.now())


def test_what_is_sent_becomes_entries_and_the_result_has_an_address() -> None:
    answer = sent({"items": [story(1), story(2)]})
    address = answer.json()["result"]
    before = Client().get(address.partition("vn")[2] or address[address.index("/api") :]).json()
    made = taken()
    after = Client().get(address[address.index("/api") :])

    assert answer.status_code == 202
    assert before == {"status": "waiting"}
    assert made == after.json() == {"status": "taken", "seen": 2, "new": 2, "changed": 0, "gone": 0}
    assert after["Cache-Control"] == "no-store"
    assert set(Entry.objects.values_list("title", flat=True)) == {"Tin số 1", "Tin số 2"}
    assert Job.objects.filter(task__contains="take_delivery").count() == 1
    assert not list(problems())


def test_the_same_key_again_does_nothing_and_names_the_same_result() -> None:
    first, second = sent({"items": [story()]}), sent({"items": [story()]})
    taken()
    again = taken()

    assert first.json() == second.json()
    assert again["new"] == 1
    assert Delivery.objects.count() == 1
    assert Item.objects.count() == 1


def test_the_same_key_for_something_else_is_refused() -> None:
    sent({"items": [story(1)]})

    answer = sent({"items": [story(2)]})

    assert answer.status_code == 409
    assert "đã dùng" in answer.json()["error"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"secret": "khác"}, 401),
        ({"stamp": "1700000000"}, 401),
        ({"key": ""}, 422),
        ({"X-Cong-Signature": ""}, 401),
        ({"Content-Length": "6000000"}, 413),
    ],
)
def test_what_is_not_rightly_signed_or_too_big_is_refused_in_words(given: dict[str, str], status: int) -> None:
    answer = sent({"items": [story()]}, **given)

    assert answer.status_code == status
    assert answer.json()["error"]
    assert not Delivery.objects.exists()


def test_wrong_fields_are_named_with_their_places() -> None:
    sent({"items": [story(published="một ngày nào đó"), {"title": ""}]})

    result = taken()

    assert result["status"] == "refused"
    assert any("items[0].published" in one for one in result["problems"])
    assert not Item.objects.exists()


def test_what_the_partner_deletes_is_taken_down() -> None:
    sent({"items": [story()]})
    taken()
    sent({"items": [], "deleted": ["bai-1"]}, key="lan-2")

    result = taken()

    assert result["gone"] == 1
    assert not Entry.objects.exists()
    assert Tombstone.objects.exists()


def test_a_source_without_a_secret_takes_nothing_and_says_nothing_of_itself(source: Source) -> None:
    Source.objects.update(secret="")

    assert sent({"items": [story()]}).status_code == 404


def test_only_the_agencys_admin_or_the_operator_gives_a_secret(source: Source) -> None:
    admin = makers.person("quantri", Role.AGENCY_ADMIN, source.agency)
    author = makers.person("tacgia", Role.AUTHOR, source.agency)

    fresh = pushing.new_secret(source, by=admin, at=NOON)
    with pytest.raises(PermissionDenied):
        pushing.new_secret(source, by=author, at=NOON)

    source.refresh_from_db()
    assert source.secret == fresh != _SECRET
    assert fresh not in Event.objects.get(verb="source.secret").data
