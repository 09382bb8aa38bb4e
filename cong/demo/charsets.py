"""The ways in which sites turn text into bytes. Pure."""

from __future__ import annotations

import codecs
import unicodedata

# Windows-1258 has the letters â ă đ ê ô ơ ư as one byte each, but writes most tones as a byte after the letter.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")

DECLARED = {"utf-8": "utf-8", "utf-8-bom": "utf-8", "utf-16": "utf-16", "windows-1258": "windows-1258"}


def encode(text: str, charset: str) -> bytes:
    """Return the bytes of a text in one of the charsets of DECLARED."""
    if charset == "utf-8-bom":
        return codecs.BOM_UTF8 + text.encode()
    if charset == "utf-16":
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    if charset == "windows-1258":
        return "".join(map(_tone_apart, text)).encode("cp1258", "xmlcharrefreplace")
    return text.encode(charset)


def _tone_apart(char: str) -> str:
    """Return `ế` as `ê` + acute: the only spelling that Windows-1258 knows."""
    if char.isascii():
        return char
    parts = unicodedata.normalize("NFD", char)
    tones = "".join(part for part in parts if part in _TONES)
    letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    return letter + tones if len(parts) > 1 else char
