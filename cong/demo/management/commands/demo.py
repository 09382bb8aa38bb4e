"""`cong demo`: a whole portal on this machine, fed by a simulated network of 108 publishers."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cong.accounts.models import User
from cong.agencies.models import Agency, Membership, Role
from cong.config.env import ENV
from cong.config.server import CannotListen, Supervisor, check_port, end, everything, start
from cong.demo.registry import registry
from cong.harvest.registry import import_registry

_SEED = 2026
_STAFF = (
    ("bientap", "Người biên tập (thử)", Role.AUTHOR),
    ("thamdinh", "Người thẩm định (thử)", Role.APPRAISER),
    ("duyet", "Người duyệt (thử)", Role.APPROVER),
    ("tructin", "Người trực xuất bản (thử)", Role.DUTY_EDITOR),
    ("quantri", "Quản trị đơn vị (thử)", Role.AGENCY_ADMIN),
)


class Command(BaseCommand):
    help = "Chạy thử cả cổng trên máy này với mạng 108 nguồn tin giả lập. Ctrl-C để dừng; chạy lại để tiếp tục."

    def handle(self, *args: Any, **options: Any) -> None:
        with _only_one(settings.DATA_DIR / "demo.lock"):
            try:
                check_port(ENV.host, ENV.port)
            except CannotListen as error:
                raise CommandError(str(error)) from error
            self._prepare()
            state = _state(settings.DATA_DIR / "demo-state.json")
            environ = _environ()
            network, port = _start_network(state, environ)
            try:
                self._fill(port, environ)
                self._serve(environ)
            finally:
                end([network])

    def _prepare(self) -> None:
        self.stdout.write("Chuẩn bị dữ liệu…")
        call_command("setup")
        self._accounts = _accounts(settings.DATA_DIR / "demo-accounts.txt")

    def _fill(self, port: int, environ: Mapping[str, str]) -> None:
        import_registry(registry(port), by="demo", at=datetime.now(UTC))
        for command in (("harvest", "once"), ("index", "once")):
            done = subprocess.run([sys.executable, "-m", "cong", *command], env=dict(environ), check=False)
            if done.returncode:
                raise CommandError(f"Lệnh cong {' '.join(command)} dừng với mã {done.returncode}.")

    def _serve(self, environ: Mapping[str, str]) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nCổng đang chạy: http://{ENV.host}:{ENV.port}"))
        self.stdout.write("Tài khoản thử (bàn làm việc mở ở bản sau):")
        for username, password in self._accounts:
            self.stdout.write(f"  {username:10} {password}")
        self.stdout.write("Tin mới tiếp tục được thu về. Ctrl-C để dừng.\n")
        supervisor: Supervisor = everything()
        supervisor.environ = environ
        supervisor.run()


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError(f"Bản chạy thử khác đang dùng thư mục {path.parent}; hãy dừng nó trước.") from error
        yield


def _environ() -> dict[str, str]:
    """Return the children's environment: loopback may be harvested, and often."""
    return dict(os.environ) | {
        "DATA_DIR": str(settings.DATA_DIR),
        "SITE_URL": f"http://{ENV.host}:{ENV.port}",
        "HARVEST_LOOPBACK": "yes",
        "HARVEST_EVERY": "30",
        "HARVEST_GONE_AFTER": "60",
        "DEMO": "yes",
    }


def _state(path: Path) -> dict[str, Any]:
    """Return seed and starting moment of the simulated network; kept, so that a second run continues."""
    if not path.exists():
        path.write_text(json.dumps({"seed": _SEED, "started_at": datetime.now(UTC).isoformat()}))
    return dict(json.loads(path.read_text()))


def _start_network(state: Mapping[str, Any], environ: Mapping[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    command = ("cong.demo.network", "--seed", str(state["seed"]), "--started-at", state["started_at"])
    kept = settings.DATA_DIR / "demo-port"
    if kept.exists():
        command += ("--port", kept.read_text())
    network = start(command, environ, stdout=subprocess.PIPE)
    said: IO[bytes] = network.stdout  # type: ignore[assignment]
    line = said.readline()
    if not line:
        raise CommandError("Mạng nguồn tin giả lập không khởi động được.")
    port = int(json.loads(line)["port"])
    kept.write_text(str(port))
    return network, port


def _accounts(path: Path) -> list[tuple[str, str]]:
    """Make the staff accounts once; their passwords are random and kept in a file that only the owner reads."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("".join(f"{name} {secrets.token_urlsafe(12)}\n" for name, _, _ in _STAFF))
    known = [(line.split()[0], line.split()[1]) for line in path.read_text().splitlines()]
    agency = Agency.objects.in_order().first()
    for (username, password), (_, name, role) in zip(known, _STAFF, strict=True):
        user = User.objects.filter(username=username).first()
        user = user or User.objects.create_user(username, name=name, password=password)
        if agency:
            Membership.objects.get_or_create(user=user, agency=agency, role=role, from_on=date(2023, 3, 1))
    return known
