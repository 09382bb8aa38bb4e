"""Work that search does by the clock: a part of the index is compared with the shelf every hour."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from cong.jobs import schedules
from cong.search import actions
from cong.search.check import slice_of
from cong.search.engine import NotReady

log = logging.getLogger(__name__)


@task
def check_index() -> int:
    """Compare this hour's 24th of the index with the shelf and have put right what differs; returns how much did."""
    at = timezone.now()
    try:
        checked, _ = actions.repair(slice_of(timezone.localtime(at).hour), at=at)
    except NotReady:
        # The indexer is building one.
        return 0
    if checked.differences:
        log.error("search.differs missing=%s stale=%s extra=%s", checked.missing, checked.stale, checked.extra)
    return checked.differences


schedules.register("check-index", check_index, every=timedelta(hours=1))
