"""Turns at the network for people at the desk: one at a time each, and only so many a minute, in all processes."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

MOST_A_MINUTE = 10
_MINUTE = timedelta(minutes=1)


class NotNow(Exception):
    """The person asks too often, or their last turn is not over; the text says when to come again."""


@contextmanager
def turn(folder: Path, person: int, *, at: datetime) -> Iterator[None]:
    """Hold the person's turn for the block; raises NotNow. A file's lock keeps it: who crashes lets it go."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{person}.json").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotNow("Lần thử trước của bạn chưa xong; hãy đợi nó xong rồi thử lại.") from error
        taken = [moment for moment in _moments(file) if at - _MINUTE < moment <= at]
        if len(taken) >= MOST_A_MINUTE:
            wait = max(1, round((taken[0] + _MINUTE - at).total_seconds()))
            raise NotNow(f"Bạn đã thử {MOST_A_MINUTE} lần trong một phút; hãy thử lại sau {wait} giây.")
        _keep(file, [*taken, at])
        yield


def _moments(file: IO[str]) -> list[datetime]:
    file.seek(0)
    try:
        return sorted(map(datetime.fromisoformat, json.loads(file.read() or "[]")))
    except (ValueError, TypeError):
        return []


def _keep(file: IO[str], moments: list[datetime]) -> None:
    file.seek(0)
    file.truncate()
    json.dump([moment.isoformat() for moment in moments], file)
    file.flush()
