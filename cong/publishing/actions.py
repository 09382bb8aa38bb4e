"""Seal, decide, release, correct, withdraw: each writes the ledger, the shelf and the journal in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.entries import actions as shelf
from cong.entries.models import Entry, FrontPage, Mode, Op, Tombstone
from cong.journal.actions import record
from cong.kernel import bulk
from cong.publishing import corrections, files
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
from cong.publishing.process import FRONT, Content, Link, NotAllowed, ReleaseKind, check_withdrawal, next_kind, seal
from cong.publishing.rights import must

_ROLES = {
    Step.APPRAISE: (Role.APPRAISER,),
    Step.SECRECY: (Role.SECRECY_OFFICER,),
    Step.APPROVE: (Role.APPROVER,),
    Step.REJECT: (Role.APPRAISER, Role.APPROVER, Role.SECRECY_OFFICER),
    Step.RECALL: (Role.AUTHOR,),
    Step.EMERGENCY: (Role.DUTY_EDITOR, Role.APPROVER),
    Step.CONFIRM: (Role.APPROVER,),
}
# What is judged and not shown.
_KEPT_INSIDE = ("grade", "secrecy", "not_before", "front")


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
    contents: Sequence[tuple[int, Content]],
    *,
    by: User | None,
    at: datetime,
    contributors: Iterable[User] = (),
    ledger: Ledger | None = None,
) -> list[Sealed]:
    """Write one immutable snapshot for each (publication id, content). `by` contributed, and `contributors` too."""
    with open_ledger(ledger) as ledger:
        sealed, rows = [], []
        for number, (publication, content) in enumerate(contents, ledger.snapshots + 1):
            text = content.canonical()
            sha = seal(text, content.html)
            sealed.append(Sealed(id=number, publication=publication, content=content, sha256=sha))
            rows.append((number, publication, text, content.html, sha, by.pk if by else None, at))
        bulk.insert(Snapshot, ("id", "publication_id", "content", "html", "sha256", "by_id", "at"), rows)
        people = sorted({*(one.pk for one in contributors), *([by.pk] if by else [])})
        bulk.insert(Contributor, ("snapshot_id", "user_id"), ((one.id, user) for one in sealed for user in people))
        ledger.snapshots += len(rows)
    return sealed


def decide(snapshot: Snapshot, step: Step, *, sha256: str, by: User, at: datetime, note: str = "") -> Decision:
    """Record one person's judgement of exactly the bytes they saw."""
    with transaction.atomic():
        decision = write_decision(snapshot, step, sha256=sha256, by=by, at=at, note=note)
        record(
            f"decide.{step.value}", f"snapshot:{snapshot.pk}", actor=by.username, at=at,
            agency=snapshot.publication.agency_id, sha256=sha256, note=note,
        )  # fmt: skip
        corrections.tell_judged(snapshot, at=at)
    return decision


def write_decision(snapshot: Snapshot, step: Step, *, sha256: str, by: User, at: datetime, note: str) -> Decision:
    """Write a decision as part of a larger act, which goes into the journal itself."""
    if sha256 != snapshot.sha256:
        raise OutOfDate("Bản trình đã thay đổi so với bản đang xem; hãy mở lại bản mới nhất.")
    must(by, snapshot.publication.agency, *_ROLES[step], at=at)
    if step is Step.REJECT and not note.strip():
        raise NotAllowed("Trả lại phải ghi rõ lý do.")
    return Decision.objects.create(snapshot=snapshot, sha256=sha256, step=step, by=by, at=at, note=note)


def release_by_policy(
    sealed: Sequence[Sealed],
    policy: Policy,
    *,
    at: datetime,
    note: str = "",
    ledger: Ledger | None = None,
    first: bool = False,
) -> list[int]:
    """Release snapshots under a named policy; returns the release numbers. One journal event covers the batch.

    `first`: nothing of these publications was ever released, so that what is on the shelf need not be asked for.
    """
    return _release(sealed, policy=policy, at=at, notes=note, ledger=ledger, first=first)


def release(snapshot: Snapshot, *, by: User, at: datetime, note: str = "") -> int:
    """Release an appraised and approved snapshot; the database refuses anything less. Returns the number."""
    return release_together([(snapshot, note)], by=by, at=at)[0]


