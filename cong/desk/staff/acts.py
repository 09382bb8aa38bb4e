"""The buttons of a docket: each reads the form, calls one action and says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cong.accounts.models import User
from cong.desk.staff.docket import screen
from cong.desk.staff.door import docket_for, moment, now, number, person
from cong.entries.models import Mode
from cong.publishing import emergency, passage, timing, withdrawal
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Docket, Step
from cong.publishing.preflight import Blocked
from cong.publishing.process import NotAllowed

_NO_MOMENT = _("Hãy chọn ngày và giờ.")
_JUDGED: dict[Step, Promise] = {
    Step.APPRAISE: _("Đã ghi ý kiến đồng ý thẩm định."),
    Step.SECRECY: _("Đã ghi kết quả thẩm tra bảo mật."),
    Step.APPROVE: _("Đã duyệt."),
    Step.REJECT: _("Đã trả lại cho người soạn."),
}


class NotFilled(ValueError):
    """A field of the form cannot be read; the text says which and how to mend it."""


def _act(request: HttpRequest, pk: int, act: Callable[[Docket, User, datetime], Any], done: Any) -> HttpResponse:
    """Run one action; what refuses it is shown on the docket's screen, with everything that was typed."""
    at, docket = now(), docket_for(request, pk)
    try:
        act(docket, person(request), at)
    except Blocked as refused:
        problem = "Bài chưa qua được kiểm tra tự động."
        return _refused(request, pk, problem, at=at, status=422, findings=list(refused.findings))
    except (NotAllowed, NotFilled) as refused:
        return _refused(request, pk, str(refused), at=at, status=422)
    except OutOfDate as refused:
        return _refused(request, pk, str(refused), at=at, status=409)
    except PermissionDenied as refused:
        return _refused(request, pk, str(refused), at=at, status=403)
    messages.success(request, done)
    return redirect("desk_docket", pk=pk)


def _refused(request: HttpRequest, pk: int, problem: str, *, at: datetime, status: int, **given: Any) -> HttpResponse:
    typed: Mapping[str, str] = {name: str(value) for name, value in request.POST.items()}
    return screen(request, docket_for(request, pk), at=at, problem=problem, typed=typed, status=status, **given)


@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Appraise, clear, approve or return what was shown."""
    said = request.POST.get("step", "")
    if said not in _JUDGED:
        raise Http404
    step, note, sha = Step(said), request.POST.get("note", ""), request.POST.get("sha256", "")

    def act(docket: Docket, by: User, at: datetime) -> None:
        if docket.snapshot is None:
            raise NotAllowed("Bài này chưa được trình.")
        passage.judge(docket.snapshot, step, sha256=sha, by=by, at=at, note=note)

    return _act(request, pk, act, _JUDGED[step])


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release now, at a moment, or not at the moment that was set."""
    when, sha = request.POST.get("when", ""), request.POST.get("sha256", "")
    if when == "now":
        return _act(
            request, pk, lambda docket, by, at: timing.release_now(docket, sha256=sha, by=by, at=at),
            _("Đã xuất bản."),
        )  # fmt: skip
    if when == "never":
        return _act(
            request, pk, lambda docket, by, at: timing.unschedule(docket, by=by, at=at), _("Đã bỏ hẹn giờ.")
        )  # fmt: skip

    def act(docket: Docket, by: User, at: datetime) -> None:
        timing.schedule(docket, _moment(request, "release_at"), sha256=sha, by=by, at=at)

    return _act(request, pk, act, _("Đã hẹn giờ xuất bản."))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down what is public."""
    mode = request.POST.get("mode", "")
    if mode not in Mode.values:
        raise Http404
    note, target = request.POST.get("note", ""), request.POST.get("target", "")

    def act(docket: Docket, by: User, at: datetime) -> None:
        withdrawal.withdraw(docket, mode=Mode(mode), note=note, by=by, at=at, target=target)

    return _act(request, pk, act, _("Đã gỡ; chờ người duyệt xác nhận trong 24 giờ."))


@require_POST
def key(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn one of the two keys of an emergency release."""
    sha, reason = request.POST.get("sha256", ""), request.POST.get("reason", "")
    return _act(
        request, pk, lambda docket, by, at: emergency.turn_key(docket, sha256=sha, reason=reason, by=by, at=at),
        _("Đã vặn chìa. Bài lên khi đủ hai chìa trong 10 phút."),
    )  # fmt: skip


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the next step to somebody, with a time limit."""
    to = number(request.POST.get("to", ""))

    def act(docket: Docket, by: User, at: datetime) -> None:
        if to is None:
            raise NotFilled("Hãy chọn người nhận.")
        due = _moment(request, "due_at") if request.POST.get("due_at") else None
        passage.assign(docket, get_object_or_404(User, pk=to), due_at=due, by=by, at=at)

    return _act(request, pk, act, _("Đã giao việc."))


_SIMPLE: dict[str, tuple[Callable[..., Any], bool, Promise]] = {
    "claim": (passage.claim, False, _("Bạn đã nhận xử lý bài này.")),
    "unclaim": (passage.unclaim, False, _("Đã nhả bài cho người khác.")),
    "restore": (passage.restore, False, _("Đã khôi phục bài.")),
    "recall": (passage.recall, True, _("Đã thu hồi bản trình.")),
    "spike": (passage.spike, True, _("Đã loại bỏ bài; khôi phục được bất cứ lúc nào.")),
    "confirm": (withdrawal.confirm, False, _("Đã xác nhận việc gỡ.")),
}


@require_POST
def simple(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do what needs no form, or a note alone."""
    if verb not in _SIMPLE:
        raise Http404
    action, noted, done = _SIMPLE[verb]
    given = {"note": request.POST.get("note", "")} if noted else {}
    return _act(request, pk, lambda docket, by, at: action(docket, by=by, at=at, **given), done)


def _moment(request: HttpRequest, name: str) -> datetime:
    """Return a moment typed in local time; raises NotFilled."""
    found = moment(request.POST.get(name, ""))
    if found is None:
        raise NotFilled(str(_NO_MOMENT))
    return found
