"""What the desk hangs on Wagtail's frame: its entries in the menu, its style and its scripts."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cong.agencies.models import Role
from cong.agencies.staff import MenuFor
from cong.desk.queries import READERS
from cong.desk.records import journal_in_the_menu


@hooks.register("register_admin_menu_item")
def inbox() -> MenuItem:
    return MenuFor(_("Hộp việc"), reverse_lazy("desk_home"), READERS, name="desk", icon_name="tasks", order=1)


@hooks.register("register_admin_menu_item")
def bundles() -> MenuItem:
    roles = (Role.AUTHOR, Role.APPROVER, Role.DUTY_EDITOR)
    return MenuFor(
        _("Bộ xuất bản"),
        reverse_lazy("desk_bundles"),
        roles,
        name="bundles",
        icon_name="folder-open-inverse",
        order=300,
    )


@hooks.register("register_admin_menu_item")
def past() -> MenuItem:
    return MenuFor(
        _("Xem lại thời điểm"), reverse_lazy("desk_past"), READERS, name="past", icon_name="history", order=700
    )


@hooks.register("register_admin_menu_item")
def journal() -> MenuItem:
    return journal_in_the_menu()


@hooks.register("register_admin_menu_item")
def jobs() -> MenuItem:
    return MenuFor(_("Việc nền"), reverse_lazy("desk_jobs"), (Role.OPERATOR,), name="jobs", icon_name="cogs", order=900)


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("desk/desk.css"))


@hooks.register("insert_global_admin_js")
def scripts() -> SafeString:
    return format_html('<script type="module" src="{}"></script>', static("desk/desk.js"))
