"""WebSub: which hub is found, what it is asked, what it is told, and whom we believe."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.parse import RawFeed
from cong.harvest.websub import (
    LEASE_S,
    Advertised,
    Answer,
    Mode,
    advertised,
    delivered,
    renew_at,
    request,
    verification,
)

_URL = "https://xa.vidu.vn/rss.xml"
_FEED = RawFeed(kind="atom", hub="https://hub.vidu.vn/cu")
_BARE = RawFeed(kind="rss")
_ASKED = {"hub.mode": "subscribe", "hub.topic": _URL, "hub.challenge": "a-b_c", "hub.lease_seconds": "3600"}


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (['<https://hub.vidu.vn/>; rel="hub", </chinh.xml>; rel=self'], ("https://hub.vidu.vn/", "https://xa.vidu.vn/chinh.xml")),
        (['</a,b>; title="x, <y>; rel=hub"; REL="prev Hub"'], ("https://xa.vidu.vn/a,b", _URL)),
        (["<https://a.vn>; rel=hub", "<https://b.vn>; rel=hub"], ("https://a.vn", _URL)),
        (["<https://a.vn>; rel=next"], ("https://hub.vidu.vn/cu", _URL)),
        (["<javascript:x>; rel=hub"], ("https://hub.vidu.vn/cu", _URL)),
        ([], ("https://hub.vidu.vn/cu", _URL)),
    ],
)  # fmt: skip
def test_headers_count_before_the_feed(links: list[str], found: tuple[str, str]) -> None:
    assert advertised(links, _FEED, _URL) == Advertised(hub=found[0], topic=found[1])


def test_without_a_hub_there_is_nothing_to_subscribe_to() -> None:
    assert advertised([f"<{_URL}>; rel=self"], _BARE, _URL) is None


@given(st.lists(st.text(alphabet='<>;, ="relhubsf\\', max_size=60), max_size=3))
def test_any_header_is_survived(links: list[str]) -> None:
    advertised(links, _BARE, _URL)


@pytest.mark.parametrize("unit", ["<", "<a>;", "<a>; rel", "<a>; a=b", '<a>; a="', " ", ";a "])
def test_a_hostile_header_costs_no_more_than_its_length(unit: str) -> None:
    assert advertised([unit * 100_000], _BARE, _URL) is None


def test_subscribing_names_topic_callback_lease_and_secret() -> None:
    form = request(Mode.SUBSCRIBE, topic=_URL, callback="https://cong.vn/w/1", secret="s3")

    assert form == {
        "hub.mode": "subscribe", "hub.topic": _URL, "hub.callback": "https://cong.vn/w/1",
        "hub.lease_seconds": str(LEASE_S), "hub.secret": "s3",
    }  # fmt: skip


def test_unsubscribing_tells_no_secret() -> None:
    form = request(Mode.UNSUBSCRIBE, topic=_URL, callback="https://cong.vn/w/1", secret="s3")

    assert set(form) == {"hub.mode", "hub.topic", "hub.callback"}


@pytest.mark.parametrize("secret", ["", "ă" * 100])
def test_a_secret_that_no_hub_takes_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="199"):
        request(Mode.SUBSCRIBE, topic=_URL, callback="https://cong.vn/w/1", secret=secret)


def test_what_we_want_is_confirmed() -> None:
    leaving = _ASKED | {"hub.mode": "unsubscribe"}

    assert verification(_ASKED, topic=_URL, wanted=True) == Answer(status=200, body="a-b_c", lease_seconds=3600)
    assert verification(leaving, topic=_URL, wanted=False) == Answer(status=200, body="a-b_c")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, False),
        ({"hub.mode": "unsubscribe"}, True),
        ({"hub.mode": "khác"}, True),
        ({"hub.topic": "https://xa.vidu.vn/rss.xml/"}, True),
        ({"hub.challenge": ""}, True),
        ({"hub.challenge": "<script>\n"}, True),
        ({"hub.challenge": "x" * 1025}, True),
        ({"hub.mode": "denied", "hub.topic": "https://khac.vn"}, True),
    ],
)
def test_what_we_do_not_want_is_not_confirmed(change: dict[str, str], wanted: bool) -> None:
    assert verification(_ASKED | change, topic=_URL, wanted=wanted) == Answer(status=404)


def test_a_refusal_is_heard() -> None:
    asked = {"hub.mode": "denied", "hub.topic": _URL, "hub.reason": "hết chỗ"}

    assert verification(asked, topic=_URL, wanted=True) == Answer(status=200, denied="hết chỗ")


@pytest.mark.parametrize(
    ("said", "lease"), [("", LEASE_S), ("-5", LEASE_S), ("0", 60), ("9999999999", 90 * 86_400), ("٣", LEASE_S)]
)
def test_a_lease_is_neither_nothing_nor_for_ever(said: str, lease: int) -> None:
    assert verification(_ASKED | {"hub.lease_seconds": said}, topic=_URL, wanted=True).lease_seconds == lease


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512", "SHA256"])
def test_a_signed_delivery_is_believed(method: str) -> None:
    proof = hmac.new("khóa".encode(), b"<feed/>", method.lower()).hexdigest()

    assert delivered("khóa", b"<feed/>", f"{method}={proof}") == ""
    assert delivered("khóa", b"<feed />", f"{method}={proof}") != ""
    assert delivered("khác", b"<feed/>", f"{method}={proof}") != ""
    assert delivered("", b"<feed/>", f"{method}={proof}") != ""


@pytest.mark.parametrize("method", ["md5", "sha224", "blake2b", ""])
def test_other_methods_are_not_believed(method: str) -> None:
    proof = hmac.new(b"k", b"x", method or hashlib.sha256).hexdigest()

    assert delivered("k", b"x", f"{method}={proof}") != ""


@given(st.text(), st.binary(max_size=20))
def test_no_made_up_signature_is_believed(header: str, body: bytes) -> None:
    assert delivered("khóa", body, header) != ""


def test_a_lease_is_renewed_before_it_ends() -> None:
    noon = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)

    assert renew_at(noon, 10 * 86_400) == noon + timedelta(days=8)
