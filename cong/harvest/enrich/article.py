"""What a page of a source holds, and the source's own words about where to look. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cong.harvest.parse.raw import Enclosure, Rules


class Way(StrEnum):
    """How the text was found: by the source's selector, by the general extractor, as the longest block."""

    SELECTOR = "selector"
    GENERAL = "general"
    LONGEST = "longest"


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRules:
    """The registry's words about one source's pages; all are selectors, and every one may be empty.

    `dates` tells how to read its dates.
    """

    dates: Rules
    content: str = ""
    remove: tuple[str, ...] = ()
    title: str = ""
    date: str = ""
    author: str = ""
    image: str = ""
    number: str = ""

    @classmethod
    def from_config(cls, config: Mapping[str, Any], dates: Rules) -> PageRules:
        """Take the words from a source's configuration; what is no text is left out."""
        words = {
            name: value
            for name in ("content", "title", "date", "author", "image", "number")
            if isinstance(value := config.get(name), str)
        }
        remove = config.get("remove", ())
        listed = (remove,) if isinstance(remove, str) else remove if isinstance(remove, list | tuple) else ()
        return cls(dates=dates, remove=tuple(one for one in listed if isinstance(one, str)), **words)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A picture of the article: absolute address and what stands under it."""

    url: str
    caption: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """What the text looks like: letters and digits in it, and the share of them inside links (0–1)."""

    letters: int = 0
    link_density: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """What a page says. `html` is sanitised, everything else is plain; addresses are absolute.

    With `reason` (Vietnamese, for an operator) there is no article: html, text, gallery and enclosures are empty, and
    what the page says about itself is kept. `way` differing from SELECTOR although the source has a `content` rule
    tells that the rule found nothing.
    """

    title: str = ""
    html: str = ""
    text: str = ""
    author: str = ""
    published: datetime | None = None
    lang: str = ""
    tags: tuple[str, ...] = ()
    image: str = ""
    gallery: tuple[Figure, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    number: str = ""
    way: Way | None = None
    quality: Quality = Quality()
    reason: str = ""
