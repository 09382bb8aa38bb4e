"""Invite an outsider to check facts, revoke that, take in what they say; run a dead job again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.models import Agency, Membership, Role
from cong.agencies.queries import holds
from cong.desk.models import Invitation, Remark
from cong.jobs import actions as jobs
from cong.jobs.models import Job
from cong.journal.actions import record
from cong.publishing.models import Snapshot

_SALT = "cong.desk.invitation"
LONGEST = timedelta(days=14)
MOST_IN_NAME = 200
MOST_CHARACTERS = 20_000
MOST_REMARKS = 50
_INVITERS = (Role.AUTHOR, Role.APPRAISER, Role.APPROVER)


class NotOpen(Exception):
    """The link cannot be used; the text says why and what to do, in Vietnamese."""


class NotTaken(ValueError):
    """What was sent cannot be kept; the text says why, in Vietnamese."""


def invite(snapshot: Snapshot, *, name: str, email: str, days: int, by: User, at: datetime) -> tuple[Invitation, str]:
    """Make a link for one outsider to one snapshot; returns the invitation and the token of its link."""
    agency = snapshot.publication.agency
    if not _may_invite(by, agency, at=at):
        raise PermissionDenied("Chỉ người biên tập, thẩm định hoặc duyệt của cơ quan mới được gửi kiểm chứng.")
    if not name.strip():
        raise NotTaken("Hãy ghi tên người được mời kiểm chứng.")
    if len(name) > MOST_IN_NAME or len(email) > MOST_IN_NAME:
        raise NotTaken(f"Tên và địa chỉ thư dài nhất {MOST_IN_NAME} ký tự.")
    if not 0 < days <= LONGEST.days:
        raise NotTaken(f"Liên kết kiểm chứng có hạn từ 1 đến {LONGEST.days} ngày.")
    with transaction.atomic():
        made = Invitation.objects.create(
            snapshot=snapshot, name=name.strip(), email=email.strip(), by=by, at=at,
            expires_at=at + timedelta(days=days),
        )  # fmt: skip
        record("factcheck.invite", f"snapshot:{snapshot.pk}", actor=by.username, at=at, agency=agency.pk,
               invitation=made.pk, name=made.name, email=made.email, until=made.expires_at.isoformat())  # fmt: skip
    return made, token_of(made)


def _may_invite(by: User, agency: Agency, *, at: datetime) -> bool:
    day = timezone.localtime(at).date()
    return any(holds(by, role, agency, on=day) for role in _INVITERS)


def token_of(invitation: Invitation) -> str:
    """Return the signed token of an invitation; the link is the only key to it."""
    return signing.dumps(invitation.pk, salt=_SALT)


def opened(token: str, *, at: datetime) -> Invitation:
    """Return the invitation that a token opens now; raises NotOpen."""
    try:
        number = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise NotOpen("Liên kết không đúng. Hãy mở lại từ thư mời, hoặc xin người mời gửi liên kết mới.") from error
    found = Invitation.objects.select_related("snapshot__publication__agency", "by").filter(pk=number).first()
    if found is None or found.revoked_at is not None:
        raise NotOpen("Lời mời kiểm chứng này đã được rút lại.")
    if found.expires_at <= at:
        raise NotOpen("Liên kết kiểm chứng đã hết hạn. Hãy xin người mời gửi liên kết mới.")
    return found


def note_reading(invitation: Invitation, *, at: datetime) -> None:
    """Write down that the invited person read the draft; once."""
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, read_at__isnull=True).update(read_at=at):
            _note("factcheck.read", invitation, at=at)


def remark(invitation: Invitation, text: str, *, at: datetime) -> Remark:
    """Keep what the invited person says; raises NotTaken."""
    # PostgreSQL stores no NUL.
    said = text.replace("\0", "").strip()
    if not said:
        raise NotTaken("Chưa có ý kiến nào được ghi.")
    if len(said) > MOST_CHARACTERS:
        raise NotTaken(f"Ý kiến dài quá {MOST_CHARACTERS} ký tự; hãy chia thành nhiều lần gửi.")
    with transaction.atomic():
        if Remark.objects.filter(invitation=invitation).count() >= MOST_REMARKS:
            raise NotTaken("Đã nhận đủ số ý kiến cho lời mời này; hãy liên hệ người mời.")
        made = Remark.objects.create(invitation=invitation, text=said, at=at)
        _note("factcheck.remark", invitation, at=at, remark=made.pk)
    return made


def revoke(invitation: Invitation, *, by: User, at: datetime) -> None:
    """End an invitation before its time."""
    if not _may_invite(by, invitation.snapshot.publication.agency, at=at):
        raise PermissionDenied("Chỉ người của cơ quan mới được rút lời mời.")
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=True).update(revoked_at=at):
            record("factcheck.revoke", f"snapshot:{invitation.snapshot_id}", actor=by.username, at=at,
                   agency=invitation.snapshot.publication.agency_id, invitation=invitation.pk)  # fmt: skip


def _note(verb: str, invitation: Invitation, *, at: datetime, **data: Any) -> None:
    actor = f"invitation:{invitation.pk}"
    agency = invitation.snapshot.publication.agency_id
    record(verb, f"snapshot:{invitation.snapshot_id}", actor=actor, at=at, agency=agency, name=invitation.name, **data)


def run_job_again(job: Job, *, by: User, at: datetime) -> None:
    """Give a dead job one more attempt; raises PermissionDenied, NotDead, AlreadyWaiting."""
    if not Membership.objects.on(timezone.localtime(at).date()).filter(user=by, role=Role.OPERATOR).exists():
        raise PermissionDenied("Chỉ người vận hành mới được cho chạy lại.")
    with transaction.atomic():
        jobs.run_again(job, at=at)
        record("job.again", f"job:{job.pk}", actor=by.username, at=at, task=job.task)
