"""The explorer and the search of pages: own titles, where the process stands, and no list of other people's names."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.filters import ChoiceFilter, DateFromToRangeFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import NavigateToChildrenColumn, PageTitleColumn, PageTypeColumn, ParentPageColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.views.pages.search import SearchView
from wagtail.models import Page, PageQuerySet

from cong.newsroom import queries
from cong.publishing.models import Docket

_STATES = tuple(Docket._meta.get_field("state").choices or ())


def state_of(page: Any) -> str:
    """Return where the process stands, in words; nothing for a page that is not written."""
    if not hasattr(page, "publication_id"):
        return ""
    return str(dict(_STATES).get(page.process_state or "draft", page.process_state))


class ByTitle(PageQuerySet):
    """Pages that the chooser of pages searches: Wagtail would ask an index that is not kept."""

    def autocomplete(self, query: str, *args: Any, **given: Any) -> QuerySet[Any]:
        return queries.found(self, query).order_by("-latest_revision_created_at", "pk")


class StateFilter(ChoiceFilter):
    """Keep pages in one state; a draft may have no docket yet."""

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        return rows.filter(process_state=value)


class WorkspaceFilters(WagtailFilterSet):
    """Wagtail's own set lists everybody who ever edited anything, of all agencies."""

    latest_revision_created_at = DateFromToRangeFilter(label=_("Lần lưu cuối"), widget=DateRangePickerWidget)
    process_state = StateFilter(label=_("Quy trình"), choices=_STATES, empty_label=_("Tất cả"))

    class Meta:
        model = Page
        fields: list[str] = []


_TITLE = PageTitleColumn("title", label=_("Tiêu đề"), sort_key="title", classname="title")
_STATE = Column("process_state", label=_("Quy trình"), accessor=state_of, width="15%")
_SAVED = DateColumn(
    "latest_revision_created_at", label=_("Lần lưu cuối"), sort_key="latest_revision_created_at", width="12%"
)
_TYPE = PageTypeColumn("type", label=_("Loại"), accessor="page_type_display_name", width="12%")


class Explorer(ExplorableIndexView):
    """The pages of one agency, or the agencies."""

    base_filterset_class = WorkspaceFilters
    base_columns = [_TITLE, _SAVED, _TYPE, _STATE]

    def annotate_queryset(self, pages: QuerySet[Any]) -> QuerySet[Any]:
        return super().annotate_queryset(queries.with_state(pages))

    def search_queryset(self, pages: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_searching:
            return pages
        return queries.found(pages, self.search_query).order_by("-latest_revision_created_at", "pk")


class Search(SearchView):
    """All pages that the person may see whose title holds every word."""

    columns = [_TITLE, ParentPageColumn("parent", label=_("Thuộc trang")), _SAVED, _TYPE, _STATE,
               NavigateToChildrenColumn("navigate", width="10%")]  # fmt: skip

    def get_queryset(self) -> QuerySet[Any]:
        mine = self.permission_policy.explorable_instances(self.request.user)
        pages = Page.objects.filter(depth__gt=2, pk__in=mine.values("pk"))
        self.all_pages = queries.found(pages, self.search_query)
        rows: QuerySet[Any] = self.annotate_queryset(queries.with_state(self.all_pages))
        return rows.order_by(self.ordering or "-latest_revision_created_at", "pk")
