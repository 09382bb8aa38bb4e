"""What harvesting benchmarks share: a publisher in a process of its own, a fresh portal, one measured step of it."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Serving:
    """Where the publisher listens; `bytes` of all its feeds, `small` the validator of the small ones."""

    scheme: str
    ports: tuple[int, ...]
    bytes: int
    small: str
    environ: dict[str, str]

    def url(self, number: int, path: str) -> str:
        """Return an address whose host is the number's own, as far as there are ports."""
        return f"{self.scheme}://127.0.0.1:{self.ports[number % len(self.ports)]}{path}"


@contextmanager
def publisher(*, ports: int = 1, tls: bool = False) -> Iterator[Serving]:
    """Run `bench.publisher`; its certificate is trusted by whoever is given `environ`."""
    with tempfile.TemporaryDirectory() as folder:
        if tls:
            _certify(Path(folder))
        command = [sys.executable, "-m", "bench.publisher", "--ports", str(ports), "--tls", folder if tls else ""]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout
        said = json.loads(process.stdout.readline())
        environ = {"SSL_CERT_FILE": f"{folder}/certificate.pem"} if tls else {}
        try:
            yield Serving(
                scheme="https" if tls else "http", ports=tuple(said["ports"]), bytes=said["bytes"],
                small=said["small"], environ=environ,
            )  # fmt: skip
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()


def _certify(folder: Path) -> None:
    """Make a certificate for 127.0.0.1 that vouches for itself; needs the openssl command."""
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, *files], check=True, capture_output=True
    )


@contextmanager
def portal(sources: Iterable[tuple[str, str]], *, policy: str, **environ: str) -> Iterator[dict[str, str]]:
    """Make a fresh portal with these sources (id, address); gives its environment."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(_migrated(), folder, dirs_exist_ok=True)
        given = _environ(folder) | environ
        entries = (f'[[source]]\nid = "{name}"\nurl = "{url}"\npolicy = "{policy}"\n' for name, url in sources)
        (Path(folder) / "sources.toml").write_text("\n".join(entries))
        run(given, "cong", "harvest", "import", f"{folder}/sources.toml")
        yield given


@cache
def _migrated() -> str:
    """Make a portal without anything in it, once, for all others to be copies of."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    run(_environ(folder), "cong", "migrate", "-v0")
    return folder


def _environ(folder: str) -> dict[str, str]:
    return os.environ | {
        "DATA_DIR": folder, "HARVEST_LOOPBACK": "yes", "HARVEST_PICTURES": "no",
        "DJANGO_SETTINGS_MODULE": "cong.config.settings", "DATABASE_URL": "",
    }  # fmt: skip


def run(environ: dict[str, str], *command: str, python: str = sys.executable) -> dict[str, float]:
    """Run a module to its end; what a measured step found is its last line."""
    done = subprocess.run([python, "-m", *command], env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1])) if command[0] == "bench.harvest_run" else {}
