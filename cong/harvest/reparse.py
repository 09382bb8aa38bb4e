"""Read the kept pages of a source again with its present rules: a changed rule needs no fetch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import transaction

from cong.harvest import decide, raw_store, reading, waiting
from cong.harvest.adapters import ADAPTERS
from cong.harvest.enrich.article import Article, PageRules
from cong.harvest.enrich.named import EXTRACT
from cong.harvest.enrich.pool import PageFailed, Pool
from cong.harvest.models import BodyKind, Item, ItemRevision, ItemState, RawBody, Source
from cong.harvest.parse import Enclosure, RawItem
from cong.harvest.writing import Writer
from cong.kernel.text import clip
from cong.publishing import actions as publishing
from cong.publishing.process import Content

_OPEN = (ItemState.HELD, ItemState.PUBLISHED, ItemState.COPY)
_GALLERY = '<figure class="gallery">'
_SUMMARY = 400


@dataclass(frozen=True, kw_only=True)
class Reread:
    """What came of one kept page. `problem` (Vietnamese): why the item stays as it was."""

    item: int
    changed: bool = False
    problem: str = ""


def kept(source: Source, *, after: int = 0) -> list[int]:
    """Return the kept pages of items that readers may see, in the order in which they are read again."""
    held = RawBody.objects.filter(source=source, kind=BodyKind.PAGE, item__gt=after, item__state__in=_OPEN)
    return list(held.filter(item__waiting__isnull=True).order_by("item_id").values_list("pk", flat=True))


async def read_again(
    source: Source, bodies: list[int], *, at: datetime, on_done: Callable[[Reread], None], stop: Callable[[], bool]
) -> None:
    """Read these kept pages again, one after the other, until `stop` says so.

    It may be killed at any moment: what was written stays whole, and a page that is read twice changes nothing twice.
    """
    rules = PageRules.from_config(source.config, reading.rules(source, at=at))
    async with Pool() as pool:
        for number in bodies:
            if stop():
                return
            on_done(await _again(pool, number, rules, at))


async def _again(pool: Pool, number: int, rules: PageRules, at: datetime) -> Reread:
    body = await sync_to_async(RawBody.objects.get)(pk=number)
    item = body.item_id or 0
    try:
        page = await sync_to_async(raw_store.load)(settings.HARVEST_DIR, body.sha256)
        article = await pool.run(EXTRACT, page, url=body.url, charset=body.charset or None, rules=rules)
    except raw_store.NotKept:
        return Reread(item=item, problem="Trang đã lưu bị mất hoặc hỏng; trang được tải lại khi nguồn sửa bài.")
    except PageFailed as failed:
        return Reread(item=item, problem=str(failed))
    if article.reason:
        return Reread(item=item, problem=article.reason)
    return Reread(item=item, changed=await sync_to_async(rewrite)(item, article, at=at))


def rewrite(number: int, article: Article, *, at: datetime) -> bool:
    """Write an item anew with what its kept page says now; tells if a reader sees a difference.

    What a person released stays; the revision is kept beside it, as for a change by the source.
    """
    with transaction.atomic(), publishing.open_ledger() as ledger:
        held = Item.objects.select_for_update(of=("self",)).select_related("source__agency").get(pk=number)
        last = (
            ItemRevision.objects.filter(publication=held.publication_id).select_related("snapshot").order_by("n").last()
        )
        if held.waiting is not None or held.state not in _OPEN or last is None:
            return False
        before = Content.parse(last.snapshot.content, last.snapshot.html)
        write = Writer(held.source, lang=before.lang, at=at, pictures={}, ledger=ledger)
        said = said_again(before, article, held.source, listed=waiting.files(held.files or ()))
        write.finish(held, said, gallery=_gallery(before.html))
        return Item.objects.filter(pk=number, revision__gt=held.revision).exists()


def said_again(
    before: Content, article: Article, source: Source, *, listed: tuple[Enclosure, ...] = ()
) -> RawItem:  # fmt: skip
    """Join what was known of an item with what its page says now. `listed`: the files that its list named.

    The list's other words are not kept apart: what the source has a page rule for comes from the page, the rest stays;
    a summary that was cut from the text is cut from the new one.
    """
    ruled = source.config.keys() - ADAPTERS[source.kind].keys
    text = before.html.partition(_GALLERY)[0]
    cut = before.summary == clip(decide.plain(text), _SUMMARY)
    title, author, number = before.title, before.author, before.number
    return RawItem(
        url=before.source_url, title=(article.title if "title" in ruled else "") or title,
        summary="" if cut else before.summary, html=article.html, lang=before.lang,
        author=(article.author if "author" in ruled or not author else "") or author,
        number=(article.number if "number" in ruled or not number else "") or number,
        tags=before.tags or article.tags, enclosures=listed or article.enclosures,
        published=(article.published if "date" in ruled else None) or before.published_at,
        # The stored picture stays as long as the item has any; its address is not known any more.
        image=before.picture,
    )  # fmt: skip


def _gallery(html: str) -> str:
    """Return the gallery at the end of a text: its pictures are in our store, and stay."""
    _, mark, rest = html.partition(_GALLERY)
    return mark + rest
