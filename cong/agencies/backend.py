"""Signs people in by password; what they may do comes from their memberships alone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from cong.agencies import sessions
from cong.agencies.people import has_one_time_password
from cong.agencies.rights import rights_of

_DESK = "wagtailadmin.access_admin"
# Whoever signs in, stays in or leaves has loaded this module before.
sessions.listen()


class MembershipBackend(ModelBackend):
    """No group and no permission row opens anything; one membership opens the desk."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **given: Any
    ) -> Any:
        """Return the person, or None; after too many wrong passwords refuse before any password is looked at."""
        name = username if username is not None else str(given.get("username", ""))
        if sessions.closed_until(name, sessions.address_of(request), at=timezone.now()) is not None:
            raise PermissionDenied
        return super().authenticate(request, username=username, password=password, **given)

    def has_perm(self, user_obj: Any, perm: str, obj: object | None = None) -> bool:
        if perm != _DESK or obj is not None or not user_obj.is_authenticated:
            return False
        return not has_one_time_password(user_obj) and rights_of(user_obj).any()

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False
