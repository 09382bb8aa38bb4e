"""The morning letter, and the screen of dead jobs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cong.accounts.models import User
from cong.agencies.models import Membership
from cong.desk import actions
from cong.desk.jobs import digest, send_digest, send_digests
from cong.jobs import schedules
from cong.jobs.models import Job, Status
from cong.journal.models import Event
from cong.publishing import passage
from tests.desk.dockets import HOUR, LATER, Scene, returned, withdrawn
from tests.desk.makers import client_of, dead_job
from tests.jobs.makers import Clock, drain
from tests.makers import NOON
from tests.publishing.makers import newsroom, submitted

SATURDAY = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)


def with_mail(user: User) -> User:
    user.email = f"{user.username}@vidu.vn"
    user.save()
    return user


def test_the_letter_lists_what_waits_with_age_limit_and_address(room: Scene) -> None:
    docket = submitted(room.room, title="Lễ hội <đọc> & sách", at=NOON - 3 * HOUR)
    passage.assign(docket, room.room.appraiser, due_at=NOON + HOUR, by=room.room.approver, at=NOON)

    letter = digest(room.room.appraiser, at=LATER)

    assert letter
    subject, text = letter
    assert subject.endswith("1 việc chờ bạn")
    assert "\n" not in subject
    assert "Lễ hội <đọc> & sách (Cơ quan a, 3 giờ, hạn 13:00 25/11)" in text
    assert reverse("desk_docket", args=[docket.pk]) in text
    assert "Chờ tôi:" in text


def test_the_letter_names_what_came_back_and_what_waits_to_be_confirmed(room: Scene) -> None:
    returned(room, submitted(room.room, title="Thiếu nguồn"))
    withdrawn(room)

    author, approver = digest(room.room.author, at=LATER), digest(room.room.approver, at=LATER)

    assert author
    assert approver
    assert ("Bị trả lại:" in author[1], "Thiếu nguồn" in author[1]) == (True, True)
    assert "Gỡ chờ xác nhận:" in approver[1]


def test_nobody_hears_of_another_agencys_drafts(room: Scene) -> None:
    submitted(room.room, title="Bài kín")
    stranger = newsroom("b")

    assert digest(stranger.appraiser, at=LATER) is None
    assert digest(room.others["operator"], at=LATER) is None
    assert digest(room.others["agency-admin"], at=LATER) is None


def test_letters_go_to_those_for_whom_something_waits(room: Scene, clock: Clock) -> None:
    submitted(room.room)
    with_mail(room.room.appraiser), with_mail(room.room.duty)
    gone, closed = with_mail(room.others["appraiser"]), with_mail(room.others["secrecy-officer"])
    Membership.objects.filter(user=gone).update(to_on=NOON.date() - timedelta(days=1))
    User.objects.filter(pk=closed.pk).update(is_active=False)

    number = send_digests.call()
    drain(clock)

    assert number == 2
    assert [letter.to for letter in mail.outbox] == [[room.room.appraiser.email]]
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


def test_nothing_waits_and_nothing_is_sent(room: Scene, clock: Clock) -> None:
    with_mail(room.room.appraiser)

    send_digests.call()
    drain(clock)

    assert mail.outbox == []


def test_nothing_is_sent_at_the_weekend(room: Scene, clock: Clock) -> None:
    submitted(room.room)
    with_mail(room.room.appraiser)

    for day in (SATURDAY, SATURDAY + timedelta(days=1)):
        clock.at = day
        assert send_digests.call() == 0
    clock.at = SATURDAY + timedelta(days=2)

    assert send_digests.call() == 1


def test_the_same_letter_sent_twice_is_one_letter_to_a_mail_program(room: Scene) -> None:
    submitted(room.room)
    person = with_mail(room.room.appraiser)

    for _ in range(2):
        assert send_digest.call(person.pk, "2026-11-25")
    assert send_digest.call(person.pk, "2026-11-26")

    numbers = [letter.extra_headers["Message-ID"] for letter in mail.outbox]
    assert (numbers[0] == numbers[1], numbers[1] == numbers[2]) == (True, False)


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
def test_who_has_left_by_the_time_it_is_sent_gets_nothing(room: Scene, change: dict[str, object]) -> None:
    submitted(room.room)
    person = with_mail(room.room.appraiser)
    User.objects.filter(pk=person.pk).update(**change)

    assert not send_digest.call(person.pk, "2026-11-25")
    assert mail.outbox == []


def test_the_letters_are_on_the_schedule() -> None:
    named = {schedule.name: schedule for schedule in schedules.registered()}

    assert str(named["send-digests"].at) == "07:30:00"


def test_dead_jobs_are_shown_with_what_went_wrong(room: Scene) -> None:
    job = dead_job()

    shown = client_of(room.others["operator"]).get(reverse("desk_jobs")).content.decode()

    assert (job.task in shown, "OSError: không trả lời" in shown) == (True, True)
    assert reverse("desk_run_again", args=[job.pk]) in shown


def test_a_dead_job_is_run_again_and_that_is_written_down(room: Scene) -> None:
    job = dead_job()

    answer = client_of(room.others["operator"]).post(reverse("desk_run_again", args=[job.pk]), follow=True)

    told = Event.objects.get(verb="job.again")
    assert "Việc đã được xếp hàng chạy lại" in answer.content.decode()
    assert Job.objects.get(pk=job.pk).status == Status.READY
    assert (told.actor, told.subject) == (room.others["operator"].username, f"job:{job.pk}")


def test_a_job_that_another_has_run_again_is_not_run_twice(room: Scene) -> None:
    job, client = dead_job(), client_of(room.others["operator"])
    client.post(reverse("desk_run_again", args=[job.pk]))

    answer = client.post(reverse("desk_run_again", args=[job.pk]), follow=True)

    assert "không còn nằm trong số việc hỏng" in answer.content.decode()
    assert Event.objects.filter(verb="job.again").count() == 1


@pytest.mark.parametrize("name", ["author", "duty", "auditor-2", "agency-admin-2"])
def test_only_operators_run_jobs_again(room: Scene, name: str) -> None:
    job, person = dead_job(), room.people[name]

    answer = client_of(person).post(reverse("desk_run_again", args=[job.pk]))
    with pytest.raises(PermissionDenied):
        actions.run_job_again(job, by=person, at=LATER)

    assert answer["Location"] == "/ban-lam-viec/"
    assert Job.objects.get(pk=job.pk).status == Status.DEAD
    assert not Event.objects.filter(verb="job.again").exists()
