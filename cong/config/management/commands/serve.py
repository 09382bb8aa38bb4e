"""`cong serve`: web server, harvester, indexer, mirror and workers under one supervisor."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cong.config import readiness
from cong.config.env import ENV
from cong.config.server import CannotListen, check_port, environment, everything


class Command(BaseCommand):
    help = (
        "Chạy cả cổng: máy chủ web, bộ thu tin, bộ lập chỉ mục, bản sao tĩnh, hàng việc; dừng bằng Ctrl-C hoặc SIGTERM."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            check_port(ENV.host, ENV.port)
        except CannotListen as error:
            raise CommandError(str(error)) from error
        self._check()
        self.stdout.write(f"Cổng đang chạy tại http://{ENV.host}:{ENV.port}")
        everything(environment(), read_only=ENV.read_only).run()

    def _check(self) -> None:
        """Refuse to serve what was never set up. A database that is away may come back: its users try again."""
        found = readiness.checks()
        if found["database"] != readiness.OK:
            self.stderr.write("Chưa nối được cơ sở dữ liệu; cổng vẫn chạy và sẽ thử lại.")
        elif set(found.values()) != {readiness.OK}:
            raise CommandError("Cổng chưa được chuẩn bị cho phiên bản này; hãy chạy lệnh: cong setup")
