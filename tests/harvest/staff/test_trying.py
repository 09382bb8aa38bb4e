"""“Chạy thử” shows what a visit would do, in words, and writes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cong.agencies.models import Agency
from cong.harvest import actions, editing, registry
from cong.harvest.actions import Visited
from cong.harvest.models import Source
from cong.harvest.parse import Rules, discover
from cong.harvest.reading import Gathered
from cong.harvest.staff import network
from cong.harvest.turns import MOST_A_MINUTE, NotNow, turn
from tests import makers
from tests.harvest.makers import known_source
from tests.harvest.publisher import Item, Page, Publisher, rss
from tests.harvest.staff.hub import address, keeper, open_hub, writes
from tests.jobs.makers import Clock
from tests.makers import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    standing = Clock(NOON)
    monkeypatch.setattr("django.utils.timezone.now", standing)
    return standing


@pytest.fixture(autouse=True)
def _hub(tmp_path: Path, clock: Clock) -> Iterator[None]:
    with open_hub(tmp_path):
        yield


@pytest.fixture
def site() -> Iterator[Publisher]:
    with Publisher() as publisher:
        yield publisher


@pytest.fixture
def own() -> Agency:
    return makers.agency("Xã Mẫu")


@pytest.fixture
def client(own: Agency) -> Client:
    return keeper(own)[1]


def _source(own: Agency, site: Publisher, **given: Any) -> Source:
    source = known_source("nguon-a", agency=own)
    Source.objects.filter(pk=source.pk).update(url=site.url("/rss"), **given)
    return Source.objects.select_related("agency").get(pk=source.pk)


def _item(number: int, title: str, body: str = "<p>Phòng đọc có thêm ghế và thêm đèn.</p>") -> Item:
    return Item(guid=str(number), title=title, link=f"https://xamau.vn/bai/{number}", body=body, at=NOON)


def _harvested(source: Source, body: bytes) -> None:
    feed = discover(body, url=source.url, charset=None, rules=Rules(now=NOON))
    actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), Visited(at=NOON, status=200))


def _try(client: Client, source: Source) -> Any:
    token = editing.token_of(registry.entry_of(source))
    return client.post(address("harvest_try", pk=source.pk), {"shown": token})


def test_each_item_is_new_changed_or_the_same_and_a_change_is_shown(
    client: Client, own: Agency, site: Publisher
) -> None:
    source = _source(own, site)
    _harvested(source, rss(_item(1, "Phòng đọc mở cửa sáng"), _item(2, "Phòng đọc có ghế")))
    site.pages["/rss"] = Page(body=rss(
        _item(1, "Phòng đọc mở cửa chiều"), _item(2, "Phòng đọc có ghế"), _item(3, "Phòng đọc có đèn"),
    ))  # fmt: skip

    told = _try(client, source).content.decode()

    assert all(words in told for words in ("+ 1 mới", "~ 1 đổi", "= 1 như cũ"))
    assert "<del>sáng</del><ins>chiều</ins>" in told
    assert "Đổi: Tiêu đề" in told
    assert "Mục mặc định của nguồn" in told


def test_nothing_is_written(client: Client, own: Agency, site: Publisher) -> None:
    source = _source(own, site)
    _harvested(source, rss(_item(1, "Phòng đọc mở cửa sáng")))
    site.pages["/rss"] = Page(body=rss(_item(1, "Phòng đọc mở cửa chiều"), _item(2, "Phòng đọc có đèn")))

    with writes() as written:
        answer = _try(client, source)

    assert answer.status_code == 200
    assert written == []


def test_pages_are_read_and_what_was_found_there_is_shown(client: Client, own: Agency, site: Publisher) -> None:
    source = _source(own, site, config={"content": "css:#noi-dung"})
    text = "Phòng đọc của xã mở cửa đến chín giờ tối mọi ngày trong tuần, có thêm ghế và thêm đèn cho bà con. " * 4
    site.pages["/bai"] = Page(body=f"<html><body><div id='noi-dung'><p>{text}</p></div></body></html>".encode(),
                              kind="text/html; charset=utf-8")  # fmt: skip
    site.pages["/rss"] = Page(body=rss(Item(guid="1", title="Phòng đọc", link=site.url("/bai"), at=NOON)))

    told = _try(client, source).content.decode()

    assert "mở cửa đến chín giờ tối" in told
    assert "theo bộ chọn content" in told


def test_what_is_wrong_is_told_in_words(client: Client, own: Agency, site: Publisher) -> None:
    source = _source(own, site)

    told = _try(client, source).content.decode()

    assert "HTTP 404" in told


def test_a_get_explains_and_asks_nobody(client: Client, own: Agency, site: Publisher) -> None:
    answer = client.get(address("harvest_try", pk=_source(own, site).pk))

    assert answer.status_code == 200
    assert site.answered == []


def test_a_source_that_changed_since_it_was_shown_is_not_tried(client: Client, own: Agency, site: Publisher) -> None:
    answer = client.post(address("harvest_try", pk=_source(own, site).pk), {"shown": "x"})

    assert answer.status_code == 422
    assert site.answered == []


def test_a_source_that_is_pushed_is_not_asked(client: Client, own: Agency, site: Publisher) -> None:
    answer = _try(client, _source(own, site, kind="push"))

    assert "đối tác tự gửi" in answer.content.decode()
    assert site.answered == []


def test_the_unsaved_form_of_a_stored_source_is_tried_as_it_would_be(
    client: Client, own: Agency, site: Publisher
) -> None:
    source = _source(own, site)
    site.pages["/khac"] = Page(body=rss(_item(1, "Ở địa chỉ khác")))
    sent = {"id": source.slug, "agency": "xa-mau", "kind": "feed", "policy": "auto", "url": site.url("/khac")}

    told = client.post(address("harvest_edit", pk=source.pk), sent | {"buoc": "thu"}).content.decode()

    assert "Ở địa chỉ khác" in told
    assert Source.objects.get().url == site.url("/rss")


def test_a_slow_source_ends_in_time_and_says_so(
    client: Client, own: Agency, site: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "SECONDS", 0.0)

    told = _try(client, _source(own, site)).content.decode()

    assert "Nguồn trả lời chậm" in told


def test_somebody_who_tries_too_often_waits_and_others_do_not(
    client: Client, own: Agency, site: Publisher, clock: Clock
) -> None:
    source = _source(own, site)
    site.pages["/rss"] = Page(body=rss(_item(1, "Một")))

    answers = [_try(client, source).status_code for _ in range(MOST_A_MINUTE + 1)]
    other = _try(keeper(makers.agency("Trung tâm", is_centre=True))[1], source).status_code
    clock.at = NOON + timedelta(minutes=1)
    later = _try(client, source).status_code

    assert answers == [200] * MOST_A_MINUTE + [429]
    assert (other, later) == (200, 200)


def test_one_person_tries_one_thing_at_a_time(tmp_path: Path) -> None:
    begun, over = threading.Event(), threading.Event()

    def long() -> None:
        with turn(tmp_path, 1, at=NOON):
            begun.set()
            over.wait(10)

    thread = threading.Thread(target=long)
    thread.start()
    assert begun.wait(10)

    with pytest.raises(NotNow, match="chưa xong"), turn(tmp_path, 1, at=NOON):
        pass
    with turn(tmp_path, 2, at=NOON):
        pass
    over.set()
    thread.join()
    with turn(tmp_path, 1, at=NOON):
        pass


def test_a_spoilt_file_of_turns_is_no_reason_to_refuse(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text('["hôm qua", 3')

    with turn(tmp_path, 1, at=NOON):
        pass
