"""Process benchmark: submit → appraise → approve → release, how soon it is seen, and `cong verify`.

`python -m bench.process [CYCLES]` prints a table: CPU milliseconds (median, 95th percentile) beside what Wagtail
takes to publish a page in the same run, milliseconds until the page, the feed and the search show it, and releases
verified a second; machine load.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

_SEEN_WITHIN = 10.0
_VERIFIED, _BATCH = 20_000, 1_000


def main(cycles: str = "200") -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "cong.config.settings", "DATABASE_URL": ""}
        import django  # noqa: PLC0415 (the folder must be known first)

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        call_command("assets", verbosity=0)
        measured = [cycle(number) | {"peer: Wagtail, CPU ms": page_of_wagtail(number)} for number in range(int(cycles))]
        report(measured)
        verify()


def report(measured: list[dict[str, float]]) -> None:
    print(f"load {os.getloadavg()[0]:.1f}, {len(measured)} cycles, article of 5 KB")
    for name in measured[0]:
        values = sorted(one[name] for one in measured)
        print(f"{name:34} median {statistics.median(values):9.2f}   95% {values[int(len(values) * 0.95)]:9.2f}")


def cycle(number: int) -> dict[str, float]:
    """Walk one text through all steps and look at it as a reader, a feed reader and a searcher would."""
    from cong.entries.models import Entry  # noqa: PLC0415
    from tests.publishing import makers as made  # noqa: PLC0415

    room, title, at = _room(), f"Thư viện số {number} mở cửa buổi tối", datetime.now(UTC)
    content, docket = made.content(room, title=title, html=_BODY), made.opened(room, at=at)
    client, indexer = _client(), _indexer()
    cpu, wall = time.process_time(), time.perf_counter()
    _walk(room, docket, content, at)
    acts = (time.process_time() - cpu) * 1000
    address = Entry.objects.get(pk=docket.pk).get_absolute_url()
    page = _until(lambda: client.get(address).status_code == 200, wall)
    cycle = (time.process_time() - cpu) * 1000
    feed = _until(lambda: title in client.get("/rss.xml").content.decode(), wall)
    indexer.step()
    found = _until(lambda: address in client.get("/tim-kiem", {"q": title}).content.decode(), wall)
    return {
        "four acts, CPU ms": acts, "four acts and the page, CPU ms": cycle, "page visible, ms": page,
        "feed, ms": feed, "search, ms": found,
    }  # fmt: skip


def _walk(room: Any, docket: Any, content: Any, at: datetime) -> None:
    """Submit, appraise, approve, release: each act by its own person."""
    from cong.publishing import passage, timing  # noqa: PLC0415
    from cong.publishing.models import Step  # noqa: PLC0415

    sealed = passage.submit(docket.publication, content, contributors=[], by=room.author, at=at)
    passage.judge(sealed, Step.APPRAISE, sha256=sealed.sha256, by=room.appraiser, at=at)
    passage.judge(sealed, Step.APPROVE, sha256=sealed.sha256, by=room.approver, at=at)
    timing.release_now(docket, sha256=sealed.sha256, by=room.duty, at=at)


def page_of_wagtail(number: int) -> float:
    """Return the CPU milliseconds of Wagtail's own way with the same text: page, revision, publish; nobody judges."""
    from wagtail.models import Page  # noqa: PLC0415

    root = Page.objects.get(depth=1)
    cpu = time.process_time()
    page = root.add_child(instance=Page(title=f"Trang {number}", slug=f"trang-{number}", search_description=_BODY))
    page.save_revision().publish()
    return (time.process_time() - cpu) * 1000


_BODY = "".join(f"<p>{'Phòng đọc nhận thêm bạn đọc buổi tối và có đèn mới. ' * 6}</p>" for _ in range(12))


# One of each for the whole run, as a server has them.
@cache
def _client() -> Any:
    from django.test import Client  # noqa: PLC0415

    return Client(SERVER_NAME="127.0.0.1")


@cache
def _indexer() -> Any:
    from django.conf import settings  # noqa: PLC0415

    from cong.search.index.folder import Folder  # noqa: PLC0415
    from cong.search.index.indexer import Indexer  # noqa: PLC0415

    return Indexer(Folder(root=settings.SEARCH_DIR))


@cache
def _room() -> Any:
    from tests.publishing import makers as made  # noqa: PLC0415

    return made.newsroom()


def _until(holds: Callable[[], bool], started: float) -> float:
    """Return the milliseconds since `started` until it holds."""
    while not holds():
        if time.perf_counter() - started > _SEEN_WITHIN:
            raise RuntimeError("never became visible")
        time.sleep(0.01)
    return (time.perf_counter() - started) * 1000


def verify() -> None:
    """Fill the ledger and check all of it."""
    from cong.publishing import actions  # noqa: PLC0415
    from cong.publishing.models import Origin, Release  # noqa: PLC0415
    from cong.publishing.queries import problems  # noqa: PLC0415
    from tests import makers  # noqa: PLC0415

    owner, at = makers.agency(), datetime.now(UTC)
    for first in range(0, _VERIFIED, _BATCH):
        contents = [makers.content(owner, f"Tin số {first + one}", html=_BODY) for one in range(_BATCH)]
        ids = actions.open_publications(owner, Origin.HARVEST, _BATCH, at=at)
        sealed = actions.seal_all(list(zip(ids, contents, strict=True)), by=None, at=at)
        actions.release_by_policy(sealed, makers.policy(), at=at)
    count, cpu, wall = Release.objects.count(), time.process_time(), time.perf_counter()
    found = list(problems())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    rates = f"{count / wall:,.0f} a second, {count / cpu:,.0f} a CPU second"
    print(f"verify: {count} releases, {rates}, {len(found)} problems")


if __name__ == "__main__":
    main(*sys.argv[1:])
