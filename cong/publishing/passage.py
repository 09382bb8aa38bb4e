"""The way of a text to approval: open, submit, judge, recall, spike, restore, claim, assign."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.entries.models import Entry
from cong.publishing import files, preflight
from cong.publishing.actions import OutOfDate, decide, is_public, open_publications, seal_all
from cong.publishing.models import Decision, Docket, Grade, Origin, Publication, Snapshot, Step
from cong.publishing.moves import go, lock, note_move
from cong.publishing.process import FRONT, Content, NotAllowed, State, Verb, move
from cong.publishing.rights import contributors_of, may, must, must_approve, must_be_uninvolved, turn_of

_JUDGING = {
    Step.APPRAISE: Verb.APPRAISE,
    Step.SECRECY: Verb.SECRECY,
    Step.APPROVE: Verb.APPROVE,
    Step.REJECT: Verb.REJECT,
}


@transaction.atomic
def open_publication(agency: Agency, *, by: User, at: datetime, origin: Origin = Origin.NEWSROOM) -> Publication:
    """Make a publication of people, not of a source, with its docket, in draft."""
    must(by, agency, Role.AUTHOR, at=at)
    number = open_publications(agency, origin, 1, at=at)[0]
    docket = Docket.objects.create(publication_id=number, agency=agency)
    note_move(docket, "docket.open", by=by, at=at)
    return Publication.objects.get(pk=number)


@transaction.atomic
def submit(
    publication: Publication,
    content: Content,
    *,
    contributors: Iterable[User],
    by: User,
    at: datetime,
    public_note: str = "",
    due_at: datetime | None = None,
) -> Snapshot:
    """Seal the content for judgement. `contributors`: all who worked on it since the last release.

    Raises PermissionDenied, NotAllowed, Blocked.
    """
    docket = lock(publication.pk)
    must(by, docket.agency, Role.AUTHOR, at=at)
    move(State(docket.state), Verb.SUBMIT)
    _check_submission(docket, content, public_note)
    content = preflight.checked(content, at=at)
    sealed = seal_all([(docket.pk, content)], by=by, contributors=contributors, at=at)[0]
    files.pin(content.media, agency=docket.agency, snapshot=sealed.id)
    go(
        docket, Verb.SUBMIT, snapshot_id=sealed.id, grade=content.grade, title=content.title,
        needs_secrecy=content.secrecy, sent_by=by, sent_at=at, due_at=due_at, expires_at=content.expires_at,
        release_at=None, scheduled_by=None, reason="", public_note=public_note.strip(),
    )  # fmt: skip
    note_move(docket, "submit", by=by, at=at, snapshot=sealed.id, sha256=sealed.sha256, note=public_note)
    return Snapshot.objects.get(pk=sealed.id)


def _check_submission(docket: Docket, content: Content, public_note: str) -> None:
    if content.agency != docket.agency_id:
        raise NotAllowed("Bài phải mang tên đúng cơ quan đã mở nó.")
    if (content.kind == FRONT) != (docket.publication.origin == Origin.FRONTPAGE):
        raise NotAllowed("Bố cục trang và bài viết đi bằng hồ sơ riêng, không thay nhau được.")
    if content.grade not in Grade.values:
        raise NotAllowed("Hạng của bài phải là A hoặc B.")
    if content.not_before and content.expires_at and content.expires_at <= content.not_before:
        raise NotAllowed("Ngày hết hạn phải sau giờ được công bố.")
    if not public_note.strip() and Entry.objects.filter(pk=docket.pk).exists():
        raise NotAllowed("Bài đang công khai: bản đính chính phải có ghi chú cho bạn đọc.")


@transaction.atomic
def judge(snapshot: Snapshot, step: Step, *, sha256: str, by: User, at: datetime, note: str = "") -> Decision:
    """Appraise, clear, approve or reject exactly the bytes that were shown, and move the docket.

    Raises PermissionDenied, NotAllowed, OutOfDate.
    """
    if step not in _JUDGING:
        raise NotAllowed("Bước này không phải là thẩm định, thẩm tra bảo mật, duyệt hay trả lại.")
    docket = lock(snapshot.publication_id)
    if docket.snapshot is None or docket.snapshot_id != snapshot.pk:
        raise OutOfDate("Tác giả đã trình bản khác; hãy mở lại bản mới nhất.")
    was = State(docket.state)
    move(was, _JUDGING[step])
    if step is Step.APPROVE:
        must_approve(by, docket, at=at)
        _check_order(docket.snapshot)
    must_be_uninvolved(by, docket.snapshot)
    decision = decide(docket.snapshot, step, sha256=sha256, by=by, at=at, note=note)
    _moved(docket, was, step, at=at, note=note)
    return decision


def _check_order(snapshot: Snapshot) -> None:
    """Raise NotAllowed unless everything that comes before approval was done to this snapshot."""
    done = set(Decision.objects.filter(snapshot=snapshot).values_list("step", flat=True))
    if Step.REJECT in done:
        raise NotAllowed("Bản trình này đã bị trả lại.")
    if Step.APPRAISE not in done:
        raise NotAllowed("Bản trình này chưa được thẩm định.")
    if Content.parse(snapshot.content, snapshot.html).secrecy and Step.SECRECY not in done:
        raise NotAllowed("Bản trình này phải qua thẩm tra bảo mật trước khi duyệt.")


def _moved(docket: Docket, was: State, step: Step, *, at: datetime, note: str) -> None:
    verb = _JUDGING[step]
    if step is Step.REJECT:
        # What is public on two keys and was rejected goes with the next look at what is due.
        ends = at if was is State.PROVISIONAL else None
        go(docket, verb, reason=note, release_at=None, scheduled_by=None, provisional_until=ends)
    elif was is State.PROVISIONAL and step is Step.APPROVE:
        go(docket, verb, provisional_until=None)
    else:
        go(docket, verb)


@transaction.atomic
def recall(docket: Docket, *, by: User, at: datetime, note: str = "") -> Docket:
    """Take back what was submitted; only one who worked on it may. Raises PermissionDenied, NotAllowed."""
    docket = lock(docket.pk)
    move(State(docket.state), Verb.RECALL)
    if docket.snapshot is None or by.pk not in contributors_of(docket.pk):
        raise NotAllowed("Chỉ người đã tham gia soạn bài mới thu hồi được bản trình.")
    decide(docket.snapshot, Step.RECALL, sha256=docket.snapshot.sha256, by=by, at=at, note=note)
    go(docket, Verb.RECALL, reason=note, release_at=None, scheduled_by=None)
    return docket


@transaction.atomic
def spike(docket: Docket, *, by: User, at: datetime, note: str) -> Docket:
    """Set a text aside, with a reason; of something public only the correction is dropped.

    Raises PermissionDenied, NotAllowed.
    """
    docket = lock(docket.pk)
    must(by, docket.agency, Role.AUTHOR, Role.APPROVER, at=at)
    if not note.strip():
        raise NotAllowed("Loại bỏ phải ghi rõ lý do.")
    verb = Verb.DROP if is_public(docket.pk) else Verb.SPIKE
    go(docket, verb, reason=note)
    note_move(docket, f"docket.{verb}", by=by, at=at, note=note)
    return docket


@transaction.atomic
def restore(docket: Docket, *, by: User, at: datetime) -> Docket:
    """Bring a spiked text back as a draft. Raises PermissionDenied, NotAllowed."""
    docket = lock(docket.pk)
    must(by, docket.agency, Role.AUTHOR, Role.APPROVER, at=at)
    go(docket, Verb.RESTORE, reason="")
    note_move(docket, "docket.restore", by=by, at=at)
    return docket


@transaction.atomic
def claim(docket: Docket, *, by: User, at: datetime) -> Docket:
    """Say that one is at it. Raises PermissionDenied, NotAllowed when another is."""
    docket = lock(docket.pk)
    must(by, docket.agency, *turn_of(docket), at=at)
    if docket.claimed_by is not None and docket.claimed_by != by:
        raise NotAllowed(f"{docket.claimed_by} đang xử lý bài này.")
    docket.claimed_by, docket.claimed_at = by, at
    docket.save()
    note_move(docket, "docket.claim", by=by, at=at)
    return docket


@transaction.atomic
def unclaim(docket: Docket, *, by: User, at: datetime) -> Docket:
    """Give back what one claimed; a duty editor may free what another holds. Raises PermissionDenied."""
    docket = lock(docket.pk)
    if docket.claimed_by != by:
        must(by, docket.agency, Role.DUTY_EDITOR, Role.AGENCY_ADMIN, at=at)
    docket.claimed_by = docket.claimed_at = None
    docket.save()
    note_move(docket, "docket.unclaim", by=by, at=at)
    return docket


@transaction.atomic
def assign(docket: Docket, to: User, *, due_at: datetime | None, by: User, at: datetime) -> Docket:
    """Hand the next step to a person who may do it, until a moment. Raises PermissionDenied, NotAllowed."""
    docket = lock(docket.pk)
    must(by, docket.agency, Role.APPROVER, Role.DUTY_EDITOR, Role.AGENCY_ADMIN, at=at)
    if not may(to, docket.agency, turn_of(docket), at=at):
        raise NotAllowed(f"{to} không giữ vai trò cần cho bước này.")
    docket.assigned_to, docket.due_at = to, due_at
    docket.save()
    note_move(docket, "docket.assign", by=by, at=at, to=to.username, due_at=due_at.isoformat() if due_at else "")
    return docket
