"""Signing in and out, as the journal tells it; and when too many wrong passwords close the door for a while.

The count is read from the journal itself: no second table has to agree with it. What is refused while the door is
closed is not written again, so that nobody can fill the journal by guessing.
"""

from __future__ import annotations

import hmac
import ipaddress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.memberships import day_of
from cong.agencies.queries import only_agency_of
from cong.journal.actions import record
from cong.journal.models import Event
from cong.kernel.text import one_line

WINDOW = timedelta(minutes=15)
TRIES_A_NAME, TRIES_AN_ADDRESS = 5, 20
_SHOWN = 3


def closed_until(username: str, address: str, *, at: datetime) -> datetime | None:
    """Return until when sign-in is refused to that name or from that address; None when it is open."""
    failed = Event.objects.filter(verb="session.failed", at__gt=at - WINDOW, at__lte=at)
    by_name = _fifth(failed.filter(actor=tried(username)), since=_last_success(username, at=at))
    from_address = _at(failed.filter(subject=_subject(address)).order_by("-at"), TRIES_AN_ADDRESS)
    full = [moment for moment in (by_name, from_address) if moment is not None]
    return max(full) + WINDOW if full else None


def _last_success(username: str, *, at: datetime) -> datetime | None:
    entered = Event.objects.filter(verb="session.in", actor=username, at__gt=at - WINDOW, at__lte=at)
    return entered.order_by("-at").values_list("at", flat=True).first()


def _fifth(failed: Any, *, since: datetime | None) -> datetime | None:
    rows = failed.filter(at__gt=since) if since else failed
    return _at(rows.order_by("-at"), TRIES_A_NAME)


def _at(rows: Any, number: int) -> datetime | None:
    """Return the moment of the newest-but-(number - 1): the door opens when it has left the window."""
    moments: list[datetime] = list(rows.values_list("at", flat=True)[number - 1 : number])
    return moments[0] if moments else None


def tried(username: str) -> str:
    """Return how a name that was tried stands in the journal.

    People type passwords into the wrong field: of a name that nobody has, three signs and a keyed hash are kept.
    """
    given = one_line(username)
    if User.objects.filter(username=given).exists():
        return given
    mark = hmac.new(settings.SECRET_KEY.encode(), given.encode(), "sha256").hexdigest()[:10]
    return f"{given[:_SHOWN]}…{mark}"


def address_of(request: HttpRequest | None) -> str:
    """Return the visitor's address; behind a proxy on this machine, the one that the proxy saw."""
    if request is None:
        return ""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    seen = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return seen if _is_loopback(peer) and _is_address(seen) else peer


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_loopback(text: str) -> bool:
    return not text or (_is_address(text) and ipaddress.ip_address(text).is_loopback)


def _subject(address: str) -> str:
    return f"address:{address}"


def note_failure(username: str, address: str, *, at: datetime) -> None:
    """Write down a wrong password, and that the door closes when it was one too many; nothing while it is closed."""
    with transaction.atomic():
        if closed_until(username, address, at=at) is not None:
            return
        user = User.objects.filter(username=one_line(username)).first()
        agency = only_agency_of(user, on=day_of(at)) if user else None
        record("session.failed", _subject(address), actor=tried(username), at=at, agency=agency)
        if closed_until(username, address, at=at) is not None:
            record("session.closed", _subject(address), actor=tried(username), at=at, agency=agency)


def _came_in(sender: Any, request: HttpRequest | None, user: User, **given: Any) -> None:
    _note("session.in", user, request)


def _went_out(sender: Any, request: HttpRequest | None, user: User | None, **given: Any) -> None:
    if isinstance(user, User):
        _note("session.out", user, request)


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **given: Any) -> None:
    note_failure(str(credentials.get("username", "")), address_of(request), at=timezone.now())


def _note(verb: str, user: User, request: HttpRequest | None) -> None:
    at = timezone.now()
    with transaction.atomic():
        record(verb, f"user:{user.pk}", actor=user.username, at=at, agency=only_agency_of(user, on=day_of(at)),
               address=address_of(request))  # fmt: skip


def listen() -> None:
    """Hear Django's own signals of sessions; harmless to repeat."""
    user_logged_in.connect(_came_in, dispatch_uid="cong.session.in")
    user_logged_out.connect(_went_out, dispatch_uid="cong.session.out")
    user_login_failed.connect(_failed, dispatch_uid="cong.session.failed")