def release_together(judged: Sequence[tuple[Snapshot, str]], *, by: User, at: datetime) -> list[int]:
    """Release snapshots, each with its public note, at one moment: all or none. Returns the release numbers."""
    for snapshot, _ in judged:
        must(by, snapshot.publication.agency, Role.DUTY_EDITOR, at=at)
    notes = {snapshot.pk: note for snapshot, note in judged}
    return _release([as_sealed(one) for one, _ in judged], by=by, at=at, notes=notes)


def release_provisionally(snapshot: Snapshot, *, by: User, at: datetime) -> int:
    """Release on two keys, before it is appraised; the database refuses anything less. Returns the number."""
    must(by, snapshot.publication.agency, Role.DUTY_EDITOR, Role.APPROVER, at=at)
    return _release([as_sealed(snapshot)], by=by, at=at, provisional=True)[0]


def as_sealed(snapshot: Snapshot) -> Sealed:
    """Return a stored snapshot in the form in which it was sealed."""
    content = Content.parse(snapshot.content, snapshot.html)
    return Sealed(id=snapshot.pk, publication=snapshot.publication_id, content=content, sha256=snapshot.sha256)


def _release(
    sealed: Sequence[Sealed],
    *,
    at: datetime,
    policy: Policy | None = None,
    by: User | None = None,
    notes: Mapping[int, str] | str = "",
    provisional: bool = False,
    ledger: Ledger | None = None,
    first: bool = False,
) -> list[int]:
    if not sealed:
        return []
    with open_ledger(ledger) as ledger:
        kept = {} if first else _on_the_shelf(sealed)
        links = [
            Link(
                id=number, publication=one.publication, snapshot=one.id, sha256=one.sha256,
                kind=next_kind(ReleaseKind.PUBLISH if one.publication in kept else None),
                policy=policy.pk if policy else "", by=by.pk if by else None, at=at,
                note=notes if isinstance(notes, str) else notes[one.id], provisional=provisional,
            )
            for number, one in enumerate(sealed, ledger.releases + 1)
        ]  # fmt: skip
        _append(ledger, links)
        _put(list(zip(links, sealed, strict=True)), kept, first=first)
        if by is not None:
            corrections.tell([link.id for link in links])
        _journal(links, {one.content.agency for one in sealed}, policy=policy, by=by, at=at)
        shelf.announce([(one.publication, Op.PUT) for one in sealed], at=at)
        files.follow(
            shown=(sha256 for one in sealed for sha256 in one.content.media),
            dropped=(sha256 for entry in kept.values() if entry for sha256 in entry.media),
        )
    return [link.id for link in links]


def _on_the_shelf(sealed: Sequence[Sealed]) -> dict[int, Entry | None]:
    """Return what is public of these publications: an entry, or None for a composition."""
    shown = Entry.objects.filter(pk__in=[one.publication for one in sealed])
    kept: dict[int, Entry | None] = {one.pk: one for one in shown.only("pk", "released_at", "corrections", "media")}
    fronts = [one.publication for one in sealed if one.content.kind == FRONT]
    if fronts:
        kept |= dict.fromkeys(FrontPage.objects.filter(pk__in=fronts).values_list("pk", flat=True))
    return kept


def _put(released: Sequence[tuple[Link, Sealed]], kept: Mapping[int, Entry | None], *, first: bool) -> None:
    """Write on the shelf what was released: entries among the entries, compositions among theirs."""
    rows = [_entry(link, one.content, kept.get(one.publication)) for link, one in released if not _is_front(one)]
    shelf.put_new([row for row in rows if row["id"] not in kept], first=first)
    shelf.put_again([row for row in rows if row["id"] in kept])
    for link, one in released:
        if _is_front(one):
            shelf.put_front(front_row(one.content, publication=link.publication, release=link.id, sha256=one.sha256))


def _is_front(sealed: Sealed) -> bool:
    return sealed.content.kind == FRONT


def front_row(content: Content, *, publication: int, release: int, sha256: str) -> dict[str, Any]:
    """Return the columns of the row that composes a page."""
    ends = content.expires_at.replace(microsecond=0) if content.expires_at else None
    return {
        "id": publication, "release_id": release, "sha256": sha256, "section": content.section, "lang": content.lang,
        "composition": content.front, "expires_at": ends,
    }  # fmt: skip


