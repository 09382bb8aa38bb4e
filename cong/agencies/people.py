"""People of an agency: make, disable, let in again, give a new password; and the first admins on a bare machine."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from cong.accounts.models import User
from cong.agencies.actions import NotAllowed
from cong.agencies.memberships import close, day_of, may_end, propose_membership
from cong.agencies.models import UNCONFIRMED_ROLES, Agency, Membership, Role
from cong.agencies.queries import holds, holds_at_centre
from cong.journal.actions import record
from cong.kernel.text import nfc, one_line

# Without signs that are mistaken for each other when read aloud or written down.
_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5
_ONE_TIME = timedelta(days=7)
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


@dataclass(frozen=True, kw_only=True)
class Given:
    """A person and the password that they sign in with once; it is shown once and kept nowhere."""

    user: User
    password: str


def one_time_password() -> str:
    """Return four groups of five signs: about 99 bits."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def create_person(
    agency: Agency,
    role: Role,
    *,
    username: str,
    name: str,
    email: str = "",
    from_on: date,
    to_on: date | None = None,
    by: User,
    at: datetime,
) -> Given:
    """Make an account and give (or, for the higher roles, propose) its first role; two events.

    Raises PermissionDenied, NotAllowed.
    """
    if not holds(by, Role.AGENCY_ADMIN, agency, on=day_of(at)):
        raise PermissionDenied("Chỉ quản trị viên của đơn vị (hoặc của trung tâm) mới tạo được tài khoản.")
    with transaction.atomic():
        given = _make(username, name=name, email=email, at=at)
        record("person.create", f"user:{given.user.pk}", actor=by.username, at=at, agency=agency.pk,
               username=given.user.username, name=given.user.name)  # fmt: skip
        propose_membership(given.user, agency, role, from_on=from_on, to_on=to_on, by=by, at=at)
    return given


def disable_person(user: User, *, reason: str, by: User, at: datetime) -> User:
    """Close an account: its sessions end with the next click and all its roles now. Raises as the others do."""
    if not one_line(reason):
        raise NotAllowed("Ghi lý do khóa tài khoản.")
    with transaction.atomic():
        current = User.objects.select_for_update().get(pk=user.pk)
        rows = _open_roles(current, at=at)
        _check_whole(by, current, rows, at=at)
        if not all(may_end(by, row, on=day_of(at)) for row in rows):
            raise PermissionDenied("Người này giữ vai trò mà chỉ trung tâm mới cho thôi được.")
        if not current.is_active:
            raise NotAllowed("Tài khoản này đã bị khóa trước đó.")
        for row in rows:
            close(row, last_on=None, at=at)
        current.is_active = False
        current.save(update_fields=["is_active"])
        record("person.disable", f"user:{current.pk}", actor=by.username, at=at, agency=_shared(rows, by, at),
               reason=one_line(nfc(reason)), memberships=[row.pk for row in rows])  # fmt: skip
    return current


def restore_person(user: User, *, by: User, at: datetime) -> Given:
    """Open a closed account again, with a one-time password and without any role. Raises as the others do."""
    with transaction.atomic():
        current = User.objects.select_for_update().get(pk=user.pk)
        _check_whole(by, current, [], at=at)
        if current.is_active:
            raise NotAllowed("Tài khoản này đang mở.")
        current.is_active = True
        password = _renew(current, at=at)
        record("person.restore", f"user:{current.pk}", actor=by.username, at=at, agency=_shared([], by, at))
    return Given(user=current, password=password)


def reset_password(user: User, *, by: User, at: datetime) -> Given:
    """Give a one-time password; all the person's sessions end.

    Whoever knows the password of an approver could act as one: for the roles that the centre confirms, only an
    admin at the centre gives it. Raises PermissionDenied, NotAllowed.
    """
    with transaction.atomic():
        current = User.objects.select_for_update().get(pk=user.pk)
        rows = _open_roles(current, at=at)
        _check_whole(by, current, rows, at=at)
        high = any(row.role not in UNCONFIRMED_ROLES for row in rows)
        if high and not holds_at_centre(by, Role.AGENCY_ADMIN, on=day_of(at)):
            raise PermissionDenied("Người này giữ vai trò do trung tâm xác nhận: chỉ trung tâm mới đặt lại mật khẩu.")
        if not current.is_active:
            raise NotAllowed("Tài khoản này đang bị khóa; hãy mở lại tài khoản.")
        password = _renew(current, at=at)
        record("person.reset-password", f"user:{current.pk}", actor=by.username, at=at,
               agency=_shared(rows, by, at))  # fmt: skip
    return Given(user=current, password=password)


