"""A load generator for keep-alive HTTP: one process, raw sockets, one request in flight a connection.

`python -m bench.delivery_load HOST:PORT SECONDS CONNECTIONS [--header "Name: value"]… PATH…` asks the paths in turn and
prints one line of JSON. An answer counts when its status is among `--status`; any other ends up in `errors`.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

_BLOCK = 1 << 18


@dataclass(kw_only=True)
class Found:
    """What a run found; latencies are seconds, of every 16th answer."""

    answers: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    errors: int = 0
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        kept = sorted(self.latencies)
        return kept[min(len(kept) - 1, int(len(kept) * share))] if kept else 0.0


class Connection:
    """One connection and the answer that is coming in."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = b""
        self.left = -1
        self.status = 0
        self.asked_at = 0.0
        self.whole = 0
        self.tail = b""

    def ask(self, request: bytes) -> None:
        self.head, self.left, self.asked_at = b"", -1, time.perf_counter()
        self.socket.sendall(request)

    def take(self) -> bool:
        """Read what came and tell whether the answer is whole. Raises OSError when the server hung up."""
        data = self.socket.recv(_BLOCK)
        if not data:
            raise ConnectionResetError
        self.tail = data if len(data) >= 32 else self.tail[-32:] + data
        if len(data) == self.whole and self.left < 0 and not self.head and data[9:12] == b"200":
            # As long as the first and of the same status: whole, without looking into it.
            self.head, self.status, self.left = data, 200, 0
            return True
        if self.left < 0:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            self.status = int(self.head[9:12])
            self.left = _length(self.head[:end], self.status) - (len(self.head) - end - 4)
            if self.left == 0 and len(self.head) == len(data):
                self.whole = len(data)
        else:
            self.left -= len(data)
        return self.left == 0


def _length(head: bytes, status: int) -> int:
    if status == 304:
        return 0
    low = head.lower()
    at = low.find(b"content-length:")
    if at < 0:
        raise ConnectionResetError("an answer without its length")
    return int(low[at + 15 : low.find(b"\r", at)] if low.find(b"\r", at) > 0 else low[at + 15 :])


def run(
    address: tuple[str, int], requests: Sequence[bytes], *, seconds: float, connections: int, statuses: set[int]
) -> Found:
    """Ask for so long, over so many connections."""
    found, turn = Found(), cycle(requests)
    with selectors.DefaultSelector() as ready:
        for _ in range(connections):
            _open(ready, address, turn)
        began = time.perf_counter()
        end = began + seconds
        while (now := time.perf_counter()) < end:
            for key, _ in ready.select(0.2):
                _serve(ready, key.data, address, turn, found, statuses)
        found.seconds = now - began
        for key in list(ready.get_map().values()):
            key.data.socket.close()
    return found


def _open(ready: selectors.BaseSelector, address: tuple[str, int], turn: Iterator[bytes]) -> None:
    one = Connection(address)
    ready.register(one.socket, selectors.EVENT_READ, one)
    one.ask(next(turn))


def _serve(
    ready: selectors.BaseSelector, one: Connection, address: tuple[str, int], turn: Iterator[bytes], found: Found,
    statuses: set[int],
) -> None:  # fmt: skip
    try:
        if not one.take():
            return
        _count(one, found, statuses)
        one.ask(next(turn))
    except OSError:
        found.errors += 1
        ready.unregister(one.socket)
        one.socket.close()
        _open(ready, address, turn)


def _count(one: Connection, found: Found, statuses: set[int]) -> None:
    found.answers += 1
    found.statuses[one.status] += 1
    if one.status not in statuses:
        found.errors += 1
    if found.answers % 16 == 0:
        found.latencies.append(time.perf_counter() - one.asked_at)


def request(host: str, path: str, headers: Sequence[str] = ()) -> bytes:
    """Return a GET request."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *headers, "", ""]
    return "\r\n".join(lines).encode()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("address")
    options.add_argument("seconds", type=float)
    options.add_argument("connections", type=int)
    options.add_argument("paths", nargs="+")
    options.add_argument("--header", action="append", default=[])
    options.add_argument("--status", type=int, action="append")
    options.add_argument("--cpu", type=int)
    given = options.parse_args()
    if given.cpu is not None:
        os.sched_setaffinity(0, {given.cpu})
    host, _, port = given.address.partition(":")
    requests = [request(given.address, path, given.header) for path in given.paths]
    found = run(
        (host, int(port)), requests, seconds=given.seconds, connections=given.connections,
        statuses=set(given.status or [200]),
    )  # fmt: skip
    print(json.dumps({
        "answers": found.answers, "statuses": found.statuses, "errors": found.errors, "seconds": found.seconds,
        "p50": found.percentile(0.5), "p90": found.percentile(0.9), "p99": found.percentile(0.99),
        "longest": found.percentile(1.0),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
