"""`cong serve`: web, harvester and indexer under one supervisor."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cong.config.env import ENV
from cong.config.server import CannotListen, check_port, environment, everything


class Command(BaseCommand):
    help = "Chạy cả cổng: máy chủ web, bộ thu tin, bộ lập chỉ mục; dừng bằng Ctrl-C hoặc SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            check_port(ENV.host, ENV.port)
        except CannotListen as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Cổng đang chạy tại http://{ENV.host}:{ENV.port}")
        everything(environment()).run()
