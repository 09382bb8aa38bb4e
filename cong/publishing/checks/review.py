"""All checks, one after the other, over one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from cong.agencies.posts import Post
from cong.publishing.checks.days import days
from cong.publishing.checks.directory import Directory
from cong.publishing.checks.files import hidden_data
from cong.publishing.checks.findings import Finding, Hit, Known
from cong.publishing.checks.links import links
from cong.publishing.checks.names import names_and_titles
from cong.publishing.checks.outline import frame, headings, markup, validity, weight
from cong.publishing.checks.persons import persons
from cong.publishing.checks.pictures import pictures
from cong.publishing.checks.prose import reading_level, spacing
from cong.publishing.checks.reading import Reading
from cong.publishing.checks.rules import Code, graded
from cong.publishing.checks.secrecy import secrecy
from cong.publishing.process import Content

# The order in which findings of one level are told.
CHECKS: tuple[Callable[[Reading], Iterator[Hit]], ...] = (
    weight, markup, frame, validity, secrecy, hidden_data, persons, names_and_titles, days, links, pictures, headings,
    reading_level, spacing,
)  # fmt: skip


def check(content: Content, *, officials: Sequence[Post] | Directory, known: Known, on: date) -> list[Finding]:
    """Return what is wrong with a text, the gravest first.

    `officials`: the posts of *all* times, so that a title that somebody no longer holds is seen; a Directory that is
    kept saves arranging them anew. `on`: today; names and titles are judged on the day of the event when it is given.
    """
    directory = officials if isinstance(officials, Directory) else Directory(officials)
    reading = Reading(content=content, directory=directory, known=known, on=on)
    hits = list(weight(reading))
    # A text of this weight is refused anyway; examining it would cost the machine seconds.
    if not any(hit.code is Code.PAGE_HUGE for hit in hits):
        hits = [hit for one in CHECKS for hit in one(reading)]
    return graded(hits, content.grade)
