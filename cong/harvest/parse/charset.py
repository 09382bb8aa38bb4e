"""Bytes to text: what the transport, the byte-order mark or the document declares, else what the bytes look like."""

from __future__ import annotations

import codecs
import re

import cchardet

from cong.harvest.parse.raw import NotAFeed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""", re.DOTALL)
# What people declare, and what they mean by it.
_MEANT = {"gb2312": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "utf-8",
          "ascii": "utf-8", "windows-1258": "cp1258", "utf8": "utf-8"}  # fmt: skip
_UTF16_DECLARED = re.compile(r"^utf-?16", re.IGNORECASE)


def declared(body: bytes) -> str | None:
    """Return the encoding that the XML declaration names, if any."""
    match = _DECLARED.match(body[:300])
    return match[1].decode("ascii").lower() if match else None


def has_mark(body: bytes) -> bool:
    return any(body.startswith(mark) for mark, _ in _MARKS)


def decode(body: bytes, transport: str | None) -> str:
    """Return the text; raises NotAFeed("encoding") when no encoding fits."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    for name in (transport, declared(body), "utf-8"):
        text = _try(body, name)
        if text is not None:
            return text
    guessed = cchardet.detect(body[:200_000]).get("encoding")
    text = _try(body, guessed)
    if text is not None:
        return text
    raise NotAFeed("encoding", "Không đọc được bảng mã của nguồn; hãy ghi rõ charset trong cấu hình nguồn.")


def _try(body: bytes, name: str | None) -> str | None:
    if not name or (_UTF16_DECLARED.match(name) and b"\x00" not in body[:200]):
        return None
    try:
        return body.decode(_MEANT.get(name.lower(), name))
    except (LookupError, UnicodeDecodeError):
        return None
