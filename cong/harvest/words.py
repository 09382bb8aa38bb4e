"""The words of a source's entry as fields of a form say them, and back. Pure; what a field cannot say is not lost."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_LARGEST, _DIGITS = 1_000_000, 7
_ARROW, _TAG = " → ", "thẻ "


@dataclass(frozen=True, kw_only=True)
class Field:
    """How a field says a word: `write` gives "" for what it cannot say, `read` raises ValueError (Vietnamese)."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _written_text(value: Any) -> str:
    return value if isinstance(value, str) and value.strip() == value and value.isprintable() else ""


def _written_number(value: Any) -> str:
    return str(value) if type(value) is int and 0 <= value <= _LARGEST else ""


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise ValueError(f"Hãy ghi một số nguyên, không quá {_DIGITS} chữ số.")
    return int(text)


def _written_switch(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else ""


def _written_lines(value: Any) -> str:
    lines = value if isinstance(value, list) and all(map(_written_text, value)) else []
    return "\n".join(lines)


def _lines(text: str) -> list[str]:
    return [line for one in text.replace("\r", "\n").split("\n") if (line := one.strip())]


def _written_map(value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(rule, dict) for rule in value):
        return ""
    text = "\n".join(map(_written_rule, value))
    try:
        return text if _map(text) == value else ""
    except ValueError:
        return ""


def _written_rule(rule: Mapping[str, Any]) -> str:
    if rule.keys() == {"tag", "section"}:
        return f"{_TAG}{rule['tag']}{_ARROW}{rule['section']}"
    return f"{rule.get('path', '')}{_ARROW}{rule.get('section', '')}" if rule.keys() == {"path", "section"} else ""


def _map(text: str) -> list[dict[str, str]]:
    return [_rule(line) for line in _lines(text)]


def _rule(line: str) -> dict[str, str]:
    said, arrow, section = line.replace("->", "→").rpartition("→")
    said, section = said.strip(), section.strip()
    tag = said.removeprefix(_TAG.strip()).strip() if said.startswith(_TAG) else ""
    if not arrow or not section or not (tag or said.startswith("/")):
        raise ValueError(
            f"Dòng “{line[:80]}” không hiểu được; viết như /van-ban/ → van-ban, hay thẻ Giáo dục → giao-duc."
        )
    return {"tag": tag, "section": section} if tag else {"path": said, "section": section}


_TEXT = Field(write=_written_text, read=str)
_NUMBER = Field(write=_written_number, read=_number)
_SWITCH = Field(write=_written_switch, read=lambda text: text == "true")
_LINES = Field(write=_written_lines, read=_lines)
FIELDS: dict[str, Field] = {
    **dict.fromkeys(
        ("id", "agency", "name", "kind", "url", "section", "policy", "every", "content", "items", "item", "link",
         "title", "date", "summary", "image", "number", "author", "tags", "key", "timezone", "date_order", "charset"),
        _TEXT,
    ),
    **dict.fromkeys(("pages", "first_page"), _NUMBER),
    "full": _SWITCH,
    "remove": _LINES,
    "map": Field(write=_written_map, read=_map),
}  # fmt: skip


def split(entry: Mapping[str, Any], choices: Mapping[str, frozenset[str]]) -> tuple[dict[str, str], dict[str, Any]]:
    """Return what the fields say of an entry, and the words that they cannot say.

    `choices`: the values that a field offers, where it does not take any.
    """
    said = {
        word: text
        for word, value in entry.items()
        if word in FIELDS and (text := FIELDS[word].write(value)) and text in choices.get(word, {text})
    }
    return said, {word: value for word, value in entry.items() if word not in said}


def others(text: str) -> dict[str, Any]:
    """Read the words that fields cannot say, as TOML; raises ValueError (Vietnamese)."""
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ValueError(
            f'Không đúng TOML: {error}. Viết mỗi từ một dòng, như licence = "Thỏa thuận 12/2026".'
        ) from error
