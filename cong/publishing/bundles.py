"""Several things that become public at one moment, or none of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.journal.actions import record
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Bundle, BundleState, Docket
from cong.publishing.moves import lock, shown
from cong.publishing.preflight import Blocked
from cong.publishing.process import NotAllowed, State
from cong.publishing.recheck import may_go_out, put_out, said
from cong.publishing.rights import must

logger = logging.getLogger("cong.publishing")
REFUSALS = (NotAllowed, OutOfDate, PermissionDenied, Blocked)

_MAKERS = (Role.AUTHOR, Role.APPROVER, Role.DUTY_EDITOR)
_CHANGING = (BundleState.OPEN, BundleState.HELD)
_BROKEN = "Hệ thống gặp lỗi khi xuất bản bộ này; hãy báo người vận hành xem nhật ký máy chủ."


@transaction.atomic
def make(title: str, agency: Agency, *, release_at: datetime | None, by: User, at: datetime) -> Bundle:
    """Begin a bundle of an agency; one of the centre may hold things of any. Raises PermissionDenied, NotAllowed."""
    must(by, agency, *_MAKERS, at=at)
    if not title.strip():
        raise NotAllowed("Bộ xuất bản phải có tên.")
    bundle = Bundle.objects.create(title=title.strip(), agency=agency, release_at=release_at, made_by=by, made_at=at)
    _note(bundle, "make", by=by, at=at, title=bundle.title)
    return bundle


@transaction.atomic
def add(bundle: Bundle, docket: Docket, *, by: User, at: datetime) -> Docket:
    """Put an approved docket into the bundle. Raises PermissionDenied, NotAllowed."""
    bundle = _open(bundle, by=by, at=at)
    docket = lock(docket.pk)
    if docket.agency_id != bundle.agency_id and not bundle.agency.is_centre:
        raise NotAllowed("Bộ xuất bản của một cơ quan chỉ gồm bài của cơ quan đó.")
    if docket.state != State.APPROVED:
        raise NotAllowed("Chỉ đưa vào bộ những bài đã duyệt và chưa hẹn giờ.")
    if docket.bundle not in (None, bundle) and docket.bundle.state != BundleState.RELEASED:
        raise NotAllowed("Bài đang thuộc bộ khác.")
    docket.bundle = bundle
    docket.save()
    _note(bundle, "add", by=by, at=at, docket=docket.pk)
    return docket


@transaction.atomic
def remove(bundle: Bundle, docket: Docket, *, by: User, at: datetime) -> Docket:
    """Take a docket out of the bundle; it stays approved. Raises PermissionDenied, NotAllowed."""
    bundle = _open(bundle, by=by, at=at)
    docket = lock(docket.pk)
    if docket.bundle_id != bundle.pk:
        raise NotAllowed("Bài không thuộc bộ này.")
    docket.bundle = None
    docket.save()
    _note(bundle, "remove", by=by, at=at, docket=docket.pk)
    return docket


def _open(bundle: Bundle, *, by: User, at: datetime) -> Bundle:
    bundle = _locked(bundle.pk)
    must(by, bundle.agency, *_MAKERS, at=at)
    if bundle.state not in _CHANGING:
        raise NotAllowed("Bộ đã hẹn giờ hoặc đã xuất bản nên không thay đổi được nữa.")
    return bundle


def _locked(number: int) -> Bundle:
    rows = Bundle.objects.select_for_update(of=("self",)).select_related("agency", "made_by", "scheduled_by")
    return rows.get(pk=number)


@transaction.atomic
def release_bundle(bundle: Bundle, *, sha256: Mapping[int, str], by: User, at: datetime) -> Bundle:
    """Release everything in it at one moment: now, or at the bundle's own time if that lies ahead.

    `sha256`: publication id → hash of the snapshot that was shown, for everything in it. All or none.
    Raises PermissionDenied, NotAllowed, OutOfDate, Blocked.
    """
    bundle = _locked(bundle.pk)
    if bundle.state not in _CHANGING:
        raise NotAllowed("Bộ đã hẹn giờ hoặc đã xuất bản.")
    must(by, bundle.agency, Role.DUTY_EDITOR, at=at)
    if bundle.made_by_id == by.pk:
        raise NotAllowed("Người gom bộ không tự xuất bản bộ đó; cần một người trực xuất bản khác.")
    dockets = _inside(bundle)
    bundle.shown = {str(number): sha for number, sha in sha256.items()}
    _check_shown(bundle, dockets)
    if bundle.release_at and bundle.release_at > at:
        return _schedule(bundle, dockets, by=by, at=at)
    _release(bundle, dockets, by=by, at=at)
    return bundle


def _check_shown(bundle: Bundle, dockets: Mapping[int, Docket]) -> None:
    """Raise OutOfDate unless all in it is exactly what was shown to the one who releases it."""
    if {str(number) for number in dockets} != bundle.shown.keys():
        raise OutOfDate("Bộ đã thêm hoặc bớt bài so với lúc xem; hãy mở lại.")
    for number, docket in dockets.items():
        shown(docket, bundle.shown[str(number)])


def _inside(bundle: Bundle) -> dict[int, Docket]:
    numbers = list(bundle.dockets.order_by("pk").values_list("pk", flat=True))
    if not numbers:
        raise NotAllowed("Bộ chưa có bài nào.")
    return {number: lock(number) for number in numbers}


def _schedule(bundle: Bundle, dockets: Mapping[int, Docket], *, by: User, at: datetime) -> Bundle:
    assert bundle.release_at is not None  # noqa: S101 (asked before)
    for docket in dockets.values():
        may_go_out(docket, by=by, at=bundle.release_at)
    bundle.state, bundle.scheduled_by, bundle.reason = BundleState.SCHEDULED, by, ""
    bundle.save()
    _note(bundle, "schedule", by=by, at=at, release_at=said(bundle.release_at), dockets=[*dockets])
    return bundle


def _release(bundle: Bundle, dockets: Mapping[int, Docket], *, by: User, at: datetime) -> None:
    put_out(dockets.values(), by=by, at=at)
    bundle.state, bundle.reason = BundleState.RELEASED, ""
    bundle.save()


@transaction.atomic
def unschedule_bundle(bundle: Bundle, *, by: User, at: datetime) -> Bundle:
    """Take back the time, so that the bundle can change again. Raises PermissionDenied, NotAllowed."""
    bundle = _locked(bundle.pk)
    must(by, bundle.agency, Role.DUTY_EDITOR, at=at)
    if bundle.state != BundleState.SCHEDULED:
        raise NotAllowed("Bộ này không hẹn giờ.")
    bundle.state, bundle.scheduled_by = BundleState.OPEN, None
    bundle.save()
    _note(bundle, "unschedule", by=by, at=at)
    return bundle


def release_due_bundle(number: int, at: datetime) -> bool:
    """Release a scheduled bundle whose time has come, or hold all of it with the reason; tells if it did either."""
    try:
        with transaction.atomic():
            bundle = _due(number, at)
            if bundle is None or bundle.scheduled_by is None:
                return False
            dockets = _inside(bundle)
            _check_shown(bundle, dockets)
            _release(bundle, dockets, by=bundle.scheduled_by, at=at)
    except REFUSALS as refusal:
        return _hold(number, str(refusal), at)
    except OperationalError:
        raise
    except Exception:
        logger.exception("bundle held: %s", number)
        return _hold(number, _BROKEN, at)
    return True


def _due(number: int, at: datetime) -> Bundle | None:
    rows = Bundle.objects.select_for_update(of=("self",), skip_locked=True)
    due = rows.filter(pk=number, state=BundleState.SCHEDULED, release_at__lte=at)
    return due.select_related("agency", "scheduled_by").first()


@transaction.atomic
def _hold(number: int, reason: str, at: datetime) -> bool:
    bundle = _due(number, at)
    if bundle is None:
        return False
    bundle.state, bundle.reason = BundleState.HELD, reason
    bundle.save()
    _note(bundle, "hold", by=None, at=at, reason=reason)
    return True


def _note(bundle: Bundle, verb: str, *, by: User | None, at: datetime, **data: object) -> None:
    actor = by.username if by else "cong"
    record(f"bundle.{verb}", f"bundle:{bundle.pk}", actor=actor, at=at, agency=bundle.agency_id, **data)
