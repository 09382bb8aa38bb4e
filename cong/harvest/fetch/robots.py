"""robots.txt (RFC 9309): what a host lets us fetch, kept for a day.

Which group is ours is read here, before the parser sees it: of a file with many groups and many rules the parser
would make their product in memory.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from protego import Protego
from yarl import URL

from cong.harvest.fetch.guard import key_of
from cong.harvest.fetch.limits import FetchFailed

OBEY, IGNORE = "obey", "ignore"
LONGEST_DELAY_S = 30.0

_FRESH = timedelta(hours=24)
_RETRY = timedelta(minutes=5)
_NEVER = datetime.min.replace(tzinfo=UTC)
_AGENT = re.compile(r"user[ -]?agent\s*[:\s]\s*([a-z_-]+|\*)?", re.IGNORECASE)
_SITE_WIDE = re.compile(r"(?:site-?maps?|host)\s*[:\s]", re.IGNORECASE)
_DISALLOW = re.compile(r"disallow\s*:", re.IGNORECASE)
_MOST_RULES, _LONGEST_RULE, _MOST_BLAMED = 5_000, 2_000, 100
# The host itself is out of reach: its page would say the same, so there is nothing to learn about its rules.
_UNREACHED = frozenset({"dns", "connection", "tls", "resting"})
# A robots.txt that leads nowhere is one that does not exist; where we may not go, the page's own fetch says so.
_ABSENT = frozenset({"redirects", "downgrade", "scheme", "address", "port"})


def wrong_robots(config: Mapping[str, Any]) -> str:
    """Tell in Vietnamese what is wrong with the word `robots` of a registry entry, "" when nothing is."""
    word = config.get("robots", OBEY)
    if word not in (OBEY, IGNORE):
        return f"robots “{word}” không có; dùng “{OBEY}” (theo robots.txt của nguồn) hoặc “{IGNORE}” (bỏ qua)."
    if word == IGNORE and not str(config.get("licence", "")).strip():
        return f"robots = “{IGNORE}” chỉ dùng khi nguồn đã đồng ý bằng văn bản: hãy ghi văn bản đó vào licence."
    return ""


def obeys(config: Mapping[str, Any]) -> bool:
    """Tell whether a source is fetched as its robots.txt says; so is one whose exception is not written down."""
    return config.get("robots", OBEY) != IGNORE or bool(wrong_robots(config))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What one robots.txt says to us. `lines` are the rules of our group; `delay_s` is bounded."""

    lines: tuple[str, ...]
    parsed: Protego
    delay_s: float

    @classmethod
    def read(cls, body: bytes, product: str) -> Rules:
        lines = _our_lines(body.decode("utf-8-sig", "replace"), product)
        parsed = Protego.parse("\n".join(("User-agent: *", *lines)))
        return cls(lines=tuple(lines), parsed=parsed, delay_s=min(parsed.crawl_delay("*") or 0.0, LONGEST_DELAY_S))

    def allows(self, url: URL) -> bool:
        return self.parsed.can_fetch(str(url), "*")

    def rule_against(self, url: URL) -> str:
        """Return the longest Disallow line that covers `url`; "" when none of the first is it."""
        lines = [line for line in self.lines if _DISALLOW.match(line)][:_MOST_BLAMED]
        return max((line for line in lines if _covers(line, url)), key=len, default="")


def _covers(line: str, url: URL) -> bool:
    return not Protego.parse(f"User-agent: *\n{line}").can_fetch(str(url), "*")


def _our_lines(text: str, product: str) -> list[str]:
    """Return the rules of all groups that name `product`, else of those for everyone; of absurdly many, the first."""
    groups: dict[str, dict[str, None]] = {product: {}, "*": {}}
    named, heading, present = False, False, set[str]()
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        agent = _AGENT.match(line)
        if agent:
            present = present if heading else set()
            present |= {(agent[1] or "").lower()} & groups.keys()
            named, heading = named or product in present, True
        elif line and not _SITE_WIDE.match(line):
            heading = False
            for name in present if len(line) <= _LONGEST_RULE else ():
                groups[name][line] = None
    return list(groups[product] if named else groups["*"])[:_MOST_RULES]


_EVERYTHING = Rules.read(b"", "")


