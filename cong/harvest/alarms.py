"""Letters about sources in trouble: to the people of the agency, and to those who run the machine; each alarm once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.models import Membership, Role
from cong.harvest.models import SourceAlarm

_MOST = 200


def tell(*, at: datetime) -> int:
    """Write the letters of alarms that nobody was told of yet; returns how many alarms."""
    waiting = SourceAlarm.objects.filter(told_at__isnull=True).select_related("source__agency").order_by("at")
    told = 0
    for alarm in waiting[:_MOST]:
        for person in concerned(alarm, at):
            letter(alarm, person).send()
        SourceAlarm.objects.filter(pk=alarm.pk).update(told_at=at)
        told += 1
    return told


def concerned(alarm: SourceAlarm, at: datetime) -> list[User]:
    """Return whom an alarm concerns on that day: the admins of its agency, and the operators at the centre."""
    held = Membership.objects.on(timezone.localtime(at).date())
    own = held.filter(agency=alarm.source.agency, role=Role.AGENCY_ADMIN)
    everywhere = held.filter(agency__is_centre=True, role=Role.OPERATOR)
    people = User.objects.filter(pk__in=own.union(everywhere).values_list("user_id", flat=True), is_active=True)
    return list(people.exclude(email="").order_by("pk"))


def letter(alarm: SourceAlarm, person: User) -> EmailMessage:
    """Return the letter; sent twice (a worker died in between) it has one id, which mail programs fold into one."""
    source = alarm.source
    what = "đã bình thường trở lại" if alarm.over else "cần xem"
    host = settings.SITE_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    lines = [
        f"Kính gửi {person},", "", f"Nguồn tin “{source.name or source.slug}” của {source.agency.name} {what}.",
        alarm.message, "", f"Địa chỉ nguồn: {source.url}",
        f"Thời điểm: {timezone.localtime(alarm.at):%H:%M %d/%m/%Y}",
    ]  # fmt: skip
    return EmailMessage(
        f"[{settings.SITE_NAME}] Nguồn {source.slug} {what}", "\n".join(lines), to=[person.email],
        headers={
            "Message-ID": f"<source-alarm.{alarm.pk}.{person.pk}@{host}>", "Auto-Submitted": "auto-generated",
        },
    )  # fmt: skip