def first_admins(usernames: Sequence[str], *, at: datetime) -> list[Given]:
    """Make the first agency admins at the centre, from the machine's command line; later ones come by the screens.

    Two are needed before anything can be confirmed. Raises NotAllowed once the centre has an admin.
    """
    centre = Agency.objects.filter(is_centre=True).first()
    if centre is None:
        raise NotAllowed("Chưa có cơ quan trung tâm: ghi centre = true ở một cơ quan trong danh bạ rồi nhập danh bạ.")
    held = Membership.objects.open_from(day_of(at)).filter(agency=centre, role=Role.AGENCY_ADMIN, is_pending=False)
    with transaction.atomic():
        # The agency's row keeps two machines from making first admins at once.
        Agency.objects.select_for_update().get(pk=centre.pk)
        if held.filter(user__is_active=True).exists():
            raise NotAllowed("Trung tâm đã có quản trị viên; hãy đăng nhập và giao vai trò ở bàn làm việc.")
        given = [_make(username, name="", email="", at=at) for username in usernames]
        for one in given:
            Membership.objects.create(user=one.user, agency=centre, role=Role.AGENCY_ADMIN, from_on=day_of(at))
        record("people.first-admins", f"agency:{centre.pk}", actor="cong", at=at, agency=centre.pk,
               usernames=[one.user.username for one in given])  # fmt: skip
    return given


def has_one_time_password(user: User) -> bool:
    return user.one_time_until is not None


def set_own_password(user: User, password: str, *, at: datetime) -> None:
    """Keep a password that the person chose (validated before); their other sessions end."""
    with transaction.atomic():
        user.set_password(password)
        user.one_time_until = None
        user.save(update_fields=["password", "one_time_until"])
        record("person.set-password", f"user:{user.pk}", actor=user.username, at=at)


def _make(username: str, *, name: str, email: str, at: datetime) -> Given:
    name, email = one_line(nfc(name)), email.strip()
    if not _USERNAME.fullmatch(username):
        raise NotAllowed(
            "Tên đăng nhập gồm 3 đến 60 chữ thường không dấu, chữ số, dấu chấm, gạch nối; ví dụ “nguyen.van.a”."
        )
    if len(name) > User._meta.get_field("name").max_length:  # type: ignore[operator]
        raise NotAllowed("Họ tên dài quá 200 ký tự.")
    _check_email(email)
    user = User(username=username, name=name, email=email)
    password = _renew(user, at=at, save=False)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise NotAllowed(f"Tên đăng nhập “{username}” đã có người dùng; hãy chọn tên khác.") from error
    return Given(user=user, password=password)


def _check_email(email: str) -> None:
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        raise NotAllowed(f"Địa chỉ thư “{email}” chưa đúng dạng ten@co-quan.vn.") from error


def _renew(user: User, *, at: datetime, save: bool = True) -> str:
    password = one_time_password()
    user.set_password(password)
    user.one_time_until = at + _ONE_TIME
    if save:
        user.save(update_fields=["password", "one_time_until", "is_active"])
    return password


def _open_roles(user: User, *, at: datetime) -> list[Membership]:
    rows = Membership.objects.select_for_update(of=("self",)).open_from(day_of(at)).filter(user=user)
    return list(rows.select_related("agency"))


def _check_whole(by: User, user: User, rows: Sequence[Membership], *, at: datetime) -> None:
    """Refuse unless the whole person is the admin's: an account serves all the agencies in which it holds a role."""
    if by.pk == user.pk:
        raise PermissionDenied("Không tự khóa, mở hay đặt lại mật khẩu cho chính mình; hãy nhờ quản trị viên khác.")
    if holds_at_centre(by, Role.AGENCY_ADMIN, on=day_of(at)):
        return
    own = _administered(by, at=at)
    if not Membership.objects.filter(user=user, agency__in=own).exists():
        raise PermissionDenied("Người này không thuộc đơn vị bạn quản trị.")
    if any(row.agency_id not in own for row in rows):
        raise PermissionDenied("Người này còn giữ vai trò ở đơn vị khác: chỉ trung tâm mới làm được việc này.")


def _administered(by: User, *, at: datetime) -> set[int]:
    held = Membership.objects.on(day_of(at)).filter(user=by, role=Role.AGENCY_ADMIN)
    return set(held.values_list("agency_id", flat=True)) if by.is_active else set()


def _shared(rows: Sequence[Membership], by: User, at: datetime) -> int | None:
    """Return the agency whose auditors read the event: the person's only one, else the admin's only one."""
    agencies = {row.agency_id for row in rows} or _administered(by, at=at)
    return agencies.pop() if len(agencies) == 1 else None
