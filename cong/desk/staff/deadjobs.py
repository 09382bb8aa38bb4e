"""Jobs that will not run again by themselves, and the button that makes them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cong.agencies.models import Role
from cong.agencies.rights import rights_of
from cong.desk import actions
from cong.desk.staff.door import now, person
from cong.jobs import queries
from cong.jobs.actions import AlreadyWaiting, NotDead
from cong.jobs.models import Job

_SHOWN = 100


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """List the dead jobs with what went wrong, and how long the rest of the queue has waited."""
    if not rights_of(request.user).has(Role.OPERATOR):
        raise PermissionDenied
    context = {"jobs": queries.dead()[:_SHOWN], "backlog": queries.backlog(now())}
    return render(request, "desk/jobs.html", context)


@require_POST
def run_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a dead job one more attempt."""
    job = get_object_or_404(Job, pk=pk)
    try:
        actions.run_job_again(job, by=person(request), at=now())
        messages.success(request, _("Việc đã được xếp hàng chạy lại."))
    except NotDead:
        messages.warning(request, _("Việc này không còn nằm trong số việc hỏng; có thể ai đó đã cho chạy lại."))
    except AlreadyWaiting:
        messages.warning(request, _("Đã có một việc giống hệt đang chờ chạy; không cần chạy lại việc này."))
    return redirect("desk_jobs")
