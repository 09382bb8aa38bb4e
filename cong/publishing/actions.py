"""Seal, decide, release, correct, withdraw: each writes the ledger, the shelf and the journal in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.agencies.queries import holds
from cong.entries import actions as shelf
from cong.entries.models import Entry, Mode, Op, Tombstone
from cong.journal.actions import record
from cong.kernel import bulk
from cong.publishing.models import (
    Contributor,
    Decision,
    Ledger,
    Origin,
    Policy,
    Publication,
    Release,
    Snapshot,
    Step,
)
from cong.publishing.process import Content, Link, NotAllowed, ReleaseKind, check_withdrawal, next_kind, seal

_ROLE = {Step.APPRAISE: Role.APPRAISER, Step.APPROVE: Role.APPROVER, Step.REJECT: Role.APPRAISER}


class OutOfDate(Exception):
    """What was judged is not what stands now."""


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A snapshot as it was written."""

    id: int
    publication: int
    content: Content
    sha256: str


@contextmanager
def open_ledger(given: Ledger | None = None) -> Iterator[Ledger]:
    """Lock the ledger for one transaction and write its numbers back at the end; a given one is already open.

    Whoever writes in several steps opens it once and hands it to each of them.
    """
    if given is not None:
        yield given
        return
    with transaction.atomic(savepoint=False):
        ledger = Ledger.objects.select_for_update().get(pk=1)
        yield ledger
        ledger.save(force_update=True)


def open_publications(
    agency: Agency, origin: Origin, count: int, *, at: datetime, ledger: Ledger | None = None
) -> list[int]:
    """Make `count` publications and return their ids."""
    with open_ledger(ledger) as ledger:
        ids = list(range(ledger.publications + 1, ledger.publications + count + 1))
        bulk.insert(Publication, ("id", "origin", "agency_id", "at"), ((n, origin.value, agency.pk, at) for n in ids))
        ledger.publications += count
    return ids


def seal_all(
    contents: Sequence[tuple[int, Content]], *, by: User | None, at: datetime, ledger: Ledger | None = None
) -> list[Sealed]:
    """Write one immutable snapshot for each (publication id, content)."""
    with open_ledger(ledger) as ledger:
        sealed, rows = [], []
        for number, (publication, content) in enumerate(contents, ledger.snapshots + 1):
            text = content.canonical()
            sha = seal(text, content.html)
            sealed.append(Sealed(id=number, publication=publication, content=content, sha256=sha))
            rows.append((number, publication, text, content.html, sha, by.pk if by else None, at))
        bulk.insert(Snapshot, ("id", "publication_id", "content", "html", "sha256", "by_id", "at"), rows)
        if by:
            bulk.insert(Contributor, ("snapshot_id", "user_id"), ((one.id, by.pk) for one in sealed))
        ledger.snapshots += len(rows)
    return sealed


def decide(snapshot: Snapshot, step: Step, *, sha256: str, by: User, at: datetime, note: str = "") -> Decision:
    """Record one person's judgement of exactly the bytes they saw."""
    if sha256 != snapshot.sha256:
        raise OutOfDate("Bản trình đã thay đổi so với bản đang xem; hãy mở lại bản mới nhất.")
    if not holds(by, _ROLE[step], snapshot.publication.agency, on=at.date()):
        raise PermissionDenied("Bạn không giữ vai trò cần thiết ở cơ quan này.")
    if step is Step.REJECT and not note.strip():
        raise NotAllowed("Trả lại phải ghi rõ lý do.")
    with transaction.atomic():
        decision = Decision.objects.create(snapshot=snapshot, sha256=sha256, step=step, by=by, at=at, note=note)
        record(
            f"decide.{step.value}",
            f"snapshot:{snapshot.pk}",
            actor=by.username,
            at=at,
            sha256=sha256,
            note=note,
        )
    return decision


def release_by_policy(
    sealed: Sequence[Sealed], policy: Policy, *, at: datetime, note: str = "", ledger: Ledger | None = None
) -> list[int]:
    """Release snapshots under a named policy; returns the release numbers. One journal event covers the batch."""
    return _release(sealed, policy=policy, by=None, at=at, note=note, ledger=ledger)


def release(snapshot: Snapshot, *, by: User, at: datetime, note: str = "") -> int:
    """Release an appraised and approved snapshot; the database refuses anything less. Returns the number."""
    if not holds(by, Role.DUTY_EDITOR, snapshot.publication.agency, on=at.date()):
        raise PermissionDenied("Chỉ người trực xuất bản của cơ quan mới được xuất bản.")
    content = Content.parse(snapshot.content, snapshot.html)
    one = Sealed(id=snapshot.pk, publication=snapshot.publication_id, content=content, sha256=snapshot.sha256)
    return _release([one], policy=None, by=by, at=at, note=note, ledger=None)[0]


