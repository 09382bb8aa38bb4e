"""What stands in the inbox of one person, tab by tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cong.accounts.models import User
from cong.agencies.models import Agency
from cong.agencies.rights import Rights, rights_of
from cong.desk.process import Age, Urgency, age, urgency
from cong.publishing import inbox
from cong.publishing.models import Docket

PAGE = 50
_MOST_COUNTED = 100


class Tab(StrEnum):
    """The divisions of the inbox; the value stands in the address."""

    WAITING = "cho-toi"
    MINE = "cua-toi"
    RETURNED = "tra-lai"
    AGENCY = "don-vi"
    UNCONFIRMED = "cho-xac-nhan"


LABELS: dict[Tab, Promise] = {
    Tab.WAITING: _("Chờ tôi"),
    Tab.MINE: _("Của tôi"),
    Tab.RETURNED: _("Bị trả lại"),
    Tab.AGENCY: _("Của đơn vị"),
    Tab.UNCONFIRMED: _("Gỡ chờ xác nhận"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One docket as the inbox shows it."""

    docket: Docket
    age: Age | None
    urgency: Urgency


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A tab with the number of its rows; `more`: there are more than were counted."""

    tab: Tab
    label: Promise
    count: int
    more: bool


def rows(tab: Tab, user: User, *, at: datetime, agency: int | None = None, grade: str = "") -> QuerySet[Docket]:
    """Return the dockets of a tab, the most urgent first."""
    found = _QUERIES[tab](user, at)
    if agency is not None:
        found = found.filter(agency=agency)
    return found.filter(grade=grade) if grade else found


def _waiting(user: User, at: datetime) -> QuerySet[Docket]:
    return inbox.waiting_for(user, on=timezone.localtime(at).date(), at=at)


_QUERIES: dict[Tab, Callable[[User, datetime], QuerySet[Docket]]] = {
    Tab.WAITING: _waiting,
    Tab.MINE: lambda user, at: inbox.mine(user),
    Tab.RETURNED: lambda user, at: inbox.returned_to(user),
    Tab.AGENCY: lambda user, at: inbox.of_agencies(rights_of(user)),
    Tab.UNCONFIRMED: lambda user, at: inbox.unconfirmed_withdrawals(user),
}


def shown(found: Sequence[Docket], *, at: datetime) -> list[Row]:
    """Return the rows of the inbox with their ages."""
    return [
        Row(docket=one, age=age(one.sent_at, at) if one.sent_at else None, urgency=urgency(one.due_at, at))
        for one in found
    ]


def counts(user: User, *, at: datetime) -> list[Counted]:
    """Count what stands in each tab, up to a hundred."""
    made = []
    for tab in Tab:
        count = rows(tab, user, at=at).order_by()[: _MOST_COUNTED + 1].count()
        made.append(Counted(tab=tab, label=LABELS[tab], count=min(count, _MOST_COUNTED), more=count > _MOST_COUNTED))
    return made


def agencies_of(rights: Rights) -> QuerySet[Agency]:
    """Return the agencies whose dockets the person may filter by."""
    every = Agency.objects.in_order()
    return every if rights.everywhere() else every.filter(pk__in=rights.agencies())
