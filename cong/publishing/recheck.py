"""Re-check at the very moment of release, whatever held when it was approved or scheduled, and put it out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.publishing import preflight
from cong.publishing.actions import release_together
from cong.publishing.models import Decision, Docket, Snapshot, Step
from cong.publishing.moves import go
from cong.publishing.process import JUDGEMENT_LASTS, Content, NotAllowed, State, Verb, move
from cong.publishing.rights import day, must, must_be_uninvolved

_NAMED = {
    Step.APPRAISE: "Thẩm định",
    Step.SECRECY: "Thẩm tra bảo mật",
    Step.APPROVE: "Duyệt",
}


def said(at: datetime) -> str:
    """Return a moment as people here read it."""
    return date_format(timezone.localtime(at), "H:i d/m/Y")


def put_out(dockets: Iterable[Docket], *, by: User, at: datetime) -> list[int]:
    """Re-check and release locked dockets at one moment: all or none. Returns the release numbers.

    Raises PermissionDenied, NotAllowed, Blocked.
    """
    together = list(dockets)
    judged = [(may_go_out(docket, by=by, at=at), docket.public_note) for docket in together]
    numbers = release_together(judged, by=by, at=at)
    for docket in together:
        go(docket, Verb.RELEASE, release_at=None, reason="", public_note="", confirm_by=None)
    return numbers


def may_go_out(docket: Docket, *, by: User, at: datetime) -> Snapshot:
    """Return the snapshot when all is in order for `by` to release it at that moment.

    Raises PermissionDenied, NotAllowed, Blocked.
    """
    move(State(docket.state), Verb.RELEASE)
    snapshot = _snapshot(docket)
    must(by, docket.agency, Role.DUTY_EDITOR, at=at)
    must_be_uninvolved(by, snapshot)
    content = Content.parse(snapshot.content, snapshot.html)
    check_judgements(snapshot, content, at=at)
    check_content(docket.agency, content, at=at)
    return snapshot


def _snapshot(docket: Docket) -> Snapshot:
    if docket.snapshot is None:
        raise NotAllowed("Bài này chưa được trình.")
    return docket.snapshot


def check_content(agency: Agency, content: Content, *, at: datetime) -> None:
    """Raise NotAllowed or Blocked unless the agency, the embargo, the expiry and every check allow it."""
    if not agency.is_active(day(at)):
        raise NotAllowed(f"{agency.short_name} không còn hoạt động vào ngày này.")
    if content.not_before and content.not_before > at:
        raise NotAllowed(f"Bài chỉ được công bố từ {said(content.not_before)}.")
    if content.expires_at and content.expires_at <= at:
        raise NotAllowed(f"Bài đã hết hạn lúc {said(content.expires_at)}.")
    checked = preflight.checked(content, at=at)
    if checked.secrecy and not content.secrecy:
        raise NotAllowed("Bài có dấu hiệu cần thẩm tra bảo mật mà chưa qua bước đó; hãy thu hồi và trình lại.")


def check_judgements(snapshot: Snapshot, content: Content, *, at: datetime) -> None:
    """Raise NotAllowed unless every judgement that is needed was made and still counts."""
    made = dict(Decision.objects.filter(snapshot=snapshot, step__in=_NAMED).values_list("step", "at"))
    for step, name in _NAMED.items():
        if step is Step.SECRECY and not content.secrecy:
            continue
        if step not in made:
            raise NotAllowed(f"Thiếu bước: {name.lower()}.")
        if at - made[step] > JUDGEMENT_LASTS:
            raise NotAllowed(f"{name} đã quá {JUDGEMENT_LASTS.days} ngày; hãy thu hồi và trình lại.")
