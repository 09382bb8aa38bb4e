"""Check the whole ledger against itself, the shelf, the stream, the journal and the dockets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from cong.entries.models import Change, Stream, Tombstone
from cong.kernel import chain
from cong.kernel.chain import GENESIS
from cong.publishing import front_gates, gates
from cong.publishing.corrections import wrong_tellings
from cong.publishing.files import wrong_files
from cong.publishing.models import Ledger, Release
from cong.publishing.process import ReleaseKind
from cong.publishing.replaying import wrong_dockets

_CHUNK = 2000
_KEYS = ("id", "publication", "snapshot", "sha256", "kind", "policy", "by", "note", "mode", "target")
_LINK = "id, publication_id, snapshot_id, sha256, kind, coalesce(policy_id, ''), by_id, note, mode, target"


def problems() -> Iterator[str]:
    """Yield one sentence in Vietnamese for everything that is not as the ledger says."""
    yield from _broken_links()
    yield from _broken_snapshots()
    yield from _wrong_entries()
    yield from _wrong_graves()
    yield from _gaps()
    yield from wrong_dockets()
    yield from wrong_files()
    yield from wrong_tellings()


def _broken_links() -> Iterator[str]:
    prev, number = GENESIS, 0
    for said_prev, said_hash, at, provisional, *said in _chunks(
        f"SELECT prev, hash, {_plainly('at')}, provisional, {_LINK}"
    ):
        number += 1
        if said[0] != number:
            yield f"Sổ xuất bản: thiếu lần xuất bản số {number}."
            number = said[0]
        # Link.hash() says the same; here there is no object for each of a million rows.
        link = dict(zip(_KEYS, said, strict=True))
        link["at"] = _moment(at)
        if provisional:
            link["provisional"] = True
        if said_prev != prev or said_hash != chain.sha256(chain.canonical([prev, link])):
            yield f"Sổ xuất bản: lần xuất bản số {number} không khớp chuỗi băm."
        prev = said_hash
    ledger = Ledger.objects.get(pk=1)
    if (ledger.releases, ledger.last_hash) != (number, prev):
        yield f"Sổ xuất bản: đầu sổ ghi số {ledger.releases}, dòng cuối là số {number}."


def _plainly(column: str) -> str:
    """Ask SQLite for a moment as the text that it keeps: reading it into an object costs more than the hash."""
    return f"{column} || ''" if connection.vendor == "sqlite" else column


def _moment(at: datetime | str) -> str:
    """Return a moment as a link covers it; the text in SQLite is UTC without saying so."""
    return f"{at.replace(' ', 'T')}+00:00" if isinstance(at, str) else at.astimezone(UTC).isoformat()


def _chunks(select: str, *, table: str = "publishing_release") -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table by number, without Django's converters and never all at once."""
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"{select}, id FROM {table} WHERE id > %s ORDER BY id LIMIT {_CHUNK}", [last])
            rows = cursor.fetchall()
            if not rows:
                return
            yield from (row[:-1] for row in rows)
            last = rows[-1][-1]


def _broken_snapshots() -> Iterator[str]:
    # seal() says the same; here the bytes come as the database keeps them and are not decoded first.
    sealed = {
        "sqlite": "CAST(content || char(10) || html AS BLOB)",
        "postgresql": "convert_to(content || chr(10) || html, 'UTF8')",
    }[connection.vendor]
    for id_, sha, text in _chunks(f"SELECT id, sha256, {sealed}", table="publishing_snapshot"):
        if hashlib.sha256(text).hexdigest() != sha:
            yield f"Bản trình số {id_}: nội dung không khớp mã băm."


def _wrong_entries() -> Iterator[str]:
    """I1: an entry exists exactly when the last release of its publication made it public; and shows that snapshot."""
    for publication in _column(
        "SELECT l.publication_id FROM publishing_release l "
        "JOIN (SELECT max(id) AS id FROM publishing_release GROUP BY publication_id) m ON m.id = l.id "
        "LEFT JOIN entries_entry e ON e.id = l.publication_id AND e.release_id = l.id "
        "LEFT JOIN entries_frontpage f ON f.id = l.publication_id AND f.release_id = l.id "
        "WHERE l.kind <> 'withdraw' AND e.id IS NULL AND f.id IS NULL"
    ):
        yield f"Mục {publication}: đã xuất bản nhưng không có trên giá đúng bản cuối."
    # The very condition of the gate: what it lets in is what is right here.
    unlike = gates.unlike_its_snapshot(connection.vendor, "e")
    for entry in _column(f"SELECT e.id FROM entries_entry e WHERE {unlike} ORDER BY e.id"):  # noqa: S608 (our own text)
        yield f"Mục {entry}: nội dung công khai khác bản đã duyệt, hoặc không có lần xuất bản."
    unlike = front_gates.unlike_its_snapshot(connection.vendor, "f")
    for front in _column(f"SELECT f.id FROM entries_frontpage f WHERE {unlike} ORDER BY f.id"):  # noqa: S608 (our own text)
        yield f"Bố cục {front}: khác bản đã duyệt, hoặc không có lần xuất bản."


def _column(sql: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [number for (number,) in cursor.fetchall()]


def _wrong_graves() -> Iterator[str]:
    graves = Tombstone.objects.order_by("pk").values_list("pk", "release_id")
    kinds = dict(Release.objects.filter(kind=ReleaseKind.WITHDRAW).values_list("id", "publication_id"))
    for grave, release in graves.iterator(chunk_size=_CHUNK):
        if kinds.get(release) != grave:
            yield f"Bia gỡ bài {grave}: không có lần gỡ tương ứng trong sổ."


def _gaps() -> Iterator[str]:
    for stream in Stream.objects.all():
        count = Change.objects.filter(stream=stream.name).count()
        if count != stream.last_seq:
            yield f"Dòng thay đổi “{stream.name}”: có {count} dòng, số cuối là {stream.last_seq}."
