"""`cong messages`: bring the catalogues in line with the templates and modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cong.design import catalogues


class Command(BaseCommand):
    help = "Cập nhật các tệp .po theo chữ trong mã nguồn và nêu những chỗ chưa dịch."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for place in map(Path, settings.LOCALE_PATHS):
            for path in sorted(place.glob("*/LC_MESSAGES/*.po")):
                left = catalogues.update(path, place.parent)
                self.stdout.write(f"{path.relative_to(place)}: còn {len(left)} chỗ chưa dịch")
                for message in left:
                    self.stdout.write(f"  {message}")
