"""Being stopped in the middle of a visit: nothing of it goes on behind the closed client."""

from __future__ import annotations

import asyncio
from typing import cast

from cong.harvest.fetch import Client, Limits
from cong.harvest.poller import Poller


class NeverAnswers:
    """A client whose requests wait until they are cancelled."""

    limits = Limits()

    async def get(self, *_: object, **__: object) -> None:
        await asyncio.Event().wait()


async def _left_over() -> int:
    poller = Poller(cast("Client", NeverAnswers()))
    visit = asyncio.create_task(poller._pictures(["https://xa.vn/1.jpg", "https://xa.vn/2.jpg"]))
    await asyncio.sleep(0.05)
    visit.cancel()
    await asyncio.gather(visit, return_exceptions=True)
    return len(asyncio.all_tasks()) - 1


def test_pictures_under_way_end_with_their_visit() -> None:
    assert asyncio.run(_left_over()) == 0
