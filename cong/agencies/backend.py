"""Signs people in by password; what they may do comes from their memberships alone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from cong.agencies.rights import rights_of

_DESK = "wagtailadmin.access_admin"


class MembershipBackend(ModelBackend):
    """No group and no permission row opens anything; one membership opens the desk."""

    def has_perm(self, user_obj: Any, perm: str, obj: object | None = None) -> bool:
        return perm == _DESK and obj is None and rights_of(user_obj).any()

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False
