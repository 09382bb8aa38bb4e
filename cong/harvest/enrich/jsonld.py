"""JSON-LD of a page as a flat list of nodes: what search engines are told, which is often the cleanest there is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml.html import HtmlElement

from cong.harvest.parse.clean import text as plain

Node = Mapping[str, Any]

_MOST_SCRIPTS, _MOST_NODES, _LONGEST = 20, 200, 300_000
_DEEP = 6
_ARTICLES = frozenset(
    ("Article", "NewsArticle", "BlogPosting", "Report", "ReportageNewsArticle", "AnalysisNewsArticle", "TechArticle")
)
_FILMS = frozenset(("VideoObject", "AudioObject"))


def nodes(root: HtmlElement) -> tuple[Node, ...]:
    """Return the nodes of all scripts, articles first; broken scripts are passed over."""
    found: list[Node] = []
    for number, script in enumerate(root.iterfind('.//script[@type="application/ld+json"]')):
        if number == _MOST_SCRIPTS:
            break
        if script.text and len(script.text) <= _LONGEST:
            found.extend(_nodes_of(script.text))
    return tuple(sorted(found[:_MOST_NODES], key=lambda node: not is_a(node, _ARTICLES)))


def _nodes_of(said: str) -> list[Node]:
    try:
        return list(_walk(json.loads(said, strict=False), _DEEP))
    except (ValueError, RecursionError):
        return []


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if isinstance(value, list):
        for one in value[:_MOST_NODES]:
            yield from _walk(one, depth - 1) if depth else ()
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for word in ("@graph", "mainEntity", "mainEntityOfPage", "video", "audio"):
            yield from _walk(value.get(word), depth - 1) if depth else ()


def is_a(node: Node, kinds: frozenset[str]) -> bool:
    kind = node.get("@type")
    said = kind if isinstance(kind, list) else [kind]
    return any(isinstance(one, str) and one in kinds for one in said)


def text(found: Sequence[Node], word: str) -> str:
    """Return the first text under this word, in an article or a film."""
    said = (node.get(word) for node in found if is_a(node, _ARTICLES | _FILMS))
    return next((line for one in said if isinstance(one, str) and (line := plain(one))), "")


def names(found: Sequence[Node], word: str) -> list[str]:
    """Return the names of people or organisations under this word of an article."""
    return [
        line
        for node in found
        if is_a(node, _ARTICLES)
        for one in _listed(node.get(word))
        if (line := plain(str(one.get("name") or "") if isinstance(one, dict) else one if isinstance(one, str) else ""))
    ]


def words(found: Sequence[Node], word: str) -> list[str]:
    """Return a list of words, written as a list or with commas."""
    said = [one for node in found if is_a(node, _ARTICLES) for one in _listed(node.get(word))]
    return [part for one in said if isinstance(one, str) for part in plain(one[:2_000]).split(",")]


def addresses(found: Sequence[Node], word: str) -> Iterator[str]:
    """Yield addresses under this word, written bare or as objects with `url`."""
    for node in found:
        if is_a(node, _ARTICLES | _FILMS):
            for one in _listed(node.get(word)):
                said = one.get("url") if isinstance(one, dict) else one
                if isinstance(said, str):
                    yield said


def is_locked(found: Sequence[Node]) -> bool:
    """Tell whether the page says that only subscribers may read it."""
    said = [node.get("isAccessibleForFree") for node in found if is_a(node, _ARTICLES)]
    return any(one is False or (isinstance(one, str) and one.lower() == "false") for one in said)


def _listed(value: Any) -> list[Any]:
    return value[:_MOST_NODES] if isinstance(value, list) else [value]
