"""`cong agencies import [FILE]` and `cong agencies export [FILE]`: the registry of agencies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cong.agencies.actions import export_registry, import_registry
from cong.agencies.intake import Outcome
from cong.agencies.registry import OFFICIAL, BadRegistry


class Command(BaseCommand):
    help = "Nhập hoặc xuất danh bạ cơ quan (TOML)."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="import | export")
        taking = verbs.add_parser("import", help="Nhập danh bạ; không ghi tệp: danh bạ 108 cơ quan có sẵn.")
        taking.add_argument("file", nargs="?", type=Path, default=OFFICIAL, metavar="TỆP")
        giving = verbs.add_parser("export", help="Xuất danh bạ ra tệp, hoặc ra màn hình khi không ghi tệp.")
        giving.add_argument("file", nargs="?", type=Path, metavar="TỆP")

    def handle(self, *args: Any, **options: Any) -> None:
        verb = self._import if options["verb"] == "import" else self._export
        verb(options["file"])

    def _import(self, file: Path) -> None:
        try:
            outcome = import_registry(file, by=None, at=timezone.now())
        except (BadRegistry, OSError) as error:
            raise CommandError(f"Chưa nhập gì từ {file}:\n{error}") from error
        self.stdout.write(_report(outcome))

    def _export(self, file: Path | None) -> None:
        text = export_registry()
        if file is None:
            self.stdout.write(text, ending="")
            return
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Không ghi được {file}: {error}") from error


def _report(outcome: Outcome) -> str:
    lines = [f"Tạo mới {len(outcome.created)}, cập nhật {len(outcome.updated)}, giữ nguyên {outcome.unchanged}."]
    lines += [f"  cập nhật {one.slug}: {', '.join(one.fields)}" for one in outcome.updated]
    lines += [f"  không có trong tệp, vẫn giữ: {slug}" for slug in outcome.missing]
    return "\n".join(lines)
