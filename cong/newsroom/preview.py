"""The reader's page holding a draft, marked as such; files that are not public yet come from the staff's address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from cong.entries.models import Entry
from cong.newsroom.files import private
from cong.newsroom.sealing import Draft, draft_of
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
    values = {name: value for name, value in content.__dict__.items() if name in _COLUMNS}
    return Entry(id=0, agency_id=content.agency, tags=list(content.tags), media=list(content.media), note="", **values)


_SET_APART = {"id", "agency", "tags", "media", "note"}
_COLUMNS = {column.name for column in Entry._meta.fields} - _SET_APART
