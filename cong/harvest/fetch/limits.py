"""How much one fetch may ask for, and the one exception that says what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of every fetch. Sizes are bytes after decompression; `total_s` leaves out waiting for a turn.

    `allow_loopback` opens this machine's own addresses on any port, and nothing else: for the demo and tests.
    """

    allow_loopback: bool = False
    feed_bytes: int = 10_000_000
    page_bytes: int = 2_000_000
    picture_bytes: int = 8_000_000
    robots_bytes: int = 512_000
    total_s: float = 30.0
    redirects: int = 5
    host_gap_s: float = 1.0
    connections: int = 32
    user_agent: str = "Cong/0.1 (+feed harvester)"


class FetchFailed(Exception):
    """No usable answer. `code` is for programs, `message` (Vietnamese) tells an operator what to do.

    Codes: scheme, address, port, dns, connection, tls, timeout, redirects, downgrade, too-big, encoding, robots,
    resting (the host asked for a pause, the source has done nothing wrong: `until` says when to come again).
    """

    def __init__(self, code: str, message: str, *, until: datetime | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.until = until

    def __str__(self) -> str:
        return self.message
