"""Release now or at a time, and what time itself brings: scheduled releases, expiry, emergency time-outs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.entries.models import Entry, FrontPage
from cong.publishing.bundles import REFUSALS, release_due_bundle
from cong.publishing.models import Bundle, BundleState, Docket, Policy
from cong.publishing.moves import go, lock, note_move, shown, take
from cong.publishing.process import Content, NotAllowed, State, Verb, move
from cong.publishing.recheck import check_judgements, put_out, said
from cong.publishing.rights import must, must_be_uninvolved
from cong.publishing.withdrawal import take_off

logger = logging.getLogger("cong.publishing")

# So many of each kind in one look.
_MOST = 200
_BROKEN = "Hệ thống gặp lỗi khi xuất bản bài này; hãy báo người vận hành xem nhật ký máy chủ."
_IN_BUNDLE = "Bài thuộc một bộ xuất bản cùng lúc; hãy xuất bản cả bộ hoặc đưa bài ra khỏi bộ."


@transaction.atomic
def release_now(docket: Docket, *, sha256: str, by: User, at: datetime) -> Docket:
    """Make public what was approved, if it is what was shown and all still holds.

    Raises PermissionDenied, NotAllowed, OutOfDate, Blocked.
    """
    docket = lock(docket.pk)
    shown(docket, sha256)
    _check_alone(docket)
    put_out([docket], by=by, at=at)
    return docket


@transaction.atomic
def schedule(docket: Docket, release_at: datetime, *, sha256: str, by: User, at: datetime) -> Docket:
    """Have it released at a moment; `by` answers for it then, too. Raises PermissionDenied, NotAllowed, OutOfDate."""
    docket = lock(docket.pk)
    snapshot = shown(docket, sha256)
    move(State(docket.state), Verb.SCHEDULE)
    must(by, docket.agency, Role.DUTY_EDITOR, at=at)
    must_be_uninvolved(by, snapshot)
    _check_alone(docket)
    content = Content.parse(snapshot.content, snapshot.html)
    if release_at <= at:
        raise NotAllowed("Giờ xuất bản phải ở phía trước.")
    if content.not_before and release_at < content.not_before:
        raise NotAllowed(f"Bài chỉ được công bố từ {said(content.not_before)}.")
    if content.expires_at and release_at >= content.expires_at:
        raise NotAllowed(f"Bài hết hạn lúc {said(content.expires_at)}, trước giờ xuất bản.")
    check_judgements(snapshot, content, at=release_at)
    go(docket, Verb.SCHEDULE, release_at=release_at, scheduled_by=by, reason="")
    note_move(docket, "docket.schedule", by=by, at=at, release_at=release_at.isoformat(), sha256=sha256)
    return docket


@transaction.atomic
def unschedule(docket: Docket, *, by: User, at: datetime) -> Docket:
    """Take back the time; it stays approved. Raises PermissionDenied, NotAllowed."""
    docket = lock(docket.pk)
    must(by, docket.agency, Role.DUTY_EDITOR, at=at)
    go(docket, Verb.UNSCHEDULE, release_at=None, scheduled_by=None)
    note_move(docket, "docket.unschedule", by=by, at=at)
    return docket


def _check_alone(docket: Docket) -> None:
    if docket.bundle is not None and docket.bundle.state != BundleState.RELEASED:
        raise NotAllowed(_IN_BUNDLE)


def run_due(*, at: datetime) -> int:
    """Do what is due, each thing in its own transaction, and return how many were done. Nothing of theirs rises."""
    ours = Docket.objects.values("pk")
    scheduled = Docket.objects.filter(state=State.SCHEDULED, release_at__lte=at).order_by("release_at", "pk")
    bundles = Bundle.objects.filter(state=BundleState.SCHEDULED, release_at__lte=at).order_by("release_at", "pk")
    expired = Entry.objects.filter(expires_at__lte=at, pk__in=ours).order_by("expires_at", "pk")
    live = Docket.objects.filter(state=State.LIVE).values("pk")
    ended = FrontPage.objects.filter(expires_at__lte=at, pk__in=live).order_by("expires_at", "pk")
    unjudged = Docket.objects.filter(state=State.PROVISIONAL, provisional_until__lte=at).order_by("provisional_until")
    acts: tuple[tuple[Callable[[int, datetime], bool], QuerySet[Any]], ...] = (
        (_release_scheduled, scheduled), (release_due_bundle, bundles), (_expire, expired), (_end_front, ended),
        (_time_out, unjudged),
    )  # fmt: skip
    return sum(_safely(act, number, at) for act, due in acts for number in due.values_list("pk", flat=True)[:_MOST])


def _safely(act: Callable[[int, datetime], bool], number: int, at: datetime) -> bool:
    """One thing's trouble is never another's: it is logged, and tried again with the next look."""
    try:
        return act(number, at)
    except Exception:
        logger.exception("due but not done: %s %s", act.__name__, number)
        return False


def _release_scheduled(number: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            docket = take(number)
            if docket is None or not _is_due(docket, at) or docket.scheduled_by is None:
                return False
            put_out([docket], by=docket.scheduled_by, at=at)
    except REFUSALS as refusal:
        return _hold(number, str(refusal), at)
    except OperationalError:
        raise
    except Exception:
        logger.exception("held: %s", number)
        return _hold(number, _BROKEN, at)
    return True


def _is_due(docket: Docket, at: datetime) -> bool:
    return docket.state == State.SCHEDULED and docket.release_at is not None and docket.release_at <= at


@transaction.atomic
def _hold(number: int, reason: str, at: datetime) -> bool:
    docket = take(number)
    if docket is None or not _is_due(docket, at):
        return False
    go(docket, Verb.HOLD, reason=reason)
    note_move(docket, "docket.hold", by=None, at=at, reason=reason)
    return True


@transaction.atomic
def _expire(number: int, at: datetime) -> bool:
    docket = take(number)
    if docket is None or not Entry.objects.filter(pk=number, expires_at__lte=at).exists():
        return False
    take_off(docket, policy=Policy.objects.get(pk="expiry"), at=at, note="Bài đã hết hạn công khai.")
    return True


@transaction.atomic
def _end_front(number: int, at: datetime) -> bool:
    """Withdraw a composition whose time is over. When the next one is under way that one takes its place instead."""
    docket = take(number)
    if docket is None or docket.state != State.LIVE or not _has_ended(number, at):
        return False
    take_off(docket, policy=Policy.objects.get(pk="front-expiry"), at=at, note="Bố cục trang đã hết hạn.")
    return True


def _has_ended(number: int, at: datetime) -> bool:
    return FrontPage.objects.filter(pk=number, expires_at__lte=at).exists()


@transaction.atomic
def _time_out(number: int, at: datetime) -> bool:
    docket = take(number)
    if docket is None or docket.provisional_until is None or docket.provisional_until > at:
        return False
    note = "Bài xuất bản khẩn không được thẩm định và duyệt trong thời hạn."
    take_off(docket, policy=Policy.objects.get(pk="emergency-timeout"), at=at, note=note)
    return True
