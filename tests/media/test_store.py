from __future__ import annotations

import os
import signal
from pathlib import Path
from unittest.mock import patch

import pytest
from pytest_django import Settings

from cong.media.store import public_rendition, write_renditions

SHA256 = "ab" * 32
FILES = {"640.webp": b"small" * 1000, "1280.webp": b"large" * 9000}


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def named(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*.webp")}


def killed_at(step: str, count: int) -> int:
    """Write in a child process that is killed at the nth time it reaches a step; return the signal it died of."""
    child = os.fork()
    if child == 0:
        reached = 0
        real = getattr(os, step)

        def deadly(*given: object) -> object:
            nonlocal reached
            reached += 1
            if reached == count:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given)

        with patch.object(os, step, deadly):
            write_renditions(SHA256, FILES)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status)


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_kill_at_any_moment_leaves_whole_files_only_and_the_next_run_completes(
    folder: Path, step: str, count: int
) -> None:
    died = killed_at(step, count)

    assert died == (signal.SIGKILL if (step, count) != ("replace", 3) else 0)
    assert set(named(folder).values()) <= set(FILES.values())

    write_renditions(SHA256, FILES)

    assert {name: public_rendition(SHA256, name).read_bytes() for name in FILES} == FILES


def test_a_file_that_is_there_is_not_written_again(folder: Path) -> None:
    write_renditions(SHA256, FILES)
    before = public_rendition(SHA256, "640.webp").stat().st_mtime_ns

    write_renditions(SHA256, FILES)

    assert public_rendition(SHA256, "640.webp").stat().st_mtime_ns == before
    assert [path.name for path in folder.rglob("*.part")] == []
