"""`cong search acronyms`: what search comes with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from cong.search.shipped import take_shipped


class Command(BaseCommand):
    help = "Tìm kiếm: nạp danh sách từ viết tắt đi kèm chương trình."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="acronyms")
        verbs.add_parser(
            "acronyms", help="Thêm những từ viết tắt chưa từng nạp; từ đã sửa hoặc đã bỏ thì giữ nguyên như vậy."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Đã thêm {take_shipped(at=timezone.now())} cách viết tắt.")
