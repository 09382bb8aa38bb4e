"""`cong env`: the table of settings."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import fields
from typing import Any, get_type_hints

from django.core.management.base import BaseCommand

from cong.config.env import ENV, Env

_SECRET = {"secret_key", "database_url", "mail_url", "search_url"}
_TYPES = {"str": "chữ", "int": "số", "float": "số", "bool": "yes/no", "Path": "thư mục", "tuple": "danh sách"}


def table(*, now: bool) -> str:
    """Return the settings as a Markdown table, with today's values when `now`."""
    hints = get_type_hints(Env)
    head = ("Biến", "Kiểu", "Mặc định", "Hiện tại", "Ý nghĩa") if now else ("Biến", "Kiểu", "Mặc định", "Ý nghĩa")
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for one in fields(Env):
        kind = _TYPES[getattr(hints[one.name], "__name__", "str")]
        cells = [f"`{one.name.upper()}`", kind, f"`{_text(one.default)}`", one.metadata["help"]]
        if now:
            value = getattr(ENV, one.name)
            cells.insert(3, "(đã đặt)" if value and one.name in _SECRET else f"`{_text(value)}`")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, tuple) else str(value)


class Command(BaseCommand):
    help = "In bảng các biến cấu hình."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--defaults", action="store_true", help="không in giá trị hiện tại")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table(now=not options["defaults"]))
