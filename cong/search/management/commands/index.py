"""`cong index`: the search index, followed, built anew, gone back, checked and repaired, and how it stands."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from threading import Event
from time import monotonic, sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from cong.entries.models import Entry
from cong.search import actions
from cong.search.actions import Status
from cong.search.engines.engine import Failed, NotReady
from cong.search.index.check import Range
from cong.search.index.indexer import Stopped
from cong.search.index.records import Checked, Rebuilt
from cong.search.index.requests import Wish
from cong.search.index.versions import Busy

_STOPPED = 130
_PATIENCE = 120.0
_GLANCE = 0.2
_NOTHING = "Chưa có chỉ mục nào đọc được; hãy chạy cong index once, hoặc đợi tiến trình lập chỉ mục lập xong."
_VERBS = {
    "run": "Theo dõi liên tục, đến khi được lệnh dừng (SIGTERM hoặc Ctrl-C).",
    "once": "Đọc nốt những thay đổi chưa đọc rồi kết thúc.",
    "rebuild": "Lập lại toàn bộ bên cạnh chỉ mục cũ; đạt yêu cầu thì thay.",
    "back": "Quay về bản chỉ mục trước.",
    "check": "So chỉ mục với kệ xuất bản, từng mục một.",
    "repair": "So, rồi sửa những chỗ khác: như check --repair.",
    "status": "Cho biết chỉ mục đang ra sao.",
}


class Command(BaseCommand):
    help = "Chỉ mục tìm kiếm: theo dõi kệ xuất bản, lập lại, kiểm tra, sửa, xem tình trạng."
    # Checking addresses would load every page of the portal, at every start of the indexer.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar=" | ".join(_VERBS))
        made = {name: verbs.add_parser(name, help=text) for name, text in _VERBS.items()}
        made["rebuild"].add_argument("--anyway", action="store_true", help="thay dù bản mới không đạt yêu cầu")
        made["check"].add_argument("--repair", action="store_true", help="sửa những chỗ khác")
        for name in ("check", "repair", "status"):
            made[name].add_argument("--json", action="store_true", help="kết quả dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        verbs: dict[str, Callable[[dict[str, Any]], None]] = {
            "run": self._run, "once": self._once, "rebuild": self._rebuild, "back": self._back, "check": self._check,
            "repair": self._repair, "status": self._status,
        }  # fmt: skip
        try:
            verbs[options["verb"]](options)
        except Busy as busy:
            raise CommandError(f"Một tiến trình lập chỉ mục khác đang chạy (số {busy}).") from busy
        except Stopped as stopped:
            raise CommandError("Đã dừng giữa chừng; lần sau làm tiếp.", returncode=_STOPPED) from stopped
        except NotReady as error:
            raise CommandError(_NOTHING) from error
        except Failed as failed:
            raise CommandError(f"{failed}.") from failed

    def _run(self, _options: dict[str, Any]) -> None:
        actions.follow(_stop_on_signal())

    def _once(self, _options: dict[str, Any]) -> None:
        began = monotonic()
        with self._bar(actions.status().behind) as progress:
            seq = actions.catch_up(progress=progress, stop=_stop_on_signal())
        held, seconds = actions.status().documents, monotonic() - began
        self.stdout.write(f"Chỉ mục có {held} mục, đã đọc đến thay đổi {seq}, hết {seconds:.1f} giây.")

    def _rebuild(self, options: dict[str, Any]) -> None:
        anyway = options["anyway"]
        with self._bar(Entry.objects.count()) as progress:
            try:
                rebuilt = actions.rebuild(progress=progress, stop=_stop_on_signal(), anyway=anyway)
            except Busy:
                rebuilt = self._rebuilt_by_the_running_one(progress, anyway=anyway)
        for line in _of_rebuilt(rebuilt):
            self.stdout.write(line)
        if not rebuilt.swapped:
            raise CommandError(
                "Bản mới không đạt nên để riêng; bản cũ vẫn phục vụ. Muốn thay dù sao: rebuild --anyway."
            )

    def _rebuilt_by_the_running_one(self, progress: Callable[[int], None], *, anyway: bool) -> Rebuilt:
        """Leave the work to the running indexer and look on; a Ctrl-C ends the looking on, not the work."""
        before, stop = actions.status().rebuilt, _stop_on_signal()
        asked = actions.ask(Wish.REBUILD_ANYWAY if anyway else Wish.REBUILD)
        seen = 0
        while not actions.is_carried_out([asked], within=_GLANCE):
            building = actions.status().building
            if building and building.done > seen:
                progress(building.done - seen)
                seen = building.done
            if stop.is_set():
                raise CommandError("Tiến trình lập chỉ mục vẫn lập tiếp; xem cong index status.", returncode=_STOPPED)
            sleep(_GLANCE)
        rebuilt = actions.status().rebuilt
        if rebuilt is None or rebuilt == before:
            raise CommandError("Tiến trình lập chỉ mục không lập được; nhật ký của nó nói vì sao.")
        return rebuilt

    def _back(self, _options: dict[str, Any]) -> None:
        try:
            name = actions.back()
        except NotReady as error:
            raise CommandError("Không có bản trước nào mà chương trình này đọc được.") from error
        except Busy:
            if not actions.is_carried_out([actions.ask(Wish.BACK)], within=_PATIENCE):
                raise CommandError("Tiến trình lập chỉ mục đang bận; nó sẽ quay về khi xong việc.") from None
            name = actions.status().version or ""
        self.stdout.write(f"Người đọc đang dùng lại bản {name}.")

    def _check(self, options: dict[str, Any]) -> None:
        if options["repair"]:
            self._repair(options)
            return
        with self._bar(Entry.objects.count()) as progress:
            checked = actions.check(Range(), at=timezone.now(), progress=progress)
        self._tell(options, checked)
        if checked.differences:
            raise CommandError("Chỉ mục khác kệ xuất bản; sửa bằng cong index repair.")

    def _repair(self, options: dict[str, Any]) -> None:
        with self._bar(Entry.objects.count()) as progress:
            checked, asked = actions.repair(Range(), at=timezone.now(), progress=progress, stop=_stop_on_signal())
        done = actions.is_carried_out(asked, within=_PATIENCE)
        self._tell(options, checked)
        if not done:
            raise CommandError("Tiến trình lập chỉ mục đã nhận việc sửa nhưng chưa làm xong.")

    def _tell(self, options: dict[str, Any], checked: Checked) -> None:
        self.stdout.write(_json(asdict(checked)) if options["json"] else _of_checked(checked))

    def _status(self, options: dict[str, Any]) -> None:
        state = actions.status()
        if options["json"]:
            self.stdout.write(_json(asdict(state)))
            return
        for line in _of_status(state):
            self.stdout.write(line)

    @contextmanager
    def _bar(self, total: int) -> Iterator[Callable[[int], None]]:
        with tqdm(total=total, unit=" mục", desc="Chỉ mục", disable=None) as bar:

            def progress(done: int) -> None:
                bar.update(done)

            yield progress


def _of_status(state: Status) -> Iterator[str]:
    yield f"Máy tìm kiếm: {state.engine}"
    yield f"Chỉ mục: {state.version or 'chưa có'}{'' if state.ready else ' (chưa đọc được, cần lập lại)'}"
    yield f"Số mục: {_number(state.documents)}; trên đĩa {_bytes(state.size)}"
    yield f"Đã đọc đến thay đổi: {state.seq}, còn {state.behind}"
    yield f"Tiến trình lập chỉ mục: {f'đang chạy (số {state.pid})' if state.running else 'không chạy'}"
    if state.building:
        one = state.building
        yield (
            f"Đang lập bản {one.name}: {_number(one.done)}/{_number(one.total)} mục, "
            f"{_number(round(one.rate))} mục/giây, còn khoảng {one.seconds_left:.0f} giây"
        )
    yield f"Bản trước: {state.previous or 'không có'}; bản để riêng vì không đạt: {state.aside or 'không có'}"
    yield from _of_rebuilt(state.rebuilt) if state.rebuilt else ("Lần lập lại gần nhất: chưa có",)
    yield _of_checked(state.checked) if state.checked else "Lần kiểm tra gần nhất: chưa có"
    if state.found and state.found != state.checked:
        yield _of_checked(state.found)


def _of_rebuilt(rebuilt: Rebuilt) -> Iterator[str]:
    fate = "đang dùng" if rebuilt.swapped else "không đạt, để riêng"
    yield (
        f"Lập lại {_moment(rebuilt.at)}: bản {rebuilt.name}, {_number(rebuilt.documents)} mục, "
        f"hết {rebuilt.seconds:.1f} giây, {fate}"
    )
    if rebuilt.judged is not None:
        before = "" if rebuilt.judged_before is None else f", bản cũ {rebuilt.judged_before:.3f}"
        yield f"  Bộ câu tìm mẫu: nDCG {rebuilt.judged:.3f}{before}"
    for trouble in rebuilt.trouble:
        yield f"  {trouble}"


def _of_checked(checked: Checked) -> str:
    part = (
        "" if checked.last is None and checked.first == 1 else f" (từ mục {checked.first} đến {checked.last or 'hết'})"
    )
    head = f"Kiểm tra {_moment(checked.at)}{part}: {_number(checked.entries)} mục, hết {checked.seconds:.1f} giây"
    if not checked.differences:
        return f"{head}, khớp với kệ xuất bản"
    ids = ", ".join(map(str, checked.ids[:10])) + (" …" if checked.differences > 10 else "")
    return (
        f"{head}: thiếu {checked.missing}, cũ {checked.stale}, thừa {checked.extra}, "
        f"không tìm được bằng tiêu đề {checked.unfound}{', đã cho sửa' if checked.mending else ''}: {ids}"
    )


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M:%S}"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _bytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


def _json(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, indent=2, default=str)


def _stop_on_signal() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
