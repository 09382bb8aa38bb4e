"""What the composed pages hang on Wagtail's frame: their addresses, their place in the menu, style and script."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cong.frontpage.staff import screen, versions
from cong.frontpage.staff.door import reads


class AtCentre(MenuItem):
    """A menu entry for the editorial roles at the centre."""

    def is_shown(self, request: HttpRequest) -> bool:
        return reads(request.user)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    one = "<slug:page>/<slug:lang>/"
    own: list[URLPattern | URLResolver] = [
        path("", screen.index, name="frontpage_index"),
        path("tim/", screen.found, name="frontpage_found"),
        path(one, screen.page, name="frontpage_page"),
        path(f"{one}xem-truoc/", versions.preview, name="frontpage_preview"),
        path(f"{one}xem-truoc/trang/", versions.preview_page, name="frontpage_preview_page"),
        path(f"{one}phien-ban/<int:release>/", versions.version, name="frontpage_version"),
    ]
    return [path("trang-bia/", include(own))]


@hooks.register("register_admin_menu_item")
def in_the_menu() -> MenuItem:
    return AtCentre(_("Trang bìa"), reverse_lazy("frontpage_index"), name="frontpage", icon_name="grip", order=250)


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("frontpage/compose.css"))
