"""`cong harvest`: take in a registry, visit what is due once or for ever, and say how it stands."""

from __future__ import annotations

import asyncio
import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from cong.entries.models import Entry
from cong.harvest.models import Item, Source
from cong.harvest.poller import Done, harvest
from cong.harvest.registry import BadRegistry, export_registry, import_registry


class Command(BaseCommand):
    help = "Thu tin từ các nguồn: once (một lượt), run (liên tục), status, import TỆP, export [TỆP]."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", default="once", choices=["once", "run", "status", "import", "export"])
        parser.add_argument("file", nargs="?", help="tệp TOML cho import, export")
        parser.add_argument("--registry", help="nạp tệp nguồn TOML này rồi thu một lượt")
        parser.add_argument("--json", action="store_true", help="kết quả dạng JSON")
        parser.add_argument("--due-now", action="store_true", help="coi mọi nguồn đang bật là đến hạn ngay")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["registry"]:
            self._import(options["registry"])
        act = {
            "status": self._status,
            "import": self._take,
            "export": self._export,
            "run": self._run,
            "once": self._once,
        }
        act[options["what"]](options)

    def _take(self, options: dict[str, Any]) -> None:
        if not options["file"]:
            raise CommandError("Cần tên tệp: cong harvest import nguon.toml")
        self._import(options["file"])

    def _import(self, path: str) -> None:
        try:
            done = import_registry(Path(path).read_text(encoding="utf-8"), by="command", at=datetime.now(UTC))
        except (OSError, UnicodeDecodeError, BadRegistry) as error:
            raise CommandError(f"Không nạp được {path}: {error}") from error
        counts = {name: len(found) for name, found in asdict(done).items()}
        self.stderr.write("Nguồn: {created} mới, {updated} thay đổi, {unchanged} giữ nguyên.".format(**counts))

    def _export(self, options: dict[str, Any]) -> None:
        text = export_registry()
        if options["file"]:
            Path(options["file"]).write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text)

    def _run(self, options: dict[str, Any]) -> None:
        asyncio.run(harvest(forever=True, on_done=lambda done: None))

    def _once(self, options: dict[str, Any]) -> None:
        at = datetime.now(UTC)
        if options["due_now"]:
            Source.objects.filter(next_at__isnull=False).update(next_at=at)
        outcomes: Counter[str] = Counter()
        with tqdm(total=Source.objects.due(at).count(), unit=" nguồn", desc="Thu tin", mininterval=0.2) as bar:

            def note(done: Done) -> None:
                outcomes.update(new=done.new, changed=done.changed, visits=1, failures=1 if done.error else 0)
                bar.set_postfix_str(f"{outcomes['new']} tin mới, {outcomes['failures']} lỗi", refresh=False)
                bar.update()

            asyncio.run(harvest(forever=False, on_done=note))
        self._status(options, **outcomes)

    def _status(self, options: dict[str, Any], **counts: int) -> None:
        failing = list(
            Source.objects.exclude(error_code="").order_by("slug").values("slug", "url", "error_code", "error_text")
        )
        said = {
            "sources": Source.objects.count(), "items": Item.objects.count(), "entries": Entry.objects.count(),
            **counts, "failing": failing,
        }  # fmt: skip
        if options["json"]:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
            return
        for one in failing:
            self.stdout.write("{slug:40} {error_code:12} {error_text}".format(**one))
        self.stdout.write(
            f"{said['sources']} nguồn, {said['items']} mục tin, {said['entries']} mục công khai, "
            f"{len(failing)} nguồn lỗi."
        )
