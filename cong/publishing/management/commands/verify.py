"""`cong verify`: recompute the chains and compare the shelf with the ledger."""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cong.journal.actions import broken
from cong.publishing.models import Ledger
from cong.publishing.queries import problems


class Command(BaseCommand):
    help = "Tính lại chuỗi băm, đối chiếu sổ xuất bản với những gì đang công khai."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for problem in chain(problems(), broken()):
            found += 1
            self.stderr.write(self.style.ERROR(problem))
        if found:
            raise CommandError(f"Có {found} điểm không khớp.")
        ledger = Ledger.objects.get(pk=1)
        self.stdout.write(f"Đúng: {ledger.releases} lần xuất bản, đầu chuỗi {ledger.last_hash[:16]}.")
