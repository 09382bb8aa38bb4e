"""The portal's addresses with those of search, wherever the portal hangs them."""

from __future__ import annotations

from django.urls import include, path

from cong.config.urls import urlpatterns as portal

urlpatterns = [path("", include("cong.search.urls")), *portal]
