"""`cong assets`: write fonts, draw icons, compile catalogues, collect static files."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cong.design import assets


class Command(BaseCommand):
    help = "Tạo phông chữ, vẽ biểu tượng, biên dịch bản dịch và gom tệp tĩnh; không làm lại điều không đổi."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="Làm lại tất cả.")

    def handle(self, *args: Any, **options: Any) -> None:
        made = assets.make(force=options["force"])
        collected = "đã gom tệp tĩnh" if made.static else "tệp tĩnh không đổi"
        drawn = f"Phông chữ: {made.fonts} · biểu tượng: {made.icons}"
        self.stdout.write(f"{drawn} · bản dịch: {made.catalogues} · {collected}")
