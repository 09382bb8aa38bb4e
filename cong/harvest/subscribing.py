"""WebSub subscriptions: learnt from what a source says, confirmed to its hub, fed by what the hub sends.

Asking the hub is `hubs`. Whatever a hub sends is read as the feed of that one source, under the source's own lease.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from cong.harvest import raw_store, websub
from cong.harvest.adapters import Body
from cong.harvest.fetch import FetchFailed
from cong.harvest.fetch.guard import is_local_name, is_public, read_url
from cong.harvest.models import BodyKind, RawBody, Source, Sources
from cong.harvest.parse import RawFeed
from cong.harvest.websub import Mode

logger = logging.getLogger("cong.harvest")

MOST_BYTES = 10_000_000
# What the row of a source says when it has no subscription; so it is written whenever its address changes.
FORGOTTEN: dict[str, Any] = {
    "hub": "", "hub_topic": "", "hub_token": "", "hub_secret": "", "hub_until": None, "hub_mode": "", "hub_at": None,
    "hub_tries": 0, "hub_open_until": None, "hub_error": "", "hub_net_at": None,
}  # fmt: skip
_LONGEST_ADDRESS = 2_000
_MOST_WAITING = 20
# A hub whose answer got lost asks once more; later the same question is a replay.
_REPEATS = timedelta(minutes=5)
_SOONEST = timedelta(minutes=10)
_AFTER_REFUSAL = timedelta(days=1)
_NUDGED = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What a hub sent, as the body of a visit; `number` is its row."""

    number: int
    body: Body


def lives(source: Source, at: datetime) -> bool:
    """Tell whether a hub tells us what is new, so that visits are only the net below it."""
    return source.hub_until is not None and source.hub_until > at


def may_be_called() -> bool:
    """Tell whether hubs can reach us: SITE_URL is a public HTTPS address, or this machine where that is allowed."""
    try:
        url = read_url(settings.SITE_URL)
    except FetchFailed:
        return False
    if is_local_name(url):
        return bool(settings.HARVEST_LOOPBACK)
    return url.scheme == "https" and _is_public_name(url.raw_host or "")


def _is_public_name(host: str) -> bool:
    try:
        return is_public(ip_address(host))
    except ValueError:
        return "." in host.strip(".")


def is_safe(hub: str) -> bool:
    """Tell whether a hub may be told a secret: only over HTTPS, or on this machine where that is allowed."""
    try:
        url = read_url(hub)
    except FetchFailed:
        return False
    return url.scheme == "https" or (bool(settings.HARVEST_LOOPBACK) and is_local_name(url))


def learnt(source: Source, feed: RawFeed, links: Sequence[str], *, url: str, at: datetime) -> dict[str, Any]:
    """Return what a visit changes in the source's subscription; `links` are the Link headers, `url` where it ended."""
    if not (feed.hub or links or source.hub) or source.kind != "feed":
        return {}
    found = websub.advertised(links, feed, url)
    if found is None or max(len(found.hub), len(found.topic)) > _LONGEST_ADDRESS:
        # The lenient reader of broken documents sees no hub.
        return {} if feed.fallback else _left(source, at)
    same = (found.hub, found.topic) == (source.hub, source.hub_topic)
    if same and source.hub_mode:
        again = {"hub_mode": Mode.SUBSCRIBE.value, "hub_at": at, "hub_tries": 0}
        return again if source.hub_mode != Mode.SUBSCRIBE else {}
    return FORGOTTEN | {"hub": found.hub, "hub_topic": found.topic} | _wish(found.hub, at)


def _wish(hub: str, at: datetime) -> dict[str, Any]:
    if not may_be_called():
        return {}
    if not is_safe(hub):
        return {"hub_error": "Hub không dùng https nên không đăng ký; nguồn vẫn được thu theo lịch."}
    return {
        "hub_mode": Mode.SUBSCRIBE.value, "hub_at": at, "hub_token": secrets.token_hex(32),
        "hub_secret": secrets.token_hex(32),
    }  # fmt: skip


def _left(source: Source, at: datetime) -> dict[str, Any]:
    if not source.hub or source.hub_mode == Mode.UNSUBSCRIBE:
        return {}
    return leaving(at) if source.hub_mode else FORGOTTEN


def leaving(at: datetime) -> dict[str, Any]:
    """Return what makes the hub be told that we want no more; what it sends from now on is not taken."""
    return {"hub_mode": Mode.UNSUBSCRIBE.value, "hub_at": at, "hub_tries": 0, "hub_until": None, "hub_net_at": None}


def _held(token: str) -> Sources:
    return Source.objects.filter(hub_token=token).exclude(hub_token="")


