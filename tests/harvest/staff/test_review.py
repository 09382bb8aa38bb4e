"""The review queue: the riskiest first with the reason, one item beside its source, decided in one request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.entries.models import Entry
from cong.harvest import held, reviewing
from cong.harvest.models import BodyKind, Item, ItemState, RawBody, Source, Trust
from cong.harvest.raw_store import keep
from cong.publishing.models import Snapshot
from tests import makers
from tests.desk.makers import client_of, stores
from tests.harvest.makers import known_source, told
from tests.jobs.makers import Clock
from tests.makers import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

_LATER = NOON + timedelta(hours=1)
_LIST_BUDGET, _ITEM_BUDGET = 20, 25


@pytest.fixture(autouse=True)
def _standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("django.utils.timezone.now", Clock(_LATER))
    with stores(tmp_path):
        yield


@pytest.fixture
def source() -> Source:
    return known_source("mau", Trust.REVIEW)


@pytest.fixture
def approver(source: Source) -> User:
    return makers.person("duyet", Role.APPROVER, source.agency)


@pytest.fixture
def client(approver: User) -> Client:
    return client_of(approver)


def sha(item: Item) -> str:
    return Snapshot.objects.filter(publication=item.publication_id).latest("pk").sha256


def state(item: Item) -> str:
    return Item.objects.get(pk=item.pk).state


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    answer: Any = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def send(client: Client, item: Item, verb: str, **data: object) -> Any:
    return client.post(reverse("harvest_review_act", args=[item.pk, verb]), data)


def known(source: Source, approver: User) -> None:
    """Release something of the source, so that it is no stranger."""
    [first] = told(source, "Hội làng mở vào mùa xuân, có thi nấu cơm và kéo co.", title="Hội làng mùa xuân")
    reviewing.approve(first.pk, sha256=sha(first), by=approver, at=NOON)


def test_the_riskiest_stands_first_and_says_why(source: Source, approver: User, client: Client) -> None:
    known(source, approver)
    calm, risky = told(
        source, "Chợ phiên mở sớm hơn một giờ.", '<p>TUYỆT MẬT</p><a href="https://la.example.com/">Xem</a>', at=_LATER
    )

    said = page(client, "harvest_review")

    order = [int(pk) for pk in re.findall(r'id="ten-(\d+)"', said)]
    assert order == [risky.pk, calm.pk]
    assert "Trong bài có dấu mật hoặc hạn chế lưu hành: TUYỆT MẬT." in said
    assert "la.example.com" in said
    assert "2 tin đang chờ bạn" in said


def test_signs_of_a_takeover_make_every_item_of_the_source_risky(source: Source, client: Client) -> None:
    sign = "Nhiều tin mới dẫn tới tên miền chưa từng thấy ở nguồn này."
    Source.objects.filter(pk=source.pk).update(suspicion={"domains": {"message": sign}})
    [item] = told(source, "Chợ phiên mở sớm.")

    said = page(client, "harvest_review_item", item.pk)

    assert "Rủi ro cao" in said
    assert sign in said


def test_one_item_shows_what_readers_will_see_beside_what_the_source_says(source: Source, client: Client) -> None:
    [item] = told(source, "Chợ phiên mở sớm hơn một giờ.")
    raw = keep(settings.HARVEST_DIR, "<h1>Chợ</h1><script>alert(1)</script><p>Chữ của trang gốc</p>".encode())
    RawBody.objects.create(source=source, item=item, kind=BodyKind.PAGE, sha256=raw, url=item.url, at=NOON)

    said = page(client, "harvest_review_item", item.pk)

    assert f'src="{reverse("harvest_review_preview", args=[item.pk])}"' in said
    assert f'href="{item.url}" target="_blank" rel="nofollow noopener noreferrer"' in said
    assert "Chợ Chữ của trang gốc" in said
    assert "alert(1)" not in said
    assert "Nguồn này chỉ được đăng khi có người duyệt." in said
    assert "Mục mặc định của nguồn." in said
    assert sha(item) in said


def test_the_preview_is_the_readers_article_and_may_stand_in_a_frame_of_ours(source: Source, client: Client) -> None:
    [item] = told(source, "Chợ phiên mở sớm hơn một giờ.")

    answer: Any = client.get(reverse("harvest_review_preview", args=[item.pk]))

    assert "<p>Chợ phiên mở sớm hơn một giờ.</p>" in answer.content.decode()
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "noindex" in answer["X-Robots-Tag"]


def test_what_the_source_changed_while_it_waited_is_shown_word_by_word(source: Source, client: Client) -> None:
    [item] = told(source, "Chợ phiên mở sớm hơn một giờ.")
    told(source, "Chợ phiên mở sớm hơn hai giờ.")

    said = page(client, "harvest_review_item", item.pk)

    assert "<del>một</del><ins>hai</ins>" in said
    assert "Bản 2 khác bản trước" in said


def test_one_request_approves_and_the_next_item_opens(source: Source, client: Client) -> None:
    first, second = told(source, "Chợ phiên mở sớm.", "Đường liên thôn đã sửa xong.")

    answer = send(client, first, "duyet", sha256=sha(first), tiep=second.pk)

    assert (state(first), state(second)) == (ItemState.PUBLISHED, ItemState.HELD)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("harvest_review_item", args=[second.pk])


def test_the_list_opens_when_the_next_one_is_decided_already_or_not_theirs(source: Source, client: Client) -> None:
    first, second = told(source, "Chợ phiên mở sớm.", "Đường liên thôn đã sửa xong.")
    [foreign] = told(known_source("khac", Trust.REVIEW), "Vườn cây mới trồng.")

    to_foreign = send(client, first, "duyet", sha256=sha(first), tiep=foreign.pk)
    to_decided = send(client, second, "duyet", sha256=sha(second), tiep=first.pk)

    assert to_foreign["Location"] == to_decided["Location"] == reverse("harvest_review")


def test_what_changed_meanwhile_is_told_shown_anew_and_not_released(source: Source, client: Client) -> None:
    [item] = told(source, "Chợ phiên mở sớm hơn một giờ.")
    seen = sha(item)
    told(source, "Chợ phiên mở sớm hơn hai giờ.")

    answer = send(client, item, "duyet", sha256=seen)

    assert (answer.status_code, state(item)) == (422, ItemState.HELD)
    said = answer.content.decode()
    assert "Tin này vừa đổi" in said
    assert f'value="{sha(item)}"' in said


def test_the_second_of_two_people_is_told_and_can_go_on(source: Source, client: Client) -> None:
    item, other = told(source, "Chợ phiên mở sớm.", "Đường liên thôn đã sửa xong.")
    duty = makers.person("truc", Role.DUTY_EDITOR, source.agency)
    reviewing.reject(item.pk, sha256=sha(item), reason="Không hợp.", by=duty, at=_LATER)

    answer = send(client, item, "duyet", sha256=sha(item))

    said = answer.content.decode()
    assert (answer.status_code, state(item)) == (422, ItemState.REJECTED)
    assert "người khác vừa loại" in said
    assert "Duyệt và xuất bản" not in said
    assert "truc" in said
    assert reverse("harvest_review_item", args=[other.pk]) in said


def test_a_rejection_without_a_reason_keeps_what_was_typed_and_says_what_is_missing(
    source: Source, client: Client
) -> None:
    [item] = told(source, "Chợ phiên mở sớm.")

    empty = send(client, item, "loai", sha256=sha(item), reason=" ")
    long = send(client, item, "loai", sha256=sha(item), reason="dài " * 200)

    assert (empty.status_code, long.status_code, state(item)) == (422, 422, ItemState.HELD)
    assert "Hãy ghi lý do loại tin này." in empty.content.decode()
    assert "dài dài dài" in long.content.decode()


def test_an_item_is_moved_looked_at_again_and_approved(source: Source, client: Client) -> None:
    [item] = told(source, "Chợ phiên mở sớm.")

    moved = send(client, item, "chuyen", sha256=sha(item), place="giao-duc")
    said = page(client, "harvest_review_item", item.pk)
    send(client, item, "duyet", sha256=sha(item))

    assert moved["Location"] == reverse("harvest_review_item", args=[item.pk])
    assert "Người duyệt đã chọn mục này." in said
    assert Entry.objects.get().section == "giao-duc"


def test_calm_items_are_approved_together_and_the_answer_names_each(
    source: Source, approver: User, client: Client
) -> None:
    known(source, approver)
    one, two = told(source, "Chợ phiên mở sớm.", "Đường liên thôn đã sửa xong.", at=_LATER)
    listed = page(client, "harvest_review", query="?muc=low")

    answer: Any = client.post(
        reverse("harvest_review_several"),
        {"tin": [one.pk, two.pk], f"sha-{one.pk}": sha(one), f"sha-{two.pk}": "0" * 64},
    )

    assert f'name="sha-{one.pk}" value="{sha(one)}"' in listed
    assert (state(one), state(two)) == (ItemState.PUBLISHED, ItemState.HELD)
    said = answer.content.decode()
    assert "Đã xuất bản." in said
    assert "Tin này vừa đổi" in said


def test_together_with_one_of_another_agency_nothing_is_approved(source: Source, client: Client) -> None:
    [mine] = told(source, "Chợ phiên mở sớm.")
    [foreign] = told(known_source("khac", Trust.REVIEW), "Vườn cây mới trồng.")

    answer: Any = client.post(
        reverse("harvest_review_several"),
        {"tin": [mine.pk, foreign.pk], f"sha-{mine.pk}": sha(mine), f"sha-{foreign.pk}": sha(foreign)},
    )

    assert (answer.status_code, state(mine), state(foreign)) == (404, ItemState.HELD, ItemState.HELD)


def test_another_agency_sees_nothing_and_the_centre_sees_all(source: Source) -> None:
    [item] = told(source, "Chợ phiên mở sớm.")
    stranger = client_of(makers.person("la", Role.APPROVER, makers.agency()))
    centre = client_of(makers.person("tw", Role.APPROVER, makers.agency("Trung tâm", is_centre=True)))

    assert "Thư viện xã" not in page(stranger, "harvest_review")
    assert stranger.get(reverse("harvest_review_item", args=[item.pk])).status_code == 404
    assert send(stranger, item, "duyet", sha256=sha(item)).status_code == 404
    assert "Thư viện xã" in page(centre, "harvest_review")
    assert send(centre, item, "duyet", sha256=sha(item)).status_code == 302


def test_a_windows_older_items_are_a_page_further(
    source: Source, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "WINDOW", 2)
    items = told(source, *(f"Tin thứ {n} về vườn cây." for n in range(5)))

    first = page(client, "harvest_review")
    second = page(client, "harvest_review", query=f"?truoc={items[3].pk}")

    assert re.findall(r'id="ten-(\d+)"', first) == [str(items[4].pk), str(items[3].pk)]
    assert re.findall(r'id="ten-(\d+)"', second) == [str(items[2].pk), str(items[1].pk)]
    assert f"truoc={items[3].pk}" in first
    assert "5 tin đang chờ bạn" in first


@pytest.mark.parametrize("query", ["?muc=x", "?tu=-1", "?truoc=ab", "?tu=99999999999999999999", "?truoc=%00"])
def test_an_address_with_nonsense_shows_the_list(source: Source, client: Client, query: str) -> None:
    told(source, "Chợ phiên mở sớm.")

    assert "Thư viện xã" in page(client, "harvest_review", query=query)


def test_the_list_and_an_item_cost_the_same_whatever_waits(source: Source, client: Client) -> None:
    [item] = told(source, "Chợ phiên mở sớm.")
    page(client, "harvest_review")
    with CaptureQueriesContext(
        connection,
    ) as alone:
        page(client, "harvest_review")
    told(source, *(f"Tin thứ {n} về vườn cây." for n in range(40)), at=_LATER)
    page(client, "harvest_review")

    with CaptureQueriesContext(connection) as full:
        page(client, "harvest_review")
    with CaptureQueriesContext(connection) as one:
        page(client, "harvest_review_item", item.pk)

    assert len(full) == len(alone) <= _LIST_BUDGET
    assert len(one) <= _ITEM_BUDGET


def test_what_is_sealed_is_read_for_its_risk_once(source: Source, client: Client) -> None:
    told(source, *(f"Tin thứ {n} về vườn cây." for n in range(10)))
    page(client, "harvest_review")

    with CaptureQueriesContext(connection) as again:
        page(client, "harvest_review")

    assert not [one for one in again.captured_queries if '"publishing_snapshot"."html"' in one["sql"]]
