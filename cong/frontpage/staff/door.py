"""Who comes in: pages are the whole portal's, so these screens do not exist but for editorial roles at the centre."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.agencies.rights import rights_of
from cong.frontpage.overview import HOME, places
from cong.frontpage.queries import Place

READERS = (
    Role.AUTHOR, Role.APPRAISER, Role.APPROVER, Role.DUTY_EDITOR, Role.SECRECY_OFFICER, Role.AUDITOR,
)  # fmt: skip


def _holds(user: Any, *roles: Role) -> bool:
    held = rights_of(user).agencies(*roles)
    return bool(held) and Agency.objects.filter(pk__in=held, is_centre=True).exists()


def reads(user: Any) -> bool:
    """Tell whether the person may look at the screens today."""
    return _holds(user, *READERS)


def composes(user: Any) -> bool:
    """Tell whether the person may change a composition today."""
    return _holds(user, Role.AUTHOR)


def reader(request: HttpRequest) -> User:
    """Return the person who may look at the screens; raises Http404 for everybody else."""
    user: Any = request.user
    if not isinstance(user, User) or not reads(user):
        raise Http404
    return user


def place_of(page: str, lang: str) -> Place:
    """Return the page of an address; raises Http404 when there is none such."""
    place = Place(section="" if page == HOME else page, lang=lang)
    if place not in places():
        raise Http404(page)
    return place