@dataclass(kw_only=True, slots=True)
class _Known:
    """What we know of one host's robots.txt. While `doubt` stands, nothing may be fetched."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    fresh_until: datetime = _NEVER
    rules: Rules | None = None
    doubt: FetchFailed | None = None
    doubted_since: datetime | None = None


class Robots:
    """The robots.txt of all hosts met. `ask` fetches one: status and the first 500 KB of its body.

    `doubts` are those of an earlier client (`take_doubts`): since when the robots.txt of a host could not be had.
    """

    def __init__(
        self,
        ask: Callable[[URL], Awaitable[tuple[int, bytes]]],
        user_agent: str,
        clock: Callable[[], datetime],
        doubts: Mapping[str, datetime],
    ) -> None:
        self._ask = ask
        self._product = user_agent.partition("/")[0].strip().lower()
        self._clock = clock
        self._known: defaultdict[str, _Known] = defaultdict(_Known)
        for key, since in doubts.items():
            self._known[key].doubted_since = since
        self._changed: dict[str, datetime | None] = {}

    def take_doubts(self) -> dict[str, datetime | None]:
        """Return the doubts that began (since when) or ended (None) since the last call, by host."""
        taken, self._changed = self._changed, {}
        return taken

    async def check(self, url: URL) -> float:
        """Return the pause that the host wants between requests, in seconds; raises FetchFailed if not allowed."""
        known = self._known[key_of(url)]
        if known.fresh_until <= self._clock():
            async with known.turn:
                if known.fresh_until <= self._clock():
                    since = known.doubted_since
                    await self._refresh(known, url.origin() / "robots.txt")
                    if known.doubted_since != since:
                        self._changed[key_of(url)] = known.doubted_since
        if known.doubt is not None:
            raise FetchFailed(known.doubt.code, known.doubt.message, until=known.doubt.until)
        if known.rules is None or known.rules.allows(url):
            return known.rules.delay_s if known.rules else 0.0
        raise _refused(url, known.rules)

    async def _refresh(self, known: _Known, address: URL) -> None:
        try:
            status, body = await self._ask(address)
        except FetchFailed as failure:
            if failure.code in _ABSENT:
                self._learn(known, _EVERYTHING)
            else:
                self._doubt(known, failure if failure.code in _UNREACHED else _unreadable(address, failure.message))
            return
        if status == 429 or status >= 500:
            self._doubt(known, _unreadable(address, f"HTTP {status}"))
        elif status >= 300:
            self._learn(known, _EVERYTHING)
        else:
            # Reading a large file takes long enough to make the other sources wait.
            self._learn(known, await asyncio.to_thread(Rules.read, body, self._product))

    def _learn(self, known: _Known, rules: Rules) -> None:
        known.rules, known.doubt, known.doubted_since = rules, None, None
        known.fresh_until = self._clock() + _FRESH

    def _doubt(self, known: _Known, failure: FetchFailed) -> None:
        """Keep to the last copy when there is one; else fetch nothing, for a day at most."""
        at = self._clock()
        known.doubted_since = known.doubted_since or at
        waited = known.rules is not None or at - known.doubted_since >= _FRESH
        known.doubt = None if waited else failure
        known.fresh_until = at if failure.code in _UNREACHED else at + _RETRY


def _unreadable(address: URL, reason: str) -> FetchFailed:
    message = (
        f"Chưa đọc được {address} ({reason}) nên chưa thu từ máy chủ này. Hệ thống tự thử lại, quá 24 giờ thì thu "
        "như khi không có tệp này. Nếu kéo dài, hãy báo đơn vị quản trị nguồn."
    )
    return FetchFailed("robots", message)


def _refused(url: URL, rules: Rules) -> FetchFailed:
    rule = rules.rule_against(url)
    named = f" (quy tắc “{rule[:100]}”)" if rule else ""
    message = (
        f"robots.txt của {key_of(url)} không cho thu “{url.raw_path_qs[:200]}”{named}. Hãy đề nghị đơn vị quản trị "
        "nguồn mở, hoặc khi đã có thỏa thuận bằng văn bản thì ghi licence và robots = “ignore” cho nguồn này."
    )
    return FetchFailed("robots", message)
