"""Reader pages: read the request, call one query, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cong.agencies.models import Agency, Part
from cong.entries.models import Entry, Kind, Mode, Section, Tombstone
from cong.entries.process import lede
from cong.frontpage.queries import moment
from cong.kernel import tags
from cong.kernel.keyset import BadCursor, Cursor, Page
from cong.kernel.tags import kept, tagged
from cong.portal import home as front
from cong.portal import queries
from cong.portal.extents import extents
from cong.portal.schema import news_article
from cong.portal.words import LEDES, MEDIA

View = TypeVar("View", bound=Callable[..., HttpResponse])

# The parameters of a list: places in it, before or after.
LIST = ("truoc", "sau")


def page(view: View) -> View:
    """Make a view a public page: read only, no cookie; what is withdrawn is gone from every cache in two seconds."""
    return require_safe(cache_control(public=True, max_age=2)(view))


@kept()
@page
def home(request: HttpRequest) -> HttpResponse:
    composed = front.home(moment())
    answer = render(request, "portal/home.html", {"home": composed})
    return tagged(answer, tags.HOME, until=composed.until)


@kept(params=LIST)
@page
def news(request: HttpRequest) -> HttpResponse:
    rows = _listing(request, queries.Listed())
    return tagged(render(request, "portal/list.html", {"page": rows, "section": None, "top": None}), tags.NEWS)


@kept(params=LIST)
@page
def section(request: HttpRequest, section: str) -> HttpResponse:
    if section not in Section.values:
        raise Http404(section)
    shown = Section(section)
    rows = _listing(request, queries.Listed(section=section))
    context = {"page": rows, "section": shown, "lede": LEDES[shown]}
    if any(name in request.GET for name in LIST):
        return tagged(render(request, "portal/list.html", context | {"top": None}), tags.section(section))
    top = front.top(section, rows.rows, moment())
    return tagged(render(request, "portal/list.html", context | {"top": top}), tags.section(section), until=top.until)


@kept(params=LIST)
@page
def documents(request: HttpRequest) -> HttpResponse:
    rows = _listing(request, queries.Listed(kind=Kind.DOCUMENT))
    return tagged(render(request, "portal/documents.html", {"page": rows}), tags.kind(Kind.DOCUMENT))


@kept(params=LIST)
@page
def media(request: HttpRequest, kind: Kind) -> HttpResponse:
    rows = _listing(request, queries.Listed(kind=kind))
    told = extents(rows.rows)
    answer = render(request, "portal/media.html", {"page": rows, "kind": kind, "heading": MEDIA[kind], "extents": told})
    return tagged(answer, tags.kind(kind))


def _listing(request: HttpRequest, listed: queries.Listed) -> Page[Entry]:
    return queries.listing(listed, before=_cursor(request, "truoc"), after=_cursor(request, "sau"))


def _cursor(request: HttpRequest, name: str) -> Cursor | None:
    text = request.GET.get(name)
    if text is None:
        return None
    try:
        return Cursor.parse(text)
    except BadCursor as error:
        raise Http404(text) from error


@kept()
@page
def entry(request: HttpRequest, section: str, slug: str, number: str) -> HttpResponse:
    at = timezone.now()
    found = queries.entry(int(number))
    if found is None or found.has_expired(at):
        return _withdrawn(request, int(number), found)
    address = found.get_absolute_url()
    if address != request.path:
        return HttpResponsePermanentRedirect(address)
    context = {"entry": found, "related": queries.related(found), "schema": news_article(found)}
    context |= {"lede": lede(found.summary, found.html), "beside": queries.beside(found, at)}
    names = tags.entry(found.pk), tags.read(found.pk)
    return tagged(render(request, "portal/entry.html", context), *names, until=found.expires_at)


@kept(params=LIST)
@page
def corrections(request: HttpRequest, number: str) -> HttpResponse:
    found = queries.entry(int(number))
    if found is None or found.has_expired(timezone.now()):
        return _withdrawn(request, int(number), found)
    told = queries.corrections(found, before=_cursor(request, "truoc"), after=_cursor(request, "sau"))
    if not told.rows:
        raise Http404(number)
    answer = render(request, "portal/corrections.html", {"entry": found, "page": told})
    return tagged(answer, tags.entry(found.pk), until=found.expires_at)


def _withdrawn(request: HttpRequest, number: int, expired: Entry | None) -> HttpResponse:
    grave = _expired(expired) if expired else queries.tombstone(number)
    if grave is None:
        raise Http404(number)
    if grave.mode == Mode.REDIRECT:
        return HttpResponsePermanentRedirect(grave.target)
    return tagged(render(request, "portal/withdrawn.html", {"grave": grave}, status=410), tags.entry(number))


def _expired(entry: Entry) -> Tombstone:
    """Return the grave of an entry whose time is over, before the worker has dug it."""
    assert entry.expires_at  # noqa: S101 (it has expired)
    return Tombstone(pk=entry.pk, mode=Mode.GONE, title=entry.title, at=entry.expires_at)


@kept(straight=("q",))
@page
def agencies(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("q", "")[:100]
    groups = queries.directory(timezone.localdate(), wanted)
    answer = render(request, "portal/agencies.html", {"groups": groups, "wanted": wanted})
    return answer if wanted else tagged(answer)


@kept()
@page
def agency(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.agency(slug)
    if found is None:
        return _moved(slug)
    told = {"overview": queries.overview(found), "former": queries.former_names(found)}
    answer = render(request, "portal/agency.html", _head(found) | told)
    return tagged(answer, tags.agency(found.pk))


@kept(params=LIST)
@page
def part(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    if part not in Part.values:
        raise Http404(part)
    found = queries.agency(slug)
    if found is None:
        return _moved(slug, part)
    context = _head(found) | {"part": Part(part), "page": _listing(request, queries.Listed(agency=found.pk, part=part))}
    if part == Part.ABOUT:
        introduction = queries.introduction(context["page"].rows, timezone.now())
        context |= {"former": queries.former_names(found), "introduction": introduction}
    return tagged(render(request, "portal/part.html", context), tags.agency(found.pk))


def _head(agency: Agency) -> dict[str, Any]:
    """Return what the head of every page of an agency shows."""
    today = timezone.localdate()
    return {
        "agency": agency,
        "parts": list(Part),
        "active": agency.is_active(today),
        "emblem": queries.emblem(agency),
    }


def _moved(slug: str, part: str = "") -> HttpResponse:
    found = queries.moved(slug)
    if found is None:
        raise Http404(slug)
    return HttpResponsePermanentRedirect(found.get_absolute_url() + (f"{part}/" if part else ""))


@kept()
@page
def feeds(request: HttpRequest) -> HttpResponse:
    groups = queries.directory(timezone.localdate())
    return tagged(render(request, "portal/feeds.html", {"groups": groups, "sections": list(Section)}))


@kept(fresh=30)
@page
def sources(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    context = {"intake": queries.intake(at), "today": timezone.localdate(at)}
    return tagged(render(request, "portal/sources.html", context))


@kept()
@page
def about(request: HttpRequest) -> HttpResponse:
    return tagged(render(request, "portal/about.html"))


@kept()
@page
def accessibility(request: HttpRequest) -> HttpResponse:
    return tagged(render(request, "portal/accessibility.html", {"contact": settings.CONTACT_MAIL}))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)
