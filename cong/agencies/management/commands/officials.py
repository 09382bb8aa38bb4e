"""`cong officials import FILE` and `cong officials export [FILE]`: the dated directory of officials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cong.agencies.officials import export_officials, import_officials
from cong.agencies.registry import BadRegistry


class Command(BaseCommand):
    help = "Nhập (TOML, CSV) hoặc xuất (TOML) danh bạ cán bộ."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="import | export")
        taking = verbs.add_parser("import", help="Nhập danh bạ cán bộ từ tệp TOML hoặc CSV.")
        taking.add_argument("file", type=Path, metavar="TỆP")
        giving = verbs.add_parser("export", help="Xuất danh bạ ra tệp, hoặc ra màn hình khi không ghi tệp.")
        giving.add_argument("file", nargs="?", type=Path, metavar="TỆP")

    def handle(self, *args: Any, **options: Any) -> None:
        verb = self._import if options["verb"] == "import" else self._export
        verb(options["file"])

    def _import(self, file: Path) -> None:
        try:
            taken = import_officials(file, by=None, at=timezone.now())
        except (BadRegistry, OSError) as error:
            raise CommandError(f"Chưa nhập gì từ {file}:\n{error}") from error
        self.stdout.write(f"Thêm {taken.added}, đổi ngày thôi giữ chức {taken.ended}, giữ nguyên {taken.unchanged}.")

    def _export(self, file: Path | None) -> None:
        text = export_officials()
        if file is None:
            self.stdout.write(text, ending="")
            return
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Không ghi được {file}: {error}") from error
