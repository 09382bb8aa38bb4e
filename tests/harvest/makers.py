"""Sources and items of the hub, made by the hub's own actions."""

from __future__ import annotations

from datetime import datetime

from cong.agencies.models import Agency
from cong.harvest import actions
from cong.harvest.actions import Visited
from cong.harvest.models import Item, Source, Trust
from cong.harvest.parse import RawFeed, RawItem
from cong.harvest.reading import Gathered
from tests import makers
from tests.makers import NOON


def known_source(name: str, trust: Trust = Trust.AUTO, *, agency: Agency | None = None, **given: object) -> Source:
    """Return a source that was visited before: its new items are compared at once."""
    agency = agency or makers.agency(f"Cơ quan {name}", **given)
    return Source.objects.create(
        slug=name, url=f"https://{name}.vn/rss", agency=agency, trust=trust, next_at=NOON, first_ok_at=NOON, name=name
    )


def told(source: Source, *texts: str, at: datetime = NOON, title: str = "Thư viện xã mở phòng đọc") -> list[Item]:
    """Have the source tell items with these texts, and return them."""
    source.refresh_from_db()
    items = tuple(
        RawItem(
            guid=f"{at:%H}-{n}",
            url=f"https://{source.slug}.vn/{at:%H}/{n}",
            title=title,
            html=f"<p>{text}</p>",
            published=at,
        )
        for n, text in enumerate(texts)
    )
    feed = RawFeed(kind="rss", items=items)
    actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), Visited(at=at, status=200))
    return list(Item.objects.filter(source=source, first_seen_at=at).order_by("pk"))
