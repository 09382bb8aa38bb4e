"""The addresses of public pages: which there are, and which of them a change alters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from cong.agencies.models import Agency, Part
from cong.delivery.addresses import Address
from cong.entries.models import Entry, Kind, Section

# Lists by kind have an address of their own; news stand in sections.
_OF_KIND = {
    Kind.DOCUMENT: "portal:documents", Kind.PHOTO: "portal:photos", Kind.VIDEO: "portal:videos",
    Kind.AUDIO: "portal:recordings",
}  # fmt: skip
_STANDING = (
    "portal:home", "portal:news", *_OF_KIND.values(), "portal:agencies", "portal:feeds", "portal:sources",
    "portal:about",
)  # fmt: skip
_FEEDS = ("atom.xml", "rss.xml", "feed.json")
_MACHINES = ("syndication:sitemap", "syndication:sitemap-news", "syndication:robots")


def standing() -> Iterator[Address]:
    """Yield the pages that are there whatever is published: lists, agencies with their parts, feeds."""
    for _ in _languages():
        yield from ((reverse(name), "") for name in _STANDING)
        yield from (_section(section) for section in Section.values)
        for agency in Agency.objects.in_order().iterator():
            yield from _agency(agency)
    yield from ((reverse(name), "") for name in _MACHINES)
    yield from _feeds()


def _feeds() -> Iterator[Address]:
    slugs = list(Agency.objects.in_order().values_list("slug", flat=True))
    for file in _FEEDS:
        yield reverse("syndication:portal", args=[file]), ""
        yield reverse("syndication:news", args=[file]), ""
        yield from ((reverse("syndication:section", args=[one, file]), "") for one in Section.values)
        yield from ((reverse("syndication:agency", args=[slug, file]), "") for slug in slugs)


def own(entry: Entry) -> list[Address]:
    """Return the addresses that an entry has to itself, in every language of the portal."""
    found = []
    for _ in _languages():
        found.append((entry.get_absolute_url(), ""))
        if entry.corrections:
            found.append((reverse("portal:corrections", args=[entry.pk]), ""))
    return found


def hot(entries: Iterable[Entry]) -> list[Address]:
    """Return the lists that many read and that these entries alter: home, news, sections, kinds, agencies."""
    entries = list(entries)
    sections = sorted({one.section for one in entries})
    kinds = sorted({_OF_KIND[Kind(one.kind)] for one in entries if one.kind in _OF_KIND})
    agencies = {one.agency_id: one.agency for one in entries}
    found: list[Address] = []
    for _ in _languages():
        found += [(reverse("portal:home"), ""), (reverse("portal:news"), ""), *map(_section, sections)]
        found += [(reverse(name), "") for name in kinds]
        found += [(agency.get_absolute_url(), "") for _, agency in sorted(agencies.items())]
    return found


def composed(sections: Iterable[str]) -> list[Address]:
    """Return the pages whose composition these are, in every language; an empty section is the home page."""
    sections = list(sections)
    return [
        _section(section) if section else (reverse("portal:home"), "") for _ in _languages() for section in sections
    ]


def beside(entries: Iterable[Entry]) -> list[Address]:
    """Return the lists that these entries alter and fewer read: parts of agencies, feeds."""
    entries = list(entries)
    found: list[Address] = []
    for _ in _languages():
        found += [(reverse("portal:part", args=[slug, part]), "") for slug, part in sorted(_parts(entries))]
    for file in _FEEDS:
        found += [(reverse(f"syndication:{name}", args=[file]), "") for name in ("portal", "news")]
        for kind, slugs in (
            ("section", {one.section for one in entries}),
            ("agency", {one.agency.slug for one in entries}),
        ):
            found += [(reverse(f"syndication:{kind}", args=[slug, file]), "") for slug in sorted(slugs)]
    return found


def _parts(entries: Iterable[Entry]) -> set[tuple[str, str]]:
    return {(one.agency.slug, one.part) for one in entries}


def _section(slug: str) -> Address:
    return reverse("portal:section", args=[slug]), ""


def _agency(agency: Agency) -> Iterator[Address]:
    yield agency.get_absolute_url(), ""
    yield from ((reverse("portal:part", args=[agency.slug, part]), "") for part in Part.values)


def _languages() -> Iterator[str]:
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            yield code
