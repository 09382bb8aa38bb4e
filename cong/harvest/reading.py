"""Read the bodies of a source as its registry entry says: the same for a visit, a dry run and reading again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cong.harvest.adapters import ADAPTERS, Adapter, Body, Reading, Spec
from cong.harvest.models import Source
from cong.harvest.parse import RawFeed, Rules

# Bodies of one visit: a list of pages, the maps of an index, the parts of an OAI answer.
MOST_BODIES = 50
# A visit that can be gone on with ends well before its lease does.
_LONG_ENOUGH_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What all bodies of one visit said together. `left_out`: why not everything was read, "" when all was.

    `bodies` are kept with the visit. `resume`: the cursor with which the next visit goes on where this one stopped;
    it comes `soon` when this one stopped because it was long enough.
    """

    feed: RawFeed
    cursor: str = ""
    left_out: str = ""
    bodies: tuple[Body, ...] = ()
    resume: str = ""
    soon: bool = False


def most_bodies(source: Source) -> int:
    """Return how many bodies one visit may have; an API goes as far as its entry says."""
    pages = source.config.get("pages", 1)
    return min(int(pages), MOST_BODIES) if source.kind == "jsonapi" and isinstance(pages, int) else MOST_BODIES


def is_enough(source: Source, bodies: int, seconds: float) -> bool:
    """Tell whether a visit that has read so many bodies in that time reads no further."""
    return bodies >= most_bodies(source) or (adapter_of(source).resume is not None and seconds > _LONG_ENOUGH_S)


def adapter_of(source: Source) -> Adapter:
    return ADAPTERS[source.kind]


def spec_of(source: Source) -> Spec:
    return Spec(url=source.url, config=source.config, cursor=source.cursor, failures=source.fail_count)


def start(source: Source) -> tuple[str, ...]:
    """Return the addresses with which a visit begins."""
    return adapter_of(source).start(spec_of(source))


def read(source: Source, body: Body, *, at: datetime) -> Reading:
    """Read one body; raises NotAFeed."""
    charset = source.config.get("charset", "auto")
    declared = body.charset if charset == "auto" else charset
    return adapter_of(source).read(replace(body, charset=declared), spec_of(source), rules(source, at=at))


def rules(source: Source, *, at: datetime) -> Rules:
    """Return how the source writes its dates."""
    return Rules(
        timezone=source.config.get("timezone", "Asia/Ho_Chi_Minh"),
        date_order=source.config.get("date_order", "DMY"),
        now=at,
    )


def together(readings: Sequence[Reading], *, bodies: Sequence[Body] = (), left_out: str = "") -> Gathered:
    """Join what the bodies of one visit said, in their order; the first says what the source is called."""
    feed = readings[0].feed
    if len(readings) > 1:
        feed = replace(
            feed,
            items=tuple(item for one in readings for item in one.feed.items),
            deleted=tuple(guid for one in readings for guid in one.feed.deleted),
        )
    cursors = [one.cursor for one in readings if one.cursor]
    cursor = cursors[-1] if cursors and not left_out else ""
    return Gathered(feed=feed, cursor=cursor, left_out=left_out, bodies=tuple(bodies))


def in_part(
    source: Source, readings: Sequence[Reading], *, bodies: Sequence[Body], rest: str, problem: str
) -> Gathered:
    """Join what a visit read that stopped before `rest`. `problem`: why it had to, "" when it was long enough."""
    resume, cursors = adapter_of(source).resume, [one.cursor for one in readings if one.cursor]
    if resume is None:
        return together(readings, bodies=bodies, left_out=problem or "Còn trang chưa đọc trong lần thu này.")
    told = problem or "Danh sách dài: phần còn lại được đọc tiếp trong lần thu sau."
    gathered = together(readings, bodies=bodies, left_out=told)
    cursor = resume(spec_of(source), cursors[-1] if cursors else "", rest)
    return replace(gathered, resume=cursor, soon=bool(cursor) and not problem)


def wants_pages(source: Source) -> bool:
    """Tell whether each item's own page is read for its full text: where the source's entry says so, or its kind."""
    if "full" in source.config:
        return bool(source.config["full"])
    return "content" in source.config or not adapter_of(source).carries_text
