"""Read items' own pages: fetch, extract in a process that may die, store the pictures, write."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from cong.harvest import pages, reading
from cong.harvest.enrich.article import Article, PageRules
from cong.harvest.enrich.named import EXTRACT
from cong.harvest.enrich.pool import PageFailed, Pool
from cong.harvest.fetch import Client, FetchFailed, Response
from cong.harvest.fetch.robots import obeys
from cong.harvest.models import Item, Trust
from cong.harvest.waiting import load
from cong.media.models import Picture

logger = logging.getLogger("cong.harvest")

_MOST_PICTURES = 12
_MOST_SIDE_BY_SIDE = 16


class Db(Protocol):
    """Runs a call in the one thread that talks to the database."""

    def __call__(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Awaitable[Any]: ...


class Enricher:
    """Finishes items that wait for their own page."""

    def __init__(
        self,
        client: Client,
        db: Db,
        pictures: Callable[[Sequence[str]], Awaitable[dict[str, Picture]]],
        pool: Pool,
    ) -> None:
        self.client, self._db, self._pictures, self.pool = client, db, pictures, pool

    async def claim(self, room: int) -> list[Item]:
        """Take items, not more than can be worked side by side."""
        found: list[Item] = await self._db(pages.claim, min(room, _MOST_SIDE_BY_SIDE), at=datetime.now(UTC))
        return found

    async def finish(self, item: Item) -> bool:
        """Finish one item; False when it has to wait longer."""
        try:
            response = await self._fetched(item)
            article = await self._extracted(item, response)
        except FetchFailed as failure:
            if failure.code == "resting" and failure.until:
                await self._db(pages.wait_for_host, item, until=failure.until)
                return False
            return await self._without(item, str(failure))
        except PageFailed as failure:
            return failure.code != "closed" and await self._without(item, str(failure))
        except _NoPage as problem:
            return await self._without(item, str(problem))
        await self._write(item, article, response)
        return True

    async def _fetched(self, item: Item) -> Response:
        if not item.url:
            raise _NoPage("Mục tin không có địa chỉ trang riêng.")
        response = await self.client.get(
            item.url, limit=self.client.limits.page_bytes, now=datetime.now(UTC),
            obey_robots=obeys(item.source.config),
        )  # fmt: skip
        if response.status != 200:
            raise _NoPage(f"Trang của mục tin trả lời HTTP {response.status}.")
        return response

    async def _extracted(self, item: Item, response: Response) -> Article:
        rules = PageRules.from_config(item.source.config, reading.rules(item.source, at=datetime.now(UTC)))
        return await self.pool.run(
            EXTRACT, response.body, url=response.final_url, charset=response.charset, rules=rules
        )  # fmt: skip

    async def _without(self, item: Item, problem: str) -> bool:
        """Try again later; after the third time go on with what the list said."""
        if await self._db(pages.put_off, item, problem, at=datetime.now(UTC)):
            return False
        await self._db(pages.finish, item, None, at=datetime.now(UTC))
        return True

    async def _write(self, item: Item, article: Article, response: Response) -> None:
        kept: dict[str, Picture] = {}
        if item.source.trust != Trust.LINK_ONLY and not article.reason:
            lead = load(item.waiting or {}).image or article.image
            wanted = [lead, *(one.url for one in article.gallery)]
            kept = await self._pictures([url for url in dict.fromkeys(wanted) if url][:_MOST_PICTURES])
        at = datetime.now(UTC)
        page = await self._db(
            pages.keep_page, item, response.body, url=response.final_url, charset=response.charset, at=at
        )
        await self._db(pages.finish, item, article, page=page, pictures=kept, at=at)


class _NoPage(Exception):
    """There is no page to read; the message says why."""
