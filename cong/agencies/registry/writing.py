"""From rows to TOML text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from cong.agencies.registry.rows import WORDS, Former, Row


def write(rows: Iterable[Row]) -> str:
    """Return the registry text of the rows: `parse(write(rows)) == rows`."""
    blocks = ["# Danh bạ cơ quan. Nhập: cong agencies import TỆP    Xuất: cong agencies export TỆP\n"]
    blocks += ["\n".join(["[[agency]]", *_lines(row)]) + "\n" for row in rows]
    return "\n".join(blocks)


def _lines(row: Row) -> Iterator[str]:
    for name, value in row.given(WORDS).items():
        if name == "former":
            if value:
                yield f"former = [{', '.join(map(_former_text, value))}]"
        else:
            yield f"{name} = {_text(value)}"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _quoted(value) if isinstance(value, str) else str(value)


def _former_text(one: Former) -> str:
    return f"{{ slug = {_quoted(one.slug)}, name = {_quoted(one.name)} }}" if one.name else _quoted(one.slug)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
