"""From what changed to what is purged. Runs in the process that made the change, right after its commit."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import Error

from cong.delivery import ground
from cong.delivery.ground import LOOK, Unusable
from cong.entries.models import Entry, FrontPage, Op
from cong.kernel import tags

logger = logging.getLogger("cong.delivery")

# Lists that any change may alter.
_ALWAYS = frozenset({tags.HOME, tags.NEWS, tags.MAPS})


@dataclass(kw_only=True)
class Purge:
    """The tags that go at once, and those that are renewed soon."""

    hard: set[str] = field(default_factory=set)
    soft: set[str] = field(default_factory=set)


def ground_file() -> Path:
    """Return where the file lies that all processes of this portal share."""
    return Path(settings.DELIVERY_DIR) / "ground"


def after(changes: Sequence[tuple[int, Op]], last: int) -> None:
    """Purge what these changes of the shelf make wrong, the last of them number `last`; done when this returns."""
    if settings.PAGE_CACHE:
        apply(purge_of(changes), seqs=range(last - len(changes) + 1, last + 1))


def purge_of(changes: Iterable[tuple[int, Op]]) -> Purge:
    """Return what to purge: what shows a withdrawn entry goes at once, and so does the page of a corrected one."""
    purge, put = Purge(), set[int]()
    for number, op in changes:
        purge.hard.add(tags.entry(number))
        if op == Op.REMOVE:
            purge.hard |= {tags.shows(number), tags.GRAVES, tags.SHELF}
        else:
            put.add(number)
            purge.soft |= {tags.shows(number), tags.SHELF}
    purge.soft |= _ALWAYS | _lists_of(put)
    return purge


def _lists_of(numbers: set[int]) -> set[str]:
    """Return the tags of the lists in which entries now stand; of every page, when the database does not say."""
    rows = Entry.objects.filter(pk__in=numbers).values_list("section", "agency_id", "kind").distinct()
    try:
        found = set(rows.order_by()) if numbers else set()
        # A section's page that nobody composed before wears nothing of its composition.
        fronts = FrontPage.objects.filter(pk__in=numbers).exclude(section="")
        composed = list(fronts.values_list("section", flat=True)) if numbers else []
    except Error:
        logger.exception("delivery.purges_all")
        return {tags.SITE}
    named = ((tags.section(section), tags.agency(agency), tags.kind(kind)) for section, agency, kind in found)
    return {tag for three in named for tag in three} | set(map(tags.section, composed))


def apply(purge: Purge, *, seqs: Iterable[int] = ()) -> None:
    """Purge on the ground that all processes share."""
    try:
        found = ground.current(ground_file())
        found.purge(hard=purge.hard, soft=purge.soft, seqs=seqs, now=time.time())
        wait = found.unnoticed_for(time.time())
    except Unusable:
        # Nobody else can open it either: nothing is kept, or will be within a moment.
        logger.exception("delivery.no_ground")
        wait = 2 * LOOK
    if wait:
        # Until then a page may be shown from a ground that was taken away.
        time.sleep(wait)
