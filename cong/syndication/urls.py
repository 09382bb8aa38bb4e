"""Addresses for machines; a feed lies under the page whose list it tells. They have no language prefix."""

from __future__ import annotations

from django.urls import path, re_path

from cong.syndication import searches, views

app_name = "syndication"

_FILE = r"(?P<file>atom\.xml|rss\.xml|feed\.json)$"

urlpatterns = [
    re_path(rf"^{_FILE}", views.portal, name="portal"),
    re_path(rf"^tin-tuc/{_FILE}", views.news, name="news"),
    re_path(rf"^tin-tuc/(?P<section>[-a-z]+)/{_FILE}", views.section, name="section"),
    re_path(rf"^co-quan/(?P<slug>[-a-zA-Z0-9_]+)/{_FILE}", views.agency, name="agency"),
    path("tim-kiem.atom", searches.as_atom, name="search-atom"),
    path("tim-kiem.json", searches.as_json, name="search-json"),
    path("tim-kiem.csv", searches.as_csv, name="search-csv"),
    path("sitemap.xml", views.sitemap_index, name="sitemap"),
    path("sitemap-news.xml", views.sitemap_news, name="sitemap-news"),
    path("sitemap-<int:number>.xml", views.sitemap_part, name="sitemap-part"),
    path("robots.txt", views.robots, name="robots"),
]
