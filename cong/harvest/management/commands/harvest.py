"""`cong harvest`: visit what is due, say how it stands and what is wrong, try, read again, take in and write out."""

from __future__ import annotations

import asyncio
import json
import signal
import tomllib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from cong.harvest import doctor, learning, reparse, reporting, rests
from cong.harvest.editing import as_if
from cong.harvest.fetch import Client
from cong.harvest.models import Source
from cong.harvest.poller import Done, harvest, limits
from cong.harvest.registry import (
    BadRegistry,
    Imported,
    drafted,
    entry_of,
    export_opml,
    export_registry,
    import_opml,
    import_registry,
)
from cong.harvest.trial import Trial, tried

_HELP = """Thu tin từ các nguồn: once (một lượt), run (liên tục), status (tình trạng), test NGUỒN (chạy thử, không ghi),
reparse NGUỒN (đọc lại trang đã lưu), import TỆP, export [TỆP] (.toml hoặc .opml), doctor (tìm chỗ hỏng), train (học
cách xếp chuyên mục)."""
_MARKS = {doctor.Verdict.GOOD: "✓", doctor.Verdict.NOTE: "·", doctor.Verdict.WRONG: "✗"}
_STOPPED = 130


class Command(BaseCommand):
    help = _HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", default="once", choices=list(self._verbs()))
        parser.add_argument("name", nargs="?", help="tệp cho import, export; nguồn hoặc địa chỉ cho test, reparse")
        parser.add_argument("--registry", help="nạp tệp nguồn này rồi thu một lượt")
        parser.add_argument("--json", action="store_true", help="kết quả dạng JSON")
        parser.add_argument("--due-now", action="store_true", help="coi mọi nguồn đang bật là đến hạn ngay")
        parser.add_argument("--kind", default="feed", help="test một địa chỉ: loại nguồn")
        parser.add_argument(
            "--set", action="append", default=[], metavar="TỪ=GIÁ TRỊ", help="test: một từ của mục nguồn"
        )
        parser.add_argument("--after", type=int, default=0, metavar="MỤC", help="reparse: làm tiếp sau mục này")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["registry"]:
            self._take(options["registry"])
        self._verbs()[options["what"]](options)

    def _verbs(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        return {
            "once": self._once, "run": self._run, "status": self._status, "test": self._test,
            "reparse": self._reparse, "import": self._import, "export": self._export, "doctor": self._doctor,
            "train": self._train,
        }  # fmt: skip

    def _say(self, options: dict[str, Any], said: Any, lines: Iterable[str]) -> None:
        """Write the result: as JSON when that is wanted, else line by line."""
        if options["json"]:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2, default=_plain))
            return
        for line in lines:
            self.stdout.write(line)

    def _run(self, options: dict[str, Any]) -> None:
        asyncio.run(harvest(forever=True, on_done=lambda done: None))

    def _once(self, options: dict[str, Any]) -> None:
        at = datetime.now(UTC)
        if options["due_now"]:
            Source.objects.filter(next_at__isnull=False).update(next_at=at)
        outcomes: Counter[str] = Counter()
        with tqdm(total=Source.objects.due(at).count(), unit=" nguồn", desc="Thu tin", mininterval=0.2) as bar:

            def note(done: Done) -> None:
                visits = 0 if done.pages else 1
                outcomes.update(
                    new=done.new, changed=done.changed, visits=visits, pages=done.pages, failures=int(bool(done.error))
                )  # fmt: skip
                told = f"{outcomes['new']} tin mới, {outcomes['pages']} trang, {outcomes['failures']} lỗi"
                bar.set_postfix_str(told, refresh=False)
                bar.update(visits)

            asyncio.run(harvest(forever=False, on_done=note))
        found, sums = reporting.lines(), reporting.totals()
        failing = [one for one in found if one.code]
        told = [f"{one.slug:40} {one.code:12} {one.reason}" for one in failing]
        said = asdict(sums) | outcomes | {"failing": _failing(found)}
        self._say(options, said, [*told, reporting.summary(sums, failing=len(failing))])

    def _status(self, options: dict[str, Any]) -> None:
        found, sums = reporting.lines(), reporting.totals()
        said = asdict(sums) | {
            "states": Counter(one.state for one in found), "failing": _failing(found), "all": list(map(asdict, found)),
        }  # fmt: skip
        self._say(options, said, reporting.told(found, sums, at=datetime.now(UTC)))

    def _test(self, options: dict[str, Any]) -> None:
        source = self._source_to_try(options)
        trial = async_to_sync(_tried)(source)
        said = asdict(trial) | {"problems": trial.problems}
        self._say(options, said, reporting.trial_told(trial))
        if not trial.items:
            raise CommandError("Chạy thử không thấy mục nào; lý do ghi ở trên.")

    def _source_to_try(self, options: dict[str, Any]) -> Source:
        """Return a stored source, or one made for the occasion; `--set` changes either, in memory only."""
        name, more = str(options["name"] or ""), dict(map(_word, options["set"]))
        if name.startswith(("http://", "https://")):
            return _drafted({"id": "chay-thu", "url": name, "kind": options["kind"]} | more)
        source = self._stored(name)
        try:
            return as_if(source, entry_of(source) | more)
        except BadRegistry as error:
            raise CommandError(f"Không chạy thử được: {error}") from error

    def _stored(self, name: str) -> Source:
        source = Source.objects.select_related("agency").filter(slug=name).first()
        if source is None:
            raise CommandError(f"Không có nguồn “{name}”; xem tên bằng cong harvest status.")
        return source

    def _reparse(self, options: dict[str, Any]) -> None:
        source = self._stored(str(options["name"] or ""))
        bodies = reparse.kept(source, after=options["after"])
        counts, problems, last = Counter(read=0, changed=0), [], options["after"]
        with _stopped_by_signal() as stop, tqdm(total=len(bodies), unit=" trang", desc="Đọc lại", disable=None) as bar:

            def note(done: reparse.Reread) -> None:
                nonlocal last
                last = done.item
                counts.update(read=1, changed=int(done.changed))
                if done.problem:
                    problems.append({"item": done.item, "problem": done.problem})
                bar.set_postfix_str(f"{counts['changed']} đổi, {len(problems)} lỗi", refresh=False)
                bar.update()

            async_to_sync(reparse.read_again)(source, bodies, at=datetime.now(UTC), on_done=note, stop=stop.is_set)
        said = {"source": source.slug, "pages": len(bodies), **counts, "last": last, "problems": problems}
        told = [f"Mục {one['item']}: {one['problem']}" for one in problems]
        told.append(f"Đã đọc lại {counts['read']}/{len(bodies)} trang: {counts['changed']} đổi, {len(problems)} lỗi.")
        self._say(options, said, told)
        if stop.is_set() and counts["read"] < len(bodies):
            again = f"cong harvest reparse {source.slug} --after {last}"
            raise CommandError(f"Đã dừng giữa chừng; làm tiếp bằng {again}", returncode=_STOPPED)

    def _import(self, options: dict[str, Any]) -> None:
        if not options["name"]:
            raise CommandError("Cần tên tệp: cong harvest import nguon.toml")
        done = self._take(options["name"])
        if options["json"]:
            self._say(options, asdict(done), [])

    def _take(self, path: str) -> Imported:
        take = import_opml if _is_opml(path) else import_registry
        try:
            done = take(Path(path).read_text(encoding="utf-8"), by="command", at=datetime.now(UTC))
        except (OSError, UnicodeDecodeError, BadRegistry) as error:
            raise CommandError(f"Không nạp được {path}: {error}") from error
        counts = {name: len(found) for name, found in asdict(done).items()}
        self.stderr.write("Nguồn: {created} mới, {updated} thay đổi, {unchanged} giữ nguyên.".format(**counts))
        return done

    def _export(self, options: dict[str, Any]) -> None:
        path = options["name"]
        try:
            text = export_opml() if path and _is_opml(path) else export_registry()
            if path:
                Path(path).write_text(text, encoding="utf-8")
        except (OSError, BadRegistry) as error:
            raise CommandError(f"Không ghi được {path or 'danh sách nguồn'}: {error}") from error
        if not path:
            self.stdout.write(text)

    def _doctor(self, options: dict[str, Any]) -> None:
        findings = doctor.examine(at=datetime.now(UTC))
        lines = (
            f"{_MARKS[one.verdict]} {one.told}" + (f"\n    → {one.advice}" if one.advice else "") for one in findings
        )
        self._say(options, list(map(asdict, findings)), lines)
        wrong = sum(one.verdict is doctor.Verdict.WRONG for one in findings)
        if wrong:
            raise CommandError(f"{wrong} điều cần sửa.")

    def _train(self, options: dict[str, Any]) -> None:
        _, report = learning.train(at=datetime.now(UTC))
        self._say(options, asdict(report), reporting.report_told(report))


