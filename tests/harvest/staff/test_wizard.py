"""A keeper connects a source and mends one: what is asked, who may, and what is never lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from cong.agencies.models import Agency, Role
from cong.harvest import editing, registry
from cong.harvest.forms import said_by
from cong.harvest.models import Source, Trust
from cong.journal.models import Event
from tests import makers
from tests.harvest.adapters.test_propose import boxes, page
from tests.harvest.makers import known_source
from tests.harvest.publisher import Item, Page, Publisher, rss
from tests.harvest.staff.hub import address, keeper, last_event, open_hub, writes
from tests.jobs.makers import Clock
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_ADD = "/ban-lam-viec/nguon-tin/them/"
_LINK = re.compile(r'href="(\?buoc=dien[^"]*)"')


@pytest.fixture(autouse=True)
def _hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("django.utils.timezone.now", Clock(NOON))
    with open_hub(tmp_path):
        yield


@pytest.fixture
def own() -> Agency:
    return makers.agency("Xã Mẫu")


@pytest.fixture
def client(own: Agency) -> Client:
    return keeper(own)[1]


def _central() -> Client:
    return keeper(makers.agency("Trung tâm", is_centre=True), Role.OPERATOR)[1]


def _sent(entry: dict[str, Any], **more: str) -> dict[str, str]:
    return said_by(entry) | {"buoc": "luu"} | more


def _entry(**given: Any) -> dict[str, Any]:
    plain = {"id": "xa-mau-tin", "agency": "xa-mau", "kind": "feed", "url": "https://xamau.vn/rss"}
    return plain | {"policy": "review", "section": "tin-hoat-dong"} | given


def _stored(own: Agency, trust: Trust = Trust.REVIEW) -> tuple[Source, str]:
    source = known_source("nguon-a", trust, agency=own)
    return source, editing.token_of(registry.entry_of(source))


# ---- from an address to a source -------------------------------------------------------------------------------------


def test_from_a_pasted_address_to_a_stored_source_in_three_steps(client: Client, own: Agency) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    feed = rss(Item(guid="1", title="Phòng đọc mở cửa", at=NOON), title="Tin xã Mẫu")
    with Publisher(pages={"/": Page(body=f"<html><head>{link}</head></html>".encode(), kind="text/html"),
                          "/rss": Page(body=feed)}) as site:  # fmt: skip
        looked = client.post(_ADD, {"url": site.url("/"), "agency": "xa-mau"}).content.decode()
        [first, *_] = _LINK.findall(looked)
        form = client.get(_ADD + unescape(first))
        words = {name: value for name, value in form.context["form"].initial.items() if value}
        tried = client.post(_ADD, words | {"policy": "review", "buoc": "thu"})
        assert not Source.objects.exists()
        saved = client.post(_ADD, words | {"policy": "review", "buoc": "luu"})

    source = Source.objects.get()
    assert "Phòng đọc mở cửa" in looked
    assert "+ mới" in tried.content.decode()
    assert saved["Location"] == address("harvest_source", pk=source.pk)
    assert (source.url, source.agency, source.trust, source.name) == (site.url("/rss"), own, "review", "Tin xã Mẫu")
    assert last_event("source.add")["entry"]["url"] == source.url


def test_a_proposed_rule_fills_in_the_form(client: Client) -> None:
    with Publisher(pages={"/tin": Page(body=page(boxes), kind="text/html")}) as site:
        looked = client.post(_ADD, {"url": site.url("/tin"), "agency": "xa-mau"}).content.decode()

    link = next(unescape(one) for one in _LINK.findall(looked) if "item=" in one)
    form = client.get(_ADD + link).context["form"]
    assert parse_qs(urlsplit(link).query)["item"] == ["css:div.news-item"]
    assert (form["kind"].value(), form["item"].value()) == ("htmllist", "css:div.news-item")
    assert (form["agency"].value(), form["id"].value()) == ("xa-mau", "xa-mau-htmllist")


def test_looking_and_trying_write_nothing(client: Client) -> None:
    with Publisher(pages={"/rss": Page(body=rss(Item(guid="1", title="Một")))}) as site, writes() as written:
        client.post(_ADD, {"url": site.url("/rss"), "agency": "xa-mau"})
        client.post(_ADD, _sent(_entry(url=site.url("/rss")), buoc="thu"))

    assert written == []


def test_a_failure_is_told_and_the_address_stays(client: Client) -> None:
    with Publisher() as site:
        answer = client.post(_ADD, {"url": site.url("/khong-co"), "agency": "xa-mau"})

    told = answer.content.decode()
    assert "HTTP 404" in told
    assert f'value="{site.url("/khong-co")}"' in told
    assert "kind=oai" in told


def test_an_empty_form_asks_nothing_of_anybody(client: Client) -> None:
    assert [client.post(_ADD, sent).status_code for sent in ({}, {"buoc": "thu"}, {"buoc": "luu"})] == [422, 422, 422]
    assert not Source.objects.exists()


def test_another_agency_is_no_choice(client: Client) -> None:
    makers.agency("Xã Khác")

    answer = client.post(_ADD, _sent(_entry(agency="xa-khac")))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["agency"]
    assert not Source.objects.exists()


def test_an_id_that_is_taken_is_refused_beside_its_field_and_changes_nothing(client: Client) -> None:
    other = known_source("xa-mau-tin", agency=makers.agency("Xã Khác"))

    answer = client.post(_ADD, _sent(_entry()))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["id"]
    assert Source.objects.get() == other


def test_a_free_id_is_proposed(client: Client, own: Agency) -> None:
    known_source("xa-mau-feed", agency=own)

    form = client.get(_ADD, {"buoc": "dien", "kind": "feed", "agency": "xa-mau"}).context["form"]

    assert form["id"].value() == "xa-mau-feed-2"


def test_only_the_centre_lets_a_new_source_publish_by_itself(client: Client) -> None:
    refused = client.post(_ADD, _sent(_entry(policy="auto")))

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["policy"]
    assert _central().post(_ADD, _sent(_entry(policy="auto"))).status_code == 302
    assert Source.objects.get().trust == Trust.AUTO


# ---- a stored source -------------------------------------------------------------------------------------------------


def test_a_change_is_stored_and_the_journal_says_what_was_and_what_is(client: Client, own: Agency) -> None:
    source, token = _stored(own)
    entry = registry.entry_of(source) | {"every": "2h", "licence": "Thỏa thuận 1"}

    answer = client.post(address("harvest_edit", pk=source.pk), _sent(entry, shown=token))

    source.refresh_from_db()
    assert answer.status_code == 302
    assert (source.config["every_s"], source.config["licence"]) == (7200, "Thỏa thuận 1")
    assert last_event("source.change") == {
        "before": {"every": None, "licence": None}, "after": {"every": "2h", "licence": "Thỏa thuận 1"},
    }  # fmt: skip


def test_saving_what_is_stored_changes_nothing(client: Client, own: Agency) -> None:
    source, token = _stored(own)
    events = Event.objects.count()

    client.post(address("harvest_edit", pk=source.pk), _sent(registry.entry_of(source), shown=token))

    assert Event.objects.count() == events


def test_who_was_overtaken_sees_both_versions_and_loses_nothing(client: Client, own: Agency) -> None:
    source, token = _stored(own)
    Source.objects.filter(pk=source.pk).update(url="https://moi.vn/rss")
    where, mine = address("harvest_edit", pk=source.pk), registry.entry_of(source) | {"url": "https://cua-toi.vn/rss"}

    answer = client.post(where, _sent(mine, shown=token))
    again = client.post(where, _sent(mine, shown=answer.context["shown"]))

    told = answer.content.decode()
    assert answer.status_code == 409
    assert "url = &quot;https://moi.vn/rss&quot;" in told
    assert "url = &quot;https://cua-toi.vn/rss&quot;" in told
    assert answer.context["form"]["url"].value() == "https://cua-toi.vn/rss"
    assert again.status_code == 302
    assert Source.objects.get().url == "https://cua-toi.vn/rss"


def test_a_form_without_its_token_is_overtaken(client: Client, own: Agency) -> None:
    source, _ = _stored(own)

    answer = client.post(address("harvest_edit", pk=source.pk), _sent(registry.entry_of(source)))

    assert answer.status_code == 409


def test_a_trusted_source_keeps_its_trust_when_only_its_name_and_rhythm_change(client: Client, own: Agency) -> None:
    source, token = _stored(own, Trust.AUTO)
    entry = registry.entry_of(source) | {"name": "Tên khác", "every": "2h"}

    client.post(address("harvest_edit", pk=source.pk), _sent(entry, shown=token))

    source.refresh_from_db()
    assert (source.trust, source.name) == (Trust.AUTO, "Tên khác")


@pytest.mark.parametrize("change", [{"url": "https://moi.vn/rss"}, {"content": "css:#b"}, {"section": "giao-duc"},
                                    {"kind": "sitemap"}, {"charset": "utf-8"}])  # fmt: skip
def test_a_trusted_source_that_its_agency_changes_waits_for_people_again(
    client: Client, own: Agency, change: dict[str, str]
) -> None:
    source, token = _stored(own, Trust.AUTO)
    where = address("harvest_edit", pk=source.pk)

    warned = client.get(where).content.decode()
    told = client.post(where, _sent(registry.entry_of(source) | change, shown=token), follow=True)

    source.refresh_from_db()
    assert "đang tự động xuất bản" in warned
    assert source.trust == Trust.REVIEW
    assert "không còn tự động xuất bản" in told.content.decode()


def test_the_centre_changes_a_trusted_source_and_its_trust_stays(own: Agency) -> None:
    source, token = _stored(own, Trust.AUTO)
    entry = registry.entry_of(source) | {"url": "https://moi.vn/rss"}

    _central().post(address("harvest_edit", pk=source.pk), _sent(entry, shown=token))

    source.refresh_from_db()
    assert (source.trust, source.url) == (Trust.AUTO, "https://moi.vn/rss")


def test_a_source_is_not_given_to_an_agency_that_the_person_does_not_keep(client: Client, own: Agency) -> None:
    source, token = _stored(own)
    makers.agency("Xã Khác")

    answer = client.post(
        address("harvest_edit", pk=source.pk),
        _sent(registry.entry_of(source) | {"agency": "xa-khac"}, shown=token),
    )

    source.refresh_from_db()
    assert answer.status_code == 422
    assert source.agency == own


def test_the_action_itself_refuses_a_stranger(own: Agency) -> None:
    source, token = _stored(own)
    stranger, _ = keeper(makers.agency("Xã Khác"))
    entry = registry.entry_of(source) | {"every": "2h"}

    with pytest.raises(PermissionDenied):
        editing.change(source, entry, shown=token, by=stranger, at=NOON)
    with pytest.raises(PermissionDenied):
        editing.add(_entry(), by=stranger, at=NOON)


def test_a_source_of_another_agency_does_not_exist(client: Client) -> None:
    other = known_source("nguon-b", agency=makers.agency("Xã Khác"))

    for name in ("harvest_edit", "harvest_try"):
        assert client.get(address(name, pk=other.pk)).status_code == 404
        assert client.post(address(name, pk=other.pk)).status_code == 404


def test_who_only_sees_a_source_may_not_change_it(own: Agency) -> None:
    source, _ = _stored(own)
    _, author = keeper(own, Role.AUTHOR)

    for where in (address("harvest_edit", pk=source.pk), address("harvest_try", pk=source.pk), _ADD):
        assert author.get(where)["Location"] == "/ban-lam-viec/"
