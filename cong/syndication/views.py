"""Feeds, site maps, robots: read the request, call one query, answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cong.agencies.addresses import moved_to
from cong.kernel import tags
from cong.kernel.tags import kept, tagged
from cong.syndication import atom, channels, jsonfeed, maps, queries, rss, sitemap
from cong.syndication.channels import Channel
from cong.syndication.queries import Stamp
from cong.syndication.stories import Feed


@dataclass(frozen=True, kw_only=True)
class Format:
    """A way to write a feed."""

    media_type: str
    write: Callable[[Feed], str]


FORMATS = {
    "atom.xml": Format(media_type=atom.MEDIA_TYPE, write=atom.write),
    "rss.xml": Format(media_type=rss.MEDIA_TYPE, write=rss.write),
    "feed.json": Format(media_type=jsonfeed.MEDIA_TYPE, write=jsonfeed.write),
}
_ROBOTS = """\
User-agent: *
Disallow: /tim-kiem
Disallow: /en/tim-kiem

Sitemap: {site}/sitemap.xml
"""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


# What is released or withdrawn is told to everybody in two seconds; asking again costs a 304.
_FEED = 2


def machine(max_age: int) -> Callable[[View[P]], View[P]]:
    """Make a view an answer for machines: read only, shared caches keep it, one language whoever asks."""

    def decorate(view: View[P]) -> View[P]:
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            with translation.override(settings.LANGUAGE_CODE):
                return view(request, *args, **kwargs)

        return kept()(require_safe(cache_control(public=True, max_age=max_age)(answer)))

    return decorate


@machine(max_age=_FEED)
def portal(request: HttpRequest, file: str) -> HttpResponse:
    return _feed(request, channels.portal(), file)


@machine(max_age=_FEED)
def news(request: HttpRequest, file: str) -> HttpResponse:
    return _feed(request, channels.news(), file)


@machine(max_age=_FEED)
def section(request: HttpRequest, section: str, file: str) -> HttpResponse:
    channel = channels.section(section)
    if channel is None:
        raise Http404(section)
    return _feed(request, channel, file)


@machine(max_age=_FEED)
def agency(request: HttpRequest, slug: str, file: str) -> HttpResponse:
    channel = channels.agency(slug)
    if channel is None:
        return _moved(slug, file)
    return _feed(request, channel, file)


def _moved(slug: str, file: str) -> HttpResponse:
    found = moved_to(slug)
    if found is None:
        raise Http404(slug)
    return HttpResponsePermanentRedirect(f"/co-quan/{found.slug}/{file}")


def _feed(request: HttpRequest, channel: Channel, file: str) -> HttpResponse:
    withdrawn = queries.graves(timezone.now())
    if {"If-None-Match", "If-Modified-Since"} & request.headers.keys():
        kept = _unchanged(request, queries.stamp(channel, withdrawn), file)
        if kept is not None:
            return kept
    feed, stamp = queries.feed(channel, withdrawn, file=file)
    shape = FORMATS[file]
    response = HttpResponse(shape.write(feed), content_type=f"{shape.media_type}; charset=utf-8")
    response["ETag"], response["Last-Modified"] = _validators(stamp, file)
    return tagged(response, tags.GRAVES, *channel.tags)


def _validators(stamp: Stamp, file: str) -> tuple[str, str]:
    return f'"{stamp.etag}-{file.partition(".")[0]}"', http_date(stamp.at.timestamp())


def _unchanged(request: HttpRequest, stamp: Stamp, file: str) -> HttpResponse | None:
    etag, modified = _validators(stamp, file)
    answer = get_conditional_response(request, etag=etag, last_modified=int(stamp.at.timestamp()))
    if answer is None:
        return None
    answer["ETag"], answer["Last-Modified"] = etag, modified
    return answer


@machine(max_age=3600)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    last = -(-maps.newest_id() // maps.MAP_SIZE)
    numbers = [f"{settings.SITE_URL}/sitemap-{number}.xml" for number in range(last + 1)]
    return _xml(sitemap.index([*numbers, f"{settings.SITE_URL}/sitemap-news.xml"]))


@machine(max_age=3600)
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    if number == 0:
        return _xml(sitemap.places(maps.standing(timezone.localdate())))
    if (number - 1) * maps.MAP_SIZE >= maps.newest_id():
        raise Http404(number)
    return _xml(sitemap.places(maps.mapped(number)))


@machine(max_age=300)
def sitemap_news(request: HttpRequest) -> HttpResponse:
    return _xml(sitemap.news(maps.fresh(timezone.now()), publication=settings.SITE_NAME))


@machine(max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    text = _ROBOTS.format(site=settings.SITE_URL)
    return tagged(HttpResponse(text, content_type="text/plain; charset=utf-8"))


def _xml(document: str) -> HttpResponse:
    return tagged(HttpResponse(document, content_type="application/xml; charset=utf-8"), tags.MAPS)
