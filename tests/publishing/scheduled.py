"""`python -m tests.publishing.scheduled N`: N approved texts whose scheduled time has passed, in the given database."""

from __future__ import annotations

import sys

import django

django.setup()

from datetime import UTC, datetime, timedelta  # noqa: E402

from cong.agencies.models import Membership  # noqa: E402
from cong.publishing import timing  # noqa: E402
from tests.publishing.makers import approved, newsroom, sha  # noqa: E402


def main(count: int) -> None:
    now = datetime.now(UTC)
    room = newsroom()
    for held in list(Membership.objects.all()):
        Membership.objects.create(user=held.user, agency=held.agency, role=held.role, from_on=(now - _LONG).date())
    for number in range(count):
        docket = approved(room, at=now - timedelta(hours=2), title=f"Tin số {number}")
        timing.schedule(docket, now - timedelta(hours=1), sha256=sha(docket), by=room.duty, at=now - timedelta(hours=2))


_LONG = timedelta(days=3)

if __name__ == "__main__":
    main(int(sys.argv[1]))
