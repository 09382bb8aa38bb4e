"""Pure: captions in WebVTT or SubRip: read line by line, checked, and written anew as WebVTT with nothing but cues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from cong.media.clean.decoding import decoded
from cong.media.clean.traces import Refused

_MOST_CUES = 20_000
_LONGEST_LINE = 1000
_HOUR, _MINUTE, _SECOND = 3_600_000, 60_000, 1000
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_SUBRIP = re.compile(rb"[\r\n]*\d{1,6}[ \t]*\r?\n[ \t]*\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->")
_MOMENT = re.compile(r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)[.,](\d{3})")
_SETTING = re.compile(r"(?:vertical|line|position|size|align):[\w.,%-]{1,20}")
_MARK = re.compile(
    r"/?(?:b|i|u|c|v|ruby|rt|lang)|(?:b|i|u|c|v|ruby|rt|lang)(?:\.[\w-]{1,40}){0,8}(?:[ \t][^\n]{0,200})?"
    r"|(?:\d{2,4}:)?[0-5]\d:[0-5]\d\.\d{3}"
)
_PLAIN_MARK = re.compile(r"/?[biu]", re.IGNORECASE)
_PLACED = re.compile(r"\{\\[^{}]{0,40}\}")
_VOICE = re.compile(r"<v(?:\.[\w-]{1,40}){0,8}[ \t]([^<>\n]{1,200})>")
_ENDS = (".", "!", "?", "…", "”")
_PAUSE, _LONG = 4000, 500


@dataclass(frozen=True, kw_only=True)
class Cue:
    """What is shown from `start` to `end`, in milliseconds: lines of text with WebVTT's own marks alone."""

    start: int
    end: int
    text: str
    settings: str = ""


def is_captions(data: bytes) -> bool:
    """Tell whether bytes begin as WebVTT or SubRip does."""
    head = data[:400].replace(b"\0", b"")  # also where each sign takes two bytes
    for mark in _BOMS:
        head = head.removeprefix(mark)
    return head.startswith(b"WEBVTT") or bool(_SUBRIP.match(head))


def clean_captions(data: bytes) -> bytes:
    """Return WebVTT with cues alone, in the order of time; raises Refused saying where the fault is.

    Styles, notes and regions are dropped, SubRip is turned into WebVTT; time is linear in the size of the file.
    """
    text = decoded(data)
    is_web = bool(re.match(r"WEBVTT(?=[ \t\n]|$)", text))
    if not is_web and not _SUBRIP.match(text.encode()):
        raise Refused("Tệp phụ đề phải ở dạng WebVTT (dòng đầu là WEBVTT) hoặc SRT.")
    return written(_cues(text, is_web=is_web)).encode()


def read(text: str) -> list[Cue]:
    """Return the cues of WebVTT as `clean_captions` wrote it."""
    return _cues(text, is_web=True)


def written(cues: Sequence[Cue]) -> str:
    told = [f"{_told(one.start)} --> {_told(one.end)} {one.settings}".rstrip() + f"\n{one.text}" for one in cues]
    return "WEBVTT\n\n" + "\n\n".join(told) + "\n"


def _cues(text: str, *, is_web: bool) -> list[Cue]:
    found: list[Cue] = []
    for line, block in _blocks(text, skip=1 if is_web else 0):
        if is_web and re.match(r"(?:NOTE|STYLE|REGION)(?:[ \t]|$)", block[0]):
            continue
        if len(found) == _MOST_CUES:
            raise Refused(f"Tệp phụ đề có hơn {_MOST_CUES} câu. Hãy chia nhỏ.")
        if cue := _cue(block, f"Phụ đề, câu {len(found) + 1} (dòng {line})", is_web=is_web):
            found.append(cue)
    if not found:
        raise Refused("Tệp phụ đề không có câu nào. Mỗi câu cần một dòng giờ như 00:00:01.000 --> 00:00:04.000.")
    return sorted(found, key=lambda one: one.start)


