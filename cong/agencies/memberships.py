"""Who gets which role where: propose, confirm, end, name a deputy; nobody ever grants anything to themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.actions import NotAllowed
from cong.agencies.models import EXCLUSIONS, UNCONFIRMED_ROLES, Agency, Membership, Role
from cong.agencies.queries import holds, holds_at_centre
from cong.journal.actions import record
from cong.kernel.text import nfc, one_line

_FAR = date.max
_LONGEST_REASON = 300
# A local admin does not take away the eyes that watch them.
_ENDED_BY_CENTRE = frozenset({Role.AUDITOR})


def propose_membership(
    user: User,
    agency: Agency,
    role: Role,
    *,
    from_on: date,
    by: User,
    at: datetime,
    to_on: date | None = None,
    reason: str = "",
) -> Membership:
    """Give a role; authors and appraisers hold it at once, the others when the centre confirms.

    Raises PermissionDenied, NotAllowed.
    """
    _check_grant(by, user, agency, at=at)
    return _grant(
        Membership(user=user, agency=agency, role=role, from_on=from_on, to_on=to_on, reason=one_line(nfc(reason))),
        verb="membership.propose",
        by=by,
        at=at,
    )


def name_deputy(
    absent: User,
    deputy: User,
    agency: Agency,
    role: Role,
    *,
    from_on: date,
    to_on: date,
    reason: str,
    by: User,
    at: datetime,
) -> Membership:
    """Let somebody take the place of an absent holder for some days (ký thay), under the rules of any grant.

    Raises PermissionDenied, NotAllowed.
    """
    _check_grant(by, deputy, agency, at=at)
    if absent.pk == deputy.pk:
        raise NotAllowed("Người vắng mặt không thể tự thay mình; hãy chọn người khác ký thay.")
    if not one_line(reason):
        raise NotAllowed("Ghi lý do vắng mặt, ví dụ “đi công tác”.")
    if not _covers(absent, agency, role, from_on, to_on):
        raise NotAllowed(f"{absent} không giữ vai trò “{role.label}” ở {agency.short_name} trong suốt những ngày đó.")
    return _grant(
        Membership(user=deputy, agency=agency, role=role, from_on=from_on, to_on=to_on, deputy_of=absent,
                   reason=one_line(nfc(reason))),
        verb="membership.deputy", by=by, at=at,
    )  # fmt: skip


def confirm_membership(membership: Membership, *, by: User, at: datetime) -> Membership:
    """Put a proposed role in force: an agency admin at the centre, neither the proposer nor the one who gets it.

    Raises PermissionDenied, NotAllowed.
    """
    if not holds_at_centre(by, Role.AGENCY_ADMIN, on=day_of(at)):
        raise PermissionDenied("Chỉ quản trị viên của trung tâm mới xác nhận được vai trò này.")
    with transaction.atomic():
        current = _locked(membership)
        _check_confirmable(current, by=by, at=at)
        current.is_pending, current.confirmed_by, current.confirmed_at = False, by, at
        current.save(update_fields=["is_pending", "confirmed_by", "confirmed_at"])
        _record("membership.confirm", current, by=by, at=at)
    return current


def _check_confirmable(membership: Membership, *, by: User, at: datetime) -> None:
    if by.pk in (membership.user_id, membership.proposed_by_id):
        raise PermissionDenied("Người đề nghị và người được giao không tự xác nhận; cần một quản trị viên khác.")
    if not membership.is_pending:
        raise NotAllowed("Vai trò này đã được xác nhận trước đó.")
    if membership.ended_at is not None or (membership.to_on or _FAR) < day_of(at):
        raise NotAllowed("Đề nghị này đã bị rút, bị từ chối hoặc đã quá hạn; hãy đề nghị lại.")
    if not membership.user.is_active:
        raise NotAllowed("Tài khoản này đang bị khóa nên không nhận được vai trò.")
    _check_exclusions(membership, at=at)


def end_membership(
    membership: Membership, *, by: User, at: datetime, last_on: date | None = None, reason: str = ""
) -> Membership:
    """Bring the end of a role forward to a last day; without one it ends now. Pending ones are refused that way.

    Everybody may give up their own role. Raises PermissionDenied, NotAllowed.
    """
    today = day_of(at)
    with transaction.atomic():
        current = _locked(membership)
        if by.pk != current.user_id and not may_end(by, current, on=today):
            raise PermissionDenied("Bạn không quản trị đơn vị này, hoặc vai trò này chỉ trung tâm mới cho thôi được.")
        if Membership.objects.open_from(today).filter(pk=current.pk).first() is None:
            raise NotAllowed("Vai trò này đã kết thúc trước đó.")
        if last_on is not None and not today <= last_on <= (current.to_on or _FAR):
            raise NotAllowed("Ngày cuối phải từ hôm nay trở đi và không sau ngày kết thúc đã ghi.")
        close(current, last_on=last_on, at=at)
        _record("membership.end", current, by=by, at=at, note=one_line(nfc(reason)), now=last_on is None)
    return current


def may_end(by: User, membership: Membership, *, on: date) -> bool:
    """Tell whether somebody else's role is theirs to end."""
    if membership.role in _ENDED_BY_CENTRE:
        return holds_at_centre(by, Role.AGENCY_ADMIN, on=on)
    return holds(by, Role.AGENCY_ADMIN, membership.agency, on=on)


