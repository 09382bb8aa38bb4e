"""What this room hangs on Wagtail's hooks: the addresses of the people's screens and their place in the menu."""

from __future__ import annotations

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cong.agencies import staff_people as people
from cong.agencies.models import Role
from cong.agencies.staff import MenuFor


def people_in_the_menu() -> MenuItem:
    return MenuFor(
        gettext_lazy("Nhân sự"), reverse_lazy("people_list"), (Role.AGENCY_ADMIN,), name="people", icon_name="group",
        order=800,
    )  # fmt: skip


def people_addresses() -> list[URLPattern]:
    return [
        path("nhan-su/", people.listing, name="people_list"),
        path("nhan-su/them/", people.create, name="people_create"),
        path("nhan-su/moi/", people.invite, name="people_invite"),
        path("nhan-su/<int:pk>/", people.person, name="people_person"),
        path("nhan-su/<int:pk>/vai-tro/", people.propose, name="people_propose"),
        path("nhan-su/<int:pk>/ky-thay/", people.deputy, name="people_deputy"),
        path("nhan-su/<int:pk>/khoa/", people.disable, name="people_disable"),
        path("nhan-su/<int:pk>/mo/", people.restore, name="people_restore"),
        path("nhan-su/<int:pk>/mat-khau/", people.reset, name="people_reset"),
        path("nhan-su/vai-tro/<int:pk>/xac-nhan/", people.confirm, name="people_confirm"),
        path("nhan-su/vai-tro/<int:pk>/ket-thuc/", people.end, name="people_end"),
    ]


hooks.register("register_admin_menu_item", people_in_the_menu)
hooks.register("register_admin_urls", people_addresses)
