"""The morning letter: what waits for each person, sent once a working day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks import task

from cong.accounts.models import User
from cong.agencies.models import Membership
from cong.desk import queries
from cong.desk.queries import Tab
from cong.jobs import schedules

_MOST = 20
_WORKING_DAYS = range(5)
_IN_LETTER = (Tab.WAITING, Tab.RETURNED, Tab.UNCONFIRMED)


@task
def send_digests() -> int:
    """Put one letter for each person with a mail address in the queue; returns how many. Nothing at the weekend."""
    today = timezone.localdate()
    if today.weekday() not in _WORKING_DAYS:
        return 0
    holders = Membership.objects.on(today).values("user")
    people = User.objects.filter(pk__in=holders, is_active=True).exclude(email="")
    for person in people.only("pk"):
        send_digest.enqueue(person.pk, today.isoformat())
    return len(people)


@task
def send_digest(person: int, day: str) -> bool:
    """Send one person their letter of one day; tells whether there was anything to say."""
    user = User.objects.filter(pk=person, is_active=True).exclude(email="").first()
    letter = digest(user, at=timezone.now()) if user else None
    if user is None or letter is None:
        return False
    subject, body = letter
    # The same letter sent twice (a worker died after sending) carries the same id, which mail programs fold into one.
    headers = {"Message-ID": f"<digest.{person}.{day}@{_host()}>", "Auto-Submitted": "auto-generated"}
    EmailMessage(subject, body, to=[user.email], headers=headers).send()
    return True


def digest(user: User, *, at: datetime) -> tuple[str, str] | None:
    """Return subject and text of a person's letter, or None when nothing waits."""
    with translation.override(settings.LANGUAGE_CODE):
        parts: list[dict[str, Any]] = []
        for tab in _IN_LETTER:
            found = list(queries.rows(tab, user, at=at)[:_MOST])
            if found:
                parts.append({"label": queries.LABELS[tab], "rows": queries.shown(found, at=at)})
        if not parts:
            return None
        count = sum(len(part["rows"]) for part in parts)
        address = settings.SITE_URL + reverse("desk_home")
        context = {"user": user, "parts": parts, "address": address, "site": settings.SITE_URL, "at": at}
        subject = f"[{settings.SITE_NAME}] {count} việc chờ bạn"
        return subject, render_to_string("desk/digest.txt", context)


def _host() -> str:
    return settings.SITE_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]


schedules.register("send-digests", send_digests, at="07:30")
