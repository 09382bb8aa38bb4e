"""Two screens beside the editor: take back a submitted text, and compare the draft with what is public."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.models import Page

from cong.newsroom import actions, queries
from cong.newsroom.compared import changes
from cong.newsroom.models import Written
from cong.newsroom.policy import WORKSPACE
from cong.newsroom.sealing import draft_of
from cong.publishing.process import NotAllowed


def _written(request: HttpRequest, page_id: int) -> Any:
    """Return the page, if it is one that is written and the person's own; else it does not exist."""
    mine = WORKSPACE.instances_user_has_any_permission_for(request.user, {"change"})
    page = Page.objects.filter(pk__in=mine.values("pk"), pk=page_id).first()
    if page is None or not isinstance(page.specific, Written):
        raise Http404(page_id)
    return page.specific


@require_POST
def recall(request: HttpRequest, page_id: int) -> HttpResponse:
    page = _written(request, page_id)
    try:
        actions.recall(page, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except (NotAllowed, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Đã thu hồi. Bạn sửa tiếp được rồi trình lại."))
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_safe
def compare(request: HttpRequest, page_id: int) -> HttpResponse:
    page = _written(request, page_id).get_latest_revision_as_object()
    old, draft = queries.released(page.publication_id), draft_of(page, at=timezone.now())
    context = {"page": page, "released": old, "changes": changes(old, draft.content), "problems": draft.problems}
    return render(request, "newsroom/compare.html", context)
