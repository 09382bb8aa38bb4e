"""What a hub sends: believed only with its proof, taken once, in order, in bounds."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from cong.entries.models import Entry
from cong.harvest import hubs, subscribing, upkeep
from cong.harvest.fetch import Client, FetchFailed, Limits
from cong.harvest.models import BodyKind, Fetch, Health, Item, RawBody, Source
from tests.harvest.hub import Hub, hub_feed, sent, subscribed, taken, visited
from tests.makers import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

_HOUR = timedelta(hours=1)


@pytest.fixture
def source(subscriber: Source) -> Source:
    return subscriber


def test_what_a_hub_sends_is_published_once_and_the_calendar_of_visits_stays(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    net = NOON + 5 * _HOUR
    Source.objects.update(next_at=net, fail_count=2, state=Health.FAILING, error_text="Lỗi.")
    first = sent(hub.asked[0], hub_feed("Một", "Hai"))
    again = sent(hub.asked[0], hub_feed("Một", "Hai"))
    taken()
    sent(hub.asked[0], hub_feed("Hai", "Một"))
    taken()

    source.refresh_from_db()
    assert (first.status_code, again.status_code) == (202, 202)
    assert sorted(Entry.objects.values_list("title", flat=True)) == ["Hai", "Một"]
    assert (source.next_at, source.hub_net_at, source.lease_by) == (net, None, "")
    assert (source.fail_count, source.state, source.etag) == (2, "failing", '"1"')
    assert list(Fetch.objects.order_by("pk").values_list("error_code", "new"))[1:] == [("hub", 2), ("hub", 0)]
    assert not RawBody.objects.filter(kind=BodyKind.HUB).exists()


def test_a_delivery_may_be_a_part_of_the_list(source: Source, hub: Hub) -> None:
    visited(source, hub.url, "Một", "Hai")
    subscribed(source, hub)
    Source.objects.update(next_at=NOON + 5 * _HOUR)
    visited(source, hub.url, "Một", "Hai", at=NOON + _HOUR)

    sent(hub.asked[0], hub_feed("Ba"))
    taken()

    assert Item.objects.count() == 3
    assert not Item.objects.filter(left_at__gt=NOON + _HOUR).exists()


def test_deliveries_are_taken_in_the_order_in_which_they_came(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    Source.objects.update(next_at=NOON + 5 * _HOUR)
    sent(hub.asked[0], hub_feed("Một"))
    sent(hub.asked[0], hub_feed("Hai"))

    taken()
    one = list(Entry.objects.values_list("title", flat=True))
    taken()

    assert one == ["Một"]
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "khác"},
        {"proof": "sha256="},
        {"proof": "md5=00"},
        {"proof": "sha256=" + "0" * 64},
        {"proof": " "},
    ],
)
def test_what_the_hub_cannot_prove_is_put_aside_without_a_word(source: Source, hub: Hub, wrong: dict[str, str]) -> None:
    subscribed(source, hub)
    Source.objects.update(next_at=NOON + 5 * _HOUR)

    answer = sent(hub.asked[0], hub_feed("Giả"), **wrong)

    source.refresh_from_db()
    assert (answer.status_code, answer.content) == (202, b"")
    assert not RawBody.objects.exists()
    assert source.next_at == NOON + 5 * _HOUR


def test_a_signature_with_sha1_is_no_proof_of_content_but_a_reason_to_visit(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    Source.objects.update(next_at=NOON + 5 * _HOUR)

    answer = sent(hub.asked[0], hub_feed("Tin"), method="sha1")

    source.refresh_from_db()
    assert answer.status_code == 202
    assert not RawBody.objects.exists()
    assert source.next_at == NOON + timedelta(minutes=5)


def test_a_huge_body_is_refused(source: Source, hub: Hub) -> None:
    subscribed(source, hub)

    assert sent(hub.asked[0], b"x" * (subscribing.MOST_BYTES + 1)).status_code == 413
    assert not RawBody.objects.exists()


def test_a_flood_of_deliveries_is_kept_in_bounds(source: Source, hub: Hub) -> None:
    subscribed(source, hub)

    answers = {sent(hub.asked[0], hub_feed(f"Tin {number}")).status_code for number in range(25)}

    assert answers == {202}
    assert RawBody.objects.count() == 20


def test_nothing_is_taken_before_the_hub_has_been_confirmed(source: Source, hub: Hub) -> None:
    visited(source, hub.url)
    hubs.keep_up(at=NOON)

    assert sent(hub.asked[0], hub_feed("Tin")).status_code == 410


def test_what_came_while_the_source_was_visited_is_not_forgotten(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    sent(hub.asked[0], hub_feed("Tin"))
    # The visit that was under way ends only now, and writes its own next one.
    Source.objects.update(next_at=NOON + 6 * _HOUR, lease_by="")

    hubs.keep_up(at=NOON + timedelta(minutes=1))
    taken(at=NOON + timedelta(minutes=1))

    assert Entry.objects.count() == 1


def test_what_is_gone_from_the_disk_is_not_waited_for(source: Source, hub: Hub, tmp_path: Path) -> None:
    subscribed(source, hub)
    sent(hub.asked[0], hub_feed("Tin"))
    upkeep.forget_bodies(at=NOON + timedelta(days=30))
    kept = subscribing.waiting(source)
    for one in tmp_path.rglob("*.zst"):
        one.unlink()

    assert kept is not None
    assert subscribing.waiting(source) is None
    assert not RawBody.objects.exists()


def test_a_hub_that_is_left_has_nothing_waiting(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    sent(hub.asked[0], hub_feed("Tin"))
    Source.objects.update(next_at=None)

    hubs.keep_up(at=NOON)

    assert not RawBody.objects.exists()


def test_a_form_is_posted_under_the_rules_of_every_fetch() -> None:
    async def story() -> str:
        with pytest.raises(FetchFailed) as caught:
            async with Client(Limits()) as client:
                await client.post("http://127.0.0.1:8080/", {"hub.mode": "subscribe"})
        return caught.value.code

    assert asyncio.run(story()) == "address"