def _blocks(text: str, *, skip: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the first line, lines) of what empty lines part."""
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip() and number > skip:
            if len(line) > _LONGEST_LINE:
                raise Refused(f"Phụ đề, dòng {number}: dài hơn {_LONGEST_LINE} chữ cái. Hãy chia câu này.")
            block.append(line.strip())
        elif block:
            yield number - len(block), block
            block = []


def _cue(block: list[str], where: str, *, is_web: bool) -> Cue | None:
    at = next((place for place, line in enumerate(block[:2]) if "-->" in line), None)
    if at is None:
        raise Refused(f"{where}: dòng giờ phải có dạng 00:00:01.000 --> 00:00:04.000.")
    start, end, settings = _timing(block[at], where)
    said = block[at + 1 :]
    if any("-->" in line for line in said):
        raise Refused(f"{where}: hai câu dính nhau; hãy để một dòng trống giữa hai câu.")
    told = [_web_line(line, where) if is_web else _subrip_line(line) for line in said]
    text = "\n".join(line for line in told if line)
    return Cue(start=start, end=end, text=text, settings=settings if is_web else "") if text else None


def _timing(line: str, where: str) -> tuple[int, int, str]:
    first, _arrow, rest = line.partition("-->")
    last, *more = rest.split() or [""]
    start, end = _MOMENT.fullmatch(first.strip()), _MOMENT.fullmatch(last)
    if not start or not end:
        raise Refused(f"{where}: dòng giờ phải có dạng 00:00:01.000 --> 00:00:04.000.")
    moments = _milliseconds(start), _milliseconds(end)
    if moments[0] >= moments[1]:
        raise Refused(f"{where}: giờ kết thúc phải sau giờ bắt đầu.")
    return *moments, " ".join(one for one in more if _SETTING.fullmatch(one))


def _milliseconds(found: re.Match[str]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in found.groups())
    return hours * _HOUR + minutes * _MINUTE + seconds * _SECOND + rest


def _told(moment: int) -> str:
    hours, rest = divmod(moment, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    return f"{hours:02}:{minutes:02}:{rest // _SECOND:02}.{rest % _SECOND:03}"


def _web_line(line: str, where: str) -> str:
    for part in line.split("<")[1:]:
        mark, closed, _rest = part.partition(">")
        if not closed or not _MARK.fullmatch(mark):
            raise Refused(f"{where}: chỉ được dùng chữ thường, <b>, <i>, <u>, <v Tên>.")
    return line


def _subrip_line(line: str) -> str:
    """Keep bold, italic and underline; colours and places, which players add, are dropped; other signs are text."""
    first, *parts = _PLACED.sub("", line).split("<")
    made = [_escaped(first)]
    for part in parts:
        mark, closed, rest = part.partition(">")
        if closed and _PLAIN_MARK.fullmatch(mark):
            made.append(f"<{mark.lower()}>{_escaped(rest)}")
        elif closed and re.match(r"/?font\b", mark, re.IGNORECASE):
            made.append(_escaped(rest))
        else:
            made.append(_escaped(f"<{part}"))
    return "".join(made).strip()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def spoken(cues: Sequence[Cue]) -> list[str]:
    """Return what is said as paragraphs to read: a new one for a new voice, after a pause, or when one grows long."""
    made: list[str] = []
    voice, until = "", 0
    for cue in cues:
        named = _VOICE.search(cue.text)
        who = named[1].strip() if named else ""
        words = " ".join(unescape(re.sub(r"<[^<>]*>", "", cue.text)).split())
        if not words or (made and made[-1].endswith(words)):
            continue
        if made and who == voice and not _parts(made[-1], cue.start - until):
            made[-1] += f" {words}"
        else:
            made.append(f"{who}: {words}" if who else words)
        voice, until = who, cue.end
    return made


def _parts(paragraph: str, pause: int) -> bool:
    return pause > _PAUSE or (len(paragraph) > _LONG and paragraph.endswith(_ENDS))
