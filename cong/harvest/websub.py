"""WebSub, the subscriber's side: which hub, what to ask of it, what to answer, whom to believe. Pure: no network.

Names are those of the W3C recommendation (2018). A hub that stays silent is no harm: polling goes on beneath.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cong.harvest.parse import RawFeed
from cong.harvest.parse.pictures import web

LEASE_S = 10 * 86_400
_SHORTEST_S, _LONGEST_S = 60, 90 * 86_400
_LONGEST_HEADER = 8_192
_LONGEST_CHALLENGE = 1_024
_MOST_SECRET = 200
_LINK = re.compile(r"""<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:"[^"]*"|[^\s",;<>]+))?)*)""")
_PARAMETER = re.compile(r""";\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"([^"]*)"|([^\s",;<>]+))""")
_DIGITS = re.compile(r"[0-9]{1,10}")
_CHALLENGE = re.compile(r"[!-~]+(?: [!-~]+)*")
_WEAK = re.compile(r"\s*sha1\s*=", re.IGNORECASE)
_SIGNATURE = re.compile(r"\s*(sha1|sha256|sha384|sha512)\s*=\s*([0-9a-fA-F]{40,128})\s*", re.IGNORECASE)


class Mode(StrEnum):
    """What is asked of a hub, and what a hub asks."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    DENIED = "denied"


@dataclass(frozen=True, kw_only=True)
class Advertised:
    """Where a topic can be subscribed to. `topic` is its address by its own account, which may differ from ours."""

    hub: str
    topic: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a hub gets to hear (`status`, `body` as text/plain) and what follows from it.

    `lease_seconds` is how long an agreed subscription holds, 0 when none was agreed; `denied` is why the hub refuses
    or has ended one, in the hub's words.
    """

    status: int
    body: str = ""
    lease_seconds: int = 0
    denied: str = ""


def advertised(links: Iterable[str], feed: RawFeed, url: str) -> Advertised | None:
    """Find hub and topic: the Link headers count before the feed. `url` is where the feed came from.

    Each header may hold several links. None when no hub is named.
    """
    found: dict[str, str] = {}
    for header in links:
        for relation, address in _links(header):
            if relation in ("hub", "self") and (absolute := web(address, url)):
                found.setdefault(relation, absolute)
    hub = found.get("hub") or web(feed.hub, url)
    return Advertised(hub=hub, topic=found.get("self") or web(feed.topic, url) or url) if hub else None


def _links(header: str) -> Iterator[tuple[str, str]]:
    for link in _LINK.finditer(header[:_LONGEST_HEADER]):
        said = (quoted or bare for name, quoted, bare in _PARAMETER.findall(link[2]) if name.lower() == "rel")
        for relation in next(said, "").lower().split():
            yield relation, link[1].strip()


def request(mode: Mode, *, topic: str, callback: str, secret: str, lease_seconds: int = LEASE_S) -> dict[str, str]:
    """Return the form to POST to the hub. The secret (fewer than 200 bytes) must go to hubs over HTTPS only."""
    if not 0 < len(secret.encode()) < _MOST_SECRET:
        raise ValueError("a secret of WebSub has 1 to 199 bytes")
    form = {"hub.mode": mode.value, "hub.topic": topic, "hub.callback": callback}
    if mode is Mode.SUBSCRIBE:
        form |= {"hub.lease_seconds": str(lease_seconds), "hub.secret": secret}
    return form


def verification(asked: Mapping[str, str], *, topic: str, wanted: bool) -> Answer:
    """Decide on a GET at our callback. `wanted` tells whether we want to be subscribed to this topic now.

    A hub's claim is confirmed only when it names our topic to the letter and wants what we want; else it gets a 404,
    so that nobody can subscribe us to anything or end what we have.
    """
    if asked.get("hub.topic") != topic or not topic:
        return Answer(status=404)
    mode = asked.get("hub.mode", "")
    if mode == Mode.DENIED:
        return Answer(status=200, denied=asked.get("hub.reason", "")[:500] or "(hub không nói lý do)")
    challenge = asked.get("hub.challenge", "")
    if mode != (Mode.SUBSCRIBE if wanted else Mode.UNSUBSCRIBE) or not _is_challenge(challenge):
        return Answer(status=404)
    return Answer(status=200, body=challenge, lease_seconds=_lease(asked.get("hub.lease_seconds", "")) if wanted else 0)


def _is_challenge(said: str) -> bool:
    return len(said) <= _LONGEST_CHALLENGE and bool(_CHALLENGE.fullmatch(said))


def _lease(said: str) -> int:
    """Return the lease; old hubs say none, and none is forever."""
    seconds = int(said) if _DIGITS.fullmatch(said) else LEASE_S
    return min(max(seconds, _SHORTEST_S), _LONGEST_S)


def delivered(secret: str, body: bytes, given: str) -> str:
    """Return "" when X-Hub-Signature (`given`) proves that the hub sent this body, else what is wrong.

    Whatever comes out, the hub gets a 2xx: what is wrong is put aside, not fetched again.
    """
    if not secret:
        return "Nguồn này không có khóa WebSub nên không nhận nội dung do hub gửi đến."
    match = _SIGNATURE.fullmatch(given)
    if not match:
        return "Nội dung do hub gửi đến không có chữ ký X-Hub-Signature đọc được."
    expected = hmac.new(secret.encode(), body, match[1].lower()).hexdigest()
    if not hmac.compare_digest(expected, match[2].lower()):
        return "Chữ ký của hub không khớp: sai khóa, hoặc nội dung không phải của hub này."
    return ""


def is_weak(given: str) -> bool:
    """Tell whether a signature is made with SHA-1, as many hubs still do: it is worth a visit, but no content."""
    return bool(_WEAK.match(given))


def renew_at(agreed_at: datetime, lease_seconds: int) -> datetime:
    """Return when to ask again: with a fifth of the lease left, in case the hub is down for a while."""
    return agreed_at + timedelta(seconds=lease_seconds * 4 // 5)
