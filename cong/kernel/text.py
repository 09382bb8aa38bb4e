"""Vietnamese text: one normal form, comparison without marks, slugs. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def nfc(text: str) -> str:
    """Return the text in NFC, the form in which everything is stored."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=200_000)
def _fold_char(char: str) -> str:
    base = "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c))
    return base.replace("đ", "d")


def fold(text: str) -> str:
    """Return the text lower-cased and without marks (`Đối thoại` → `doi thoai`), for comparing."""
    low = text.lower()
    if low.isascii():
        return low
    return "".join(map(_fold_char, unicodedata.normalize("NFC", low)))


def slug(text: str, limit: int = 80) -> str:
    """Return the text as an address part: ASCII, hyphens, cut at a word, at least `tin`."""
    whole = _NOT_SLUG.sub("-", fold(text)).strip("-")
    if len(whole) > limit:
        whole = whole[: limit + 1].rpartition("-")[0] or whole[:limit]
    return whole or "tin"


def one_line(text: str) -> str:
    """Collapse every run of white space into one space."""
    return " ".join(text.split())


def clip(text: str, limit: int) -> str:
    """Cut at a word boundary with an ellipsis so that at most `limit` characters stay."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > limit // 2 else cut).rstrip(" ,;:–-") + "…"
