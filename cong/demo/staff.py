"""The people of the demo, and its sandbox agency, where a newcomer may walk a text through all steps.

Names are made up; passwords are random and lie in a file that only its owner reads.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cong.accounts.models import User
from cong.agencies.models import Agency, Category, Membership, Role
from cong.newsroom.actions import open_workspaces

SANDBOX = "co-quan-thuc-hanh"
_OPENED = date(2023, 3, 1)


@dataclass(frozen=True, kw_only=True)
class Person:
    """One account of the demo; `central`: the role is held at the centre, not in the sandbox."""

    username: str
    name: str
    role: Role
    central: bool = False


STAFF = (
    Person(username="bientap", name="Biên tập viên (thử)", role=Role.AUTHOR),
    Person(username="thamdinh", name="Người thẩm định (thử)", role=Role.APPRAISER),
    Person(username="duyet", name="Người duyệt (thử)", role=Role.APPROVER),
    Person(username="tructin", name="Người trực xuất bản (thử)", role=Role.DUTY_EDITOR, central=True),
    Person(username="bientaptw", name="Biên tập viên ở Trung ương (thử)", role=Role.AUTHOR, central=True),
    Person(username="thamdinhtw", name="Người thẩm định ở Trung ương (thử)", role=Role.APPRAISER, central=True),
    Person(username="duyettw", name="Người duyệt ở Trung ương (thử)", role=Role.APPROVER, central=True),
    Person(username="baomat", name="Cán bộ bảo mật (thử)", role=Role.SECRECY_OFFICER, central=True),
    Person(username="giamsat", name="Người giám sát (thử)", role=Role.AUDITOR, central=True),
    Person(username="quantri", name="Quản trị đơn vị (thử)", role=Role.AGENCY_ADMIN),
    Person(username="quantritw", name="Quản trị ở Trung ương (thử)", role=Role.AGENCY_ADMIN, central=True),
    Person(username="vanhanh", name="Người vận hành (thử)", role=Role.OPERATOR, central=True),
)


def make_staff(path: Path, *, at: datetime) -> dict[str, str]:
    """Make the sandbox agency, its pages and the accounts; the same on every run. Returns user name → password."""
    known = _passwords(path)
    sandbox, _ = Agency.objects.get_or_create(slug=SANDBOX, defaults=_ABOUT)
    centre = Agency.objects.get(is_centre=True)
    for one in STAFF:
        user = User.objects.filter(username=one.username).first() or User(username=one.username)
        user.name, user.one_time_until = one.name, None
        if not user.check_password(known[one.username]):
            user.set_password(known[one.username])
        user.save()
        where = centre if one.central else sandbox
        Membership.objects.get_or_create(user=user, agency=where, role=one.role, from_on=_OPENED)
    open_workspaces(at=at)
    return known


_ABOUT = {
    "name": "Cơ quan thực hành (bản chạy thử)",
    "short_name": "Cơ quan thực hành",
    "category": Category.PARTNER,
    "order": 1,
    "active_from": _OPENED,
}


def _passwords(path: Path) -> dict[str, str]:
    known = dict(line.split() for line in path.read_text().splitlines()) if path.exists() else {}
    missing = [one.username for one in STAFF if one.username not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(12) for name in missing}
        _keep(path, "".join(f"{name} {password}\n" for name, password in known.items()))
    return known


def _keep(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)
