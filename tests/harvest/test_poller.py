"""The poller end to end: real processes, a committed database, publishers good and bad on loopback."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, cast

import pytest

from cong.harvest import actions, claim, pages
from cong.harvest.fetch import Client, HostRest, Limits, Response
from cong.harvest.models import Source
from cong.harvest.poller import Done, Poller
from tests.config.test_server import wait_until
from tests.harvest.hostile import Answer, brotli_bomb, gzip_bomb, message
from tests.harvest.publisher import Item, Page, Publisher, hostile, jpeg, registry, rss
from tests.scratch import Scratch

_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha ha ha ha ha ha ha ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><rss version='2.0'><channel><title>&j;</title><item><title>Bom &j;</title></item></channel></rss>"
)
_LOGIN = message("200 OK", b"<!doctype html><form><input type=password></form>", Content_Type="text/html")

# What each source turns into after it was good, and the code that its record must then show.
_BAD: dict[str, tuple[Answer, str]] = {
    "malformed": (message("200 OK", b"<rss version='2.0'><channel></rss>"), "malformed"),
    "empty": (message("200 OK", b"  \n"), "empty"),
    "html": (message("200 OK", b"<!doctype html><p>Xin ch\xc3\xa0o</p>", Content_Type="text/html"), "html"),
    "login": (_LOGIN, "html"),
    "wrong-charset": (b"", "malformed"),
    "gzip-bomb": (message("200 OK", gzip_bomb(64), Content_Encoding="gzip"), "too-big"),
    "brotli-bomb": (message("200 OK", brotli_bomb(64), Content_Encoding="br"), "too-big"),
    "flood": (b"", "too-big"),
    "says-huge": (b"", "too-big"),
    "broken-gzip": (b"", "encoding"),
    "loop": (b"", "redirects"),
    "inward": (message("302 Found", Location="http://169.254.169.254/latest/meta-data/"), "address"),
    "private": (message("302 Found", Location="http://10.0.0.1/feed.xml"), "address"),
    "file": (b"", "scheme"),
    "nothing": (b"", "connection"),
    "gone": (b"", "http-410"),
    "busy": (b"", "http-503"),
}


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as running:
        yield running


@pytest.fixture
def once(scratch_database: Scratch) -> Callable[..., dict[str, Any]]:
    """Import sources when given, visit everything once, and return what the command counted."""

    def visit(sources: list[dict[str, str]] | None = None, **environ: str) -> dict[str, Any]:
        given: list[str] = []
        if sources:
            file = scratch_database.data_dir / "sources.toml"
            file.write_text(registry(sources))
            given = ["--registry", str(file)]
        done = scratch_database.run("harvest", "once", "--due-now", "--json", *given, timeout=240, **environ)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        counted: dict[str, Any] = json.loads(done.stdout)
        return counted

    return visit


def source(name: str, url: str, **more: str) -> dict[str, str]:
    return {"id": name, "url": url, "name": f"Nguồn {name}"} | more


@pytest.mark.one_engine
def test_bad_input_is_a_recorded_error_keeps_old_content_and_leaves_the_others_alone(
    scratch_database: Scratch, once: Callable[..., dict[str, Any]], publisher: Publisher
) -> None:
    good = [f"good-{number}" for number in range(4)]
    answers: dict[str, Answer] = {
        f"/{name}": message("200 OK", rss(Item(guid=name, title=f"Tin của {name}"))) for name in _BAD
    }
    for name in good:
        publisher.pages[f"/{name}"] = Page(body=rss(Item(guid="1", title=f"Tin thứ nhất của {name}")))

    with hostile(answers) as server:
        sources = [source(name, server.url(f"/{name}")) for name in _BAD]
        sources[2:2] = [source(name, publisher.url(f"/{name}")) for name in good]
        first = once(sources)
        before = scratch_database.query("SELECT id, sha256 FROM entries_entry ORDER BY id")
        for name, (answer, _) in _BAD.items():
            if answer:
                answers[f"/{name}"] = answer
            else:
                del answers[f"/{name}"]
        for name in good:
            items = (Item(guid=str(number), title=f"Tin {number} của {name}") for number in (2, 3))
            publisher.pages[f"/{name}"] = Page(body=rss(*items))
        second = once()

    assert first["failing"] == []
    assert len(before) == len(_BAD) + len(good)
    assert {one["slug"]: one["error_code"] for one in second["failing"]} == {
        name: code for name, (_, code) in _BAD.items()
    }
    assert all(_is_vietnamese(one["error_text"]) for one in second["failing"]), second["failing"]
    assert second["new"] == 2 * len(good)
    after = scratch_database.query("SELECT id, sha256 FROM entries_entry ORDER BY id")
    assert after[: len(before)] == before
    assert len(after) == len(before) + 2 * len(good)
    recorded = scratch_database.query(
        "SELECT s.slug, f.error_code, f.error_text = s.error_text FROM harvest_fetch f"
        " JOIN harvest_source s ON s.id = f.source_id WHERE f.outcome = 'failed' ORDER BY s.slug"
    )
    assert [(slug, code) for slug, code, _ in recorded] == sorted((name, code) for name, (_, code) in _BAD.items())
    assert all(same for *_, same in recorded)
    states = scratch_database.query(
        "SELECT DISTINCT state, fail_count, lease_by FROM harvest_source WHERE error_code <> ''"
    )
    # What says that it is no more (410) is switched off; the others are tried again.
    assert sorted(states) == [("disabled", 1, ""), ("failing", 1, "")]


def _is_vietnamese(text: str) -> bool:
    return any(letter in text for letter in "ạảấầẩẫậắằặẹếềểễệịọỏốồổỗộớờởợụủứừửữựđĐ")


@pytest.mark.one_engine
def test_a_source_that_recovers_shows_no_error_any_more(
    scratch_database: Scratch, once: Callable[..., dict[str, Any]], publisher: Publisher
) -> None:
    publisher.pages["/feed"] = Page(body=b"<html><p>Chua co</p></html>", kind="text/html")

    failed = once([source("feed", publisher.url("/feed"))])
    publisher.pages["/feed"] = Page(body=rss(Item(guid="1", title="Tin đầu tiên")))
    recovered = once()

    assert [one["error_code"] for one in failed["failing"]] == ["html"]
    assert (recovered["failing"], recovered["entries"]) == ([], 1)
    assert scratch_database.query("SELECT state, fail_count, error_text FROM harvest_source") == [("ok", 0, "")]


def test_odd_but_readable_feeds_are_taken_in_whole(
    scratch_database: Scratch, once: Callable[..., dict[str, Any]], publisher: Publisher
) -> None:
    odd_json = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Nguồn\0 lạ",
        "items": [
            {"id": "a\0b", "title": "Chữ \0 rỗng", "content_text": "Nội \ud800 dung", "url": "http://vidu.vn/\ud800"},
            {"id": "c", "title": "Năm xa", "date_published": "9999-12-31T23:59:59Z", "content_text": "Thân"},
            {"id": "d", "title": "Năm xưa", "date_published": "0001-01-01T00:00:00+14:00", "content_text": "Thân"},
        ],
    }
    plain = rss(Item(guid="1", title="Đường phố, trường học"), title="Tên")
    long = rss(Item(guid="g" * 3000, title="Tên rất dài " * 400, link="http://vidu.vn/" + "a" * 6000))
    publisher.pages |= {
        "/json": Page(body=json.dumps(odd_json).encode(), kind="application/feed+json"),
        "/said-wrong": Page(body=plain, kind='text/xml; charset="khong-co"'),
        "/windows": Page(
            body=plain.decode().replace("utf-8", "windows-1258").encode("cp1258", "xmlcharrefreplace"), kind="text/xml"
        ),
        "/long": Page(body=long),
        "/laughs": Page(body=_LAUGHS, kind="text/xml"),
    }

    counted = once([source(name[1:], publisher.url(name)) for name in publisher.pages])

    assert counted["failing"] == []
    titles = [title for (title,) in scratch_database.query("SELECT title FROM entries_entry")]
    assert sorted(title[:11] for title in titles) == sorted(
        ["Bom &j;", "Chữ rỗng", "Năm xa", "Năm xưa", "Tên rất dài", *["Đường phố, "] * 2]
    )


def test_a_feed_that_did_not_change_changes_nothing(
    scratch_database: Scratch, once: Callable[..., dict[str, Any]], publisher: Publisher
) -> None:
    publisher.pages["/tagged"] = Page(body=rss(Item(guid="1", title="Tin một")))
    publisher.pages["/plain"] = Page(body=rss(Item(guid="1", title="Tin hai")), validators=False)
    state = (
        "SELECT e.id, e.sha256, e.release_id, i.revision, i.content_hash, (SELECT max(seq) FROM entries_change)"
        " FROM entries_entry e JOIN harvest_item i ON i.publication_id = e.id ORDER BY e.id"
    )

    once([source(name, publisher.url(f"/{name}")) for name in ("tagged", "plain")])
    before = scratch_database.query(state)
    counted = once()

    assert scratch_database.query(state) == before
    assert (counted["new"], counted["changed"], counted["failures"]) == (0, 0, 0)
    assert publisher.statuses("/tagged") == [200, 304]
    assert publisher.statuses("/plain") == [200, 200]
    assert scratch_database.query(
        "SELECT s.slug, f.outcome FROM harvest_fetch f JOIN harvest_source s ON s.id = f.source_id ORDER BY f.id"
    )[2:] in (
        [("tagged", "not-modified"), ("plain", "same-bytes")],
        [("plain", "same-bytes"), ("tagged", "not-modified")],
    )


def test_an_edit_upstream_is_a_correction_of_the_same_entry(
    scratch_database: Scratch, once: Callable[..., dict[str, Any]], publisher: Publisher
) -> None:
    publisher.pages["/feed"] = Page(body=rss(Item(guid="1", title="Lịch mở cửa", body="<p>Mở từ 8 giờ.</p>")))

    once([source("feed", publisher.url("/feed"))])
    ((entry, _, corrections),) = scratch_database.query("SELECT id, html, corrections FROM entries_entry")
    publisher.pages["/feed"] = Page(body=rss(Item(guid="1", title="Lịch mở cửa", body="<p>Mở từ 9 giờ.</p>")))
    counted = once()

    assert (corrections, counted["new"], counted["changed"]) == (0, 0, 1)
    assert scratch_database.query("SELECT id, html, corrections FROM entries_entry") == [
        (entry, "<p>Mở từ 9 giờ.</p>", 1)
    ]
    assert scratch_database.query("SELECT n FROM harvest_itemrevision ORDER BY n") == [(1,), (2,)]


def test_what_the_source_takes_down_is_withdrawn_and_never_made_again(
    scratch_database: Scratch, once: Callable[..., dict[str, Any]], publisher: Publisher
) -> None:
    kept, unlisted, gone, buried = (
        Item(guid=f"tag:{name}", title=f"Tin {name}", link=publisher.url(f"/{name}"))
        for name in ("kept", "unlisted", "gone", "buried")
    )
    page = Page(body=b"<p>Trang</p>", kind="text/html")
    publisher.pages |= {"/unlisted": page, "/gone": Page(body=b"", status=410)}
    publisher.pages["/feed"] = Page(body=rss(kept, unlisted, gone, buried))
    grave = '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="tag:buried"/></channel>'
    ids = "SELECT e.title, e.id FROM entries_entry e"

    once([source("feed", publisher.url("/feed"))], HARVEST_GONE_AFTER="0")
    before = dict(scratch_database.query(ids))
    publisher.pages["/feed"] = Page(body=rss(kept).replace(b"</channel>", grave.encode()))
    once(HARVEST_GONE_AFTER="0")
    after = dict(scratch_database.query(ids))
    publisher.pages["/feed"] = Page(body=rss(kept, gone, buried, title="Liệt kê lại"))
    again = once(HARVEST_GONE_AFTER="0")
    verified = scratch_database.run("verify")

    assert len(before) == 4
    assert after == {name: before[name] for name in ("Tin kept", "Tin unlisted")}
    assert publisher.statuses("/gone") == [410, 410]
    assert publisher.statuses("/unlisted") == [200]
    assert scratch_database.query("SELECT id FROM entries_tombstone ORDER BY id") == [
        (number,) for number in sorted((before["Tin gone"], before["Tin buried"]))
    ]
    assert (again["new"], again["entries"], again["items"]) == (0, 2, 4)
    assert verified.returncode == 0, verified.stderr


def test_what_leaves_the_list_is_no_removal_but_its_page_will_be_looked_at(
    scratch_database: Scratch, once: Callable[..., dict[str, Any]], publisher: Publisher
) -> None:
    item = Item(guid="1", title="Tin còn đó", link=publisher.url("/page"))
    other = Item(guid="2", title="Tin mới hơn")
    publisher.pages["/feed"] = Page(body=rss(item))

    once([source("feed", publisher.url("/feed"))])
    publisher.pages["/feed"] = Page(body=rss(other))
    once()
    waiting = scratch_database.query("SELECT left_at IS NOT NULL, check_at IS NOT NULL FROM harvest_item WHERE id = 1")

    assert waiting == [(1, 1)]
    assert publisher.statuses("/page") == []
    assert len(scratch_database.query("SELECT id FROM entries_entry")) == 2


def test_the_sources_trust_decides_what_becomes_public(
    scratch_database: Scratch, once: Callable[..., dict[str, Any]], publisher: Publisher
) -> None:
    publisher.pages["/photo.jpg"] = Page(body=jpeg(), kind="image/jpeg")
    publisher.pages["/broken.jpg"] = Page(body=jpeg()[:500], kind="image/jpeg")
    link, photo = publisher.url("/bai"), publisher.url("/photo.jpg")
    body = "<p>Toàn văn của bài.</p>"
    publisher.pages["/feed"] = Page(
        body=rss(
            Item(guid="1", title="Có ảnh", link=link + "1", body=body, image=photo),
            Item(guid="2", title="Ảnh hỏng", link=link + "2", body=body, image=publisher.url("/broken.jpg")),
            Item(guid="3", title="Thiếu ảnh", link=link + "3", body=body, image=publisher.url("/none.jpg")),
        )
    )
    policies = ("auto", "review", "link-only")

    counted = once([source(one, publisher.url("/feed"), policy=one) for one in policies])

    assert (counted["items"], counted["entries"]) == (9, 6)
    shown = scratch_database.query(
        "SELECT s.slug, e.title, e.html, e.source_url, e.picture <> '', e.picture_width, e.picture_height"
        " FROM entries_entry e JOIN harvest_item i ON i.publication_id = e.id"
        " JOIN harvest_source s ON s.id = i.source_id ORDER BY s.slug, e.source_url"
    )
    pictured = [True, False, False]
    assert [tuple(row[:4]) for row in shown] == [
        (policy, title, body if policy == "auto" else "", f"{link}{number}")
        for policy in ("auto", "link-only")
        for number, title in enumerate(("Có ảnh", "Ảnh hỏng", "Thiếu ảnh"), 1)
    ]
    assert [bool(row[4]) for row in shown] == [*pictured, False, False, False]
    assert shown[0][5:] == (900, 600)
    assert scratch_database.query("SELECT count(*) FROM harvest_item WHERE state = 'held'") == [(3,)]
    ((sha256,),) = scratch_database.query("SELECT picture FROM entries_entry WHERE picture <> ''")
    assert scratch_database.query("SELECT sha256 FROM media_picture") == [(sha256,)]
    assert any(sha256 in str(file) for file in scratch_database.data_dir.rglob("*.webp"))


def test_two_pollers_at_once_double_nothing(scratch_database: Scratch, publisher: Publisher) -> None:
    names = [f"feed-{number}" for number in range(80)]
    for name in names:
        items = (Item(guid=f"{name}-{number}", title=f"Tin {number} của {name}") for number in range(5))
        publisher.pages[f"/{name}"] = Page(body=rss(*items))
    file = scratch_database.data_dir / "sources.toml"
    file.write_text(registry([source(name, publisher.url(f"/{name}")) for name in names]))

    assert scratch_database.run("harvest", "import", str(file)).returncode == 0
    pair = [scratch_database.start("harvest", "once") for _ in range(2)]
    codes = [one.wait(60) for one in pair]
    verified = scratch_database.run("verify")

    assert codes == [0, 0], scratch_database.log()
    assert scratch_database.query(
        "SELECT count(*), count(DISTINCT title), count(DISTINCT release_id) FROM entries_entry"
    ) == [(400, 400, 400)]
    assert scratch_database.query("SELECT count(*) FROM publishing_publication") == [(400,)]
    assert scratch_database.query("SELECT count(*), count(DISTINCT source_id) FROM harvest_fetch") == [(80, 80)]
    assert len([one for one in publisher.answered if one.path != "/robots.txt"]) == 80
    assert verified.returncode == 0, verified.stderr


@pytest.mark.one_engine
def test_sigterm_ends_the_run_in_time_and_blames_no_source(scratch_database: Scratch, publisher: Publisher) -> None:
    publisher.pages["/good"] = Page(body=rss(Item(guid="1", title="Tin tốt")))
    file = scratch_database.data_dir / "sources.toml"

    with hostile({}) as server:
        sources = [source("silent", server.url("/silence")), source("good", publisher.url("/good"))]
        file.write_text(registry(sources))
        assert scratch_database.run("harvest", "import", str(file)).returncode == 0
        running = scratch_database.start("harvest", "run")
        assert wait_until(lambda: server.open_now == 1, 90)
        assert wait_until(lambda: scratch_database.query("SELECT count(*) FROM entries_entry") == [(1,)], 90)
        running.send_signal(signal.SIGTERM)
        code = running.wait(10)

    assert code == 0
    assert "Traceback" not in scratch_database.log(), scratch_database.log()
    assert scratch_database.query("SELECT slug, error_code FROM harvest_source ORDER BY slug") == [
        ("good", ""), ("silent", ""),
    ]  # fmt: skip
    assert scratch_database.query("SELECT count(*) FROM harvest_fetch") == [(1,)]


def test_this_machine_is_refused_by_default_and_the_error_names_the_setting(
    once: Callable[..., dict[str, Any]], publisher: Publisher
) -> None:
    publisher.pages["/feed"] = Page(body=rss(Item(guid="1", title="Tin")))

    counted = once([source("feed", publisher.url("/feed"))], HARVEST_LOOPBACK="no")

    (failing,) = counted["failing"]
    assert failing["error_code"] in ("address", "port")
    assert "HARVEST_LOOPBACK" in failing["error_text"]
    assert publisher.answered == []


class _Crashing:
    """A client in whose code there is a mistake."""

    limits = Limits()

    async def get(self, url: str, **given: object) -> Response:
        raise ZeroDivisionError(url)

    def take_doubts(self) -> dict[str, datetime | None]:
        return {}

    def take_rests(self) -> list[HostRest]:
        return []


def test_a_mistake_of_our_own_is_recorded_on_the_source_too(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = [[Source(slug="one", url="http://vidu.vn/1"), Source(slug="two", url="http://vidu.vn/2")]]
    recorded: list[tuple[str, str]] = []
    done: list[Done] = []
    monkeypatch.setattr(claim, "reclaim", lambda: 0)
    monkeypatch.setattr(claim, "claim_sources", lambda *_, **__: queue.pop() if queue else [])
    monkeypatch.setattr(claim, "claim_items", lambda *_, **__: [])
    monkeypatch.setattr(pages, "claim", lambda *_, **__: [])
    monkeypatch.setattr(actions, "fail", lambda source, _, code, text: recorded.append((source.slug, code)))

    asyncio.run(Poller(cast(Client, _Crashing()), on_done=done.append).once())

    assert sorted(recorded) == [("one", "internal"), ("two", "internal")]
    assert {one.error for one in done} == {"internal"}
