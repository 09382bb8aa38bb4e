"""The queue: take due sources, and items whose own page wants a look, under leases that expire."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from itertools import count

from django.db import transaction

from cong.harvest.models import Item, Source

LEASE = timedelta(seconds=120)
_claims = count(1)


def claim_sources(most: int, *, worker: str, at: datetime) -> list[Source]:
    """Lease up to `most` due sources to `worker`; two workers never hold the same one.

    Each claim has a name of its own, so that a visit whose lease was taken away is not let in by the next one's.
    """
    claim = f"{worker}#{next(_claims)}"
    with transaction.atomic():
        due = Source.objects.due(at).select_for_update(skip_locked=True, of=("self",))
        found = list(due.select_related("agency")[:most])
        until = at + LEASE
        Source.objects.filter(pk__in=[one.pk for one in found]).update(lease_until=until, lease_by=claim)
    for one in found:
        one.lease_until, one.lease_by = until, claim
    return found


def worker_name() -> str:
    """Return a name that tells machine and process, so that the leases of a dead one can be given back."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}"


def reclaim() -> int:
    """Free the sources that processes of this machine held when they were killed; others run out by themselves."""
    here = f"{socket.gethostname()[:30]}:"
    holders = set(Source.objects.filter(lease_by__startswith=here).values_list("lease_by", flat=True))
    dead = [name for name in holders if not _lives(int(name.partition("#")[0].rpartition(":")[2]))]
    return Source.objects.filter(lease_by__in=dead).update(lease_until=None, lease_by="") if dead else 0


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def claim_items(most: int, *, at: datetime) -> list[Item]:
    """Take items whose page is to be looked at; each comes back by itself if nobody reports."""
    with transaction.atomic():
        due = Item.objects.filter(check_at__lte=at).select_for_update(skip_locked=True, of=("self",))
        found = list(due.select_related("source").order_by("check_at")[:most])
        Item.objects.filter(pk__in=[one.pk for one in found]).update(check_at=at + 5 * LEASE)
    return found
