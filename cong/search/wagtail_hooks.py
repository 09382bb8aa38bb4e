"""What search hangs on Wagtail's frame: its screens' addresses, its place in the menu, its style."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cong.agencies.rights import rights_of
from cong.search.roles import READERS
from cong.search.staff import denied, judged, looking, pins, words


class AtCentre(MenuItem):
    """A menu entry for those who hold one of the roles of search at the centre."""

    def is_shown(self, request: HttpRequest) -> bool:
        return rights_of(request.user).everywhere(*READERS)


def addresses() -> list[URLPattern | URLResolver]:
    own: list[URLPattern | URLResolver] = [
        *looking.ADDRESSES,
        path("tu-ngu/", include(words.ADDRESSES)),
        path("ghim/", include(pins.ADDRESSES)),
        path("khong-goi-y/", include(denied.ADDRESSES)),
        path("bo-kiem-tra/", include(judged.ADDRESSES)),
    ]
    return [path("tim-kiem/", include(own))]


def in_the_menu() -> MenuItem:
    return AtCentre(_("Tìm kiếm"), reverse_lazy("search_overview"), name="search-tuning", icon_name="search", order=600)


def styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("search/desk.css"))


hooks.register("register_admin_urls", addresses)
hooks.register("register_admin_menu_item", in_the_menu)
hooks.register("insert_global_admin_css", styles)
