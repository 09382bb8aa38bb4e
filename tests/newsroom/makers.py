"""Workspaces, people who write in them, drafts, and the form that a browser would post."""

from __future__ import annotations

import json
from datetime import date
from itertools import count
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.rich_text import RichText

from cong.accounts.models import User
from cong.agencies.models import Agency, Membership, Role
from cong.newsroom import actions
from cong.newsroom.models import AgencyPage, ArticlePage
from tests import makers

STAFF = "/ban-lam-viec/"
JSON: Any = {"HTTP_ACCEPT": "application/json"}
_LONG_AGO = date(2024, 1, 1)
_numbers = count(1)


def member(role: Role, *at: Agency, until: date | None = None) -> User:
    """Make a person who holds the role there since long ago; the screens read the real clock."""
    user = makers.person(f"nguoi-{next(_numbers)}")
    for agency in at:
        Membership.objects.create(user=user, agency=agency, role=role, from_on=_LONG_AGO, to_on=until)
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def workspace(agency: Agency) -> AgencyPage:
    actions.open_workspaces(at=timezone.now())
    page: AgencyPage = AgencyPage.objects.get(agency=agency)
    return page


def article(agency: Agency, by: User, title: str = "Thư viện xã mở cửa buổi tối", **given: Any) -> ArticlePage:
    """Write a draft through the page tree, as the editor does."""
    values = {"lead": "Phòng đọc có thêm ghế và thêm đèn.", "body": [("text", RichText("<p>Mở cửa từ thứ Hai.</p>"))]}
    page = ArticlePage(title=title, live=False, owner=by, **(values | given))
    workspace(agency).add_child(instance=page)
    page.save_revision(user=by)
    made: ArticlePage = ArticlePage.objects.get(pk=page.pk)
    return made


def draft(text: str) -> str:
    """Return rich text as the editor posts it."""
    block = {"key": "a1b2c", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


def form(page: ArticlePage, **more: Any) -> dict[str, Any]:
    """Return what the editor of an article posts: one paragraph, no comments, and which revision was loaded."""
    now = latest(page)
    return {
        "title": now.title, "lead": now.lead, "public_note": now.public_note, "kind": now.kind, "section": now.section,
        "part": now.part, "tags": now.tags, "author": now.author, "source_name": now.source_name,
        "source_url": now.source_url, "event_on": "", "lang": now.lang, "grade": now.grade, "cover": "",
        "cover_alt": "", "not_before": "", "expires_at": "", "translation_of": "",
        "body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "text", "body-0-id": "",
        "body-0-value": draft("Mở cửa từ thứ Hai."),
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "", "comment_notifications": "",
        "loaded_revision_id": str(now.latest_revision_id),
        "loaded_revision_created_at": now.latest_revision.created_at.isoformat(),
    } | more  # fmt: skip


def edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def latest(page: ArticlePage) -> ArticlePage:
    """Return the page as its latest revision has it."""
    fresh: ArticlePage = ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return fresh
