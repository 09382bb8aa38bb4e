"""How often a network or a mailbox has asked today; what is kept is a keyed hash that goes with the day."""

from __future__ import annotations

import ipaddress
from datetime import date

from django.db.models import F
from django.utils.crypto import salted_hmac

from cong.search.models import Tally

_IPV4_BITS, _IPV6_BITS = 24, 56


def network_of(address: str) -> str:
    """Return the network that a client's address is counted under; what is no address is one network."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    bits = _IPV4_BITS if found.version == 4 else _IPV6_BITS
    return str(ipaddress.ip_network((found, bits), strict=False))


def mailbox_of(email: str) -> str:
    """Return the mailbox behind an address: `lan+tin@vidu.vn` is read by lan@vidu.vn."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def within(most: int, what: str, *, on: date) -> bool:
    """Count once more for that day; tells whether it was not too often, and counts no further when it was."""
    digest = salted_hmac("search.tally", f"{on} {what}", algorithm="sha256").hexdigest()[:32]
    Tally.objects.bulk_create([Tally(day=on, digest=digest, count=0)], ignore_conflicts=True)
    return Tally.objects.filter(day=on, digest=digest, count__lt=most).update(count=F("count") + 1) == 1


def forget(*, before: date) -> int:
    """Throw away the counts of earlier days; returns how many."""
    return Tally.objects.filter(day__lt=before).delete()[0]
