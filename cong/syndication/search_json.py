"""Results of a search as JSON: what the page of results shows, for programs."""

from __future__ import annotations

import json

from django.conf import settings

from cong.entries.models import Entry
from cong.search.addresses import address
from cong.search.facets import Group
from cong.search.queries import Answer, Result
from cong.syndication.telling import tag
from cong.syndication.xml import clean, rfc3339

Json = dict[str, object]


def write(found: Answer) -> str:
    """Return the whole document."""
    site = settings.SITE_URL
    told: Json = {
        "query": found.query,
        "sort": found.sort.value,
        "page": found.page,
        "total": found.total,
        "url": site + address(found.query, sort=found.sort),
        "next": _next(found) if found.has_more else None,
        "meant": {"text": found.meant.text, "query": found.meant.search} if found.meant else None,
        "facets": [_facet(group) for group in found.groups],
        "years": [{"year": one.year, "count": one.count, "query": one.search} for one in found.years],
        "jump": tag(found.jump.pk) if found.jump else None,
        "hits": [_hit(one) for one in found.results],
        "near": [_hit(one) | {"missing": list(map(clean, one.excerpt.missing))} for one in found.near],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _next(found: Answer) -> str:
    there = address(found.query, sort=found.sort, page=found.page + 1, name="syndication:search-json")
    return f"{settings.SITE_URL}{there}&size={found.size}"


def _facet(group: Group) -> Json:
    values = [
        {"value": one.value, "label": str(one.label), "count": one.count, "selected": one.on, "query": one.search}
        for one in group.choices
    ]
    return {"field": group.field, "title": str(group.title), "values": values}


def _hit(one: Result) -> Json:
    entry = one.entry
    return {
        "id": tag(entry.pk),
        "title": clean(entry.title),
        "url": settings.SITE_URL + entry.get_absolute_url(),
        "kind": entry.kind,
        "section": entry.section,
        "language": entry.lang,
        "number": clean(entry.number),
        "agency": _agency(entry),
        "published": rfc3339(entry.published_at),
        "passage": {"text": clean(one.excerpt.passage.striptags()), "html": clean(str(one.excerpt.passage))},
    }


def _agency(entry: Entry) -> Json:
    agency = entry.agency
    return {"name": agency.name, "slug": agency.slug, "url": settings.SITE_URL + agency.get_absolute_url()}
