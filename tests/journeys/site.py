"""A portal that really runs: harvested from a publisher on loopback, indexed, served by `cong web`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from tests.config.test_server import wait_until
from tests.harvest.publisher import Item, Page, Publisher, jpeg, registry, rss
from tests.scratch import Scratch, scratch
from tests.services import free_port

AGENCY = "ban-to-chuc-trung-uong"
LEAD = "Thư viện tỉnh mở cửa đến chín giờ tối mọi ngày trong tuần"
PASSAGE = "phòng đọc dành cho thiếu nhi"
DOCUMENT = "Quyết định số 27-QĐ/VD về lịch trực của các phòng đọc"
TABLE = "Bảng số liệu của các phòng đọc"
_GRAVE = '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="gone"/></channel>'


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the portal answers, and the addresses that a story needs."""

    base: str
    withdrawn: str
    original: str

    def url(self, path: str) -> str:
        return self.base + path


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Fill a scratch database as an operator would, and serve it until the end of the block."""
    with scratch(folder) as made, Publisher() as publisher:
        _publish(publisher)
        _run(made, "agencies", "import")
        file = made.data_dir / "sources.toml"
        file.write_text(registry(_sources(publisher)))
        _run(made, "harvest", "once", "--registry", str(file))
        ((section, slug, number),) = made.query(
            "SELECT section, slug, id FROM entries_entry WHERE title LIKE 'Tin sẽ%'"
        )
        activity = publisher.pages["/tin-hoat-dong"]
        publisher.pages["/tin-hoat-dong"] = Page(body=activity.body.replace(b"</channel>", _GRAVE.encode()))
        _run(made, "harvest", "once", "--due-now")
        _run(made, "index", "once")
        port = free_port()
        made.start("web", PORT=str(port), HOST="127.0.0.1")
        base = f"http://127.0.0.1:{port}"
        assert wait_until(lambda: is_ready(base), 30), made.log()
        yield Site(base=base, withdrawn=f"/tin-tuc/{section}/{slug}-{number}", original=publisher.url("/bai/lead"))


def _run(made: Scratch, *command: str) -> None:
    done = made.run(*command)
    assert done.returncode == 0, done.stderr
    assert made.query("SELECT slug, error_text FROM harvest_source WHERE error_code <> ''") == []


def is_ready(base: str) -> bool:
    try:
        with urlopen(f"{base}/readyz", timeout=5) as answer:
            return bool(json.load(answer)["ready"])
    except OSError:
        return False


def _sources(publisher: Publisher) -> list[dict[str, str]]:
    return [
        {"id": path[1:], "agency": AGENCY, "section": path[1:], "url": publisher.url(path)}
        for path, page in publisher.pages.items()
        if page.kind.startswith("application/rss")
    ]


def _publish(publisher: Publisher) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for colour in ("seagreen", "peru", "steelblue"):
        publisher.pages[f"/{colour}.jpg"] = Page(body=jpeg(colour), kind="image/jpeg")

    def item(guid: str, title: str, hours: int, body: str = "<p>Bài ngắn.</p>", colour: str = "") -> Item:
        link, image = publisher.url(f"/bai/{guid}"), publisher.url(f"/{colour}.jpg") if colour else ""
        return Item(guid=guid, title=title, at=now - timedelta(hours=hours), body=body, link=link, image=image)

    told = f"<p>Từ thứ hai tới, bạn đọc vào cửa tự do.</p><p>Tầng hai có {PASSAGE}, mở thêm buổi tối.</p>"
    wide = "<table><tr>" + "<td>Cột số liệu khá dài</td>" * 14 + "</tr></table><p>" + "a" * 200 + "</p>"
    activity = [
        item("lead", LEAD, 1, told, "seagreen"),
        item("wide", "Bảng số liệu của các phòng đọc", 2, wide, "peru"),
    ]
    activity += [item(f"n{n}", f"Bản tin thứ {n} về vỉa hè và hàng cây", 3 + n, colour="steelblue") for n in range(8)]
    activity.append(item("gone", "Tin sẽ được gỡ", 20))
    publisher.pages |= {
        "/tin-hoat-dong": Page(body=rss(*activity)),
        "/xay-dung-dang": Page(body=rss(item("x1", "Chi bộ họp bàn việc học tập buổi tối", 5))),
        "/van-ban": Page(body=rss(item("v1", DOCUMENT, 6))),
        "/gioi-thieu": Page(body=rss(item("g1", "Chức năng, nhiệm vụ của phòng đọc", 7))),
        "/kinh-te": Page(body=rss(item("k1", "Chợ quê bán rau qua mạng", 8, colour="peru"))),
    }
