"""Work that search does by the clock: it checks the index, counts spellings, runs the judged set, forgets searches."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from cong.jobs import schedules
from cong.search import actions, judging, noticing
from cong.search.engines import chosen
from cong.search.engines.engine import Failed, NotReady
from cong.search.index.check import slice_of
from cong.search.saved import alerting, meeting, posting, saving

log = logging.getLogger(__name__)

_MOST_BATCHES = 50


@task
def check_index() -> int:
    """Compare this hour's 24th of the index with the shelf and have put right what differs; returns how much did."""
    at = timezone.now()
    try:
        chosen.reader().mark()
        checked, _ = actions.repair(slice_of(timezone.localtime(at).hour), at=at)
    except NotReady:
        # The indexer is building one.
        return 0
    if checked.differences:
        log.error("search.differs missing=%s stale=%s extra=%s", checked.missing, checked.stale, checked.extra)
    return checked.differences


@task
def count_spellings() -> int:
    """Count for "Có phải bạn tìm" what the shelf says now; returns how many texts were counted."""
    try:
        return actions.count_spellings()
    except NotReady:
        return 0


@task
def judge_search() -> bool:
    """Run the judged set and write to the operators when search has become worse; tells whether it was run."""
    try:
        return judging.run_nightly(chosen.reader(), at=timezone.now()) is not None
    except NotReady:
        # The indexer is building one.
        return False


@task
def tidy_searches() -> int:
    """Add yesterday's searches to the sums of their month and forget old ones; returns how many were forgotten."""
    return noticing.tidy(at=timezone.now())


@task
def find_for_readers() -> int:
    """Hold what is new against saved searches; returns how many changes were read. The rest is read a minute later."""
    read = 0
    for _ in range(_MOST_BATCHES):
        try:
            more = alerting.find(matcher=meeting.matcher(), ask=meeting.asked, at=timezone.now())
        except Failed as error:
            # The search server is away; the cursor stays where it is.
            log.warning("search.not_met error=%s", error)
            break
        read += more
        if not more:
            break
    return read


@task(unique="send-search-letters")
def send_search_letters() -> int:
    """Send the letters about saved searches that are due; returns how many. Whoever asks for one need not wait."""
    return posting.send_due(clock=timezone.now)


@task
def tidy_saved_searches() -> dict[str, int]:
    """Delete what nobody confirmed, and what is old; returns how much of each."""
    return saving.tidy(at=timezone.now())


schedules.register("check-index", check_index, every=timedelta(hours=1))
schedules.register("count-spellings", count_spellings, at="02:20")
schedules.register("judge-search", judge_search, at="02:40")
schedules.register("tidy-searches", tidy_searches, at="03:30")
schedules.register("find-for-readers", find_for_readers, every=timedelta(minutes=1))
schedules.register("send-search-letters", send_search_letters, every=timedelta(minutes=1))
schedules.register("tidy-saved-searches", tidy_saved_searches, at="03:50")
