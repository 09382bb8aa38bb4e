"""`cong work`: run background jobs, for ever or until nothing is due."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from cong.jobs import worker


class Command(BaseCommand):
    help = "Chạy việc nền, đến khi được lệnh dừng (SIGTERM hoặc Ctrl-C); --once: chạy nốt những việc đến hạn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="chạy những việc đã đến hạn rồi kết thúc")
        parser.add_argument("--threads", type=_count, default=worker.THREADS, help="số việc chạy cùng lúc")
        parser.add_argument(
            "--lease", type=_seconds, default=worker.LEASE, metavar="GIÂY",
            help="sau ngần này giây không có tin, việc của một tiến trình đã chết được giao cho tiến trình khác",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"Đã chạy {worker.once(lease=options['lease'])} việc.")
        else:
            worker.work(threads=options["threads"], lease=options["lease"])


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"“{text}” không phải số đếm từ 1")
    return int(text)


def _seconds(text: str) -> timedelta:
    try:
        given = timedelta(seconds=float(text))
    except (ValueError, OverflowError) as error:
        raise ArgumentTypeError(f"“{text}” không phải số giây") from error
    if given <= timedelta():
        raise ArgumentTypeError("thời hạn phải dài hơn 0 giây")
    return given
