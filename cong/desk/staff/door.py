"""Who comes in: signed-in staff, and only to the dockets of agencies in which they hold an editorial role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access

from cong.accounts.models import User
from cong.agencies.rights import Rights, rights_of
from cong.desk.queries import READERS
from cong.journal.actions import record
from cong.publishing.models import Docket, Snapshot
from cong.publishing.process import Content

View = Callable[..., HttpResponse]
_TOO_LONG = 19


def staff(view: View) -> View:
    """Let in only those who hold a role today; others are sent to sign in."""
    guarded: View = require_admin_access(never_cache(view))
    return guarded


def person(request: HttpRequest) -> User:
    """Return the signed-in person behind the lazy object of the request."""
    user: Any = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def may_read(rights: Rights, agency: int) -> bool:
    return rights.everywhere(*READERS) or agency in rights.agencies(*READERS)


def docket_for(request: HttpRequest, pk: int) -> Docket:
    """Return a docket that the person may read; what belongs to others does not exist for them (404)."""
    found = (
        Docket.objects.select_related("publication", "agency", "snapshot__by", "sent_by", "claimed_by", "assigned_to")
        .filter(pk=pk)
        .first()
    )
    if found is None or not may_read(rights_of(request.user), found.agency_id):
        raise Http404
    return found


def snapshot_for(request: HttpRequest, pk: int) -> Snapshot:
    """Return a snapshot that the person may read, with its publication and agency."""
    found = Snapshot.objects.select_related("publication__agency", "publication__docket")
    snapshot = found.filter(pk=pk, publication__docket__isnull=False).first()
    if snapshot is None or not may_read(rights_of(request.user), snapshot.publication.agency_id):
        raise Http404
    return snapshot


def note_reading(request: HttpRequest, docket: Docket, snapshot: Snapshot | None, *, at: datetime) -> None:
    """Write down who opens a draft that secrecy rules have hit: as it stands now, or as it was sealed then."""
    sealed = Content.parse(snapshot.content, "").secrecy if snapshot else False
    if docket.needs_secrecy or sealed:
        with transaction.atomic():
            record("draft.read", f"docket:{docket.pk}", actor=person(request).username, at=at,
                   agency=docket.agency_id, snapshot=snapshot.pk if snapshot else None)  # fmt: skip


def moment(given: str) -> datetime | None:
    """Return a moment as it was typed, in local time where no zone stands; None when it cannot be read."""
    try:
        found = parse_datetime(given)
        aware = timezone.make_aware(found) if found and timezone.is_naive(found) else found
        return aware and aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def number(given: str) -> int | None:
    """Return a number as it stands in an address or a form; None when it is none that a row could have."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < _TOO_LONG else None


def now() -> datetime:
    """Return the moment of this request; a view reads the clock once."""
    return timezone.now()
