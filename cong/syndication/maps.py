"""What the site maps hold: entries by ranges of ids, lists with the moment of their newest entry."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import OuterRef, Subquery

from cong.agencies.models import Agency, Part
from cong.entries.models import Entry, Kind, Section, Stream
from cong.syndication.sitemap import News, Place

MAP_SIZE = 10_000
NEWS_SIZE = 1_000
FRESH = timedelta(days=2)
_LISTS = ("/", "/tin-tuc/", "/van-ban/", "/anh/", "/video/", "/am-thanh/", "/co-quan/", "/kenh-tin/",
          "/nguon-tich-hop/", "/ve-cong/")  # fmt: skip


def newest_id() -> int:
    """Return the highest id on the shelf, 0 when it is empty."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def mapped(number: int) -> list[Place]:
    """Return the entries of one site map: a range of ids, so that a map does not move when others grow."""
    last = number * MAP_SIZE
    rows = Entry.objects.filter(pk__gt=last - MAP_SIZE, pk__lte=last).order_by("pk")
    return [
        Place(url=settings.SITE_URL + row.get_absolute_url(), changed_at=row.corrected_at or row.released_at)
        for row in rows.only("section", "slug", "corrected_at", "released_at")
    ]


def standing(today: date) -> list[Place]:
    """Return the pages that are lists: home, sections, agencies with their parts; two queries."""
    site = settings.SITE_URL
    places = [Place(url=site + path) for path in _LISTS]
    places += [Place(url=f"{site}/tin-tuc/{slug}/", changed_at=at) for slug, at in _newest_of_sections()]
    newest = Entry.objects.filter(agency=OuterRef("pk")).newest_first().values("published_at")[:1]
    rows = Agency.objects.active_on(today).order_by("pk").values_list("slug", Subquery(newest))
    for slug, at in rows:
        places.append(Place(url=f"{site}/co-quan/{slug}/", changed_at=at))
        places += [Place(url=f"{site}/co-quan/{slug}/{part}/") for part in Part.values]
    return places


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
