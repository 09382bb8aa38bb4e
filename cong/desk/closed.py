"""Closes every staff address that is not on the list: what a later Wagtail adds is 404 until someone opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cong.desk.frame import is_staff

# Names of our own addresses start with their room; they check rights themselves.
OURS = ("desk_", "media_", "people_", "newsroom_", "journal_", "harvest_", "search_", "frontpage_")
# Anybody may ask for these: they are the way in, and what the way in is drawn with.
WAY_IN = frozenset({
    "wagtailadmin_login", "wagtailadmin_logout", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog",
})  # fmt: skip
OPEN = WAY_IN | frozenset({
    "wagtailadmin_home", "wagtailadmin_account", "wagtailadmin_dismissibles",
    "wagtailadmin_explore_root", "wagtailadmin_explore", "wagtailadmin_explore_results",
    "wagtailadmin_choose_page", "wagtailadmin_choose_page_child", "wagtailadmin_choose_page_search",
    "wagtailadmin_choose_page_external_link", "wagtailadmin_choose_page_email_link",
    "wagtailadmin_choose_page_phone_link", "wagtailadmin_choose_page_anchor_link",
    "wagtailadmin_api:pages:listing", "wagtailadmin_api:pages:detail", "wagtailadmin_block_preview",
    "wagtailadmin_pages:add", "wagtailadmin_pages:add_subpage", "wagtailadmin_pages:preview_on_add",
    "wagtailadmin_pages:edit", "wagtailadmin_pages:preview_on_edit", "wagtailadmin_pages:view_draft",
    "wagtailadmin_pages:delete", "wagtailadmin_pages:search", "wagtailadmin_pages:search_results",
    "wagtailadmin_pages:history", "wagtailadmin_pages:history_results", "wagtailadmin_pages:lock",
    "wagtailadmin_pages:unlock", "wagtailadmin_pages:revisions_view", "wagtailadmin_pages:revisions_revert",
    "wagtailadmin_pages:revisions_compare", "wagtailadmin_editing_sessions:ping",
    "wagtailadmin_editing_sessions:release",
})  # fmt: skip
_PAGE_KEYS = ("page_id", "parent_page_id")
_PAGE_BY_PK = frozenset({"wagtailadmin_pages:revisions_compare", "wagtailadmin_api:pages:detail"})
# Wagtail would take these for a saved draft, without a word.
_PUBLISHING = frozenset({
    "action-publish", "action-submit", "action-restart-workflow", "action-workflow-action", "action-cancel-workflow",
    "action-unpublish",
})  # fmt: skip


class ClosedByDefault:
    """Middleware: 404 for what is not open and for pages of other agencies; 403 for a publishing form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, given: Mapping[str, Any]
    ) -> HttpResponse | None:
        if not is_staff(request):
            return None
        name = (request.resolver_match and request.resolver_match.view_name) or ""
        if not (name in OPEN or name.startswith(OURS)):
            raise Http404(name)
        if name.startswith("wagtailadmin_pages:") and request.method == "POST" and _PUBLISHING & request.POST.keys():
            return HttpResponseForbidden(
                _("Ở đây chỉ lưu nháp và trình thẩm định; không ai xuất bản từ trang soạn bài.")
            )
        if request.user.is_authenticated and name not in WAY_IN:
            _refuse_foreign_pages(request, name, given)
        return _home(name)


def _home(name: str) -> HttpResponse | None:
    """Lead to the inbox, the staff's first screen."""
    if name != "wagtailadmin_home":
        return None
    try:
        return redirect("desk_home")
    except NoReverseMatch:
        return None


def _refuse_foreign_pages(request: HttpRequest, name: str, given: Mapping[str, Any]) -> None:
    """Answer 404 for a page of another agency; Wagtail would lead home, or show it in a chooser."""
    ids = [given[key] for key in _PAGE_KEYS if key in given]
    ids += [given["pk"]] if name in _PAGE_BY_PK else []
    if not ids:
        return
    reachable = policy_registry.get_by_type(Page).explorable_instances(request.user)
    for pk in ids:
        get_object_or_404(reachable.only("pk"), pk=pk)
