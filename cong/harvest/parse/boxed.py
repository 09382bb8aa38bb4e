"""The lenient reader in a box: feedparser in a process of its own, five seconds, 512 MB, no way back but JSON."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from typing import Any

from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.raw import Enclosure, NotAFeed, RawFeed, RawItem, Rules

_SECONDS, _BYTES = 5, 512 * 1024 * 1024


def lenient(body: bytes, *, url: str, charset: str | None, rules: Rules, problem: NotAFeed) -> RawFeed:
    """Return what feedparser makes of the bytes; raises `problem` again when it makes nothing of them."""
    ask = json.dumps({"url": url, "charset": charset}).encode() + b"\n" + body
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cong.harvest.parse.fallback"],
            input=ask, capture_output=True, timeout=_SECONDS, check=True, preexec_fn=_limit,
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        said = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise problem from error
    if not said["items"]:
        raise problem
    items = tuple(_item(one, rules) for one in said["items"])
    return RawFeed(
        kind=said["kind"], title=said["title"], url=said["url"], lang=said["lang"], items=items, fallback=True
    )


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))


def _item(said: dict[str, Any], rules: Rules) -> RawItem:
    enclosures = tuple(Enclosure(url=url, type=kind) for url, kind in said.pop("enclosures"))
    published = datetime.fromisoformat(said.pop("published")) if said.get("published") else said.pop("published", None)
    item = RawItem(**said | {"tags": tuple(said["tags"])}, enclosures=enclosures, published=published)
    return _dated(item, rules)


def _dated(item: RawItem, rules: Rules) -> RawItem:
    found = parse_date(item.date_text, rules) if item.date_text else None
    return replace(item, published=found, date_text="") if found else item
