"""What the site maps hold: entries by ranges of ids, lists with the moment of their newest entry."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery

from cong.agencies.models import Agency, Part
from cong.design.languages import LANGUAGES, address_in, own_address
from cong.entries.models import Entry, Kind, Section, Stream
from cong.syndication.sitemap import News, Place

MAP_SIZE = 10_000
NEWS_SIZE = 1_000
FRESH = timedelta(days=2)
_NAMED = ("section", "slug", "lang", "translation_of")
_LISTS = ("/", "/tin-tuc/", "/van-ban/", "/anh/", "/video/", "/am-thanh/", "/co-quan/", "/kenh-tin/",
          "/nguon-tich-hop/", "/ve-cong/")  # fmt: skip


def newest_id() -> int:
    """Return the highest id on the shelf, 0 when it is empty."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def mapped(number: int) -> list[Place]:
    """Return the entries of one site map: a range of ids, so that a map does not move when others grow."""
    last = number * MAP_SIZE
    rows = Entry.objects.filter(pk__gt=last - MAP_SIZE, pk__lte=last).order_by("pk")
    found = list(rows.only("section", "slug", "lang", "translation_of", "corrected_at", "released_at"))
    families = _families(last - MAP_SIZE, last, {row.translation_of for row in found if row.translation_of})
    return [_place(row, families.get(row.translation_of or row.pk, ())) for row in found]


def _families(after: int, last: int, originals: set[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return (language, address) of originals and their translations, of those that have any, by the original's id."""
    one_of = Q(translation_of__gt=after, translation_of__lte=last) | Q(translation_of__in=originals)
    translated = Entry.objects.filter(one_of).order_by().only(*_NAMED)
    members = defaultdict(list)
    for row in sorted(translated, key=lambda one: one.pk):
        members[row.translation_of or 0].append(row)
    found = Entry.objects.filter(pk__in=list(members)).order_by().only(*_NAMED)
    return {one.pk: tuple({row.lang: _own(row) for row in [*members[one.pk], one]}.items()) for one in found}


def _place(row: Entry, languages: tuple[tuple[str, str], ...]) -> Place:
    url = _own(row) if languages else settings.SITE_URL + row.get_absolute_url()
    return Place(url=url, changed_at=row.corrected_at or row.released_at, languages=languages)


def _own(row: Entry) -> str:
    """Return where an entry stands with the frame in its own language, or in the main one if we have no such frame."""
    return settings.SITE_URL + own_address(row.lang, row.get_absolute_url())


def standing(today: date) -> list[Place]:
    """Return the pages that are lists: home, sections, agencies with their parts; two queries."""
    places = [_list(path) for path in _LISTS]
    places += [_list(f"/tin-tuc/{slug}/", at) for slug, at in _newest_of_sections()]
    newest = Entry.objects.filter(agency=OuterRef("pk")).newest_first().values("published_at")[:1]
    rows = Agency.objects.active_on(today).order_by("pk").values_list("slug", Subquery(newest))
    for slug, at in rows:
        places.append(_list(f"/co-quan/{slug}/", at))
        places += [_list(f"/co-quan/{slug}/{part}/") for part in Part.values]
    return places


def _list(path: str, at: datetime | None = None) -> Place:
    languages = tuple((code, settings.SITE_URL + address_in(code, path)) for code, _name in LANGUAGES)
    return Place(url=settings.SITE_URL + path, changed_at=at, languages=languages)


def _newest_of_sections() -> list[tuple[str, datetime | None]]:
    arms = {
        f"newest_{place}": Subquery(Entry.objects.in_section(slug).newest_first().values("published_at")[:1])
        for place, slug in enumerate(Section.values)
    }
    found = Stream.objects.filter(name="entries").values_list(*arms.values()).first()
    return list(zip(Section.values, found or [None] * len(arms), strict=True))


def fresh(now: datetime) -> list[News]:
    """Return the news of the last two days, as many as a news map may hold."""
    rows = Entry.objects.of_kind(Kind.NEWS).filter(published_at__gt=now - FRESH).newest_first()
    return [
        News(
            url=settings.SITE_URL + row.get_absolute_url(),
            title=row.title,
            lang=row.lang or settings.LANGUAGE_CODE,
            published_at=row.published_at,
        )
        for row in rows.only("section", "slug", "title", "lang", "published_at")[:NEWS_SIZE]
    ]
