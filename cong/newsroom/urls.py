"""Staff addresses: ours first, then Wagtail's. Neither its public API nor its page serving is mounted."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from wagtail.admin import urls as wagtail_staff
from wagtail.admin.auth import require_admin_access

from cong.newsroom.account import Account

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", require_admin_access(Account.as_view()), name="wagtailadmin_account"),
    path("", include(wagtail_staff)),
]