@transaction.atomic
def confirm(token: str, asked: Mapping[str, str], *, at: datetime) -> websub.Answer:
    """Answer a hub that asks whether we want what it was asked for, as long as such a question is awaited."""
    source = _held(token).select_for_update(of=("self",)).first()
    if source is None:
        return websub.Answer(status=HTTPStatus.NOT_FOUND)
    mine, wanted = Source.objects.filter(pk=source.pk), source.hub_mode == Mode.SUBSCRIBE
    answer = websub.verification(asked, topic=source.hub_topic, wanted=wanted)
    if answer.denied:
        told = f"Hub từ chối: {answer.denied}"
        refused = {"hub_until": None, "hub_error": told, "hub_at": at + _AFTER_REFUSAL, "hub_open_until": None}
        mine.update(**(refused if wanted else FORGOTTEN))
        return answer
    if answer.status == HTTPStatus.OK and (source.hub_open_until is None or source.hub_open_until < at):
        return websub.Answer(status=HTTPStatus.NOT_FOUND)
    if answer.status == HTTPStatus.OK and wanted:
        mine.update(
            hub_until=at + timedelta(seconds=answer.lease_seconds), hub_tries=0, hub_error="",
            hub_at=max(websub.renew_at(at, answer.lease_seconds), at + _SOONEST),
            hub_open_until=min(source.hub_open_until or at, at + _REPEATS),
        )  # fmt: skip
    elif answer.status == HTTPStatus.OK:
        mine.update(**FORGOTTEN)
    return answer


def awaited(token: str) -> Source | None:
    """Return the source for which a hub may send something: its subscription was confirmed, and it is on."""
    confirmed = _held(token).filter(hub_mode=Mode.SUBSCRIBE, hub_until__isnull=False)
    return confirmed.filter(next_at__isnull=False).first()


def receive(source: Source, body: bytes, *, charset: str, signature: str, at: datetime) -> str:
    """Keep what a hub sent until the source's next visit, which is now; returns why it is put aside, "" when not.

    What is signed with SHA-1 only is no content, but a word that something is new: the source itself is visited.
    """
    problem = websub.delivered(source.hub_secret, body, signature)
    if problem:
        logger.warning("delivery of a hub put aside: %s: %s", source.slug, problem)
        return problem
    weak = websub.is_weak(signature)
    sha256 = "" if weak else raw_store.keep(settings.HARVEST_DIR, body)
    with transaction.atomic():
        source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
        sent = RawBody.objects.filter(source=source, kind=BodyKind.HUB)
        if weak or sent.count() >= _MOST_WAITING:
            _wake(source, max(at, (source.last_ok_at or at) + _NUDGED), at=at)
            return ""
        if not sent.filter(sha256=sha256).exists():
            RawBody.objects.create(
                source=source, kind=BodyKind.HUB, sha256=sha256, url=source.url, charset=charset[:40], at=at
            )
        _wake(source, at, at=at)
    return ""


def _wake(source: Source, soon: datetime, *, at: datetime) -> None:
    """Bring the next visit forward; the one that stood on the calendar is remembered."""
    if source.next_at is None or source.next_at <= soon:
        return
    net = source.hub_net_at if source.hub_net_at and source.hub_net_at > at else source.next_at
    Source.objects.filter(pk=source.pk).update(next_at=soon, hub_net_at=net)


def wake_waiting(*, at: datetime) -> int:
    """Bring forward the visits of sources for which something came while they were being visited; returns how many."""
    sent = RawBody.objects.filter(kind=BodyKind.HUB).values("source_id")
    with transaction.atomic():
        late = Source.objects.filter(pk__in=sent, next_at__gt=at, lease_by="").select_for_update(of=("self",))
        found = list(late)
        for source in found:
            _wake(source, at, at=at)
    return len(found)


def waiting(source: Source) -> Delivered | None:
    """Return the oldest thing that a hub sent and nobody has read yet."""
    for row in RawBody.objects.filter(source=source, kind=BodyKind.HUB).order_by("pk"):
        try:
            content = raw_store.load(settings.HARVEST_DIR, row.sha256)
        except raw_store.NotKept:
            drop(row.pk)
            continue
        return Delivered(number=row.pk, body=Body(content=content, url=source.url, charset=row.charset or None))
    return None


def drop(number: int) -> None:
    """Throw away what a hub sent."""
    RawBody.objects.filter(pk=number, kind=BodyKind.HUB).delete()


def settled(source: Source, number: int, *, at: datetime) -> dict[str, Any]:
    """Drop what has been taken in, and return when the source is visited next: as it stood on the calendar before."""
    drop(number)
    if RawBody.objects.filter(source=source, kind=BodyKind.HUB).exists():
        return {"next_at": at}
    return {"next_at": source.hub_net_at or at, "hub_net_at": None}


def let_go(*, at: datetime) -> int:
    """Leave the hubs of sources that are off, and drop what came for those without subscription; returns how many."""
    off = Source.objects.filter(Q(next_at__isnull=True) | ~Q(kind="feed"), hub_mode=Mode.SUBSCRIBE)
    left = off.update(**leaving(at))
    subscribed = Source.objects.filter(hub_mode=Mode.SUBSCRIBE).values("pk")
    RawBody.objects.filter(kind=BodyKind.HUB).exclude(source__in=subscribed).delete()
    return left
