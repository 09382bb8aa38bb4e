"""`cong setup`: bring a bare machine to where the portal can run."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from cong.newsroom.actions import open_workspaces


class Command(BaseCommand):
    help = (
        "Chuẩn bị: lập bảng, nhập 108 cơ quan và các từ viết tắt, mở chỗ viết bài, tạo phông chữ và tệp tĩnh. "
        "Chạy lại không hại gì."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("agencies", "import")
        call_command("search", "acronyms")
        open_workspaces(at=timezone.now())
        call_command("assets")