def close(membership: Membership, *, last_on: date | None, at: datetime) -> None:
    """End a locked row; without a last day it has no force from this moment (the history keeps the moment)."""
    membership.to_on = min(last_on or day_of(at) - timedelta(days=1), membership.to_on or _FAR)
    membership.ended_at = at
    membership.save(update_fields=["to_on", "ended_at"])


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def _check_grant(by: User, user: User, agency: Agency, *, at: datetime) -> None:
    if not holds(by, Role.AGENCY_ADMIN, agency, on=day_of(at)):
        raise PermissionDenied("Chỉ quản trị viên của đơn vị (hoặc của trung tâm) mới giao được vai trò ở đơn vị này.")
    if by.pk == user.pk:
        raise PermissionDenied("Không ai tự giao vai trò cho chính mình; hãy nhờ một quản trị viên khác.")
    if not user.is_active:
        raise NotAllowed(f"Tài khoản {user.username} đang bị khóa nên không nhận được vai trò.")


def _grant(membership: Membership, *, verb: str, by: User, at: datetime) -> Membership:
    _check_dates(membership, at=at)
    membership.is_pending = membership.role not in UNCONFIRMED_ROLES
    membership.proposed_by, membership.proposed_at = by, at
    with transaction.atomic():
        # One grant at a time for one person: two at once could each overlook the other.
        User.objects.select_for_update().get(pk=membership.user_id)
        _check_not_held(membership, at=at)
        _check_exclusions(membership, at=at)
        membership.save(force_insert=True)
        _record(verb, membership, by=by, at=at)
    return membership


def _check_dates(membership: Membership, *, at: datetime) -> None:
    if membership.from_on < day_of(at):
        raise NotAllowed("Ngày bắt đầu phải từ hôm nay trở đi: không giao vai trò cho ngày đã qua.")
    if membership.to_on is not None and membership.to_on < membership.from_on:
        raise NotAllowed("Ngày kết thúc phải từ ngày bắt đầu trở đi.")
    if len(membership.reason) > _LONGEST_REASON:
        raise NotAllowed(f"Lý do dài tối đa {_LONGEST_REASON} ký tự.")


def _check_not_held(membership: Membership, *, at: datetime) -> None:
    for other in _others(membership, at=at):
        if other.role == membership.role and other.agency_id == membership.agency_id:
            raise NotAllowed(f"{membership.user} đã giữ hoặc đang chờ vai trò này ở đơn vị trong những ngày đó.")


def _check_exclusions(membership: Membership, *, at: datetime) -> None:
    for other in _others(membership, at=at):
        if frozenset({Role(membership.role), Role(other.role)}) in EXCLUSIONS:
            raise NotAllowed(
                f"{membership.user} đang giữ hoặc chờ vai trò “{Role(other.role).label}”, không thể đồng thời là "
                f"“{Role(membership.role).label}” trong những ngày đó."
            )


def _others(membership: Membership, *, at: datetime) -> Iterable[Membership]:
    """Yield the person's other rows, waiting ones too, that share a day with this one."""
    rows = Membership.objects.filter(user=membership.user_id).exclude(pk=membership.pk)
    for other in rows.exclude(Membership.objects.refused()):
        if other.from_on <= (membership.to_on or _FAR) and membership.from_on <= last_day(other):
            yield other


def last_day(membership: Membership) -> date:
    """Return the last day on which the role was in force for any moment."""
    planned = membership.to_on or _FAR
    return planned if membership.ended_at is None else max(planned, day_of(membership.ended_at))


def _covers(user: User, agency: Agency, role: Role, from_on: date, to_on: date) -> bool:
    """Tell whether the person holds the role (not as a deputy) on every one of the days."""
    held = Membership.objects.filter(user=user, agency=agency, role=role, is_pending=False, deputy_of__isnull=True)
    day = from_on
    for row in held.order_by("from_on"):
        if row.from_on <= day <= (row.to_on or _FAR):
            if (row.to_on or _FAR) >= to_on:
                return True
            day = (row.to_on or _FAR) + timedelta(days=1)
    return False


def _locked(membership: Membership) -> Membership:
    return Membership.objects.select_for_update(of=("self",)).select_related("user", "agency").get(pk=membership.pk)


def _record(verb: str, membership: Membership, *, by: User, at: datetime, **more: object) -> None:
    said = {
        "membership": membership.pk,
        "person": membership.user.username,
        "role": str(membership.role),
        "from_on": membership.from_on.isoformat(),
        "to_on": membership.to_on.isoformat() if membership.to_on else None,
        "pending": membership.is_pending,
        "deputy_of": membership.deputy_of.username if membership.deputy_of else None,
        "reason": membership.reason,
    }
    record(verb, f"user:{membership.user_id}", actor=by.username, at=at, agency=membership.agency_id, **(said | more))
