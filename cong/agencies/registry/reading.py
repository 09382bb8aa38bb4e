"""From TOML text to rows, or to everything that is wrong with the text."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cong.agencies.registry.checks import entry_problems
from cong.agencies.registry.rows import BadRegistry, Former, Problem, Row
from cong.kernel.text import nfc

_HEADER = re.compile(r"\s*\[\[\s*agency\s*\]\]")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass
class _Reading:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse(text: str) -> tuple[Row, ...]:
    """Return the agencies in the order of the text; raises BadRegistry with every problem found."""
    tables, lines = _tables(text)
    reading = _Reading()
    for number, (table, line) in enumerate(zip(tables, lines, strict=True), 1):
        _read_entry(table, number, line, reading)
    reading.problems += _clashes(reading.rows)
    if reading.problems:
        raise BadRegistry(sorted(reading.problems, key=lambda problem: problem.line))
    return tuple(reading.rows)


def _tables(text: str) -> tuple[list[dict[str, Any]], list[int]]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRegistry([_syntax(str(error), text)]) from error
    unknown = sorted(set(document) - {"agency"})
    if unknown:
        raise BadRegistry([Problem(line=0, text=f"Danh bạ chỉ gồm các mục [[agency]], không có “{unknown[0]}”.")])
    tables = document.get("agency", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise BadRegistry([Problem(line=0, text="Mỗi cơ quan phải là một mục mở đầu bằng dòng [[agency]].")])
    found = [number for number, line in enumerate(text.split("\n"), 1) if _HEADER.match(line)]
    return tables, (found + [0] * len(tables))[: len(tables)]


def _syntax(message: str, text: str) -> Problem:
    place = _PLACE.search(message)
    if place:
        return Problem(line=int(place[1]), text=f"sai cú pháp TOML ở cột {place[2]}.")
    return Problem(line=text.count("\n") + 1, text="sai cú pháp TOML: tệp kết thúc giữa chừng.")


def _read_entry(table: Mapping[str, Any], number: int, line: int, reading: _Reading) -> None:
    values: dict[str, Any] = {name: nfc(value) if isinstance(value, str) else value for name, value in table.items()}
    label = values.get("slug") or values.get("name") or f"thứ {number}"
    wrong = list(entry_problems(values))
    reading.problems += [Problem(line=line, text=f"cơ quan {label}: {text}") for text in wrong]
    if not wrong:
        former = tuple(_former(one) for one in values.pop("former", ()))
        values["short_name"] = values.get("short_name") or values["name"]
        reading.rows.append(Row(**values, former=former, line=line))


def _former(value: str | Mapping[str, str]) -> Former:
    return Former(slug=value) if isinstance(value, str) else Former(slug=value["slug"], name=nfc(value.get("name", "")))


def _clashes(rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield the addresses, and the place at the centre, that entries claim twice."""
    used = Counter(slug for row in rows for slug in (row.slug, *(one.slug for one in row.former)))
    for row in rows:
        for slug in sorted({row.slug, *(one.slug for one in row.former)}):
            if used[slug] > 1:
                yield Problem(line=row.line, text=f"cơ quan {row.slug}: địa chỉ “{slug}” được khai nhiều lần.")
    for row in [row for row in rows if row.centre][1:]:
        yield Problem(line=row.line, text=f"cơ quan {row.slug}: chỉ một cơ quan là trung tâm (centre = true).")
