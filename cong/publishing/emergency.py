"""Two keys: two people on duty, within minutes, put out what was submitted before it is appraised."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from cong.accounts.models import User
from cong.agencies.models import Membership, Role
from cong.publishing.actions import decide, release_provisionally, write_decision
from cong.publishing.models import Decision, Docket, Release, Snapshot, Step
from cong.publishing.moves import go, lock, shown
from cong.publishing.process import KEYS_APART, PUBLISH_PROVISIONAL_HOURS, Content, NotAllowed, State, Verb, move
from cong.publishing.recheck import check_content
from cong.publishing.rights import day, must, must_be_uninvolved

_KEYS = (Role.DUTY_EDITOR, Role.APPROVER)


@transaction.atomic
def turn_key(docket: Docket, *, sha256: str, reason: str, by: User, at: datetime) -> Docket:
    """Turn one key; the second, by another person within ten minutes, makes it public for some hours.

    Appraisal and approval follow while it is public: the approval makes it an ordinary release; without it
    the release ends by itself. Raises PermissionDenied, NotAllowed, OutOfDate, Blocked.
    """
    docket = lock(docket.pk)
    snapshot = shown(docket, sha256)
    must(by, docket.agency, *_KEYS, at=at)
    move(State(docket.state), Verb.KEY)
    if not reason.strip():
        raise NotAllowed("Xuất bản khẩn phải ghi rõ lý do.")
    must_be_uninvolved(by, snapshot)
    _check(docket, snapshot, at=at)
    first = _first_key(snapshot, at=at)
    if first is None:
        decide(snapshot, Step.EMERGENCY, sha256=sha256, by=by, at=at, note=reason)
        go(docket, Verb.KEY)
        return docket
    _check_pair(docket, first.by, by, at=at)
    write_decision(snapshot, Step.EMERGENCY, sha256=sha256, by=by, at=at, note=reason)
    release_provisionally(snapshot, by=by, at=at)
    until = at + timedelta(hours=PUBLISH_PROVISIONAL_HOURS)
    go(docket, Verb.EMERGENCY, provisional_until=until, reason=reason)
    return docket


def _check(docket: Docket, snapshot: Snapshot, *, at: datetime) -> None:
    if Release.objects.filter(publication=docket.pk).exists():
        raise NotAllowed("Xuất bản khẩn chỉ dành cho bài chưa từng công khai.")
    content = Content.parse(snapshot.content, snapshot.html)
    cleared = Decision.objects.filter(snapshot=snapshot, step=Step.SECRECY).exists()
    if content.secrecy and not cleared:
        raise NotAllowed("Bản trình này phải qua thẩm tra bảo mật, kể cả khi xuất bản khẩn.")
    check_content(docket.agency, content, at=at)


def _first_key(snapshot: Snapshot, *, at: datetime) -> Decision | None:
    """Return the other key, if it was turned and has not run out."""
    keys = Decision.objects.filter(snapshot=snapshot, step=Step.EMERGENCY, at__gte=at - KEYS_APART)
    return keys.select_related("by").order_by("-id").first()


def _check_pair(docket: Docket, first: User, second: User, *, at: datetime) -> None:
    """Raise NotAllowed when both hold the same one role in the same agency: two keys are of two kinds."""
    one, other = (_held(docket, person, at=at) for person in (first, second))
    if len(one | other) < 2:
        raise NotAllowed("Hai người xoay khóa phải thuộc hai cơ quan hoặc giữ hai vai trò khác nhau.")


def _held(docket: Docket, person: User, *, at: datetime) -> set[tuple[int, str]]:
    held = Membership.objects.on(day(at)).filter(user=person, role__in=_KEYS)
    rows = held.values_list("agency_id", "role", "agency__is_centre")
    return {(agency, role) for agency, role, centre in rows if centre or agency == docket.agency_id}
