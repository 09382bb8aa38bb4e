"""WebSub from the first visit to the renewal: a hub on loopback, the poller, our callback; and hubs that lie."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

import pytest
from django.test import Client as Browser
from pytest_django import Settings

from cong.entries.models import Entry
from cong.harvest import actions, claim, doctor, hubs, reading, registry, subscribing, upkeep
from cong.harvest.adapters import Body
from cong.harvest.fetch import Client, FetchFailed, Limits
from cong.harvest.models import BodyKind, Fetch, Health, Item, RawBody, Source, Trust
from cong.harvest.parse import RawFeed
from cong.harvest.poller import _digest
from tests import makers
from tests.harvest.publisher import Item as Said
from tests.harvest.publisher import rss
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_HOUR = timedelta(hours=1)
_TOPIC = "https://xa-an-hai.vn/rss"


@dataclass(kw_only=True)
class Hub:
    """A hub that notes what it is asked; it does not ask back by itself: the tests do that for it."""

    status: int = 202
    asked: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                hub.asked.append({name: values[0] for name, values in form.items()})
                self.send_response(hub.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Stay quiet: `asked` is the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as running:
        yield running


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> list[datetime]:
    """Set the time of the callback; the last moment counts."""
    settings.HARVEST_DIR, settings.HARVEST_LOOPBACK = tmp_path, True
    settings.SITE_URL = "http://127.0.0.1:8000"
    moments = [NOON]
    monkeypatch.setattr("cong.harvest.api.timezone.now", lambda: moments[-1])
    return moments


@pytest.fixture
def source() -> Source:
    return Source.objects.create(
        slug="xa-an-hai", url=_TOPIC, agency=makers.agency("Xã An Hải"), trust=Trust.AUTO, next_at=NOON,
        first_ok_at=NOON - 9 * _HOUR, last_ok_at=NOON, name="Xã An Hải",
    )  # fmt: skip


def visited(source: Source, hub: str, *titles: str, at: datetime = NOON, links: tuple[str, ...] = ()) -> Source:
    """Visit the source as the poller does; its feed names the hub."""
    source.refresh_from_db()
    feed = RawFeed(kind="rss", hub=hub)
    if titles:
        feed = replace(reading.read(source, Body(content=_feed(*titles), url=source.url), at=at).feed, hub=hub)
    seen = actions.Visited(at=at, status=200, links=links, etag='"1"', body_hash="1")
    actions.absorb(source, reading.Gathered(feed=feed), actions.plan(source, feed), seen)
    source.refresh_from_db()
    return source


def subscribed(source: Source, hub: Hub, *, at: datetime = NOON, lease: int = 86_400) -> Source:
    """Bring a source as far as a living subscription."""
    visited(source, hub.url, at=at)
    hubs.keep_up(at=at)
    assert confirmed(hub.asked[-1], lease=lease).status_code == 200
    source.refresh_from_db()
    return source


def confirmed(asked: dict[str, str], other: dict[str, str] | None = None, *, lease: int = 86_400) -> Any:
    """Ask back as a hub does that was asked this."""
    question = {
        "hub.mode": asked["hub.mode"], "hub.topic": asked["hub.topic"], "hub.challenge": "thu-thach",
        "hub.lease_seconds": str(lease),
    }  # fmt: skip
    return Browser().get(_path(asked), question | {f"hub.{name}": value for name, value in (other or {}).items()})


def sent(asked: dict[str, str], body: bytes, *, method: str = "sha256", secret: str = "", proof: str = "") -> Any:
    """Deliver something as the hub does."""
    made = hmac.new((secret or asked["hub.secret"]).encode(), body, method).hexdigest()
    return Browser().post(
        _path(asked), body, content_type="application/rss+xml; charset=utf-8",
        headers={"X-Hub-Signature": proof or f"{method}={made}"},
    )  # fmt: skip


def _path(asked: dict[str, str]) -> str:
    return asked["hub.callback"].removeprefix("http://127.0.0.1:8000")


def _feed(*titles: str) -> bytes:
    return rss(*(Said(guid=title, title=title, link=f"https://xa-an-hai.vn/{title}") for title in titles))


def taken(*, at: datetime = NOON) -> None:
    """Let a worker take what hubs sent to the sources that are due, as the poller does."""
    for source in claim.claim_sources(9, worker="w", at=at):
        found = subscribing.waiting(source)
        assert found is not None
        seen = actions.Visited(at=at, status=200, received=len(found.body.content), delivered=found.number)
        _digest(source, found.body, [], seen)


# ---- asking and confirming ------------------------------------------------------------------------------------------


def test_a_hub_that_a_feed_names_is_asked_and_confirmed_and_visits_become_the_net(source: Source, hub: Hub) -> None:
    visited(source, hub.url)
    asked = hubs.keep_up(at=NOON)
    answer = confirmed(hub.asked[0])
    visited(source, hub.url, "Tin mới", at=NOON + _HOUR)

    assert asked == 1
    assert {name: hub.asked[0][name] for name in ("hub.mode", "hub.topic")} == {
        "hub.mode": "subscribe", "hub.topic": _TOPIC,
    }  # fmt: skip
    assert (answer.content, answer["Content-Type"]) == (b"thu-thach", "text/plain; charset=utf-8")
    source.refresh_from_db()
    assert source.hub_until == NOON + timedelta(days=1)
    assert source.interval_s == 6 * 3600
    assert subscribing.lives(source, NOON + _HOUR)


def test_link_headers_name_hub_and_topic_before_the_feed(source: Source, hub: Hub) -> None:
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
    asked = {"hub.mode": "subscribe", "hub.topic": _TOPIC,
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

    before = sent(hub.asked[0], _feed("Tin"))
    hubs.keep_up(at=NOON)
    after = sent(hub.asked[0], _feed("Tin"))

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
    assert sent(hub.asked[0], _feed("Tin")).status_code == 410


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


# ---- deliveries -----------------------------------------------------------------------------------------------------


def test_what_a_hub_sends_is_published_once_and_the_calendar_of_visits_stays(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    net = NOON + 5 * _HOUR
    Source.objects.update(next_at=net, fail_count=2, state=Health.FAILING, error_text="Lỗi.")
    first = sent(hub.asked[0], _feed("Một", "Hai"))
    again = sent(hub.asked[0], _feed("Một", "Hai"))
    taken()
    sent(hub.asked[0], _feed("Hai", "Một"))
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

    sent(hub.asked[0], _feed("Ba"))
    taken()

    assert Item.objects.count() == 3
    assert not Item.objects.filter(left_at__gt=NOON + _HOUR).exists()


def test_deliveries_are_taken_in_the_order_in_which_they_came(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    Source.objects.update(next_at=NOON + 5 * _HOUR)
    sent(hub.asked[0], _feed("Một"))
    sent(hub.asked[0], _feed("Hai"))

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

    answer = sent(hub.asked[0], _feed("Giả"), **wrong)

    source.refresh_from_db()
    assert (answer.status_code, answer.content) == (202, b"")
    assert not RawBody.objects.exists()
    assert source.next_at == NOON + 5 * _HOUR


def test_a_signature_with_sha1_is_no_proof_of_content_but_a_reason_to_visit(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    Source.objects.update(next_at=NOON + 5 * _HOUR)

    answer = sent(hub.asked[0], _feed("Tin"), method="sha1")

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

    answers = {sent(hub.asked[0], _feed(f"Tin {number}")).status_code for number in range(25)}

    assert answers == {202}
    assert RawBody.objects.count() == 20


def test_nothing_is_taken_before_the_hub_has_been_confirmed(source: Source, hub: Hub) -> None:
    visited(source, hub.url)
    hubs.keep_up(at=NOON)

    assert sent(hub.asked[0], _feed("Tin")).status_code == 410


def test_what_came_while_the_source_was_visited_is_not_forgotten(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    sent(hub.asked[0], _feed("Tin"))
    # The visit that was under way ends only now, and writes its own next one.
    Source.objects.update(next_at=NOON + 6 * _HOUR, lease_by="")

    hubs.keep_up(at=NOON + timedelta(minutes=1))
    taken(at=NOON + timedelta(minutes=1))

    assert Entry.objects.count() == 1


def test_what_is_gone_from_the_disk_is_not_waited_for(source: Source, hub: Hub, tmp_path: Path) -> None:
    subscribed(source, hub)
    sent(hub.asked[0], _feed("Tin"))
    upkeep.forget_bodies(at=NOON + timedelta(days=30))
    kept = subscribing.waiting(source)
    for one in tmp_path.rglob("*.zst"):
        one.unlink()

    assert kept is not None
    assert subscribing.waiting(source) is None
    assert not RawBody.objects.exists()


def test_a_hub_that_is_left_has_nothing_waiting(source: Source, hub: Hub) -> None:
    subscribed(source, hub)
    sent(hub.asked[0], _feed("Tin"))
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
