"""The reader's page holding a draft, marked as such; files that are not public yet come from the staff's address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from cong.entries.models import Entry
from cong.newsroom.files import private
from cong.newsroom.sealing import Draft, draft_of
from cong.publishing.actions import shelf_row
from cong.publishing.process import Content


def show(page: Any, request: HttpRequest) -> HttpResponse:
    """Answer with the draft as a reader would see it, and with what keeps it from being submitted."""
    draft = draft_of(page, at=timezone.now())
    page_of_reader = render_to_string("newsroom/preview.html", _context(draft), request, using="jinja2")
    return HttpResponse(private(page_of_reader))


def _context(draft: Draft) -> dict[str, Any]:
    return {"entry": entry_of(draft.content), "lede": draft.content.summary, "problems": draft.problems}


def entry_of(content: Content) -> Entry:
    """Return an Entry that is not stored, for the templates of reader pages."""
    row = shelf_row(
        content, publication=0, release=0, sha256="", note="", released_at=timezone.now(), corrected_at=None,
        corrections=0,
    )  # fmt: skip
    return Entry(**row)
