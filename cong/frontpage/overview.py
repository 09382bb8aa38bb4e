"""What editors see of a page: which entries would fill its slots now, and what was public before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from cong.entries.models import MAIN_LANGUAGE, Entry, Section
from cong.frontpage.filling import Front, fill
from cong.frontpage.models import Draft
from cong.frontpage.process import Composition
from cong.frontpage.queries import Place
from cong.publishing.models import Release
from cong.publishing.process import ReleaseKind

HOME = "trang-chu"
_NEWEST, _VERSIONS = 24, 50


@dataclass(frozen=True, kw_only=True)
class Filled:
    """How a page would stand: what fills its slots, and the entries of its pins that are public, by id."""

    front: Front[Entry]
    picked: Mapping[int, Entry]


def filled(place: Place, composition: Composition, at: datetime) -> Filled:
    """Return what would stand in the slots at that moment, for staff: by the same rule as on the page itself."""
    found = Entry.objects.select_related("agency").defer("html").in_bulk(composition.asks_for())
    picked = {number: entry for number, entry in found.items() if not entry.has_expired(at)}
    newest = [entry for entry in _candidates(place) if not entry.has_expired(at)]
    return Filled(front=fill(newest, composition, picked, lang=place.lang, at=at), picked=picked)


def _candidates(place: Place) -> list[Entry]:
    """Return the newest that may fill the page: of the home page its language first, of a section whatever it has."""
    shown = Entry.objects.newest_first().select_related("agency").defer("html")
    if place.section:
        return list(shown.as_news().in_section(place.section)[:_NEWEST])
    stories = shown.as_stories()
    own = list(stories.in_language(place.lang)[:_NEWEST])
    if place.lang == MAIN_LANGUAGE and own:
        return own
    others = stories.foreign() if place.lang == MAIN_LANGUAGE else stories.in_language(MAIN_LANGUAGE)
    return sorted([*own, *others[:_NEWEST]], key=lambda entry: (entry.published_at, entry.pk), reverse=True)


def places() -> list[Place]:
    """Return every page that can be composed: home and the sections, in each language of the frame."""
    return [Place(section=section, lang=code) for code, _ in settings.LANGUAGES for section in ("", *Section.values)]


def versions(publication: int) -> list[Release]:
    """Return the releases of a page's composition, the newest first."""
    rows = Release.objects.filter(publication=publication).exclude(kind=ReleaseKind.WITHDRAW)
    return list(rows.select_related("by", "snapshot").order_by("-id")[:_VERSIONS])


def named(place: Place) -> dict[str, str]:
    """Return how a page is named in an address of the staff."""
    return {"page": place.section or HOME, "lang": place.lang}


def editor_address(publication: int) -> str:
    """Return where a composition is worked on; empty when the publication is none."""
    draft = Draft.objects.filter(publication=publication).first()
    return reverse("frontpage_page", kwargs=named(Place(section=draft.section, lang=draft.lang))) if draft else ""
