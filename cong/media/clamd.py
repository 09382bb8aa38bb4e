"""Ask a clamd for its opinion of a file (INSTREAM). Without an answer there is none: the caller must not go on."""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

_BLOCK = 1 << 16
_TIMEOUT = 60.0


class Unreachable(Exception):
    """The scanner did not answer, or answered what cannot be understood."""


def virus_in(path: Path, url: str) -> str:
    """Return the name of what was found in the file, or nothing; raises Unreachable."""
    try:
        with _connected(url) as line, path.open("rb") as file:
            line.sendall(b"zINSTREAM\0")
            while block := file.read(_BLOCK):
                line.sendall(struct.pack(">L", len(block)) + block)
            line.sendall(struct.pack(">L", 0))
            said = line.recv(4096).rstrip(b"\0\n").decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        raise Unreachable(str(error)) from error
    if said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")
    if said != "stream: OK":
        raise Unreachable(said)
    return ""


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(_TIMEOUT)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
        return line
    if parts.scheme != "tcp" or not parts.hostname or not parts.port:
        raise ValueError(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=_TIMEOUT)
