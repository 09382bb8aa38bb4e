"""The room's addresses alone, as the root mounts them; a missing page is told without the portal's face."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseNotFound
from django.urls import include, path


def handler404(request: HttpRequest, exception: Exception) -> HttpResponseNotFound:
    return HttpResponseNotFound("404")


urlpatterns = [path("", include("cong.media.urls"))]
