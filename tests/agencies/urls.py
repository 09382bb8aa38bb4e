"""The portal's addresses with plain scoped views of a real model, as a later room would mount them."""

from __future__ import annotations

from typing import Any

from django.urls import URLResolver, include, path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cong.agencies.staff import AgencyChooserViewSet, AgencyViewSet
from cong.config.urls import handler404, handler500
from cong.config.urls import urlpatterns as everything
from cong.media.models import Asset

__all__ = ["handler404", "handler500", "urlpatterns"]


class PlainAssets(AgencyViewSet):
    """Wagtail's own views alone: what is refused here is refused by the scope."""

    model = Asset
    name = "people_walk"
    form_fields = ("agency", "title", "alt")
    add_to_reference_index = False
    search_backend_name = None
    search_fields = ("title",)
    list_export = ("title",)


class PlainChooser(AgencyChooserViewSet):
    model = Asset
    name = "people_walk_chooser"
    form_fields = ("agency", "title", "alt")
    search_backend_name = None


WALKED: tuple[Any, ...] = (PlainAssets(), PlainChooser())


def _mounted(viewset: Any) -> URLResolver:
    inside = decorate_urlpatterns(viewset.get_urlpatterns(), require_admin_access)
    return path(f"ban-lam-viec/{viewset.name}/", include((inside, viewset.name), namespace=viewset.name))


urlpatterns = [*map(_mounted, WALKED), *everything]
