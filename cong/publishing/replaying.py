"""Replay what the journal says was done to each docket, and compare: the docket is a cache, the record is the truth."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from cong.journal.models import Event
from cong.publishing.models import Decision, Docket, Release, Snapshot, Step
from cong.publishing.process import NotAllowed, Verb, replay

_CHUNK = 2000
# How the journal names what moves a docket; what is not here (claims, confirmations) leaves it where it stands.
_VERBS = {
    "submit": Verb.SUBMIT,
    "decide.appraise": Verb.APPRAISE,
    "decide.secrecy": Verb.SECRECY,
    "decide.approve": Verb.APPROVE,
    "decide.reject": Verb.REJECT,
    "decide.recall": Verb.RECALL,
    "decide.emergency": Verb.KEY,
    "docket.spike": Verb.SPIKE,
    "docket.restore": Verb.RESTORE,
    "docket.drop": Verb.DROP,
    "docket.schedule": Verb.SCHEDULE,
    "docket.unschedule": Verb.UNSCHEDULE,
    "docket.hold": Verb.HOLD,
    "release": Verb.RELEASE,
    "release.emergency": Verb.EMERGENCY,
    "release.withdraw": Verb.WITHDRAW,
}
_DECIDING = (*(f"decide.{step.value}" for step in Step), "release.emergency")


def wrong_dockets() -> Iterator[str]:
    """Yield a sentence for each docket that stands elsewhere than its record says, and for records that lack."""
    done = _done()
    for number, state in Docket.objects.order_by("pk").values_list("pk", "state").iterator(chunk_size=_CHUNK):
        try:
            expected = replay(done.get(number, ()))
        except NotAllowed:
            yield f"Hồ sơ bài {number}: nhật ký ghi những bước không thể nối nhau."
            continue
        if state != expected:
            yield f"Hồ sơ bài {number}: đang ghi “{state}”, theo nhật ký phải là “{expected}”."
    events, decisions = Event.objects.filter(verb__in=_DECIDING).count(), Decision.objects.count()
    if events != decisions:
        yield f"Sổ xuất bản có {decisions} quyết định, nhật ký ghi {events}."


def _done() -> dict[int, list[Verb]]:
    """Return what was done to each docket, in the order of the journal."""
    ours = Docket.objects.values("pk")
    by_snapshot = dict(Snapshot.objects.filter(publication__in=ours).values_list("id", "publication_id"))
    by_release = dict(Release.objects.filter(publication__in=ours).values_list("id", "publication_id"))
    done: dict[int, list[Verb]] = defaultdict(list)
    # Harvested things have no docket; most releases are theirs.
    moving = Event.objects.filter(verb__in=_VERBS).exclude(Q(verb="release") & Q(actor__startswith="policy:"))
    rows = moving.order_by("id").values_list("verb", "subject", "data")
    for verb, subject, data in rows.iterator(chunk_size=_CHUNK):
        for number in _concerned(subject, data, by_snapshot, by_release):
            done[number].append(_VERBS[verb])
    return done


def _concerned(subject: str, data: str, by_snapshot: dict[int, int], by_release: dict[int, int]) -> list[int]:
    kind, _, number = subject.partition(":")
    if kind == "docket":
        return [int(number)]
    if kind == "snapshot":
        return [by_snapshot[int(number)]] if int(number) in by_snapshot else []
    said: dict[str, Any] = json.loads(data)
    return [by_release[one] for one in range(said["first"], said["last"] + 1) if one in by_release]
