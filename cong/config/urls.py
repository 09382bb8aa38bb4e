"""Where every room's addresses hang. Reader pages come in every language; machines' addresses in none."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from cong.config import views
from cong.desk.staff.door import staff
from cong.portal import showcase

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.health, name="healthz"),
    path("readyz", views.ready, name="readyz"),
    path("", include("cong.media.urls")),
    path("", include("cong.syndication.urls")),
    path("", include("cong.harvest.urls")),
    path("", include("cong.portal.frame_urls")),
    path("ban-lam-viec/he-thong-thiet-ke/", staff(showcase.components), name="desk_showcase"),
    path("ban-lam-viec/", include("cong.desk.urls")),
    path("ban-lam-viec/", include("cong.newsroom.urls")),
    *i18n_patterns(
        path("", include("cong.search.urls")),
        path("", include("cong.portal.urls")),
        prefix_default_language=False,
    ),
]

handler404 = "cong.portal.views.not_found"
handler500 = "cong.delivery.views.failed"
