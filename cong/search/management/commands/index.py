"""`cong index run | once | rebuild | status`: the search index."""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cong.entries.models import Entry
from cong.search import actions
from cong.search.folder import Busy
from cong.search.indexer import Stopped


class Command(BaseCommand):
    help = "Chỉ mục tìm kiếm: theo dõi các mục xuất bản, lập lại, xem tình trạng."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="run | once | rebuild | status")
        verbs.add_parser("run", help="Theo dõi liên tục, đến khi được lệnh dừng (SIGTERM hoặc Ctrl-C).")
        verbs.add_parser("once", help="Đọc nốt những thay đổi chưa đọc rồi kết thúc.")
        verbs.add_parser("rebuild", help="Lập lại toàn bộ bên cạnh chỉ mục cũ rồi thay.")
        verbs.add_parser("status", help="Cho biết chỉ mục đã đọc đến đâu.")

    def handle(self, *args: Any, **options: Any) -> None:
        verb = {"run": self._run, "once": self._once, "rebuild": self._rebuild, "status": self._status}
        try:
            verb[options["verb"]]()
        except Busy as busy:
            raise CommandError(f"Một tiến trình lập chỉ mục khác đang chạy (số {busy}).") from busy
        except Stopped as stopped:
            raise CommandError("Đã dừng giữa chừng; lần sau làm tiếp.", returncode=130) from stopped

    def _run(self) -> None:
        actions.follow(_stop_on_signal())

    def _once(self) -> None:
        self._counted(actions.catch_up, actions.status().behind)

    def _rebuild(self) -> None:
        self._counted(actions.rebuild, Entry.objects.count())

    def _counted(self, work: Callable[..., int], total: int) -> None:
        began = monotonic()
        with tqdm(total=total, unit="mục", desc="Lập chỉ mục", disable=None) as bar:
            seq = work(progress=bar.update, stop=_stop_on_signal())
        state = actions.status()
        self.stdout.write(
            f"Chỉ mục có {state.documents} mục, đã đọc đến thay đổi {seq}, hết {monotonic() - began:.1f} giây."
        )

    def _status(self) -> None:
        state = actions.status()
        self.stdout.write(f"Chỉ mục: {state.path or 'chưa có'}{'' if state.ready else ' (cần lập lại)'}")
        self.stdout.write(f"Số mục: {state.documents}")
        self.stdout.write(f"Đã đọc đến thay đổi: {state.seq}, còn {state.behind}")
        self.stdout.write(f"Tiến trình lập chỉ mục: {'đang chạy' if state.running else 'không chạy'}")


def _stop_on_signal() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
