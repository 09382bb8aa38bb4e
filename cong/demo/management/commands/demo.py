"""`cong demo`: a whole portal on this machine, fed by a simulated network of 108 publishers."""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cong.config.env import ENV
from cong.config.server import CannotListen, check_port, end, environment, everything, start
from cong.demo.front import compose_front
from cong.demo.multimedia import release_multimedia
from cong.demo.registry import registry
from cong.demo.staff import STAFF, make_staff
from cong.harvest.models import Source
from cong.harvest.registry import import_registry

_SEED = 2026


class Command(BaseCommand):
    help = "Chạy thử cả cổng trên máy này với mạng 108 nguồn tin giả lập. Ctrl-C để dừng; chạy lại để tiếp tục."

    def handle(self, *args: Any, **options: Any) -> None:
        if ENV.database_url:
            raise CommandError("Bản chạy thử chỉ dùng cơ sở dữ liệu nhúng; hãy bỏ biến DATABASE_URL rồi chạy lại.")
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, _stop)
        with _only_one(settings.DATA_DIR / "demo.lock"), ExitStack() as children:
            try:
                check_port(ENV.host, ENV.port)
            except CannotListen as error:
                raise CommandError(str(error)) from error
            self._run(children)
        self.stdout.write("Đã dừng. Chạy lại để tiếp tục từ chỗ này.")

    def _run(self, children: ExitStack) -> None:
        self.stdout.write("Chuẩn bị cơ sở dữ liệu, cơ quan, phông chữ, tệp tĩnh…")
        call_command("setup")
        state = _state(settings.DATA_DIR / "demo-state.json")
        accounts = make_staff(settings.DATA_DIR / "demo-accounts.txt", at=datetime.now(UTC))
        environ = _environ()
        network = _start_network(state, environ, children)
        sources = registry(network["port"], addresses=network["addresses"])
        import_registry(sources, by="demo", at=datetime.now(UTC))
        for command in (("harvest", "once"), ("index", "once")):
            _finish(command, environ, children)
        release_multimedia(at=datetime.now(UTC))
        compose_front(at=datetime.now(UTC))
        self._say(accounts)
        everything(environ).run()

    def _say(self, accounts: Mapping[str, str]) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nCổng đang chạy: {_site()}"))
        self.stdout.write(f"Bàn làm việc: {_site()}/ban-lam-viec/ – các tài khoản thử của cơ quan thực hành:")
        for one in STAFF:
            self.stdout.write(f"  {one.username:10} {accounts[one.username]}   {one.name}")
        self.stdout.write("Tin mới tiếp tục được thu về. Ctrl-C để dừng.\n")


def _stop(*_: object) -> None:
    raise SystemExit(130)


def _site() -> str:
    host = f"[{ENV.host}]" if ":" in ENV.host else ENV.host
    return f"http://{host}:{ENV.port}"


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError(
                f"Một bản chạy thử khác đang dùng thư mục {path.parent}; hãy dừng nó trước, "
                "hoặc chọn thư mục khác, ví dụ DATA_DIR=var-2."
            ) from error
        yield


def _environ() -> dict[str, str]:
    """Return the children's environment: loopback may be harvested, often and without pause."""
    return environment(
        DATA_DIR=str(settings.DATA_DIR),
        SITE_URL=_site(),
        HARVEST_LOOPBACK="yes",
        HARVEST_EVERY="30",
        HARVEST_HOST_GAP="0",
        HARVEST_GONE_AFTER="60",
        DEMO="yes",
    )


def _state(path: Path) -> dict[str, Any]:
    """Return seed and starting moment of the simulated network; kept, so that a second run continues."""
    if not path.exists():
        if Source.objects.exists():
            raise CommandError(
                f"Thư mục {path.parent} đang giữ dữ liệu thật, không phải của bản chạy thử; "
                "hãy chọn thư mục khác, ví dụ DATA_DIR=var-demo."
            )
        _keep(path, json.dumps({"seed": _SEED, "started_at": datetime.now(UTC).isoformat()}))
    return dict(json.loads(path.read_text()))


def _keep(path: Path, text: str) -> None:
    """Write the file whole or not at all; only its owner reads it."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)


def _start_network(state: Mapping[str, Any], environ: Mapping[str, str], children: ExitStack) -> dict[str, Any]:
    """Start the simulated publishers and return what they say; their port is the same on every run."""
    kept = settings.DATA_DIR / "demo-port"
    wanted = kept.read_text() if kept.exists() else "0"
    command = ("--port", wanted, "--seed", str(state["seed"]), "--started-at", state["started_at"])
    network = start(("cong.demo.network", *command), environ, stdout=subprocess.PIPE)
    children.callback(end, [network])
    line = network.stdout.readline() if network.stdout else b""
    if not line:
        raise CommandError(
            f"Mạng nguồn tin giả lập không khởi động được ở cổng {wanted}; hãy tắt chương trình đang dùng cổng ấy, "
            "hoặc bắt đầu lại từ đầu với thư mục khác, ví dụ DATA_DIR=var-2."
        )
    said: dict[str, Any] = json.loads(line)
    _keep(kept, str(said["port"]))
    return said


def _finish(command: tuple[str, ...], environ: Mapping[str, str], children: ExitStack) -> None:
    """Run `cong COMMAND…` to its end, or end it when we are told to stop."""
    process = start(("cong", *command), environ)
    children.callback(end, [process])
    if process.wait():
        raise CommandError(f"Lệnh cong {' '.join(command)} dừng với mã {process.returncode}.")