def withdraw(
    publication: Publication,
    *,
    at: datetime,
    note: str,
    by: User | None = None,
    policy: Policy | None = None,
    mode: Mode = Mode.GONE,
    target: str = "",
    ledger: Ledger | None = None,
) -> int:
    """Take a publication off the shelf and leave a tombstone; returns the release number."""
    if by is not None:
        must(by, publication.agency, Role.DUTY_EDITOR, at=at)
    if by is None and policy is None:
        raise NotAllowed("Gỡ bài phải có người hoặc quy tắc chịu trách nhiệm.")
    with open_ledger(ledger) as ledger:
        last = Release.objects.filter(publication=publication).order_by("-id").first()
        check_withdrawal(last.kind if last else None)
        assert last is not None  # noqa: S101 (check_withdrawal has raised otherwise)
        link = Link(
            id=ledger.releases + 1, publication=publication.pk, snapshot=last.snapshot_id, sha256=last.sha256,
            kind=ReleaseKind.WITHDRAW, policy=policy.pk if policy else "", by=by.pk if by else None, at=at,
            note=note, mode=mode.value, target=target,
        )  # fmt: skip
        shown = Entry.objects.filter(pk=publication.pk).values_list("title", "media").first()
        _append(ledger, [link])
        _clear(link, title=shown[0] if shown else None)
        _journal([link], {publication.agency_id}, policy=policy, by=by, at=at)
        shelf.announce([(publication.pk, Op.REMOVE)], at=at)
        files.follow(shown=(), dropped=shown[1] if shown else ())
    return link.id


def _clear(link: Link, *, title: str | None) -> None:
    """Take off the shelf what was withdrawn: an entry of that title, or a composition, which leaves no grave."""
    if title is None:
        shelf.clear_front(link.publication)
        return
    mode = Mode(link.mode)
    grave = Tombstone(id=link.publication, release_id=link.id, mode=mode, target=link.target, title=title,
                      note=link.note, at=link.at)  # fmt: skip
    shelf.bury(grave)


def is_public(publication: int) -> bool:
    """Tell whether readers see it now, as an entry or as the composition of a page."""
    return any(kind.objects.filter(pk=publication).exists() for kind in (Entry, FrontPage))


@transaction.atomic
def tell_copies(publication: int, rows: Sequence[tuple[int, str, str, datetime]], *, at: datetime) -> None:
    """Tell readers of a public entry where else its story stands: (agency, name of the source, address, moment)."""
    shelf.tell_copies(publication, rows)
    shelf.announce([(publication, Op.PUT)], at=at)


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
    return shelf_row(
        content, publication=link.publication, release=link.id, sha256=link.sha256, note=link.note,
        released_at=kept.released_at if kept else link.at, corrected_at=link.at if kept else None,
        corrections=kept.corrections + 1 if kept else 0,
    )  # fmt: skip


def shelf_row(
    content: Content,
    *,
    publication: int,
    release: int,
    sha256: str,
    note: str,
    released_at: datetime,
    corrected_at: datetime | None,
    corrections: int,
) -> dict[str, Any]:
    """Return the columns of the entry that shows a content."""
    row: dict[str, Any] = content.__dict__ | {
        "id": publication, "release_id": release, "sha256": sha256, "note": note, "released_at": released_at,
        "corrected_at": corrected_at, "corrections": corrections,
    }  # fmt: skip
    for name in _KEPT_INSIDE:
        del row[name]
    row["agency_id"] = row.pop("agency")
    row["tags"], row["media"] = list(content.tags), list(content.media)
    row["published_at"] = content.published_at or released_at
    for name in ("published_at", "harvested_at", "expires_at"):
        row[name] = row[name].replace(microsecond=0) if row[name] else None
    return row


def _journal(
    links: Sequence[Link], agencies: set[int], *, policy: Policy | None, by: User | None, at: datetime
) -> None:
    """Write one event for all of them; it concerns an agency when all are of that one."""
    actor = by.username if by else f"policy:{policy.pk}" if policy else ""
    first, last = links[0], links[-1]
    verb = "release.withdraw" if first.kind is ReleaseKind.WITHDRAW else "release"
    record(
        "release.emergency" if first.provisional else verb,
        f"release:{first.id}", actor=actor, at=at, agency=min(agencies) if len(agencies) == 1 else None,
        first=first.id, last=last.id, head=last.sha256,
    )  # fmt: skip
