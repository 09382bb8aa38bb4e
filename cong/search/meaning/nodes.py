"""A query in the terms of an index, for any engine: leaves that match, and how they are joined. Pure shapes.

An engine translates these one to one; what a query means is decided in `plan`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, kw_only=True)
class Has:
    """A term of a token field; scores BM25."""

    field: str
    term: str


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """Any of these values; does not score. Integer fields take ints."""

    field: str
    values: tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class InOrder:
    """Two or more terms in this order, with up to `slop` others between them."""

    field: str
    terms: tuple[str, ...]
    slop: int = 0


@dataclass(frozen=True, kw_only=True)
class Begins:
    """Any term that begins so."""

    field: str
    prefix: str


@dataclass(frozen=True, kw_only=True)
class Between:
    """An integer between two, both included; None is open."""

    field: str
    first: int | None
    last: int | None


@dataclass(frozen=True, kw_only=True)
class Everything:
    """Every entry."""


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """No entry."""


@dataclass(frozen=True, kw_only=True)
class Every:
    """All of them; scores add up. Never empty."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """At least one of them; scores add up. Never empty."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class Best:
    """At least one of them; the highest score counts. Never empty."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class Without:
    """The node, but none of the others. Never without others."""

    node: Node
    others: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class Flat:
    """Matches as the node does, with this score."""

    node: Node
    score: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """The node's score, multiplied."""

    node: Node
    weight: float


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """What `needed` matches, with the scores of `wanted` added to its own."""

    needed: Node
    wanted: tuple[Node, ...]


Node: TypeAlias = (
    "Has | OneOf | InOrder | Begins | Between | Everything | Nothing | Every | AnyOf | Best | Without | Flat | Weighed"
    " | Ranked"
)
