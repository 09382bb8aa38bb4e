"""`cong messages`: bring the catalogues in line with the templates and modules."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cong.design import catalogues


class Command(BaseCommand):
    help = "Cập nhật các tệp .po theo chữ trong mã nguồn và nêu những chỗ chưa dịch."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in catalogues.translations():
            left = catalogues.update(path, settings.PACKAGE)
            self.stdout.write(f"{path.relative_to(settings.PACKAGE)}: còn {len(left)} chỗ chưa dịch")
            for message in left:
                self.stdout.write(f"  {message}")
