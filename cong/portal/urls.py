"""Addresses of the reader pages; slugs are Vietnamese without marks and an entry's address ends in its id."""

from __future__ import annotations

from django.urls import path, re_path

from cong.entries.models import Kind
from cong.portal import code, nearby, offline, views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("tin-tuc/", views.news, name="news"),
    path("tin-tuc/<slug:section>/", views.section, name="section"),
    re_path(
        r"^tin-tuc/(?P<section>[a-z-]+)/(?P<slug>[-a-zA-Z0-9_]+)-(?P<number>[0-9]{1,18})$",
        views.entry,
        name="entry",
    ),
    re_path(r"^tin-tuc/lien-quan/(?P<number>[0-9]{1,18})$", nearby.nearby, name="nearby"),
    re_path(r"^tin-tuc/ma-qr/(?P<number>[0-9]{1,18})\.svg$", code.code, name="code"),
    re_path(r"^dinh-chinh/(?P<number>[0-9]{1,18})$", views.corrections, name="corrections"),
    path("van-ban/", views.documents, name="documents"),
    path("anh/", views.media, {"kind": Kind.PHOTO}, name="photos"),
    path("video/", views.media, {"kind": Kind.VIDEO}, name="videos"),
    path("am-thanh/", views.media, {"kind": Kind.AUDIO}, name="recordings"),
    path("co-quan/", views.agencies, name="agencies"),
    path("co-quan/<slug:slug>/", views.agency, name="agency"),
    path("co-quan/<slug:slug>/<slug:part>/", views.part, name="part"),
    path("kenh-tin/", views.feeds, name="feeds"),
    path("nguon-tich-hop/", views.sources, name="sources"),
    path("ve-cong/", views.about, name="about"),
    path("tro-nang/", views.accessibility, name="accessibility"),
    path("ngoai-tuyen", offline.offline, name="offline"),
]
