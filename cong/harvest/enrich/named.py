"""Calls that only a pool's workers import: what reads pages is large, and who sends pages to them needs none of it."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cong.harvest.enrich.article import Article


@dataclass(frozen=True)
class _Named:
    """Stands for `module:function` until it is unpickled."""

    where: str

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return pkgutil.resolve_name, (self.where,)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return pkgutil.resolve_name(self.where)(*args, **kwargs)


EXTRACT: Callable[..., Article] = _Named("cong.harvest.enrich.extract:extract")
