"""What a process beside the web server does to the shelf: `python -m tests.delivery.shelfwork VERB WORDS`."""

from __future__ import annotations

import sys
from collections.abc import Callable

import django

django.setup()

from cong.agencies.models import Agency  # noqa: E402
from cong.entries.models import Entry  # noqa: E402
from tests import makers  # noqa: E402


def make(slug: str, section: str, *titles: str) -> None:
    """Release entries of an agency in a section and print their addresses."""
    owner = Agency.objects.filter(slug=slug).first() or makers.agency(slug, slug=slug)
    for entry in makers.entries([makers.content(owner, title, section=section) for title in titles]):
        sys.stdout.write(f"{entry.get_absolute_url()}\n")


def withdraw(number: str) -> None:
    makers.withdraw(Entry.objects.get(pk=int(number)))


_VERBS: dict[str, Callable[..., None]] = {"make": make, "withdraw": withdraw}

if __name__ == "__main__":
    _VERBS[sys.argv[1]](*sys.argv[2:])
