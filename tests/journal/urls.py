"""The portal's addresses with the journal's screens among the staff's."""

from __future__ import annotations

from django.urls import include, path

from cong.config.urls import handler404, handler500
from cong.config.urls import urlpatterns as everything
from cong.desk.records import journal_addresses

__all__ = ["handler404", "handler500", "urlpatterns"]

urlpatterns = [path("ban-lam-viec/", include(journal_addresses())), *everything]
