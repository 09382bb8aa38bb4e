"""Finish items whose own page was read, and compare those whose comparison a first visit put off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from itertools import groupby
from operator import itemgetter

from django.conf import settings
from django.db import transaction
from django.db.models import F

from cong.harvest import raw_store, stories
from cong.harvest.enrich.article import Article, Figure, Way
from cong.harvest.models import BodyKind, Item, ItemRevision, ItemState, RawBody
from cong.harvest.parse import RawItem
from cong.harvest.waiting import load
from cong.harvest.writing import Writer
from cong.media.models import Picture
from cong.publishing import actions as publishing
from cong.publishing.models import Ledger
from cong.publishing.process import Content

LEASE = timedelta(minutes=5)
_DELAYS = (timedelta(minutes=10), timedelta(hours=1))
_WIDE = 960
_AT_ONCE, _TOGETHER = 2_000, 100


def claim(count: int, *, at: datetime) -> list[Item]:
    """Take items whose page is to be read; each comes back by itself if nobody reports."""
    with transaction.atomic():
        due = Item.objects.filter(enrich_at__lte=at, waiting__isnull=False).select_for_update(
            skip_locked=True, of=("self",)
        )
        found = list(due.select_related("source__agency").order_by("enrich_at", "pk")[:count])
        Item.objects.filter(pk__in=[one.pk for one in found]).update(enrich_at=at + LEASE)
    return found


def waiting() -> int:
    """Return how many items wait for their page."""
    return Item.objects.filter(enrich_at__isnull=False, waiting__isnull=False).count()


def keep_page(item: Item, body: bytes, *, url: str, charset: str | None, at: datetime) -> str:
    """Keep the page's bytes, so that a changed rule reads them again without fetching; returns their hash."""
    sha256 = raw_store.keep(settings.HARVEST_DIR, body)
    RawBody.objects.filter(item=item).delete()
    RawBody.objects.create(
        source=item.source, item=item, kind=BodyKind.PAGE, sha256=sha256, url=url, charset=charset or "", at=at
    )
    return sha256


@transaction.atomic
def put_off(item: Item, problem: str, *, at: datetime) -> bool:
    """Try the page again later; after the third time the item is finished with what its list said. Tells which."""
    tries = item.enrich_tries + 1
    again = at + _DELAYS[tries - 1] if tries <= len(_DELAYS) else at
    Item.objects.filter(pk=item.pk).update(enrich_tries=tries, enrich_error=problem[:500], enrich_at=again)
    return tries <= len(_DELAYS)


def wait_for_host(item: Item, *, until: datetime) -> None:
    """Come back when the host's rest is over: it is not the page's fault."""
    Item.objects.filter(pk=item.pk).update(enrich_at=until)


def finish(
    item: Item, article: Article | None, *, page: str = "", pictures: dict[str, Picture] | None = None, at: datetime
) -> bool:
    """Write an item with what its page said (`article` None: with what its list said). False when it changed meanwhile.

    `pictures` maps addresses, the gallery's among them, to stored pictures.
    """
    with transaction.atomic(), publishing.open_ledger() as ledger:
        held = Item.objects.select_for_update(of=("self",)).select_related("source__agency").get(pk=item.pk)
        if held.waiting is None or held.content_hash != item.content_hash:
            return False
        raw, shown = load(held.waiting), ""
        if article is not None:
            raw = whole(raw, article)
            shown = gallery(article.gallery, raw.image, pictures or {})
        write = Writer(held.source, lang=raw.lang, at=at, pictures=pictures or {}, ledger=ledger)
        write.finish(held, raw, gallery=shown)
        Item.objects.filter(pk=held.pk).update(
            waiting=None, enrich_at=None, page=page or held.page, files=held.waiting.get("enclosures"),
            enrich_error=_trouble(held, article) if article else held.enrich_error,
        )  # fmt: skip
    return True


def _trouble(item: Item, article: Article) -> str:
    if article.reason:
        return article.reason
    if item.source.config.get("content") and article.way is not Way.SELECTOR:
        return "Quy tắc content của nguồn không khớp trang này; đã dùng cách đọc chung. Hãy xem lại quy tắc."
    return ""


