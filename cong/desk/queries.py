"""What stands in the inbox of one person, tab by tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cong.accounts.models import User
from cong.agencies.models import CENTRAL_ROLES, Agency, Membership, Role
from cong.agencies.rights import Rights, rights_of
from cong.desk.process import Age, Urgency, age, urgency
from cong.frontpage import overview
from cong.newsroom.models import AgencyPage, ArticlePage, StandingPage
from cong.publishing import inbox
from cong.publishing.models import Docket
from cong.publishing.rights import turn_of

# Agency admins and operators run people and machines; drafts are none of their business.
READERS = (
    Role.AUTHOR, Role.APPRAISER, Role.APPROVER, Role.DUTY_EDITOR, Role.SECRECY_OFFICER, Role.AUDITOR,
)  # fmt: skip
PAGE = 50
_MOST_COUNTED = 100
_MOST_PLACES = 5


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
    """Return the dockets of a tab that the person may open, the most urgent first."""
    found, rights = _QUERIES[tab](user, at), rights_of(user)
    if not rights.everywhere(*READERS):
        found = found.filter(agency__in=rights.agencies(*READERS))
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


def agencies_of(rights: Rights, *roles: Role) -> QuerySet[Agency]:
    """Return the agencies in which one of the roles is held (any, when none is named)."""
    every = Agency.objects.in_order()
    return every if rights.everywhere(*roles) else every.filter(pk__in=rights.agencies(*roles))


def people_for(docket: Docket, *, on: date) -> QuerySet[User]:
    """Return the people who hold a role whose turn it is, there or (central roles) at the centre, by name."""
    roles = turn_of(docket)
    central = [role for role in roles if role in CENTRAL_ROLES]
    where = Q(agency=docket.agency_id, role__in=roles) | Q(agency__is_centre=True, role__in=central)
    held = Membership.objects.on(on).filter(where).values("user")
    return User.objects.filter(pk__in=held, is_active=True).order_by("name", "username")


def editor_address(publication: int) -> str:
    """Return where the page of a publication is written; empty when it has none."""
    for kind in (ArticlePage, StandingPage):
        page = kind.objects.filter(publication=publication).values_list("pk", flat=True).first()
        if page is not None:
            return reverse("wagtailadmin_pages:edit", args=[page])
    return overview.editor_address(publication)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the person begins a new article."""

    name: str
    address: str


def writing_places(rights: Rights) -> list[Place]:
    """Return the agencies for which the person writes, a handful at most; the tree of pages shows all of them."""
    pages = AgencyPage.objects.filter(agency__in=rights.agencies(Role.AUTHOR)).order_by("agency__order", "pk")
    found = pages.values_list("pk", "agency__short_name")[:_MOST_PLACES]
    return [
        Place(name=name, address=reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", pk]))
        for pk, name in found
    ]
