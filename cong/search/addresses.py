"""The one address of a search, whichever page, form or feed leads to it."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from cong.design.languages import language
from cong.search.engines.engine import Sort


def address(query: str, *, sort: Sort = Sort.BEST, page: int = 1, name: str = "search:results") -> str:
    """Return where the results of a written search are; `name`: another view that takes the same search."""
    given = {"q": query, "sort": sort.value, "page": str(page) if page > 1 else ""}
    told = urlencode({key: value for key, value in given.items() if value}, errors="replace")
    return _path(name, language()) + (f"?{told}" if told else "")


@lru_cache(maxsize=64)
def _path(name: str, lang: str) -> str:
    """Return the path of a view in a language: a page of results asks for it a hundred times."""
    return reverse(name)
