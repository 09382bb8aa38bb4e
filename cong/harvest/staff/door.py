"""Who comes in: an agency's staff see its sources, its admins and the operators keep them, approvers judge items."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from cong.accounts.models import User
from cong.agencies.owned import ANY_ROLE
from cong.agencies.rights import rights_of
from cong.agencies.staff import Allows
from cong.harvest.models import Source, Sources
from cong.harvest.roles import KEEPERS

SOURCES: Allows = {"view": ANY_ROLE, "add": KEEPERS, "change": KEEPERS, "choose": ANY_ROLE}


def person(request: HttpRequest) -> User:
    """Return the signed-in person behind the lazy object of the request."""
    user: Any = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def seen_sources(request: HttpRequest) -> Sources:
    """Return the sources of the agencies in which the person holds any role."""
    return Source.objects.for_staff(request.user).select_related("agency")


def kept_source(request: HttpRequest, pk: int) -> Source:
    """Return a source that the person may change: 404 for what they may not even see, 403 for what they only see."""
    source = get_object_or_404(seen_sources(request), pk=pk)
    rights = rights_of(request.user)
    if not (rights.everywhere(*KEEPERS) or source.agency_id in rights.agencies(*KEEPERS)):
        raise PermissionDenied
    return source


def is_trusting(request: HttpRequest) -> bool:
    """Tell whether the person is offered `auto`; `roles.may_trust` decides when they choose it."""
    return rights_of(request.user).everywhere(*KEEPERS)
