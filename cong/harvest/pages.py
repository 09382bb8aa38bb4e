"""Finish items whose own page was read, and compare those whose comparison a first visit put off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

from django.conf import settings
from django.db import transaction

from cong.harvest import raw_store, stories
from cong.harvest.enrich.article import Article, Figure, Way
from cong.harvest.models import BodyKind, Item, ItemRevision, ItemState, RawBody
from cong.harvest.parse import RawItem
from cong.harvest.waiting import load
from cong.harvest.writing import Writer
from cong.media.models import Picture
from cong.publishing import actions as publishing
from cong.publishing.process import Content

LEASE = timedelta(minutes=5)
_DELAYS = (timedelta(minutes=10), timedelta(hours=1))
_WIDE = 960
_AT_ONCE = 2_000


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
    """Compare items whose comparison was put off, each in its own transaction; returns how many."""
    due = Item.objects.filter(enrich_at__lte=at, waiting__isnull=True).order_by("enrich_at", "pk")
    numbers = list(due.values_list("pk", flat=True)[:_AT_ONCE])
    for number in numbers:
        compare(number, at=at)
    return len(numbers)


def compare(number: int, *, at: datetime) -> None:
    """Find the story of an item that is public already; where it is told already, its address leads there."""
    with transaction.atomic(), publishing.open_ledger() as ledger:
        held = Item.objects.select_for_update(of=("self",)).select_related("source__agency").get(pk=number)
        Item.objects.filter(pk=held.pk).update(enrich_at=None)
        if held.waiting is not None or held.state not in (ItemState.PUBLISHED, ItemState.HELD) or held.cluster_id:
            return
        content = _said(held)
        if content is None:
            return
        look = stories.Stories(held.source, at=at)
        placed = look.place(content, item=held.pk, goes_out=False)
        look.settle([(held.publication_id, placed)])
        stands = stories.standing(placed.cluster, but=held.pk) if placed.cluster else None
        if stands is not None:
            stories.give_way(held, stands, at=at, ledger=ledger)
            stories.tell([placed.cluster or 0], at=at)


def _said(item: Item) -> Content | None:
    revision = ItemRevision.objects.filter(publication=item.publication_id).select_related("snapshot").last()
    return Content.parse(revision.snapshot.content, revision.snapshot.html) if revision else None
