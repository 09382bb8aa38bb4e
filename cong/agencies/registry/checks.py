"""What one entry of the registry must look like; each problem is a sentence in Vietnamese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from cong.agencies.registry.rows import CATEGORIES, LENGTHS, WORDS

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_EMBLEM = re.compile(r"[0-9a-f]{64}")
_HIGHEST_ORDER = 2_147_483_647


def entry_problems(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield everything that is wrong with one table of the text."""
    for name in sorted(set(values) - set(WORDS)):
        yield f"không có trường “{name}”."
    for name in ("slug", "name", "category"):
        if not values.get(name):
            yield f"thiếu trường “{name}”."
    for name, longest in LENGTHS.items():
        yield from _text_problems(name, values.get(name, ""), longest)
    if not values.get("short_name") and len(str(values.get("name"))) > LENGTHS["short_name"]:
        yield "tên quá dài để dùng làm tên ngắn; hãy khai “short_name”."
    yield from _shape_problems(values)
    yield from _former_problems(values.get("former", []))


def _text_problems(name: str, value: object, longest: int) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"“{name}” phải là chuỗi ký tự trong dấu nháy kép."
    elif len(value) > longest:
        yield f"“{name}” dài {len(value)} ký tự, tối đa {longest}."
    elif value != value.strip() or any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in value):
        yield f"“{name}” phải nằm trên một dòng, không có khoảng trắng ở hai đầu."


def _shape_problems(values: Mapping[str, Any]) -> Iterator[str]:
    for name, fits, advice in (
        ("slug", _SLUG.fullmatch, "chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ “bo-cong-an”"),
        ("category", CATEGORIES.__contains__, "là một trong " + ", ".join(CATEGORIES)),
        ("mail", _MAIL.fullmatch, "có dạng ten@co-quan.vn"),
        ("site", _is_web_address, "bắt đầu bằng https:// hoặc http://"),
        ("emblem", _EMBLEM.fullmatch, "là mã sha256 của một ảnh đã xuất bản"),
    ):
        value = values.get(name)
        if isinstance(value, str) and value and not fits(value):
            yield f"“{name}” phải {advice}; đang là “{value}”."
    order = values.get("order", 0)
    if type(order) is not int or not 0 <= order <= _HIGHEST_ORDER:
        yield "“order” phải là số nguyên không âm."
    if not isinstance(values.get("centre", False), bool):
        yield "“centre” phải là true hoặc false (không có dấu nháy)."
    yield from _date_problems(values)


def _date_problems(values: Mapping[str, Any]) -> Iterator[str]:
    days = [values.get(name) for name in ("active_from", "active_to")]
    if any(day is not None and (not isinstance(day, date) or isinstance(day, datetime)) for day in days):
        yield "“active_from”, “active_to” phải là ngày, ví dụ 2023-03-01 (không có dấu nháy)."
    elif days[0] and days[1] and days[1] < days[0]:
        yield "“active_to” phải sau “active_from”."


def _former_problems(value: object) -> Iterator[str]:
    if not isinstance(value, list):
        yield '“former” phải là danh sách, ví dụ ["ten-cu"].'
        return
    for one in value:
        table = one if isinstance(one, dict) else {"slug": one}
        slug = table.get("slug")
        fits = isinstance(slug, str) and _SLUG.fullmatch(slug) and len(slug) <= LENGTHS["slug"]
        if not fits or set(table) - {"slug", "name"}:
            yield 'mỗi mục của “former” là một địa chỉ cũ: "bo-cu", hoặc { slug = "bo-cu", name = "Bộ Cũ" }.'
        yield from _text_problems("former.name", table.get("name", ""), LENGTHS["name"])


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)
