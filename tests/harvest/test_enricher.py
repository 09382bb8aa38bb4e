"""Items whose list says little become whole from their own page, through the real command and its worker process."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import pytest

from tests.harvest.publisher import Item, Page, Publisher, rss
from tests.scratch import Scratch

pytestmark = pytest.mark.killing

_WORDS = (
    "Thư viện xã mở thêm phòng đọc cho trẻ em, có sách mới, bàn học và người hướng dẫn vào các buổi tối trong tuần."
)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as running:
        yield running


def page(title: str, paragraphs: int = 6, extra: str = "") -> Page:
    """Return a web page as agencies have them: a menu, the article, what else there is."""
    body = "".join(f"<p>Đoạn {n} của {escape(title)}. {_WORDS}</p>" for n in range(paragraphs))
    menu = "".join(f'<li><a href="/muc/{n}">Chuyên mục {n}</a></li>' for n in range(12))
    html = (
        f"<!doctype html><html lang=vi><head><title>{escape(title)}</title></head><body><ul>{menu}</ul>"
        f"<h1>{escape(title)}</h1><div id=bai>{body}{extra}</div>"
        "<div class=khac>Tin khác không thuộc bài</div></body></html>"
    )
    return Page(body=html.encode(), kind="text/html; charset=utf-8")


def harvested(scratch: Scratch, toml: str, *more: str) -> None:
    file = scratch.data_dir / "sources.toml"
    file.write_text(toml)
    imported = scratch.run("harvest", "import", str(file))
    assert imported.returncode == 0, imported.stderr
    done = scratch.run("harvest", "once", "--due-now", *more, timeout=240)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert scratch.run("verify").returncode == 0


def test_a_feed_that_gives_summaries_is_published_whole(scratch_database: Scratch, publisher: Publisher) -> None:
    publisher.pages["/tin/1"] = page("Phòng đọc mới", extra="<script>hai()</script>")
    publisher.pages["/rss"] = Page(
        body=rss(Item(guid="1", title="Phòng đọc mới", link=publisher.url("/tin/1"), body="<p>Tóm tắt.</p>"))
    )

    harvested(
        scratch_database,
        f'[[source]]\nid = "xa"\nurl = "{publisher.url("/rss")}"\ncontent = "css:#bai"\npolicy = "auto"\n',
    )

    [(title, html)] = scratch_database.query("SELECT title, html FROM entries_entry")
    assert title == "Phòng đọc mới"
    assert "Đoạn 5 của Phòng đọc mới" in html
    assert "Tin khác" not in html
    assert "script" not in html
    assert scratch_database.query("SELECT count(*) FROM entries_entry WHERE corrections > 0") == [(0,)]
    assert scratch_database.query("SELECT count(*) FROM harvest_rawbody WHERE kind = 'page'") == [(1,)]


def test_a_list_page_is_followed_to_its_articles(scratch_database: Scratch, publisher: Publisher) -> None:
    rows = ""
    for number in range(1, 4):
        publisher.pages[f"/bai.aspx?ItemID={number}"] = page(f"Bài số {number} kể chuyện {number * 17}")
        rows += (
            f'<div class=tin><h3><a href="/bai.aspx?ItemID={number}">Bài số {number} kể chuyện {number * 17}</a></h3>'
            f"<span class=ngay>Thứ Ba, {20 + number}/11/2026 08:15</span></div>"
        )
    publisher.pages["/ds"] = Page(body=f"<html><body>{rows}</body></html>".encode(), kind="text/html; charset=utf-8")

    harvested(
        scratch_database,
        f'''[[source]]
id = "ds"
kind = "htmllist"
url = "{publisher.url("/ds")}"
item = "css:div.tin"
link = "css:h3 a@href"
title = "css:h3 a"
date = "css:.ngay"
key = "url:ItemID"
content = "css:#bai"
policy = "auto"
''',
    )

    found = scratch_database.query("SELECT title, html, published_at FROM entries_entry ORDER BY published_at")
    assert [title for title, *_ in found] == [f"Bài số {n} kể chuyện {n * 17}" for n in (1, 2, 3)]
    assert all("Đoạn 5 của" in html for _, html, _ in found)


def test_a_page_that_cannot_be_had_leaves_the_item_with_what_its_list_said(
    scratch_database: Scratch, publisher: Publisher
) -> None:
    publisher.pages["/rss"] = Page(
        body=rss(Item(guid="1", title="Chỉ có tóm tắt", link=publisher.url("/mat"), body="<p>Tóm tắt đủ đọc.</p>"))
    )
    toml = f'[[source]]\nid = "xa"\nurl = "{publisher.url("/rss")}"\nfull = true\npolicy = "auto"\n'

    harvested(scratch_database, toml)
    waiting = scratch_database.query("SELECT state, enrich_tries FROM harvest_item")
    for _ in range(2):
        scratch_database.run(
            "shell", "-v0", "-c",
            "from django.utils import timezone; from cong.harvest.models import Item; "
            "Item.objects.update(enrich_at=timezone.now())",
        )  # fmt: skip
        assert scratch_database.run("harvest", "once").returncode == 0

    assert waiting == [("new", 1)]
    assert scratch_database.query("SELECT title, html FROM entries_entry") == [
        ("Chỉ có tóm tắt", "<p>Tóm tắt đủ đọc.</p>")
    ]
    [(problem,)] = scratch_database.query("SELECT enrich_error FROM harvest_item")
    assert "404" in problem