def _release(
    sealed: Sequence[Sealed],
    *,
    policy: Policy | None,
    by: User | None,
    at: datetime,
    note: str,
    ledger: Ledger | None,
) -> list[int]:
    if not sealed:
        return []
    with open_ledger(ledger) as ledger:
        kept = {
            e.pk: e
            for e in Entry.objects.filter(pk__in=[one.publication for one in sealed]).only(
                "pk", "released_at", "corrections"
            )
        }
        links = [
            Link(
                id=number, publication=one.publication, snapshot=one.id, sha256=one.sha256,
                kind=next_kind(ReleaseKind.PUBLISH if one.publication in kept else None),
                policy=policy.pk if policy else "", by=by.pk if by else None, at=at, note=note,
            )
            for number, one in enumerate(sealed, ledger.releases + 1)
        ]  # fmt: skip
        _append(ledger, links)
        rows = [_entry(link, one.content, kept.get(one.publication)) for link, one in zip(links, sealed, strict=True)]
        shelf.put_new([row for row in rows if row["id"] not in kept])
        shelf.put_again([row for row in rows if row["id"] in kept])
        _journal(links, policy=policy, by=by, at=at)
        shelf.announce([(one.publication, Op.PUT) for one in sealed], at=at)
    return [link.id for link in links]


def withdraw(
    publication: Publication,
    *,
    at: datetime,
    note: str,
    by: User | None = None,
    policy: Policy | None = None,
    mode: Mode = Mode.GONE,
    target: str = "",
) -> int:
    """Take a publication off the shelf and leave a tombstone; returns the release number."""
    if by is not None and not holds(by, Role.DUTY_EDITOR, publication.agency, on=at.date()):
        raise PermissionDenied("Chỉ người trực xuất bản của cơ quan mới được gỡ.")
    if by is None and policy is None:
        raise NotAllowed("Gỡ bài phải có người hoặc quy tắc chịu trách nhiệm.")
    with open_ledger() as ledger:
        last = Release.objects.filter(publication=publication).order_by("-id").first()
        check_withdrawal(last.kind if last else None)
        assert last is not None  # noqa: S101 (check_withdrawal has raised otherwise)
        link = Link(
            id=ledger.releases + 1, publication=publication.pk, snapshot=last.snapshot_id, sha256=last.sha256,
            kind=ReleaseKind.WITHDRAW, policy=policy.pk if policy else "", by=by.pk if by else None, at=at,
            note=note, mode=mode.value, target=target,
        )  # fmt: skip
        title = Entry.objects.values_list("title", flat=True).get(pk=publication.pk)
        _append(ledger, [link])
        shelf.bury(
            Tombstone(id=publication.pk, release_id=link.id, mode=mode, target=target, title=title, note=note, at=at)
        )
        _journal([link], policy=policy, by=by, at=at)
        shelf.announce([(publication.pk, Op.REMOVE)], at=at)
    return link.id


def _append(ledger: Ledger, links: Sequence[Link]) -> None:
    prev, rows = ledger.last_hash, []
    for one in links:
        this = one.hash(prev)
        judged = (one.publication, one.snapshot, one.sha256)
        said = (str(one.kind), one.policy or None, one.by, one.at, one.note, one.mode, one.target)
        rows.append((one.id, *judged, *said, one.provisional, prev, this))
        prev = this
    columns = ("id", "publication_id", "snapshot_id", "sha256", "kind", "policy_id", "by_id", "at", "note", "mode",
               "target", "provisional", "prev", "hash")  # fmt: skip
    bulk.insert(Release, columns, rows)
    ledger.releases, ledger.last_hash = links[-1].id, prev


def _entry(link: Link, content: Content, kept: Entry | None) -> dict[str, object]:
    row = content.__dict__ | {
        "id": link.publication,
        "release_id": link.id,
        "sha256": link.sha256,
        "note": link.note,
    }
    row["agency_id"] = row.pop("agency")
    for name in ("grade", "secrecy", "not_before"):
        del row[name]
    row["tags"], row["media"] = list(content.tags), list(content.media)
    for name in ("published_at", "harvested_at", "expires_at"):
        row[name] = row[name].replace(microsecond=0) if row[name] else None
    row["released_at"] = kept.released_at if kept else link.at
    row["corrected_at"] = link.at if kept else None
    row["corrections"] = kept.corrections + 1 if kept else 0
    return row


def _journal(links: Sequence[Link], *, policy: Policy | None, by: User | None, at: datetime) -> None:
    actor = by.username if by else f"policy:{policy.pk}" if policy else ""
    verb = "release.withdraw" if links[0].kind is ReleaseKind.WITHDRAW else "release"
    record(
        verb,
        f"release:{links[0].id}",
        actor=actor,
        at=at,
        first=links[0].id,
        last=links[-1].id,
        head=links[-1].sha256,
    )
