"""A snapshot as its readers would see it, on addresses that only staff (or one invited person) can open."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cong.agencies.models import Agency
from cong.entries.models import Entry
from cong.publishing.process import Content

# Sealed HTML speaks of files by their public address, which answers only after the release.
_FILE = re.compile(r'(?<=["\s,])/tep/')


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the preview template needs."""

    entry: Entry
    lede: str
    banner: str


def entry_of(content: Content, agency: Agency, *, number: int, sha256: str, files: str) -> Entry:
    """Return an entry that stands nowhere: the content as it would be shown; `files` is where its files are read."""
    values = content.__dict__ | {"tags": list(content.tags), "media": list(content.media)}
    known = {field.attname for field in Entry._meta.concrete_fields}
    given = {name: value for name, value in values.items() if name in known and name != "agency"}
    entry = Entry(id=number, release_id=0, sha256=sha256, note="", **given)
    entry.agency = agency
    entry.html = private(content.html, files)
    return entry


def private(html: str, files: str) -> str:
    """Lead the addresses of files in sealed HTML to `files` instead of the public store."""
    return _FILE.sub(files, html)


def page(request: HttpRequest, shown: Shown) -> HttpResponse:
    """Answer with the reader's page in a frame that says it is not public."""
    response = render(request, "desk/preview.html", {"shown": shown}, using="jinja2")
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return response


def invitation_address(token: str) -> str:
    """Return the address of the page of an invited person."""
    return reverse("desk_factcheck", args=[token])
