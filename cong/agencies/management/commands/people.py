"""`cong people first-admin NAME…` and `cong people list`: the first accounts on a bare machine, and who is who."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.actions import NotAllowed
from cong.agencies.memberships import day_of
from cong.agencies.models import Membership, Role
from cong.agencies.people import first_admins

_NEXT = (
    "Mật khẩu chỉ hiện lần này, dùng được một lần trong 7 ngày: đăng nhập ở /ban-lam-viec/ rồi đặt mật khẩu mới.\n"
    "Việc giao vai trò cần hai quản trị viên: một người đề nghị, người kia xác nhận."
)


class Command(BaseCommand):
    help = "Tạo quản trị viên đầu tiên của trung tâm, hoặc liệt kê người dùng và vai trò hôm nay."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="first-admin | list")
        first = verbs.add_parser("first-admin", help="Tạo các quản trị viên đầu tiên; chỉ khi trung tâm chưa có ai.")
        first.add_argument("usernames", nargs="+", metavar="TÊN")
        verbs.add_parser("list", help="Liệt kê người dùng, vai trò đang có hiệu lực và đang chờ xác nhận.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "list":
            self._list()
        else:
            self._first_admins(options["usernames"])

    def _first_admins(self, usernames: Sequence[str]) -> None:
        try:
            given = first_admins(usernames, at=timezone.now())
        except NotAllowed as error:
            raise CommandError(str(error)) from error
        for one in given:
            self.stdout.write(f"{one.user.username}\t{one.password}")
        self.stdout.write(_NEXT)

    def _list(self) -> None:
        rows = Membership.objects.open_from(day_of(timezone.now())).select_related("agency").order_by("from_on", "pk")
        held: dict[int, list[str]] = {}
        for row in rows:
            held.setdefault(row.user_id, []).append(_said(row))
        for user in User.objects.order_by("username"):
            state = "" if user.is_active else " (đã khóa)"
            self.stdout.write(
                f"{user.username}{state}\t{user.name}\t{'; '.join(held.get(user.pk, ['không có vai trò']))}"
            )


def _said(row: Membership) -> str:
    until = f"–{row.to_on:%d/%m/%Y}" if row.to_on else ""
    waiting = ", chờ xác nhận" if row.is_pending else ""
    return f"{Role(row.role).label} @ {row.agency.slug} ({row.from_on:%d/%m/%Y}{until}{waiting})"
