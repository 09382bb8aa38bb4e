"""What an adapter is: it says where a visit begins, and reads what came back. Pure: no network, no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cong.harvest.parse import RawFeed, Rules


@dataclass(frozen=True, kw_only=True, slots=True)
class Spec:
    """A source as its registry describes it. `cursor` is what the last good visit left, "" at first.

    `failures`: visits in a row that failed before this one.
    """

    url: str
    config: Mapping[str, Any] = field(default_factory=dict)
    cursor: str = ""
    failures: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """One answer. `url` is where it came from after redirects; `charset` what the HTTP header said."""

    content: bytes
    url: str
    charset: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What one body said.

    `follow`: addresses that belong to the same visit, to be fetched after this one, in order. `cursor`: what to keep
    for the next visit once this one is stored whole; the last body's counts, "" keeps the old one.
    """

    feed: RawFeed
    follow: tuple[str, ...] = ()
    cursor: str = ""


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """One kind of source.

    `start` gives the addresses with which a visit begins. `read` turns one body into items; it raises NotAFeed (a code
    and a Vietnamese sentence for an operator) and nothing else. `wrong` tells in Vietnamese what is wrong with a
    registry entry of this kind, "" when nothing is; `keys` are the registry words that only this kind knows.
    `lists_newest`: an item that leaves the list may have been removed. `carries_text`: items come with their text.
    `resume` gives the cursor with which the next visit goes on at an address that this one has left, "" to begin anew;
    it is given the cursor that the visit has read so far. None: such a visit is read anew.
    """

    start: Callable[[Spec], tuple[str, ...]]
    read: Callable[[Body, Spec, Rules], Reading]
    wrong: Callable[[Spec], str]
    keys: frozenset[str] = frozenset()
    lists_newest: bool = True
    carries_text: bool = True
    resume: Callable[[Spec, str, str], str] | None = None


def only_its_address(spec: Spec) -> tuple[str, ...]:
    """Begin with the address itself, as most kinds do."""
    return (spec.url,)


def nothing_wrong(_spec: Spec) -> str:
    """Ask nothing of the entry beyond what all entries have."""
    return ""
