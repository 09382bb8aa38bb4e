"""What staff screens ask of the network: bounded in time, in turn, and nothing is written into the database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from asgiref.sync import async_to_sync
from django.conf import settings

from cong.accounts.models import User
from cong.harvest import rests
from cong.harvest.discovering import Discovery, discovered
from cong.harvest.fetch import Client, Limits
from cong.harvest.models import Source
from cong.harvest.poller import limits
from cong.harvest.trial import Trial, tried
from cong.harvest.turns import NotNow, turn

SECONDS = 40.0
# One address that does not answer leaves time for the others.
_EACH_S = 10.0


class TooSlow(Exception):
    """The source did not answer in time; the text says what to do."""

    def __init__(self) -> None:
        super().__init__(
            f"Chạy thử quá {SECONDS:.0f} giây nên đã dừng. Nguồn trả lời chậm: hãy thử lại sau, hoặc giảm số trang."
        )


@contextmanager
def _turn(by: User, at: datetime) -> Iterator[None]:
    with turn(settings.HARVEST_DIR / "turns", by.pk, at=at):
        yield


def _limits(total_s: float) -> Limits:
    found = limits()
    return replace(found, total_s=min(found.total_s, total_s))


def look_around(address: str, *, by: User, at: datetime) -> Discovery:
    """Find out what an address could be read as. Raises NotNow."""
    known = rests.going_on(at=at)

    async def look() -> Discovery:
        async with Client(_limits(_EACH_S), known_rests=known) as client:
            return await discovered(address, client, at=at)

    with _turn(by, at):
        return async_to_sync(look)()


def try_out(source: Source, *, by: User, at: datetime) -> Trial:
    """Visit a source, stored or not, and say what would come of it. Raises NotNow, TooSlow."""
    known = rests.going_on(at=at)

    async def visit() -> Trial:
        async with Client(_limits(SECONDS), known_rests=known) as client, asyncio.timeout(SECONDS):
            return await tried(source, client, at=at)

    with _turn(by, at):
        try:
            return async_to_sync(visit)()
        except TimeoutError as error:
            raise TooSlow from error


__all__ = ["NotNow", "TooSlow", "look_around", "try_out"]
