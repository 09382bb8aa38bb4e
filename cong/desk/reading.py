"""A snapshot as its readers would see it, on addresses that only staff (or one invited person) can open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from cong.entries.models import Entry
from cong.entries.process import lede
from cong.publishing.actions import shelf_row
from cong.publishing.models import Snapshot
from cong.publishing.process import Content

# Pages speak of files by their public address, which answers only after the release.
_FILE = re.compile(r"(?<=[\"'\s,(])/tep/(?=[0-9a-f]{64})")
_HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    # Not "no-referrer": browsers then send a form without saying where it comes from, and it is refused.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def entry_of(snapshot: Snapshot) -> Entry:
    """Return the entry that a snapshot would become; it stands nowhere."""
    content = Content.parse(snapshot.content, snapshot.html)
    row = shelf_row(
        content, publication=snapshot.publication_id, release=0, sha256=snapshot.sha256, note="",
        released_at=snapshot.at, corrected_at=None, corrections=0,
    )  # fmt: skip
    entry = Entry(**row)
    entry.agency = snapshot.publication.agency
    return entry


def page(
    request: HttpRequest,
    template: str,
    snapshot: Snapshot,
    context: Mapping[str, Any],
    *,
    files: str,
    status: int = 200,
) -> HttpResponse:
    """Answer with a reader's page about a snapshot, whose files are read at `files` instead of the public store."""
    entry = entry_of(snapshot)
    shown = {"entry": entry, "lede": lede(entry.summary, entry.html), **context}
    html = render_to_string(template, shown, request=request, using="jinja2")
    return HttpResponse(private(html, files), status=status, headers=_HEADERS)


def private(html: str, files: str) -> str:
    """Lead the addresses of files to `files`."""
    return _FILE.sub(files, html)


def invitation_address(token: str) -> str:
    """Return the address of the page of an invited person."""
    return reverse("desk_factcheck", args=[token])
