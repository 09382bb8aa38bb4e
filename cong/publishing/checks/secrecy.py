"""Marks of secrecy and stamps that restrict circulation, however they are spaced, cased or stripped of their accents.

A stamp is told from prose by how it stands: in capitals, letter-spaced, or alone on its line or between brackets.
`bí mật nhà nước`, `mật ong`, `hồ sơ tuyệt mật thời chiến` are prose.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from cong.publishing.checks.findings import Hit
from cong.publishing.checks.reading import Reading
from cong.publishing.checks.rules import Code

_MARKS = ("tuyệt mật", "tối mật", "mật")
_STAMPS = (
    "lưu hành nội bộ", "không phổ biến", "không đăng báo", "không công bố", "tài liệu nội bộ", "tài liệu thu hồi",
    "chỉ người có tên mới được bóc bì", "bản sao bí mật nhà nước", "cấm sao chụp",
)  # fmt: skip
# These are no ordinary prose in small letters either.
_ALWAYS = {"lưu hành nội bộ", "không đăng báo", "chỉ người có tên mới được bóc bì", "bản sao bí mật nhà nước"}
_BETWEEN = r"[\s._\-*·•|~/]{0,3}"
_GAP = r"[\s._\-*·•|~/]{0,8}"
_TONES = "\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b"
_OTHER_MARKS = dict.fromkeys(code for code in range(0x300, 0x370) if chr(code) not in _TONES)
_INVISIBLE = dict.fromkeys([0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
                            *range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF])  # fmt: skip
_LIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеіјкморстухвнΑΒΕΖΗΙΚΜΝΟΡΤΥΧοικτυνÐðƉɖ", "ABESIJKMHOPCTYXaeijkmopctyxbhABEZHIKMNOPTYXoiktuvĐđĐđ"
)
_PLAIN = _INVISIBLE | _OTHER_MARKS | _LIKE
_ODD = re.compile(f"[{''.join(map(re.escape, map(chr, _PLAIN)))}]")
_LABEL = unicodedata.normalize("NFD", "(?:độ|mức|mức độ) mật|dấu mật")
_BEFORE = re.compile(rf"(?:^|[\n(\[{{|*/]|(?:{_LABEL})\s*:)[\s*\-–—=_.“”\"'(\[]*$", re.IGNORECASE)
_AFTER = re.compile(r"[\s*\-–—=_.,!“”\"')\]]*(?:$|[\n)\]}|*/])")
_WORD_BEFORE = re.compile(r"([^\W\d_][\w\u0300-\u036f]*)\s+$")
_WORD_AFTER = re.compile(r"\s+([^\W\d_][\w\u0300-\u036f]*)")
# In capitals `MẬT` alone may be half of a longer word in a headline: BÍ MẬT, MẬT ONG.
_SHORTEST, _LONGEST = 3, 16


def _letter(char: str) -> str:
    signs = unicodedata.normalize("NFD", char)
    base, marks = signs[0], signs[1:]
    plain = "[dđ]" if base == "đ" else base
    return plain + "".join(f"{mark}?" for mark in marks) + "(?![\u0300-\u036f])"


def _pattern(phrase: str) -> str:
    return _GAP.join(_BETWEEN.join(map(_letter, syllable)) for syllable in phrase.split())


_ANY = re.compile(
    r"(?<![^\W_])(?:" + "|".join(f"(?P<n{n}>{_pattern(phrase)})" for n, phrase in enumerate((*_MARKS, *_STAMPS)))
    + r")(?![^\W_])", re.IGNORECASE,
)  # fmt: skip
# What is left of the marks without accents and gaps: nearly all texts can be passed over at once.
_HINT = re.compile("mat|luuhanh|khongpho|khongdang|khongcong|tailieu|chinguoi|camsao")
_NOT_LETTER = re.compile("[\\W_\u0300-\u036f]+")


def secrecy(reading: Reading) -> Iterator[Hit]:
    """Look through everything that would become public, also where a mark is broken over neighbouring short lines."""
    for where, text in (*reading.everything, *_joined(reading)):
        for code, said in stamps(text):
            what = "độ mật" if code is Code.SECRECY_MARK else "hạn chế lưu hành"
            yield Hit(code=code, where=where, text=f"có dấu {what} “{said}”; bài phải qua bước bảo mật.")


def _joined(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield neighbouring short lines as one, where none of them is a stamp by itself."""
    blocks = (block for block in reading.body.blocks if block.text)
    for short, group in groupby(blocks, key=lambda block: len(block.text) <= _LONGEST):
        if not short:
            continue
        lines = list(group)
        if len(lines) > 1 and not any(next(stamps(line.text), None) for line in lines):
            yield lines[0].where, " ".join(line.text for line in lines)


def stamps(text: str) -> Iterator[tuple[Code, str]]:
    """Yield what stands in a text like a stamp, with the words as they stand there."""
    plain = _plain(text)
    if not _HINT.search(_NOT_LETTER.sub("", plain.lower()).replace("đ", "d")):
        return
    for match in _ANY.finditer(plain):
        number = int((match.lastgroup or "n0")[1:])
        if number < len(_MARKS):
            if _is_mark(match, alone=_MARKS[number] == "mật"):
                yield Code.SECRECY_MARK, _said(match)
        elif _STAMPS[number - len(_MARKS)] in _ALWAYS or _is_stamp(match):
            yield Code.CIRCULATION, _said(match)


def _plain(text: str) -> str:
    """Return the text decomposed, without what is not seen, with letters that only look Latin made Latin."""
    if text.isascii():
        return text
    whole = unicodedata.normalize("NFKD", text.translate(_LIKE) if _ODD.search(text) else text)
    return whole.translate(_PLAIN) if _ODD.search(whole) else whole


def _said(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", " ".join(match[0].split()))


def _is_mark(match: re.Match[str], *, alone: bool) -> bool:
    if not alone:
        return _is_stamp(match)
    if not _is_accented(match) and not match[0].isupper():
        return False
    if match[0].isupper() and not _is_spaced(match[0]):
        return _stands_alone(match) or not _is_within_capitals(match)
    return _is_stamp(match)


def _is_stamp(match: re.Match[str]) -> bool:
    return _is_upper(match[0]) or _is_spaced(match[0]) or _stands_alone(match)


def _is_upper(said: str) -> bool:
    return said.upper() == said


def _is_spaced(said: str) -> bool:
    """Tell whether every letter is set apart from the next."""
    letters = re.split(r"[^\w\u0300-\u036f]+|_", said)
    return len(letters) >= _SHORTEST and all(len(re.sub("[\u0300-\u036f]", "", one)) <= 1 for one in letters)


def _is_accented(match: re.Match[str]) -> bool:
    return any(0x300 <= ord(char) < 0x370 for char in match[0])


def _stands_alone(match: re.Match[str]) -> bool:
    """Tell whether it fills its line, or brackets, or follows `Độ mật:`."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    cut = match.start() > 24
    left = _BEFORE.search(before) if not cut else _BEFORE.search("…" + before)
    return bool(left) and bool(_AFTER.match(match.string, match.end()))


def _is_within_capitals(match: re.Match[str]) -> bool:
    before = _WORD_BEFORE.search(match.string, max(0, match.start() - 24), match.start())
    after = _WORD_AFTER.match(match.string, match.end())
    return any(word and _is_upper(word[1]) for word in (before, after))