async def _tried(source: Source) -> Trial:
    at = datetime.now(UTC)
    async with Client(limits(), known_rests=await sync_to_async(rests.known)(at=at)) as client:
        return await tried(source, client, at=at)


def _drafted(entry: dict[str, Any]) -> Source:
    try:
        return drafted(entry)
    except BadRegistry as error:
        raise CommandError(f"Không chạy thử được: {error}") from error


def _word(said: str) -> tuple[str, Any]:
    """Read `word=value`; the value is TOML where it can be, else the text as it stands."""
    word, mark, value = said.partition("=")
    if not mark or not word.strip():
        raise CommandError(f"--set {said}: viết như --set item=css:div.tin")
    try:
        return word.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return word.strip(), value.strip()


def _is_opml(path: str) -> bool:
    ending = Path(path).suffix.lower()
    if ending not in (".opml", ".toml"):
        raise CommandError(f"{path}: tên tệp phải kết thúc bằng .toml hoặc .opml.")
    return ending == ".opml"


def _failing(found: Iterable[reporting.Line]) -> list[dict[str, str]]:
    return [
        {"slug": one.slug, "url": one.url, "error_code": one.code, "error_text": one.reason}
        for one in sorted(found, key=lambda line: line.slug)
        if one.code
    ]


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@contextmanager
def _stopped_by_signal() -> Iterator[Event]:
    """Turn SIGTERM and Ctrl-C into a wish to stop after the page that is being read."""
    stop = Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
