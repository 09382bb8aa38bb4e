"""Who has a say over search, which is the whole portal's: some roles, held at the centre itself."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.agencies.queries import holds_at_centre

TUNERS = frozenset({Role.APPROVER, Role.DUTY_EDITOR, Role.OPERATOR})
READERS = TUNERS | {Role.AUDITOR}


def must_tune(by: User, *, at: datetime) -> None:
    """Raise PermissionDenied unless the person may change how the portal is searched."""
    day = timezone.localtime(at).date()
    if not any(holds_at_centre(by, role, on=day) for role in TUNERS):
        raise PermissionDenied("Chỉ người duyệt, trực xuất bản hoặc vận hành ở Trung tâm mới được chỉnh tìm kiếm.")
