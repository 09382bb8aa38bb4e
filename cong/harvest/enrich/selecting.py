"""A source's selectors on its pages: one that cannot be used finds nothing, as one does that no longer fits."""

from __future__ import annotations

from lxml.html import HtmlElement

from cong.harvest.adapters.selectors import BadSelector, Node, compiled, text


def elements(root: HtmlElement, selector: str) -> list[HtmlElement]:
    """Return the elements that the selector finds, in document order."""
    return [one for one in _picked(root, selector) if isinstance(one, HtmlElement)]


def words(root: HtmlElement, selector: str) -> str:
    """Return the first text, or attribute, that the selector finds and that is not empty; on one line."""
    return next((said for one in _picked(root, selector) if (said := text(one))), "")


def _picked(root: HtmlElement, selector: str) -> list[Node]:
    try:
        return compiled(selector).pick(root) if selector else []
    except BadSelector:
        return []
