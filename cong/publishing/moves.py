"""Lock a docket and move it: one row, one verb, by the table of transitions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cong.accounts.models import User
from cong.journal.actions import record
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Docket, Snapshot
from cong.publishing.process import NotAllowed, State, Verb, move

_WITH = ("agency", "publication", "snapshot", "bundle")


def lock(publication: int) -> Docket:
    """Return the docket as it stands now; nobody else moves it until the transaction ends."""
    return _whole(Docket.objects.select_for_update(of=("self",)).select_related(*_WITH).get(pk=publication))


def take(publication: int) -> Docket | None:
    """Lock the docket unless another is at it (or it is none of ours)."""
    rows = Docket.objects.select_for_update(of=("self",), skip_locked=True)
    docket = rows.select_related(*_WITH).filter(pk=publication).first()
    return _whole(docket) if docket else None


def _whole(docket: Docket) -> Docket:
    """Let the rows around a docket share one agency and one publication, instead of joining them thrice."""
    docket.publication.agency = docket.agency
    if docket.snapshot is not None:
        docket.snapshot.publication = docket.publication
    return docket


def shown(docket: Docket, sha256: str) -> Snapshot:
    """Return the docket's snapshot, if it is the one that was shown; raises NotAllowed, OutOfDate."""
    if docket.snapshot is None:
        raise NotAllowed("Bài này chưa được trình.")
    if docket.snapshot.sha256 != sha256:
        raise OutOfDate("Bản trình đã thay đổi so với bản đang xem; hãy mở lại bản mới nhất.")
    return docket.snapshot


def go(docket: Docket, verb: Verb, **values: Any) -> None:
    """Move a locked docket and write it with `values`; a new state is a new turn, which nobody has claimed."""
    state = move(State(docket.state), verb)
    if state != docket.state:
        docket.claimed_by = docket.claimed_at = docket.assigned_to = None
    docket.state = state.value
    for name, value in values.items():
        setattr(docket, name, value)
    docket.save()


def note_move(docket: Docket, verb: str, *, by: User | None, at: datetime, **data: Any) -> None:
    """Write one event about a docket."""
    actor = by.username if by else "cong"
    record(verb, f"docket:{docket.pk}", actor=actor, at=at, agency=docket.agency_id, **data)
