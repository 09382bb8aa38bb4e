"""What the hub hangs on Wagtail's frame: its screens' addresses and their places in the menu."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import register_permission_policy

from cong.agencies.owned import ANY_ROLE
from cong.agencies.staff import AgencyPolicy, MenuFor
from cong.harvest.models import Source
from cong.harvest.roles import REVIEWERS
from cong.harvest.staff import domains, review, rules, sources, trying, wizard
from cong.harvest.staff.door import SOURCES

# Before any view asks for it.
register_permission_policy(Source, AgencyPolicy(Source, SOURCES))


def addresses() -> list[URLPattern | URLResolver]:
    of_a_source = [*wizard.ADDRESSES, *trying.ADDRESSES, *sources.ADDRESSES, *rules.ADDRESSES, *domains.ADDRESSES]
    return [path("nguon-tin/", include(of_a_source)), path("duyet-tin/", include(review.ADDRESSES))]


def sources_in_the_menu() -> MenuItem:
    return MenuFor(_("Nguồn tin"), reverse_lazy("harvest_sources:index"), ANY_ROLE, name="sources", icon_name="site",
                   order=500)  # fmt: skip


def review_in_the_menu() -> MenuItem:
    return MenuFor(_("Duyệt tin thu về"), reverse_lazy("harvest_review"), REVIEWERS, name="harvest-review",
                   icon_name="check", order=510)  # fmt: skip


def listed_sources() -> ViewSet:
    return sources.SourceViewSet()


def styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("harvest/hub.css"))


hooks.register("register_admin_urls", addresses)
hooks.register("register_admin_viewset", listed_sources)
hooks.register("register_admin_menu_item", sources_in_the_menu)
hooks.register("insert_global_admin_css", styles)
hooks.register("register_admin_menu_item", review_in_the_menu)
