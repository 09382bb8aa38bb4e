"""Check the whole ledger against itself, the shelf and the stream."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from cong.entries.models import Change, Entry, Stream, Tombstone
from cong.kernel.chain import GENESIS
from cong.publishing.models import Ledger, Release, Snapshot
from cong.publishing.process import Content, Link, ReleaseKind, seal

_CHUNK = 2000
_RELEASE = (
    "id", "publication_id", "snapshot_id", "sha256", "kind", "policy_id", "by_id", "at", "note", "mode", "target",
    "provisional", "prev", "hash",
)  # fmt: skip


def problems() -> Iterator[str]:
    """Yield one sentence in Vietnamese for everything that is not as the ledger says."""
    yield from _broken_links()
    yield from _broken_snapshots()
    yield from _wrong_entries()
    yield from _wrong_graves()
    yield from _gaps()


def _broken_links() -> Iterator[str]:
    prev, number = GENESIS, 0
    for row in Release.objects.order_by("id").values_list(*_RELEASE).iterator(chunk_size=_CHUNK):
        (
            id_,
            publication,
            snapshot,
            sha,
            kind,
            policy,
            by,
            at,
            note,
            mode,
            target,
            provisional,
            said_prev,
            said_hash,
        ) = row
        number += 1
        if id_ != number:
            yield f"Sổ xuất bản: thiếu lần xuất bản số {number}."
            number = id_
        link = Link(
            id=id_, publication=publication, snapshot=snapshot, sha256=sha, kind=kind, policy=policy or "", by=by,
            at=at, note=note, mode=mode, target=target, provisional=provisional,
        )  # fmt: skip
        if said_prev != prev or said_hash != link.hash(prev):
            yield f"Sổ xuất bản: lần xuất bản số {id_} không khớp chuỗi băm."
        prev = said_hash
    ledger = Ledger.objects.get(pk=1)
    if (ledger.releases, ledger.last_hash) != (number, prev):
        yield f"Sổ xuất bản: đầu sổ ghi số {ledger.releases}, dòng cuối là số {number}."


def _broken_snapshots() -> Iterator[str]:
    rows = Snapshot.objects.order_by("id").values_list("id", "content", "html", "sha256")
    for id_, content, html, sha in rows.iterator(chunk_size=_CHUNK):
        if seal(content, html) != sha:
            yield f"Bản trình số {id_}: nội dung không khớp mã băm."


def _last_releases() -> str:
    return (
        "SELECT r.id, r.publication_id, r.kind, r.snapshot_id FROM publishing_release r "
        "JOIN (SELECT max(id) AS id FROM publishing_release GROUP BY publication_id) m ON m.id = r.id"
    )


def _wrong_entries() -> Iterator[str]:
    """I1: an entry exists exactly when the last release of its publication made it public; and shows that snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.publication_id FROM ({_last_releases()}) l "  # noqa: S608 (our own text)
            "LEFT JOIN entries_entry e ON e.id = l.publication_id AND e.release_id = l.id "
            "WHERE l.kind <> %s AND e.id IS NULL",
            [ReleaseKind.WITHDRAW],
        )
        for (publication,) in cursor.fetchall():
            yield f"Mục {publication}: đã xuất bản nhưng không có trên giá đúng bản cuối."
    for entry, content, html, kind in _entries_with_snapshots():
        if content is None or kind == ReleaseKind.WITHDRAW:
            yield f"Mục {entry.pk}: đang công khai mà không có lần xuất bản."
        elif _content(entry).canonical() != content or entry.html != html:
            yield f"Mục {entry.pk}: nội dung công khai khác bản đã duyệt."


def _entries_with_snapshots() -> Iterator[tuple[Entry, str | None, str | None, str | None]]:
    last = 0
    while chunk := list(Entry.objects.filter(pk__gt=last).order_by("pk")[:_CHUNK]):
        releases = Release.objects.select_related("snapshot").in_bulk([entry.release_id for entry in chunk])
        for entry in chunk:
            found = releases.get(entry.release_id)
            yield (
                (entry, found.snapshot.content, found.snapshot.html, found.kind) if found else (entry, None, None, None)
            )
        last = chunk[-1].pk


def _content(entry: Entry) -> Content:
    return Content(
        agency=entry.agency_id, kind=entry.kind, part=entry.part, section=entry.section, lang=entry.lang,
        slug=entry.slug, title=entry.title, summary=entry.summary, html=entry.html, author=entry.author,
        source_name=entry.source_name, source_url=entry.source_url, number=entry.number, tags=tuple(entry.tags),
        picture=entry.picture, picture_width=entry.picture_width, picture_height=entry.picture_height,
        picture_alt=entry.picture_alt, published_at=entry.published_at, harvested_at=entry.harvested_at,
    )  # fmt: skip


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
