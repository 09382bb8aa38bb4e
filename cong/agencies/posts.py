"""The dated directory of officials as values, and as TOML or CSV text. Pure: no database, no clock.

An entry names the agency by its slug; a post without `to_on` is still held:

    [[official]]
    agency = "bo-vi-du"
    name = "Nguyễn Văn Mẫu"
    title = "Bộ trưởng Bộ Ví dụ"
    from_on = 2024-03-01
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from cong.agencies.registry.rows import BadRegistry, Problem
from cong.kernel.text import fold, nfc, one_line

WORDS = ("agency", "name", "title", "from_on", "to_on")
_LENGTHS = {"agency": 120, "name": 120, "title": 200}
_HEADER = re.compile(r"\s*\[\[\s*official\s*\]\]")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_LOCAL = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True, kw_only=True)
class Post:
    """One person in one post of one agency (its slug), from a day to a day; both days count."""

    name: str
    title: str
    agency: str
    from_on: date
    to_on: date | None = None

    def is_held(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)

    @cached_property
    def folded(self) -> str:
        """The name for looking up: small letters without marks."""
        return fold(one_line(self.name))


@dataclass(frozen=True, kw_only=True)
class Line:
    """A post as a text states it; `number` is the line where its entry begins (0: not known)."""

    post: Post
    number: int


def parse(text: str) -> tuple[Line, ...]:
    """Read TOML, or CSV with a header line; raises BadRegistry with every problem found."""
    text = text.removeprefix("\ufeff")
    tables = _csv(text) if _is_csv(text) else _toml(text)
    lines, problems = [], []
    for number, table in tables:
        values: dict[str, Any] = {
            name: one_line(nfc(value)) if isinstance(value, str) else value for name, value in table.items()
        }
        values |= {name: _day(values[name]) for name in ("from_on", "to_on") if name in values}
        wrong = list(_wrong(values))
        problems += [Problem(line=number, text=f"{values.get('name') or 'cán bộ chưa có tên'}: {one}") for one in wrong]
        if not wrong:
            lines.append(Line(post=Post(**values), number=number))
    problems += _doubles(lines)
    if problems:
        raise BadRegistry(sorted(problems, key=lambda problem: problem.line))
    return tuple(lines)


def _is_csv(text: str) -> bool:
    first = text.lstrip().partition("\n")[0]
    return "[" not in first and "=" not in first and bool(re.search(r"\bname\b.*[,;\t]|[,;\t].*\bname\b", first))


def _csv(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    body = text.lstrip()
    skipped = text[: len(text) - len(body)].count("\n")
    first = body.partition("\n")[0]
    reader = csv.reader(io.StringIO(body), delimiter=max(",;\t", key=first.count))
    try:
        header = [cell.strip() for cell in next(reader)]
        for cells in reader:
            if any(map(str.strip, cells)):
                named = dict(zip([*header, *[""] * len(cells)], cells, strict=False))
                yield skipped + reader.line_num, {name: cell for name, cell in named.items() if cell.strip()}
    except csv.Error as error:
        raise BadRegistry([Problem(line=skipped + reader.line_num, text="dòng CSV không đọc được.")]) from error


def _toml(text: str) -> Sequence[tuple[int, dict[str, Any]]]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise BadRegistry([Problem(line=line, text="sai cú pháp TOML.")]) from error
    tables = document.get("official", [])
    right = isinstance(tables, list) and all(isinstance(table, dict) for table in tables)
    if set(document) - {"official"} or not right:
        raise BadRegistry([Problem(line=0, text="Danh bạ cán bộ chỉ gồm các mục [[official]].")])
    numbers = [number for number, line in enumerate(text.split("\n"), 1) if _HEADER.match(line)]
    return list(zip((numbers + [0] * len(tables))[: len(tables)], tables, strict=True))


def _day(value: object) -> object:
    """Return the day that `2026-11-25` or `25/11/2026` names; anything else as it is."""
    if not isinstance(value, str):
        return value
    local = _LOCAL.fullmatch(value)
    try:
        return date(int(local[3]), int(local[2]), int(local[1])) if local else date.fromisoformat(value)
    except ValueError:
        return value


def _wrong(values: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(set(values) - set(WORDS)):
        yield f"không có trường “{name}”; các trường là {', '.join(WORDS)}."
    for name, longest in _LENGTHS.items():
        value = values.get(name, "")
        if not isinstance(value, str) or not value:
            yield f"thiếu trường “{name}”."
        elif len(value) > longest or any(unicodedata.category(char)[0] == "C" for char in value):
            yield f"“{name}” dài tối đa {longest} ký tự và không có ký tự điều khiển."
    yield from _wrong_days(values.get("from_on"), values.get("to_on"))


def _wrong_days(begin: object, end: object) -> Iterator[str]:
    if begin is None:
        yield "thiếu trường “from_on” (ngày bắt đầu giữ chức)."
    days = [day for day in (begin, end) if day is not None]
    if any(not isinstance(day, date) or isinstance(day, datetime) for day in days):
        yield "“from_on”, “to_on” phải là ngày có thật, ví dụ 2026-03-01 hoặc 01/03/2026."
    elif isinstance(begin, date) and isinstance(end, date) and end < begin:
        yield "“to_on” phải từ “from_on” trở đi."


def _doubles(lines: Iterable[Line]) -> Iterator[Problem]:
    seen: set[tuple[str, str, str, date]] = set()
    for line in lines:
        key = key_of(line.post)
        if key in seen:
            yield Problem(line=line.number, text=f"{line.post.name}: được khai nhiều lần.")
        seen.add(key)


def key_of(post: Post) -> tuple[str, str, str, date]:
    """Return what tells one post from another: agency, name, title, first day."""
    return post.agency, post.name, post.title, post.from_on


def write(posts: Iterable[Post]) -> str:
    """Return the TOML text of the posts: reading it gives the same posts."""
    blocks = ["# Danh bạ cán bộ. Nhập: cong officials import TỆP    Xuất: cong officials export TỆP\n"]
    blocks += ["\n".join(["[[official]]", *_fields(post)]) + "\n" for post in posts]
    return "\n".join(blocks)


def _fields(post: Post) -> Iterator[str]:
    for name in WORDS:
        value = getattr(post, name)
        if isinstance(value, date):
            yield f"{name} = {value.isoformat()}"
        elif value is not None:
            yield f"{name} = {json.dumps(value, ensure_ascii=False)}"
