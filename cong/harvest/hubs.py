"""Ask hubs: subscribe, renew before the lease ends, leave; through the one guarded client, and never in a hurry."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from cong.harvest import rests, subscribing, websub
from cong.harvest.fetch import Client, FetchFailed, HostRest
from cong.harvest.models import Source
from cong.harvest.poller import limits
from cong.harvest.websub import Mode

_AT_ONCE = 50
_AWAITED = timedelta(days=1)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=10), timedelta(days=1)
_LEAVE_TRIES = 3
_SILENT = "Hub đã nhận yêu cầu nhưng không hỏi lại để xác nhận; nguồn vẫn được thu theo lịch."


def keep_up(*, at: datetime) -> int:
    """Ask every hub that is to be asked now; returns how many were."""
    subscribing.let_go(at=at)
    subscribing.wake_waiting(at=at)
    due = Source.objects.filter(hub_at__lte=at).exclude(hub_mode="").order_by("hub_at")
    asked = [source for source in due[:_AT_ONCE] if _is_asked(source, at)]
    if asked:
        for source, problem in zip(asked, asyncio.run(_ask(asked, rests.known(at=at), at)), strict=True):
            if problem:
                Source.objects.filter(pk=source.pk, hub_token=source.hub_token).update(hub_error=problem)
    return len(asked)


def _is_asked(source: Source, at: datetime) -> bool:
    """Write down that the hub is being asked, before it is: it may ask back at once. False when it is not to be."""
    mine = Source.objects.filter(pk=source.pk, hub_token=source.hub_token, hub_at=source.hub_at)
    if not subscribing.may_be_called() or not subscribing.is_safe(source.hub):
        mine.update(**subscribing.FORGOTTEN | {"hub": source.hub, "hub_topic": source.hub_topic})
        return False
    if source.hub_mode == Mode.UNSUBSCRIBE and source.hub_tries >= _LEAVE_TRIES:
        mine.update(**subscribing.FORGOTTEN)
        return False
    silent = source.hub_tries and not source.hub_error
    again = at + min(_FIRST_WAIT * 2 ** min(source.hub_tries, 10), _LONGEST_WAIT)
    return bool(mine.update(
        hub_at=again, hub_tries=F("hub_tries") + 1, hub_open_until=at + _AWAITED,
        hub_error=_SILENT if silent else source.hub_error,
    ))  # fmt: skip


async def _ask(sources: Sequence[Source], known: Sequence[HostRest], at: datetime) -> list[str]:
    """POST to every hub; returns for each why it did not take the request, "" when it did."""
    async with Client(limits(), known_rests=known) as client:
        return await asyncio.gather(*(_asked(client, source, at) for source in sources))


async def _asked(client: Client, source: Source, at: datetime) -> str:
    form = websub.request(
        Mode(source.hub_mode), topic=source.hub_topic, callback=callback(source), secret=source.hub_secret
    )  # fmt: skip
    try:
        answer = await client.post(source.hub, form, now=at)
    except FetchFailed as failure:
        return f"Không hỏi được hub: {failure}"
    if 200 <= answer.status < 300:
        return ""
    return f"Hub không nhận yêu cầu (HTTP {answer.status}); hệ thống sẽ hỏi lại, nguồn vẫn được thu theo lịch."


def callback(source: Source) -> str:
    """Return the address at which the hub reaches us for this source."""
    return str(settings.SITE_URL + reverse("harvest:websub", args=[source.hub_token]))
