"""What the room hangs on Wagtail's documented hooks: whom to ask, what to show, what to leave out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem, PageLockedMenuItem, SaveDraftMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.admin.widgets.button import Button
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import AbstractPage, Collection, Locale, Page, Site, Task, Workflow
from wagtail.permissions import register_permission_policy

from cong.agencies.staff import Closed
from cong.newsroom import screens
from cong.newsroom.listing import ByTitle, Explorer, Search, WorkspaceFilters
from cong.newsroom.models import ArticlePage, StandingPage, Written
from cong.newsroom.policy import WORKSPACE
from cong.newsroom.process import is_recallable
from cong.newsroom.staff import EditWritten, RevertWritten

register_permission_policy(AbstractPage, WORKSPACE)
for _model in (Collection, Document, Image, Locale, Site, Task, Workflow):
    register_permission_policy(_model, Closed(_model))

_LATER_THAN_WAGTAILS_OWN = 100
_NOT_OURS = frozenset({"images", "documents", "reports", "settings", "help", "snippets"})


class WorkspaceViewSet(PageViewSet):
    """Every page: our explorer and our search."""

    model = Page
    index_view_class = Explorer
    # Said here: Wagtail's viewset would hand its own set, with everybody's names, to our view.
    filterset_class = WorkspaceFilters
    search_view_class = Search


class WrittenViewSet(WorkspaceViewSet):
    """What is written: our editor besides."""

    edit_view_class = EditWritten
    revisions_revert_view_class = RevertWritten

    @property
    def parent_models(self) -> list[type[Page]]:
        return []


@hooks.register("register_admin_viewset", order=_LATER_THAN_WAGTAILS_OWN)
def page_views() -> list[PageViewSet]:
    return [WorkspaceViewSet(), WrittenViewSet(model=ArticlePage), WrittenViewSet(model=StandingPage)]


class SealItem(ActionMenuItem):
    """Submit what is in the form, in the same step as it is saved."""

    label = _("Trình thẩm định")
    name = "action-seal"
    order = 10
    template_name = "newsroom/seal_button.html"

    def is_shown(self, context: dict[str, Any]) -> bool:
        written = isinstance(context.get("page"), Written)
        return written and context["view"] == "edit" and not context["locked_for_user"]


class RecallItem(ActionMenuItem):
    """Take back what was submitted."""

    label = _("Thu hồi bản trình")
    name = "action-recall"
    order = 20
    template_name = "newsroom/recall_button.html"

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and is_recallable(getattr(context.get("page"), "state", ""))

    def get_url(self, parent_context: dict[str, Any]) -> str:
        return reverse("newsroom_recall", args=[parent_context["page"].pk])


_KEPT = (SaveDraftMenuItem, PageLockedMenuItem, SealItem, RecallItem)


@hooks.register("register_page_action_menu_item")
def seal_item() -> SealItem:
    return SealItem()


@hooks.register("register_page_action_menu_item")
def recall_item() -> RecallItem:
    return RecallItem()


@hooks.register("construct_page_action_menu")
def keep_writing_only(items: list[ActionMenuItem], request: HttpRequest, context: object) -> None:
    items[:] = [item for item in items if isinstance(item, _KEPT)]


@hooks.register("construct_main_menu")
def leave_out_what_is_closed(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in _NOT_OURS]


@hooks.register("construct_homepage_panels")
def clear_home(request: HttpRequest, panels: list[object]) -> None:
    panels[:] = [panel for panel in panels if type(panel).__name__ == "RecentEditsPanel"]


@hooks.register("construct_page_chooser_queryset")
def only_own_pages(pages: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Wagtail's chooser looks at no right: it would list every draft of every agency."""
    mine = WORKSPACE.explorable_instances(request.user)
    return ByTitle(pages.model, query=pages.query.chain(), using=pages.db).filter(pk__in=mine.values("pk"))


@hooks.register("register_page_header_buttons")
def header_buttons(page: Any, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:
    if view_name != "edit" or not isinstance(page, Written) or not page.publication_id:
        return []
    return [
        Button(
            _("So với bản đã xuất bản"),
            url=reverse("newsroom_compare", args=[page.pk]),
            icon_name="history",
            priority=5,
        )
    ]


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("bai/<int:page_id>/thu-hoi/", screens.recall, name="newsroom_recall"),
        path("bai/<int:page_id>/so-sanh/", screens.compare, name="newsroom_compare"),
    ]


@hooks.register("insert_global_admin_js")
def scripts() -> SafeString:
    """Modules that start Wagtail's widgets and keep unsaved text, in place of inline scripts."""
    names = ("newsroom/start.js", "newsroom/keep.js")
    return format_html_join("", '<script type="module" src="{}"></script>', ((static(name),) for name in names))


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("newsroom/staff.css"))
