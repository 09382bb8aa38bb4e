"""Asking a hub, being confirmed, renewing and leaving: on loopback; and hubs that lie."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from cong.harvest import actions, doctor, hubs, reading, registry, subscribing
from cong.harvest.models import Health, RawBody, Source
from cong.harvest.parse import RawFeed
from tests.harvest.hub import TOPIC, Hub, confirmed, hub_feed, sent, subscribed, visited
from tests.makers import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

_HOUR = timedelta(hours=1)


@pytest.fixture
def source(subscriber: Source) -> Source:
    return subscriber


def test_a_hub_that_a_feed_names_is_asked_and_confirmed_and_visits_become_the_net(source: Source, hub: Hub) -> None:
    visited(source, hub.url)
    asked = hubs.keep_up(at=NOON)
    answer = confirmed(hub.asked[0])
    visited(source, hub.url, "Tin mới", at=NOON + _HOUR)

    assert asked == 1
    assert {name: hub.asked[0][name] for name in ("hub.mode", "hub.topic")} == {
        "hub.mode": "subscribe", "hub.topic": TOPIC,
    }  # fmt: skip
    assert (answer.content, answer["Content-Type"]) == (b"thu-thach", "text/plain; charset=utf-8")
    source.refresh_from_db()
    assert source.hub_until == NOON + timedelta(days=1)
    assert source.interval_s == 6 * 3600
    assert subscribing.lives(source, NOON + _HOUR)


def test_link_headers_name_hub_and_topic_before_thehub_feed(source: Source, hub: Hub) -> None:
    links = (f'<{hub.url}>; rel="hub", </chinh.xml>; rel="self"',)

    visited(source, "", links=links)

    assert (source.hub, source.hub_topic) == (hub.url, "https://xa-an-hai.vn/chinh.xml")


@pytest.mark.parametrize(
    "other",
    [
        {"topic": "https://khac.vn/rss"},
        {"mode": "unsubscribe"},
        {"mode": "denied", "topic": "https://khac.vn/rss"},
        {"challenge": ""},
        {"challenge": "a\nb"},
    ],
)
def test_a_hub_that_asks_for_something_else_gets_a_404(source: Source, hub: Hub, other: dict[str, str]) -> None:
    visited(source, hub.url)
    hubs.keep_up(at=NOON)

    assert confirmed(hub.asked[0], other).status_code == 404
    source.refresh_from_db()
    assert source.hub_until is None


def test_nobody_is_confirmed_whom_we_did_not_ask(source: Source, hub: Hub) -> None:
    visited(source, hub.url)
    asked = {"hub.mode": "subscribe", "hub.topic": TOPIC,
             "hub.callback": f"http://127.0.0.1:8000/api/v1/harvest/websub/{source.hub_token}"}  # fmt: skip

    assert confirmed(asked).status_code == 404
    assert confirmed(asked | {"hub.callback": "http://127.0.0.1:8000/api/v1/harvest/websub/a"}).status_code == 404


def test_a_challenge_that_is_asked_again_later_is_a_replay(source: Source, hub: Hub, clock: list[datetime]) -> None:
    subscribed(source, hub)
    clock.append(NOON + timedelta(minutes=1))
    again = confirmed(hub.asked[0])
    clock.append(NOON + timedelta(minutes=30))
    replayed = confirmed(hub.asked[0], lease=9_000_000)

    assert (again.status_code, replayed.status_code) == (200, 404)
    source.refresh_from_db()
    assert source.hub_until == NOON + timedelta(days=1, minutes=1)


def test_a_subscription_is_renewed_before_its_lease_ends(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    early = hubs.keep_up(at=NOON + 10 * _HOUR)
    late = hubs.keep_up(at=NOON + 20 * _HOUR)

    assert (early, late) == (0, 1)
    assert hub.asked[0] == hub.asked[1]


def test_a_hub_that_refuses_or_stays_silent_is_asked_more_and_more_rarely(source: Source, hub: Hub) -> None:
    hub.status = 503
    visited(source, hub.url)

    counts = [hubs.keep_up(at=NOON + timedelta(minutes=minutes)) for minutes in (0, 5, 10, 20, 30, 60, 70)]

    assert counts == [1, 0, 1, 0, 1, 0, 1]
    source.refresh_from_db()
    assert "HTTP 503" in source.hub_error
    assert {one.check: one.verdict for one in doctor.examine(at=NOON)}["hubs"] == "note"


def test_a_hub_may_deny(source: Source, hub: Hub) -> None:
    subscribed(source, hub)

    answer = confirmed(hub.asked[0], {"mode": "denied", "reason": "hết chỗ"})

    source.refresh_from_db()
    assert answer.status_code == 200
    assert (source.hub_until, source.hub_error) == (None, "Hub từ chối: hết chỗ")


@pytest.mark.parametrize("site", ["http://cong.vidu.vn", "https://10.0.0.1", "https://cong", "https://127.0.0.1"])
def test_without_a_public_https_address_nobody_is_asked_and_the_doctor_says_so(
    source: Source, hub: Hub, settings: Settings, site: str
) -> None:
    settings.SITE_URL, settings.HARVEST_LOOPBACK = site, False
    visited(source, "https://hub.vidu.vn/")

    assert hubs.keep_up(at=NOON) == 0
    finding = next(one for one in doctor.examine(at=NOON) if one.check == "hubs")
    assert (finding.verdict, "SITE_URL" in finding.told) == ("note", True)


def test_no_secret_goes_to_a_hub_without_https(source: Source, settings: Settings) -> None:
    settings.SITE_URL = "https://cong.vidu.vn"

    visited(source, "http://hub.vidu.vn/")

    assert hubs.keep_up(at=NOON) == 0
    assert (source.hub_secret, source.hub_mode) == ("", "")
    assert "https" in source.hub_error


# ---- leaving --------------------------------------------------------------------------------------------------------


def test_a_source_that_names_no_hub_any_more_leaves_it(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    visited(source, "", at=NOON + _HOUR)
    hubs.keep_up(at=NOON + _HOUR)
    answer = confirmed(hub.asked[1])

    source.refresh_from_db()
    assert (hub.asked[1]["hub.mode"], "hub.secret" in hub.asked[1]) == ("unsubscribe", False)
    assert answer.content == b"thu-thach"
    assert {name: getattr(source, name) for name in subscribing.FORGOTTEN} == subscribing.FORGOTTEN


def test_a_source_that_is_switched_off_leaves_its_hub_and_takes_nothing(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    Source.objects.update(next_at=None, state=Health.DISABLED)

    before = sent(hub.asked[0], hub_feed("Tin"))
    hubs.keep_up(at=NOON)
    after = sent(hub.asked[0], hub_feed("Tin"))

    assert (before.status_code, after.status_code) == (410, 410)
    assert hub.asked[1]["hub.mode"] == "unsubscribe"
    assert not RawBody.objects.exists()


def test_a_hub_that_does_not_hear_that_it_is_left_is_forgotten(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    hub.status = 500
    visited(source, "")

    for day in range(5):
        hubs.keep_up(at=NOON + timedelta(days=day))

    source.refresh_from_db()
    assert len(hub.asked) == 4
    assert source.hub_token == ""


def test_a_new_address_begins_without_a_subscription(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    agency = source.agency.slug
    entry = f'[[source]]\nid = "xa-an-hai"\nagency = "{agency}"\nurl = "https://xa-an-hai.vn/moi"\n'

    registry.import_registry(entry, by="kiểm thử", at=NOON)

    source.refresh_from_db()
    assert {name: getattr(source, name) for name in subscribing.FORGOTTEN} == subscribing.FORGOTTEN
    assert sent(hub.asked[0], hub_feed("Tin")).status_code == 410


def test_a_permanent_redirect_that_is_believed_ends_the_subscription(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    new = "https://xa-an-hai.vn/moi"
    Source.objects.update(redirects=[[new, (NOON - timedelta(days=day)).isoformat()] for day in (3, 2)])
    source.refresh_from_db()
    feed = RawFeed(kind="rss", hub=hub.url)
    seen = actions.Visited(at=NOON, status=200, final_url=new, permanent_url=new)
    actions.absorb(source, reading.Gathered(feed=feed), actions.plan(source, feed), seen)

    source.refresh_from_db()
    assert (source.url, source.hub_token, source.hub_until) == (new, "", None)
