"""Hangs the library, the choosers and the private addresses into the desk."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import register_permission_policy

from cong.agencies.staff import AgencyPolicy
from cong.media import staff
from cong.media.choosers import AUDIOS, DOCUMENTS, PICTURES, VIDEOS
from cong.media.models import Asset

# Before any view asks for it.
register_permission_policy(Asset, AgencyPolicy(Asset))


def library() -> list[ViewSet]:
    return [staff.AssetViewSet(), PICTURES, VIDEOS, AUDIOS, DOCUMENTS]


def private_addresses() -> list[URLPattern]:
    return [
        re_path(r"^tep/(?P<token>[0-9a-f]{64})$", staff.token_file, name="media_private"),
        re_path(r"^tep/(?P<token>[0-9a-f]{64})/nho$", staff.thumbnail, name="media_thumbnail"),
        path("tep/<str:name>", staff.named_file, name="media_named"),
    ]


hooks.register("register_admin_viewset", library)
hooks.register("register_admin_urls", private_addresses)
