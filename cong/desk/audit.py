"""What auditors may read of the journal: their agencies' events, at the centre all; each look is an event itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from cong.accounts.models import User
from cong.agencies.history import Holder, who_could_release
from cong.agencies.models import Agency, Role
from cong.agencies.rights import rights_of
from cong.journal.actions import record
from cong.journal.models import Event
from cong.journal.queries import Search, events


@dataclass(frozen=True, kw_only=True)
class Eyes:
    """Whose eyes, and which agencies they see (None: all)."""

    user: User
    agencies: frozenset[int] | None

    def choices(self) -> QuerySet[Agency]:
        rows = Agency.objects.in_order()
        return rows if self.agencies is None else rows.filter(pk__in=self.agencies)

    @property
    def single(self) -> int | None:
        """The agency whose auditors read of this look: the only one that it can show."""
        return next(iter(self.agencies)) if self.agencies is not None and len(self.agencies) == 1 else None


def eyes_of(user: User) -> Eyes:
    """Return what the person may see; raises PermissionDenied for all but auditors."""
    rights = rights_of(user)
    if not rights.has(Role.AUDITOR):
        raise PermissionDenied("Chỉ người giữ vai trò giám sát mới xem được nhật ký.")
    return Eyes(user=user, agencies=None if rights.everywhere(Role.AUDITOR) else rights.agencies(Role.AUDITOR))


def look(eyes: Eyes, search: Search, *, at: datetime, verb: str = "journal.read") -> QuerySet[Event]:
    """Write down the look and return what it shows; what others may see is never in it."""
    with transaction.atomic():
        record(verb, "journal", actor=eyes.user.username, at=at, agency=eyes.single, search=_said(search))
    return events(replace(search, agencies=eyes.agencies))


def look_at(eyes: Eyes, number: int, *, at: datetime) -> Event | None:
    """Return one event, or None when there is none that they may see; the look is written down."""
    event = events(Search(agencies=eyes.agencies)).filter(pk=number).first()
    if event is not None:
        with transaction.atomic():
            record("journal.read", f"event:{number}", actor=eyes.user.username, at=at, agency=event.agency)
    return event


def rights_on(eyes: Eyes, agency: Agency, day: date, *, at: datetime) -> list[tuple[Role, list[Holder]]]:
    """Return who could have published for the agency on a day; the look is written down."""
    with transaction.atomic():
        record("rights.read", f"agency:{agency.pk}", actor=eyes.user.username, at=at, agency=agency.pk,
               day=day.isoformat())  # fmt: skip
    return who_could_release(agency, day)


def _said(search: Search) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(search).items() if value and name != "agencies"}
