"""Take down fast, on one duty editor's word; an approver confirms it within a day."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.entries.models import Mode
from cong.publishing.actions import decide
from cong.publishing.actions import withdraw as write_withdrawal
from cong.publishing.models import Docket, Policy, Release, Step
from cong.publishing.moves import go, lock
from cong.publishing.process import CONFIRM_WITHIN, NotAllowed, ReleaseKind, State, Verb, move
from cong.publishing.rights import must


@transaction.atomic
def withdraw(docket: Docket, *, mode: Mode, note: str, by: User, at: datetime, target: str = "") -> Docket:
    """Take a publication off the shelf: with a notice, gone, or led on to `target` (a path of ours).

    Raises PermissionDenied, NotAllowed.
    """
    docket = lock(docket.pk)
    must(by, docket.agency, Role.DUTY_EDITOR, at=at)
    if not note.strip():
        raise NotAllowed("Gỡ bài phải ghi rõ lý do.")
    _check_target(mode, target)
    take_off(docket, by=by, at=at, note=note, mode=mode, target=target, confirm_by=at + CONFIRM_WITHIN)
    return docket


def _check_target(mode: Mode, target: str) -> None:
    if mode is not Mode.REDIRECT:
        if target:
            raise NotAllowed("Chỉ khi chuyển hướng mới ghi địa chỉ đích.")
        return
    parts = urlsplit(target)
    ours = target.startswith("/") and not parts.netloc and "\\" not in target
    if not ours:
        raise NotAllowed("Địa chỉ đích phải là một đường dẫn trong cổng, bắt đầu bằng dấu “/”.")


def take_off(
    docket: Docket,
    *,
    at: datetime,
    note: str,
    by: User | None = None,
    policy: Policy | None = None,
    mode: Mode = Mode.GONE,
    target: str = "",
    confirm_by: datetime | None = None,
) -> None:
    """Withdraw a locked docket's publication, by a person or under a policy; whatever was under way ends."""
    move(State(docket.state), Verb.WITHDRAW)
    write_withdrawal(docket.publication, at=at, note=note, by=by, policy=policy, mode=mode, target=target)
    go(
        docket, Verb.WITHDRAW, reason=note, confirm_by=confirm_by, release_at=None, scheduled_by=None,
        provisional_until=None, public_note="",
    )  # fmt: skip


@transaction.atomic
def confirm(docket: Docket, *, by: User, at: datetime) -> Docket:
    """Confirm as an approver that another rightly took it down. Raises PermissionDenied, NotAllowed."""
    docket = lock(docket.pk)
    must(by, docket.agency, Role.APPROVER, at=at)
    last = Release.objects.select_related("snapshot__publication__agency").filter(publication=docket.pk).last()
    if docket.confirm_by is None or last is None or last.kind != ReleaseKind.WITHDRAW:
        raise NotAllowed("Không có lần gỡ nào chờ xác nhận.")
    if last.by_id == by.pk:
        raise NotAllowed("Người đã gỡ không tự xác nhận; cần một người duyệt khác.")
    decide(last.snapshot, Step.CONFIRM, sha256=last.sha256, by=by, at=at)
    docket.confirm_by = None
    docket.save()
    return docket
