"""The one table of ranking weights, and the factors that are made of it. Pure but for reading the table."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SHIPPED = Path(__file__).parents[1] / "data" / "ranking.toml"
_DAY = 86_400


class BadWeights(ValueError):
    """A ranking file holds a name or a value that ranking does not know."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    other_twin: float
    pair_in_a_question: float
    alternative: float
    repair: float
    too_common: float
    large: int
    fewest_telling: int
    number_firm: float
    number_loose: float


@dataclass(frozen=True, kw_only=True)
class Freshness:
    bonus: float
    days: float
    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What `data/ranking.toml` says; the comments there explain each number."""

    terms: Terms
    freshness: Freshness
    authority: dict[str, float]
    status: dict[str, float]
    depth: int

    def fresh(self, age: float) -> float:
        """Return the factor of something published `age` seconds ago."""
        return 1 + self.freshness.bonus * math.exp(-max(0.0, age) / _DAY / self.freshness.days)

    def fades(self, kind: str) -> bool:
        """Tell whether things of this kind are worth more while they are new."""
        return kind in self.freshness.kinds


def load(own: Path | None = None) -> Weights:
    """Read the shipped table, with what a portal's own file changes. Raises BadWeights naming what is wrong."""
    table = tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))
    if own is not None:
        _merge(table, _read(own), own)
    try:
        return Weights(
            terms=Terms(**table["terms"]),
            freshness=Freshness(**(table["freshness"] | {"kinds": tuple(table["freshness"]["kinds"])})),
            authority=table["authority"],
            status=table["status"],
            depth=table["rerank"]["depth"],
        )
    except TypeError as error:
        raise BadWeights(f"{own}: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadWeights(f"Không đọc được bảng trọng số {path}: {error}") from error


def _merge(table: dict[str, Any], own: dict[str, Any], path: Path) -> None:
    for part, values in own.items():
        if part not in table or not isinstance(values, dict):
            raise BadWeights(f"{path}: không có phần [{part}].")
        for name, value in values.items():
            known = table[part].get(name)
            if known is None:
                raise BadWeights(f"{path}: [{part}] không có {name}.")
            if isinstance(known, list) != isinstance(value, list) or isinstance(value, str | bool | dict):
                raise BadWeights(f"{path}: [{part}] {name} cần một giá trị kiểu {type(known).__name__}.")
            if not isinstance(value, list) and not 0 <= value < 1e9:
                raise BadWeights(f"{path}: [{part}] {name} phải từ 0 trở lên.")
            table[part][name] = value


DEFAULT = load()
_used = [DEFAULT]


def used() -> Weights:
    """Return the table of this program: the shipped one, or what `use` was told when the program began."""
    return _used[0]


def use(weights: Weights) -> None:
    """Rank by this table from now on; engines that are open keep theirs."""
    _used[0] = weights
