"""What a hub sent is taken by the real poller; what cannot be read makes it visit the source itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harvest.publisher import Item, Page, Publisher, registry, rss
from tests.scratch import Scratch

_SENT = """
import hmac
from datetime import timedelta
from django.utils import timezone
from cong.harvest import subscribing
from cong.harvest.models import Source
at = timezone.now()
Source.objects.update(hub_mode="subscribe", hub_token="t", hub_secret="k", hub_until=at + timedelta(days=1),
                      next_at=at + timedelta(hours=5))
body = {body!r}
proof = "sha256=" + hmac.new(b"k", body, "sha256").hexdigest()
assert subscribing.receive(Source.objects.get(), body, charset="utf-8", signature=proof, at=at) == ""
"""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as running:
        yield running


def _once(scratch: Scratch, *more: str) -> None:
    done = scratch.run("harvest", "once", "--json", *more)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr


def _sent(scratch: Scratch, body: bytes) -> None:
    done = scratch.run("shell", "-c", _SENT.format(body=body))
    assert done.returncode == 0, done.stderr


def test_the_poller_takes_what_a_hub_sent_and_asks_the_source_only_when_it_cannot_be_read(
    scratch_database: Scratch, publisher: Publisher
) -> None:
    publisher.pages["/feed"] = Page(body=rss(Item(guid="1", title="Tin thứ nhất")))
    file = scratch_database.data_dir / "sources.toml"
    file.write_text(registry([{"id": "feed", "url": publisher.url("/feed"), "name": "Nguồn"}]))
    _once(scratch_database, "--registry", str(file))

    _sent(scratch_database, rss(Item(guid="2", title="Tin từ hub")))
    _once(scratch_database)
    asked = publisher.statuses("/feed")
    _sent(scratch_database, b"<html><p>Xin loi</p></html>")
    _once(scratch_database)

    titles = scratch_database.query("SELECT title FROM entries_entry ORDER BY id")
    assert titles == [("Tin thứ nhất",), ("Tin từ hub",)]
    assert (asked, publisher.statuses("/feed")) == ([200], [200, 304])
    assert scratch_database.query("SELECT count(*) FROM harvest_rawbody WHERE kind = 'hub'") == [(0,)]
    codes = scratch_database.query("SELECT error_code, new FROM harvest_fetch ORDER BY id")
    assert codes == [("", 1), ("hub", 1), ("", 0)]
