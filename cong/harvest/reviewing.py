"""A person's word on held items: release them, refuse them for good, or put them into another place first.

Whoever judges names the seal of what they saw; when the source or somebody else was quicker, nothing is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cong.accounts.models import User
from cong.agencies.models import Agency
from cong.entries.models import Entry, Kind
from cong.harvest import decide, held, stories
from cong.harvest.models import Cluster, Item, ItemBand, ItemRevision, ItemState, Lesson
from cong.harvest.parse import RawItem
from cong.harvest.roles import REVIEWERS
from cong.harvest.writing import SECTIONS
from cong.journal.actions import record
from cong.publishing import actions as publishing
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Ledger, Policy, Snapshot
from cong.publishing.process import Content
from cong.publishing.rights import must

MOST_TOGETHER, LONGEST_REASON = 50, 500
_POLICY = "harvest-reviewed"
_DONE = {
    ItemState.NEW: "Tin này đang chờ đọc trang bài; hãy đợi vài phút.",
    ItemState.COPY: "Tin này đã được ghi là bản đăng lại của một bài đang công khai.",
    ItemState.PUBLISHED: "Tin này đã được xuất bản, có lẽ người khác vừa duyệt.",
    ItemState.GONE: "Nguồn đã gỡ tin này nên không duyệt được nữa.",
    ItemState.REJECTED: "Tin này đã bị loại, có lẽ người khác vừa loại.",
}


class NotWaiting(Exception):
    """The item does not wait for anybody (any more); the message says what became of it."""


class NotDone(ValueError):
    """What was asked for makes no sense; the message says what to do instead."""


class Came(StrEnum):
    """What came of an approval: the item is public, or its story is and it is named beside it."""

    RELEASED = "released"
    COPY = "copy"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Approved:
    """What an approval did. `others`: how many that waited tell the same story and are named beside it now."""

    item: int
    came: Came
    title: str = ""
    others: int = 0
    problem: str = ""


def approve(number: int, *, sha256: str, by: User, at: datetime) -> Approved:
    """Release an item as it was seen. Raises PermissionDenied, NotWaiting, OutOfDate."""
    with transaction.atomic(), publishing.open_ledger() as ledger:
        item, snapshot = _waiting(number, sha256=sha256, by=by, at=at)
        title = Content.parse(snapshot.content, "").title
        if item.state == ItemState.HELD and _is_told(item):
            _make_copy(item, by=by, at=at, sha256=sha256)
            return Approved(item=number, came=Came.COPY, title=title)
        others = _release(item, snapshot, by=by, at=at, ledger=ledger)
    return Approved(item=number, came=Came.RELEASED, title=title, others=others)


def _waiting(number: int, *, sha256: str, by: User, at: datetime) -> tuple[Item, Snapshot]:
    """Lock an item, after the ledger as everybody does, and return it with the newest that its source said."""
    item = Item.objects.select_for_update(of=("self",)).select_related("source__agency").get(pk=number)
    must(by, item.source.agency, *REVIEWERS, at=at)
    if not item.awaits_person:
        raise NotWaiting(_DONE[ItemState(item.state)])
    snapshots = Snapshot.objects.filter(publication=item.publication_id)
    snapshot = snapshots.select_related("publication__agency").latest("pk")
    if snapshot.sha256 != sha256:
        raise OutOfDate("Tin này vừa đổi so với bản bạn đang xem; hãy xem lại bản mới rồi quyết định.")
    return item, snapshot


def _is_told(item: Item) -> bool:
    stands = stories.standing(item.cluster_id, but=item.pk) if item.cluster_id else None
    return stands is not None and Entry.objects.filter(pk=stands.publication_id).exists()


def _make_copy(item: Item, *, by: User, at: datetime, sha256: str) -> None:
    Item.objects.filter(pk=item.pk).update(state=ItemState.COPY)
    stories.tell([item.cluster_id or 0], at=at)
    _record("harvest.copy", item, by=by, at=at, sha256=sha256)


def _release(item: Item, snapshot: Snapshot, *, by: User, at: datetime, ledger: Ledger) -> int:
    """Release and let it stand for its story; what else waits with the same story is a copy of it from now on."""
    policy = Policy.objects.get(pk=_POLICY)
    [release] = publishing.release_by_policy([publishing.as_sealed(snapshot)], policy, at=at, ledger=ledger)
    Item.objects.filter(pk=item.pk).update(state=ItemState.PUBLISHED, held_revision=None)
    others = 0
    if item.cluster_id and item.state == ItemState.HELD:
        Cluster.objects.filter(pk=item.cluster_id).update(canonical=item.pk)
        others = Item.objects.filter(cluster=item.cluster_id, state=ItemState.HELD).update(state=ItemState.COPY)
        stories.tell([item.cluster_id], at=at)
    _record("harvest.approve", item, by=by, at=at, sha256=snapshot.sha256, release=release, copies=others)
    return others


def approve_several(shown: Sequence[tuple[int, str]], *, by: User, at: datetime) -> list[Approved]:
    """Release items (id, seal that was seen), each by itself, if nothing about it asks for a longer look.

    Says of each what came of it. Raises NotDone for more than `MOST_TOGETHER`.
    """
    if len(shown) > MOST_TOGETHER:
        raise NotDone(f"Mỗi lần duyệt nhiều nhất {MOST_TOGETHER} tin; hãy bỏ bớt.")
    items = Item.objects.filter(pk__in=[number for number, _ in shown]).select_related("source__agency")
    waiting = {one.item.pk: one for one in held.weighed(list(items), at=at)}
    calm = {one.item.pk for one in held.low(waiting.values())}
    return [
        _tried(number, sha256, waiting.get(number), calm=number in calm, by=by, at=at)
        for number, sha256 in dict(shown).items()
    ]


def _tried(
    number: int, sha256: str, waiting: held.Waiting | None, *, calm: bool, by: User, at: datetime
) -> Approved:  # fmt: skip
    title = waiting.content.title if waiting else ""
    try:
        if waiting is not None and waiting.item.awaits_person and not calm:
            raise NotDone("Tin này không còn ở mức rủi ro thấp; hãy mở ra xem rồi duyệt riêng.")
        return approve(number, sha256=sha256, by=by, at=at)
    except (Item.DoesNotExist, PermissionDenied):
        title, problem = "", "Bạn không duyệt được tin này."
    except (NotWaiting, OutOfDate, NotDone) as refused:
        problem = str(refused)
    return Approved(item=number, came=Came.REFUSED, title=title, problem=problem)


def reject(number: int, *, sha256: str, reason: str, by: User, at: datetime) -> None:
    """Refuse an item for good: it is never made again. Raises PermissionDenied, NotWaiting, OutOfDate, NotDone."""
    said = " ".join(reason.split())
    if not said:
        raise NotDone("Hãy ghi lý do loại tin này.")
    if len(said) > LONGEST_REASON:
        raise NotDone(f"Lý do dài quá {LONGEST_REASON} ký tự; hãy rút ngắn.")
    with transaction.atomic(), publishing.open_ledger():
        item, _ = _waiting(number, sha256=sha256, by=by, at=at)
        if item.is_revised:
            raise NotDone("Bài này đang công khai: hãy giữ bản đang công khai, hoặc gỡ bài ở hồ sơ của nó.")
        Item.objects.filter(pk=item.pk).update(
            state=ItemState.REJECTED, gone_at=at, check_at=None, enrich_at=None, waiting=None
        )
        _record("harvest.reject", item, by=by, at=at, sha256=sha256, reason=said)


def keep(number: int, *, sha256: str, by: User, at: datetime) -> None:
    """Leave what is public as it is, whatever its source says by now, until the source changes it once more.

    Raises PermissionDenied, NotWaiting, OutOfDate, NotDone.
    """
    with transaction.atomic(), publishing.open_ledger():
        item, _ = _waiting(number, sha256=sha256, by=by, at=at)
        if not item.is_revised:
            raise NotDone("Tin này chưa công khai; hãy duyệt hoặc loại.")
        Item.objects.filter(pk=item.pk).update(held_revision=None)
        _record("harvest.keep", item, by=by, at=at, sha256=sha256)


def move(number: int, *, word: str, sha256: str, by: User, at: datetime) -> None:
    """Seal an item anew in the place that a registry's word names; the classifier learns from it.

    It goes on waiting. Raises PermissionDenied, NotWaiting, OutOfDate, NotDone.
    """
    place = decide.place_named(word, SECTIONS)
    if place is None:
        raise NotDone("Hãy chọn một mục trong danh sách.")
    with transaction.atomic(), publishing.open_ledger() as ledger:
        item, snapshot = _waiting(number, sha256=sha256, by=by, at=at)
        before = Content.parse(snapshot.content, snapshot.html)
        after = _placed(before, place)
        if after == before:
            raise NotDone("Tin đang ở đúng mục này rồi.")
        [sealed] = publishing.seal_all([(item.publication_id, after)], by=None, at=at, ledger=ledger)
        changed = ",".join(decide.differences(before, after))
        ItemRevision.objects.create(
            publication_id=item.publication_id, n=item.revision + 1, snapshot_id=sealed.id, changed=changed, at=at
        )
        n = item.revision + 1
        held_revision = n if item.is_revised else None
        placed = {"reason": "person", "confidence": 1, "held_revision": held_revision}
        Item.objects.filter(pk=item.pk).update(revision=n, **placed)
        taught = {"part": place.part, "section": place.section, "by": by, "at": at}
        Lesson.objects.update_or_create(item=item, defaults=taught)
        _tell_story(item, before, after, at=at)
        _record("harvest.move", item, by=by, at=at, sha256=sealed.sha256, before=_said(before), after=_said(after))


def _placed(content: Content, place: decide.Place) -> Content:
    raw = RawItem(title=content.title, summary=content.summary, html=content.html, number=content.number)
    number = decide.text(raw, kind=place.kind, lang=content.lang, base=content.source_url).number
    return replace(content, part=place.part, section=place.section, kind=place.kind, number=number)


def _tell_story(item: Item, before: Content, after: Content, *, at: datetime) -> None:
    """Take what is no news any more out of its story, and find the story of what became news; public ones stay."""
    if before.kind == after.kind or item.is_revised:
        return
    if before.kind == Kind.NEWS:
        Item.objects.filter(pk=item.pk).update(cluster=None, signature=None)
        ItemBand.objects.filter(item=item).delete()
    else:
        look = stories.Stories(item.source, at=at)
        look.settle([(item.publication_id, look.place(after, item=item.pk, goes_out=False))])


def _said(content: Content) -> str:
    return f"{content.part}/{content.section}"


def _record(verb: str, item: Item, *, by: User, at: datetime, **data: object) -> None:
    agency: Agency = item.source.agency
    record(verb, f"item:{item.pk}", actor=by.username, at=at, agency=agency.pk, **data)
