"""`cong mirror`: follow the shelf for the page cache and the mirror, or say how they stand."""

from __future__ import annotations

import logging
import os
import signal
from argparse import ArgumentParser
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections, connection
from tqdm import tqdm

from cong.delivery.follower import Broken, Follower, Stopped
from cong.delivery.mirror import Mirror
from cong.delivery.serving import follower
from cong.entries.models import Stream

logger = logging.getLogger("cong.delivery")

_EVERY, _LONGEST = 0.5, 15.0
_COURTESY = 10
_TIMES_AS_LONG = 2.0
"""Standing work takes a third of one core at most: it rests twice as long as it works."""


class Command(BaseCommand):
    help = "Theo dõi các mục xuất bản: làm mới trang hay đọc và giữ bản sao tĩnh của mọi trang công khai."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "what", choices=["run", "once", "status"],
            help="run: liên tục; once: đến khi không còn gì để làm; status: bản sao đang đến đâu",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "status":
            self._status()
        elif options["what"] == "once":
            self._once()
        else:
            stop = _stop_on_signal()
            # Who reads comes before what is made ready for readers.
            os.nice(_COURTESY)
            _run(follower(stop.is_set), stop)

    def _once(self) -> None:
        one = follower(_stop_on_signal().is_set)
        one.begin()
        try:
            with tqdm(unit="lượt", desc="Bản sao tĩnh", disable=None) as bar:
                while one.step() or one.rest():
                    bar.update()
        except Stopped as stopped:
            raise CommandError("Đã dừng giữa chừng; lần sau làm tiếp.", returncode=130) from stopped
        self._status()

    def _status(self) -> None:
        mark = Mirror(Path(settings.MIRROR_DIR)).mark()
        last = Stream.objects.filter(name="entries").values_list("last_seq", flat=True).first() or 0
        self.stdout.write(f"Bản sao tĩnh: {settings.MIRROR_DIR}")
        self.stdout.write(f"Đã theo đến thay đổi: {mark.seq}, còn {last - mark.seq}")
        left = f"còn các mục có số nhỏ hơn {mark.filled}" if mark.filled else "đủ mọi mục"
        self.stdout.write(f"Mục có từ trước: {left}")


def _run(one: Follower, stop: Event) -> None:
    """Follow until told to stop; a database that is away for a while is no reason to end."""
    pause, begun = _EVERY, False
    while not stop.is_set():
        try:
            close_old_connections()
            if not begun:
                one.begin()
                begun = True
            _turn(one, stop)
            pause = _EVERY
        except Stopped:
            return
        except (Error, Broken, OSError) as error:
            logger.warning("delivery.paused error=%r again_in=%s", error, pause)
            connection.close()
            stop.wait(pause)
            pause = min(pause * 2, _LONGEST)


def _turn(one: Follower, stop: Event) -> None:
    began = monotonic()
    if one.step():
        return
    busy = one.rest()
    spent = monotonic() - began
    stop.wait(spent * _TIMES_AS_LONG if busy else _EVERY)


def _stop_on_signal() -> Event:
    stop = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    return stop
