"""The screen of an agency's rules: tried without writing, written by keepers, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cong.agencies.models import Role
from cong.harvest import agency_rules
from cong.harvest.models import AgencyRules, Source, Trust
from tests import makers
from tests.desk.makers import client_of, stores
from tests.harvest.makers import known_source, told
from tests.jobs.makers import Clock
from tests.makers import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture(autouse=True)
def _standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("django.utils.timezone.now", Clock(NOON))
    with stores(tmp_path):
        yield


@pytest.fixture
def source() -> Source:
    return known_source("mau", Trust.REVIEW)


@pytest.fixture
def client(source: Source) -> Client:
    return client_of(makers.person("quan-tri", Role.AGENCY_ADMIN, source.agency))


def _form(client: Client, source: Source, *rows: dict[str, str], **given: str) -> dict[str, str]:
    answer: Any = client.get(reverse("harvest_rules", args=[source.agency_id]))
    typed = {f"form-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    frame = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0", "shown": answer.context["shown"]}
    return frame | typed | given


def _post(client: Client, source: Source, data: dict[str, str]) -> Any:
    return client.post(reverse("harvest_rules", args=[source.agency_id]), data)


_ROW = {"path": f"/{NOON:%H}/", "section": "giao-duc"}


def test_rules_are_tried_first_and_nothing_is_written(source: Source, client: Client) -> None:
    told(source, "Chợ phiên mở sớm.", title="Chợ phiên mở sớm")

    answer = _post(client, source, _form(client, source, _ROW, thu="1"))

    said = answer.content.decode()
    assert answer.status_code == 200
    assert "Chợ phiên mở sớm" in said
    assert f"Quy tắc của cơ quan: đường dẫn bắt đầu bằng “/{NOON:%H}/”." in said
    assert not AgencyRules.objects.exists()


def test_rules_are_written_without_the_empty_rows(source: Source, client: Client) -> None:
    answer = _post(client, source, _form(client, source, {"path": ""}, _ROW, {"tag": ""}, luu="1"))

    assert answer.status_code == 302
    assert agency_rules.rules_of(source.agency) == [_ROW]


@pytest.mark.parametrize(
    ("row", "told_of"),
    [
        ({"path": "/a/", "section": ""}, "Hãy chọn mục."),
        ({"path": "a/", "section": "giao-duc"}, "Đường dẫn bắt đầu bằng dấu"),
        ({"tag": "", "section": "giao-duc"}, "Hãy ghi đường dẫn hoặc thẻ"),
        ({"path": "/a/", "section": "khong-co"}, "khong-co"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_stays_typed(
    source: Source, client: Client, row: dict[str, str], told_of: str
) -> None:
    answer = _post(client, source, _form(client, source, row, {"tag": "Thẻ giữ lại", "section": "kinh-te"}, luu="1"))

    said = answer.content.decode()
    assert answer.status_code == 422
    assert told_of in said
    assert "Thẻ giữ lại" in said
    assert not AgencyRules.objects.exists()


def test_two_keepers_at_once_do_not_overwrite_each_other(source: Source, client: Client) -> None:
    begun = _form(client, source, _ROW, luu="1")
    other = makers.person("van-hanh", Role.OPERATOR, source.agency)
    agency_rules.write(source.agency, [{"tag": "Hội", "section": "kinh-te"}], shown=[], by=other, at=NOON)

    answer = _post(client, source, begun)

    assert answer.status_code == 422
    assert "Người khác vừa sửa quy tắc" in answer.content.decode()
    assert agency_rules.rules_of(source.agency) == [{"tag": "Hội", "section": "kinh-te"}]


def test_another_agency_has_no_such_page(source: Source) -> None:
    stranger = client_of(makers.person("la", Role.AGENCY_ADMIN, makers.agency()))

    assert stranger.get(reverse("harvest_rules", args=[source.agency_id])).status_code == 404


def test_the_address_without_an_agency_leads_to_ones_own(source: Source, client: Client) -> None:
    answer: Any = client.get(reverse("harvest_rules_choose"))

    assert answer["Location"] == reverse("harvest_rules", args=[source.agency_id])
    assert client.get(reverse("harvest_rules_choose") + "?co-quan=khong-co").status_code == 404
