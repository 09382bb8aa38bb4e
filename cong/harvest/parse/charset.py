"""Bytes in whatever charset become UTF-8; what the bytes themselves show weighs more than what is declared."""

from __future__ import annotations

import codecs
import re

import cchardet

from cong.harvest.parse.raw import NotAFeed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first sign of a document without a byte order mark is `<` or `{`.
_WIDE = (
    (re.compile(rb"[<{]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{]"), "utf-32-be"),
    (re.compile(rb"[<{]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{]\0[^\0]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# Browsers have read these names in this way for decades, so servers mean it so.
_MEANT = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252",
    "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-9": "cp1254", "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949", "shift_jis": "cp932", "tis-620": "cp874", "iso-8859-11": "cp874", "x-sjis": "cp932",
}  # fmt: skip
# Control characters of Unicode that in truth are signs of Windows-1252. Two patterns, since each has a fixed beginning,
# which is ten times faster to look for.
_WINDOWS = re.compile(rb"\xc2([\x80-\x9f])")
_WINDOWS_REFERENCE = re.compile(rb"&#(?:(1[2-5]\d)|[xX]([89][0-9a-fA-F]));")
_UTF8 = {"utf-8", "utf8", "unicode-1-1-utf-8"}
# Seven-bit charsets look like plain ASCII until they are decoded.
_SEVEN_BIT = re.compile(r"^(iso-2022-|hz|utf-7$)")
_SAMPLE = 65_536
_SURE = 0.5
_BROKEN_SHARE = 0.1


def to_utf8(body: bytes, declared: str | None) -> bytes:
    """Return the document as valid UTF-8 without byte order mark; `declared` is the charset of the HTTP header.

    Raises NotAFeed("encoding") for bytes that are no text.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], name, "replace")
    for pattern, name in _WIDE:
        if pattern.match(body):
            return _decoded(body, name, "replace")
    names = _names(body, declared)
    if not any(_SEVEN_BIT.match(name) for name in names) and _is_utf8(body):
        return body
    return _legacy(body, names)


def with_windows_signs(document: bytes) -> bytes:
    """Return UTF-8 in which quotes and dashes that somebody took from Windows-1252 as they were are those signs."""
    if b"\xc2" in document:
        document = _WINDOWS.sub(lambda match: _windows_sign(match[1][0]), document)
    return _WINDOWS_REFERENCE.sub(_windows_reference, document) if b"&" in document else document


def _windows_reference(match: re.Match[bytes]) -> bytes:
    code = int(match[1]) if match[1] else int(match[2], 16)
    return _windows_sign(code) if 0x80 <= code <= 0x9F else match[0]


def _windows_sign(code: int) -> bytes:
    return bytes([code]).decode("cp1252", "replace").encode()


def _names(body: bytes, declared: str | None) -> list[str]:
    inside = _DECLARED.match(body[:1024])
    said = [declared or "", inside[1].decode("ascii") if inside else ""]
    return [name.strip().lower() for name in said if name]


def _legacy(body: bytes, names: list[str]) -> bytes:
    for name in names:
        if name not in _UTF8 and (found := _try(body, name)) is not None:
            return found
    # A cut or pasted character must not turn a whole UTF-8 document into guesswork.
    mended = body.decode("utf-8", "replace")
    foreign = len(mended) - sum(map(mended.count, "\ufffd")) - len(re.findall(r"[\x00-\x7f]", mended))
    if mended.count("\ufffd") <= foreign * _BROKEN_SHARE:
        return mended.encode()
    return _guessed(body)


def _guessed(body: bytes) -> bytes:
    sample = body[:_SAMPLE]
    guess = cchardet.detect(sample)
    name, sure = guess.get("encoding"), guess.get("confidence")
    found = _try(body, name.lower()) if name and (sure or 0) >= _SURE else None
    if found is None and b"\0" not in sample:
        found = _try(body, "cp1252")
    if found is None:
        raise NotAFeed(
            "encoding", "Nội dung không phải văn bản đọc được: không nhận ra bảng mã, có thể là tệp nhị phân."
        )
    return found


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _try(body: bytes, name: str) -> bytes | None:
    try:
        return _decoded(body, _MEANT.get(name, name), "strict")
    except (LookupError, ValueError):  # a name with NUL is a ValueError
        return None


def _decoded(body: bytes, name: str, errors: str) -> bytes:
    if not codecs.lookup(name)._is_text_encoding:  # hex, zlib and friends are no charsets
        raise LookupError(name)
    return body.decode(name, errors).encode("utf-8", "replace")
