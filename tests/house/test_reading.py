"""Every page a stranger can reach by following links: it is there, it is cheap, and it reads the public shelf alone."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django.fixtures import Settings

from cong.agencies.models import Category, Part
from cong.entries.models import Section
from cong.search import actions as search
from tests import makers

pytestmark = pytest.mark.django_db

_HOME = "http://testserver/"
_STARTS = ("/", "/en/", "/tim-kiem?q=th%C6%B0+vi%E1%BB%87n", "/robots.txt", "/sitemap.xml", "/sitemap-news.xml")
_LINK = re.compile(r"""(?:href|src|action)="([^"]*)"|<loc>([^<]*)</loc>|^Sitemap: (\S+)""", re.MULTILINE)
_LINKING = ("text/html", "application/xml", "text/plain")
_FILES = ("/static/", "/tep/")
_EACH_SHAPE = 2
_MOST_QUERIES = 6
_SHELF = ("entries_", "agencies_", "media_")
# What staff taught search: words alone, nothing of what is being written.
_TAUGHT = {"search_wording", "search_pin", "search_denied"}
# Which entries were read most: ids in an order, of what is public.
_READ = {"readership_mostread"}
# The one page that tells of the harvest itself (docs/explanation/house.md).
_OF_THE_HUB = ("/nguon-tich-hop/", "harvest_source")
_TABLE = re.compile(r'\b(?:FROM|JOIN)\s+"?([a-z_]+)')


@dataclass(frozen=True, kw_only=True)
class Page:
    address: str
    status: int
    statements: tuple[str, ...]


@pytest.fixture
def pages(settings: Settings, tmp_path: Path) -> Iterator[list[Page]]:
    settings.SEARCH_DIR, settings.SITE_URL = tmp_path / "search", _HOME.rstrip("/")
    _fill_the_shelf()
    search.catch_up()
    with translation.override("vi"):
        yield list(_walk(Client()))


def _fill_the_shelf() -> None:
    owners = [makers.agency(f"Cơ quan {word}", category=kind) for word, kind in zip("abc", Category, strict=False)]
    contents = [
        makers.content(
            owners[number % len(owners)],
            f"Thư viện mở cửa lần {number}",
            section=list(Section)[number % len(Section)].value,
            part=list(Part)[number % len(Part)].value,
            kind="document" if number % 5 == 0 else "news",
            number=f"{number}/QĐ-TV" if number % 5 == 0 else "",
            published_at=makers.NOON - timedelta(hours=number),
        )
        for number in range(60)
    ]
    made = makers.entries(contents)
    makers.correct(made[3], title="Thư viện mở cửa, đã sửa")
    makers.withdraw(made[4])


def _walk(client: Client) -> Iterator[Page]:
    """Visit what is linked, a few addresses of every shape."""
    waiting, shapes = deque(urljoin(_HOME, start) for start in _STARTS), Counter[str]()
    seen = set(waiting)
    while waiting:
        page, text = _visit(client, waiting.popleft())
        yield page
        for link in set(_links(text, page.address)) - seen:
            seen.add(link)
            shape = re.sub(r"[a-z0-9-]*\d[a-z0-9-]*", "N", urlsplit(link).path)
            shapes[shape] += 1
            if shapes[shape] <= _EACH_SHAPE:
                waiting.append(link)


def _visit(client: Client, address: str) -> tuple[Page, str]:
    """Return what was answered, with the text when it may hold links."""
    with CaptureQueriesContext(connection) as asked:
        # A file is asked for by its head alone: what opens it would also have to close it.
        ask = client.head if urlsplit(address).path.startswith(_FILES) else client.get
        answer = ask(address, headers={"host": "127.0.0.1"})
    statements = tuple(query["sql"] for query in asked.captured_queries)
    page = Page(address=address, status=answer.status_code, statements=statements)
    return page, answer.content.decode() if answer.headers.get("Content-Type", "").startswith(_LINKING) else ""


def _links(text: str, base: str) -> Iterator[str]:
    for groups in _LINK.findall(text):
        link = urldefrag(urljoin(base, unescape("".join(groups)))).url
        if link.startswith(_HOME):
            yield link


def test_every_page_that_is_linked_is_there_and_cheap_and_reads_the_shelf_alone(pages: list[Page]) -> None:
    missing = {page.address: page.status for page in pages if page.status not in (200, 301, 302)}
    costly = {page.address: len(page.statements) for page in pages if len(page.statements) > _MOST_QUERIES}
    tables = {
        table: page.address
        for page in pages
        for sql in page.statements
        for table in _TABLE.findall(sql)
        if not table.startswith(_SHELF) and table not in {"sqlite_master", *_TAUGHT, *_READ}
        if not (page.address.endswith(_OF_THE_HUB[0]) and table == _OF_THE_HUB[1])
    }
    whole = {sql: plan for page in pages for sql in page.statements if _reads_a_whole_table(plan := _plan(sql))}

    assert len(pages) > 100
    assert missing == {}
    assert costly == {}
    assert tables == {}
    assert whole == {}


def _plan(sql: str) -> str:
    if not sql.lstrip("( ").startswith(("SELECT", "WITH")):
        return ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A small table is read whole for good reason; what matters is that an index could serve.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def _reads_a_whole_table(plan: str) -> bool:
    """Tell whether it walks through all of a table that grows; the few agencies may be read whole."""
    if connection.vendor == "sqlite":
        return bool(re.search(r"SCAN entries_\w+(?! USING)\b(?! USING)", plan))
    return "Seq Scan on entries_" in plan
