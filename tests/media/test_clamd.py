from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from cong.media.actions import Refused
from cong.media.clamd import Unreachable, virus_in
from cong.media.models import File
from tests import makers
from tests.media import makers as media

BAD = b"X5O-NOT-REALLY-A-VIRUS"


def _answer(line: socket.socket, said: bytes | None) -> None:
    """Behave like clamd: read the stream to its end, then say what was found."""
    with line, line.makefile("rb") as read:
        assert read.read(10) == b"zINSTREAM\0"
        whole = b""
        while size := struct.unpack(">L", read.read(4))[0]:
            whole += read.read(size)
        found = b"stream: Mau.Thu FOUND\0" if BAD in whole else b"stream: OK\0"
        line.sendall(found if said is None else said)


@contextmanager
def scanner(door: socket.socket, said: bytes | None = None) -> Iterator[None]:
    with door:
        door.listen()

        def serve() -> None:
            line, _ = door.accept()
            _answer(line, said)

        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join(5)


def by_port() -> tuple[socket.socket, str]:
    door = socket.create_server(("127.0.0.1", 0))
    return door, f"tcp://127.0.0.1:{door.getsockname()[1]}"


def test_a_virus_is_named_over_a_port(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(200_000) + BAD)
    door, url = by_port()

    with scanner(door):
        assert virus_in(tmp_path / "a", url) == "Mau.Thu"


def test_a_clean_file_has_none_over_a_socket(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"chi la chu")
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(tmp_path / "clamd.sock"))

    with scanner(door):
        assert virus_in(tmp_path / "a", f"unix://{tmp_path}/clamd.sock") == ""


@pytest.mark.parametrize("said", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK, maybe\0"])
def test_an_answer_that_is_not_clear_is_no_answer(said: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    door, url = by_port()

    with scanner(door, said), pytest.raises(Unreachable):
        virus_in(tmp_path / "a", url)


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:///nirgendwo.sock", "http://127.0.0.1:3310", "clamd"])
def test_nobody_there_is_no_answer(url: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")

    with pytest.raises(Unreachable):
        virus_in(tmp_path / "a", url)


@pytest.mark.django_db
def test_without_an_answer_no_file_comes_in(settings: Settings, stores: Path) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    agency = makers.agency()

    with pytest.raises(Refused, match="không trả lời"):
        media.pdf(agency, media.author(agency))

    assert not File.objects.exists()
    assert not [path for path in stores.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_a_file_with_a_virus_does_not_come_in(settings: Settings) -> None:
    door, settings.CLAMD_URL = by_port()
    agency = makers.agency()

    with scanner(door), pytest.raises(Refused, match=r"Mau\.Thu"):
        media.asset(BAD, agency=agency, by=media.author(agency))
