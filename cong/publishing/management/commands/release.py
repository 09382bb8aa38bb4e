"""`cong release`: do what time brings (scheduled releases, expiry, emergency time-outs), once or every second."""

from __future__ import annotations

import logging
import signal
from argparse import ArgumentParser
from datetime import UTC, datetime
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections

from cong.publishing.timing import run_due

logger = logging.getLogger("cong.publishing")
_EVERY = 1.0


class Command(BaseCommand):
    help = "Xuất bản bài đã hẹn giờ, gỡ bài hết hạn và bài xuất bản khẩn không được duyệt kịp."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["run", "once"], help="run: mỗi giây một lần; once: một lần")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "once":
            self.stdout.write(f"Đã làm {run_due(at=datetime.now(UTC))} việc đến hạn.")
            return
        stop = Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())
        while not stop.is_set():
            self._look()
            stop.wait(_EVERY)

    def _look(self) -> None:
        """Look once; a database that is away for a while is no reason to end."""
        try:
            run_due(at=datetime.now(UTC))
        except Error:
            logger.exception("could not look what is due")
            close_old_connections()
