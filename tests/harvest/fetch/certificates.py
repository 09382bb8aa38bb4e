"""TLS for tests: an authority of our own, and servers that show certificates of it. Needs the openssl command."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path


def server_tls(folder: Path, *, days: int) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's context for localhost, valid for `days` (-1: expired), and a client's that trusts it."""
    key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    _openssl(folder, f"req -x509 {key} -days 2 -subj /CN=authority -keyout a.key -out a.pem")
    _openssl(folder, f"req {key} -subj /CN=localhost -keyout s.key -out s.csr")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")
    _openssl(folder, f"x509 -req -in s.csr -CA a.pem -CAkey a.key -set_serial 1 -days {days} -extfile names -out s.pem")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / "s.pem", folder / "s.key")
    return server, ssl.create_default_context(cafile=str(folder / "a.pem"))


def _openssl(folder: Path, words: str) -> None:
    subprocess.run(["openssl", *words.split()], check=True, capture_output=True, cwd=folder)