def whole(raw: RawItem, article: Article) -> RawItem:
    """Join what the list and the page say: the list's word on title and date, the page's on text and pictures."""
    return replace(
        raw,
        title=raw.title or article.title,
        html=article.html or raw.html,
        author=raw.author or article.author,
        lang=raw.lang or article.lang,
        tags=raw.tags or article.tags,
        published=raw.published or article.published,
        image=raw.image or article.image,
        enclosures=raw.enclosures or article.enclosures,
        number=raw.number or article.number,
    )


def gallery(figures: Sequence[Figure], lead: str, pictures: dict[str, Picture]) -> str:
    """Return the pictures of a page, other than the lead, from our own store; what could not be had is left out."""
    shown = [(one, pictures[one.url]) for one in figures if one.url in pictures and one.url != lead]
    if not shown:
        return ""
    return f'<figure class="gallery">{"".join(_figure(one, picture) for one, picture in shown)}</figure>'


def _figure(one: Figure, picture: Picture) -> str:
    image = (
        f'<img src="{escape(picture.address(_WIDE))}" alt="{escape(one.caption)}" width="{picture.width}"'
        f' height="{picture.height}" loading="lazy">'
    )
    caption = f"<figcaption>{escape(one.caption)}</figcaption>" if one.caption else ""
    return f'<figure class="figure">{image}{caption}</figure>'


def compare_due(*, at: datetime) -> int:
    """Compare items whose comparison was put off, some of one source in each transaction; returns how many."""
    due = Item.objects.filter(enrich_at__lte=at, waiting__isnull=True).order_by("source", "enrich_at", "pk")
    numbers = list(due.values_list("source_id", "pk")[:_AT_ONCE])
    for _, group in groupby(numbers, key=itemgetter(0)):
        of_source = [number for _, number in group]
        for start in range(0, len(of_source), _TOGETHER):
            compare(of_source[start : start + _TOGETHER], at=at)
    return len(numbers)


def compare(numbers: Sequence[int], *, at: datetime) -> None:
    """Find the stories of items of one source that are public already; the address of a copy leads to its story."""
    with transaction.atomic(), publishing.open_ledger() as ledger:
        held = Item.objects.select_for_update(of=("self",)).select_related("source__agency").filter(pk__in=numbers)
        items = [one for one in held.order_by("pk") if _is_comparable(one)]
        Item.objects.filter(pk__in=numbers).update(enrich_at=None)
        said = _said(items)
        items = [one for one in items if one.publication_id in said]
        if not items:
            return
        look = stories.Stories(items[0].source, at=at)
        look.look_up(list(said.values()))
        placed = [
            (one.publication_id, look.place(said[one.publication_id], item=one.pk, goes_out=False)) for one in items
        ]
        look.settle(placed)
        _give_way(items, at=at, ledger=ledger)


def _is_comparable(item: Item) -> bool:
    return item.waiting is None and item.state in (ItemState.PUBLISHED, ItemState.HELD) and not item.cluster_id


def _give_way(items: Sequence[Item], *, at: datetime, ledger: Ledger) -> None:
    """Make copies of those whose story another item tells to readers."""
    mine = Item.objects.filter(pk__in=[one.pk for one in items], cluster__canonical__isnull=False)
    copies = mine.exclude(cluster__canonical=F("pk")).filter(cluster__canonical__state=ItemState.PUBLISHED)
    found = list(copies.select_related("source__agency", "cluster__canonical").order_by("pk"))
    for copy in found:
        if copy.cluster and copy.cluster.canonical:
            stories.give_way(copy, copy.cluster.canonical, at=at, ledger=ledger)
    stories.tell({one.cluster_id for one in found if one.cluster_id}, at=at)


def _said(items: Sequence[Item]) -> dict[int, Content]:
    """Return what the source said last of each, by publication."""
    revisions = ItemRevision.objects.filter(publication__in=[one.publication_id for one in items], n__gt=0)
    last = revisions.filter(n=F("publication__item__revision")).select_related("snapshot")
    return {one.publication_id: Content.parse(one.snapshot.content, one.snapshot.html) for one in last}
