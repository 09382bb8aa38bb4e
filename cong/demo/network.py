"""Serve the simulated network on loopback: `python -m cong.demo.network --port P`. Prints one JSON line when ready."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import web

from cong.demo.answers import PREFIX, Answer, Network
from cong.demo.registry import has_addresses
from cong.demo.sites import Site, sites

_PR_SET_PDEATHSIG = 1
_TRIES = 40


class NoPort(OSError):
    """The port is taken on one of the addresses; the text says so in Vietnamese."""


async def serve(network: Network, sockets: list[socket.socket], *, now: Callable[[], datetime]) -> web.AppRunner:
    """Begin to answer on the sockets; the caller cleans the runner up."""
    application = web.Application()
    application.router.add_get("/{path:.*}", _Handler(network, now).handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    for one in sockets:
        await web.SockSite(runner, one).start()
    return runner


class _Handler:
    """Finds the site that a request means, by the address it came to or by the first part of its path."""

    def __init__(self, network: Network, now: Callable[[], datetime]) -> None:
        self.network, self.now = network, now
        self.by_address = {f"{PREFIX}{site.number}": site for site in sites()}
        self.by_slug = {site.slug: site for site in sites()}

    async def handle(self, request: web.Request) -> web.Response:
        site, path = self._meant(request)
        if site is None:
            return web.Response(status=404, text="Không có trang này.")
        if path.startswith("/anh/"):
            # Drawing takes a twentieth of a second: in a thread, so that feeds do not wait for it.
            return _response(await asyncio.to_thread(self.network.answer, site, path, self.now()))
        answer = self.network.answer(site, path, self.now(), request.headers)
        if answer.delay:
            await asyncio.sleep(answer.delay)
        return _response(answer)

    def _meant(self, request: web.Request) -> tuple[Site | None, str]:
        if self.network.addresses:
            name = request.transport.get_extra_info("sockname")[0] if request.transport else ""
            return self.by_address.get(name), request.path
        _, slug, *rest = request.path.split("/", 2)
        return self.by_slug.get(slug), "/" + "".join(rest)


def _response(answer: Answer) -> web.Response:
    headers = {**answer.headers, "Content-Type": answer.type}
    return web.Response(status=answer.status, body=answer.body, headers=headers)


def listen(port: int, *, addresses: bool) -> list[socket.socket]:
    """Open the sockets; port 0 means any that is free on all addresses. Raises NoPort."""
    hosts = [f"{PREFIX}{site.number}" for site in sites()] if addresses else ["127.0.0.1"]
    for _ in range(_TRIES):
        opened: list[socket.socket] = []
        try:
            for host in hosts:
                opened.append(_open(host, opened[0].getsockname()[1] if opened else port))
        except OSError as error:
            for one in opened:
                one.close()
            if port:
                raise NoPort(f"Cổng {port} đang bận trên loopback: {error.strerror}.") from error
        else:
            return opened
    raise NoPort("Không tìm được cổng mạng trống trên loopback.")


def _open(host: str, port: int) -> socket.socket:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((host, port))
    except OSError:
        one.close()
        raise
    one.setblocking(False)  # noqa: FBT003 (the socket's own spelling)
    return one


@contextmanager
def _stopping() -> Iterator[asyncio.Event]:
    """Yield an event that SIGTERM, SIGINT or the death of the parent sets."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    watch = loop.create_task(_outlive(os.getppid(), stop))
    _die_with_parent()
    try:
        yield stop
    finally:
        watch.cancel()


def _die_with_parent() -> None:
    """Ask Linux for a SIGTERM when the parent ends; elsewhere `_outlive` notices a second later."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


async def _outlive(parent: int, stop: asyncio.Event) -> None:
    while os.getppid() == parent:
        await asyncio.sleep(1)
    stop.set()


async def _run(options: argparse.Namespace) -> None:
    own = has_addresses() and not options.paths
    sockets = listen(options.port, addresses=own)
    port = sockets[0].getsockname()[1]
    started = options.started_at or datetime.now(UTC)
    network = Network(
        seed=options.seed, started_at=started, port=port, addresses=own, pace=timedelta(seconds=options.pace)
    )
    shift = options.at - datetime.now(UTC) if options.at else timedelta(0)
    with _stopping() as stop:
        runner = await serve(network, sockets, now=lambda: datetime.now(UTC) + shift)
        ready = {"port": port, "addresses": own, "seed": options.seed, "started_at": started.isoformat()}
        print(json.dumps(ready | {"sites": len(sites())}), flush=True)  # noqa: T201 (the caller reads this line)
        await stop.wait()
        await runner.cleanup()


def _no_race(record: logging.LogRecord) -> bool:
    """Leave out the server's own race when a visitor hangs up while it stops; everything else is told."""
    return not (record.exc_info and record.exc_info[0] is asyncio.InvalidStateError)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(prog="cong.demo.network", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="cổng mạng; 0: tự chọn")
    parser.add_argument("--seed", type=int, default=2026, help="cùng số này thì cùng tin")
    parser.add_argument("--started-at", type=_moment, help="lúc mạng bắt đầu (ISO 8601); mặc định: bây giờ")
    parser.add_argument("--at", type=_moment, help="giả vờ bây giờ là lúc này (ISO 8601)")
    parser.add_argument("--pace", type=float, default=20, help="cứ ngần này giây có một tin mới ở đâu đó")
    parser.add_argument("--paths", action="store_true", help="mọi trang ở 127.0.0.1, mỗi trang một đường dẫn")
    # With no logging set up, the filter must sit on the handler that prints.
    told = logging.StreamHandler()
    told.addFilter(_no_race)
    logging.basicConfig(level=logging.WARNING, handlers=[told])
    try:
        asyncio.run(_run(parser.parse_args()))
    except NoPort as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
