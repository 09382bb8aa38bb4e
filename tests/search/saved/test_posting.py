"""That each letter is sent once, and what a mail server's moods do to it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from cong.search.models import Letter, MailRest, SavedSearch
from cong.search.saved import letters, posting, saving
from cong.search.saved.rhythm import Often
from tests import makers
from tests.makers import NOON
from tests.search.saved_makers import (
    DAY,
    HOUR,
    QUERY,
    TITLE,
    Killed,
    MoodyServer,
    asked_for,
    find,
    found,
    kept,
    mail_server,  # noqa: F401 (a fixture)
    outbox,
    released,
    send,
    to,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]
UNKNOWN = SMTPRecipientsRefused({"lan@vidu.vn": (550, b"no such mailbox")})
GREYLISTED = SMTPRecipientsRefused({"lan@vidu.vn": (450, b"come back")})


def test_what_was_withdrawn_or_is_over_is_not_mailed() -> None:
    kept()
    gone, there = released(f"{TITLE} một", f"{TITLE} hai")
    released(f"{TITLE} ba", expires_at=NOON + 2 * HOUR)
    find()
    makers.withdraw(gone, at=NOON + HOUR)

    send(at=NOON + 3 * HOUR)

    (letter,) = outbox()
    assert "1 mục mới" in letter.subject
    assert there.title in letter.body
    assert gone.title not in letter.body


def test_a_letter_that_has_nothing_to_say_any_more_is_not_sent() -> None:
    kept()
    (gone,) = released(TITLE)
    find()
    makers.withdraw(gone, at=NOON + HOUR)

    assert send(at=NOON + 2 * HOUR) == 0

    assert not Letter.objects.exists()
    makers.correct(gone, at=NOON + 3 * HOUR)
    find(at=NOON + 3 * HOUR)
    assert send(at=NOON + 3 * HOUR) == 1, "what comes back and was never told is told"


def test_as_it_comes_means_once_an_hour() -> None:
    found("lan@vidu.vn")
    send(at=NOON + HOUR)
    released(TITLE, at=NOON + HOUR + timedelta(minutes=5))
    find(at=NOON + HOUR + timedelta(minutes=6))

    assert send(at=NOON + 2 * HOUR - timedelta(seconds=1)) == 0
    assert send(at=NOON + 2 * HOUR) == 1


def test_daily_and_weekly_letters_come_in_the_morning_with_all_of_it() -> None:
    kept("ngay@vidu.vn", often=Often.DAILY)
    kept("tuan@vidu.vn", often=Often.WEEKLY)
    released(f"{TITLE} một")
    find()
    released(f"{TITLE} hai", at=NOON + 2 * HOUR)
    find(at=NOON + 3 * HOUR)
    morning = NOON + timedelta(hours=18, minutes=30)

    assert [send(at=morning - HOUR), send(at=morning)] == [0, 1]
    assert [send(at=morning + 3 * DAY), send(at=morning + 4 * DAY)] == [0, 1]

    assert to() == ["ngay@vidu.vn", "tuan@vidu.vn"]
    assert all("2 mục mới" in one.subject for one in outbox())


def test_what_is_found_while_a_letter_is_on_its_way_is_told_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    found("lan@vidu.vn")
    real = MoodyServer.send_messages

    def busy(self: MoodyServer, messages: list[EmailMultiAlternatives]) -> int:
        monkeypatch.setattr(MoodyServer, "send_messages", real)
        released(f"{TITLE} muộn", at=NOON + HOUR)
        find(at=NOON + HOUR)
        return real(self, messages)

    monkeypatch.setattr(MoodyServer, "send_messages", busy)
    assert send() == 1

    assert send(at=NOON + 2 * HOUR) == 1
    assert ["muộn" in one.body for one in outbox()] == [False, True]


def test_a_worker_that_dies_between_sending_and_marking_repeats_that_one_letter_alone() -> None:
    found("a@vidu.vn", "b@vidu.vn", "c@vidu.vn")
    MoodyServer.moods[:] = [None, Killed()]

    with pytest.raises(Killed):
        send()
    released(f"{TITLE} muộn", at=NOON + HOUR)
    find(at=NOON + HOUR)
    assert (send(), to()) == (1, ["a@vidu.vn", "b@vidu.vn", "c@vidu.vn"]), "its lease still holds"
    again = NOON + HOUR + posting.LEASE
    send(at=again)

    assert to() == ["a@vidu.vn", "b@vidu.vn", "c@vidu.vn", "b@vidu.vn"]
    first, repeated = outbox()[1], outbox()[3]
    assert first.extra_headers["Message-ID"] == repeated.extra_headers["Message-ID"]
    assert first.subject == repeated.subject
    assert "muộn" not in repeated.body
    send(at=again + 2 * HOUR)
    assert sorted(to()[4:]) == ["a@vidu.vn", "b@vidu.vn"]
    assert all("muộn" in one.body for one in (outbox()[2], *outbox()[4:]))


def test_a_letter_is_claimed_by_one() -> None:
    found("lan@vidu.vn")
    mine, theirs = Letter.objects.get(), Letter.objects.get()

    taken = [one.claim(at=NOON + HOUR, until=NOON + 2 * HOUR) for one in (mine, theirs)]

    assert taken == [True, False]
    assert posting.claimed(at=NOON + HOUR) is None
    assert theirs.tries == 0


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError(), SMTPServerDisconnected("bye")])
def test_a_server_in_trouble_is_left_alone_longer_and_longer_and_nothing_is_lost(error: OSError) -> None:
    found("lan@vidu.vn", "minh@vidu.vn")
    MoodyServer.moods[:] = [error, error, error]
    moments = [NOON + HOUR + timedelta(minutes=minutes) for minutes in (0, 0.5, 1, 2, 3, 6, 7)]

    sent = [send(at=at) for at in moments]

    assert sent == [0, 0, 0, 0, 0, 0, 2]
    assert sorted(to()) == ["lan@vidu.vn", "minh@vidu.vn"]
    assert not MailRest.objects.exists()
    assert not Letter.objects.exists()


def test_trouble_never_rests_for_more_than_an_hour() -> None:
    found("lan@vidu.vn")
    MailRest.objects.create(name="saved-searches", failures=500, until=NOON)
    MoodyServer.moods[:] = [ConnectionRefusedError()]

    send()

    assert MailRest.objects.get().until == NOON + 2 * HOUR


@pytest.mark.parametrize("error", [GREYLISTED, SMTPDataError(554, b"I do not like it")])
def test_a_letter_that_is_put_off_waits_alone(error: OSError) -> None:
    found("lan@vidu.vn", "minh@vidu.vn")
    MoodyServer.moods[:] = [error]

    assert send() == 1
    assert send(at=NOON + HOUR + timedelta(minutes=4)) == 0
    assert send(at=NOON + HOUR + timedelta(minutes=5)) == 1

    assert sorted(to()) == ["lan@vidu.vn", "minh@vidu.vn"]


def test_an_address_that_is_refused_for_good_three_times_gets_no_more_letters() -> None:
    (saved,) = found("lan@vidu.vn")
    MoodyServer.moods[:] = [UNKNOWN] * 3

    sent = [send(at=NOON + HOUR + day * DAY) for day in range(10)]

    saved.subscriber.refresh_from_db()
    assert sent == [0] * 10
    assert saved.subscriber.refusals == 3
    assert saved.subscriber.refused_at == NOON + HOUR + 2 * DAY
    assert MoodyServer.moods == []
    assert mail.outbox == []


def test_a_letter_that_arrives_ends_the_refusals_and_the_pause() -> None:
    (saved,) = found("lan@vidu.vn")
    MoodyServer.moods[:] = [UNKNOWN] * 3
    for day in range(3):
        send(at=NOON + HOUR + day * DAY)

    asked_for("lan@vidu.vn", at=NOON + 20 * DAY)
    send(at=NOON + 20 * DAY)

    saved.subscriber.refresh_from_db()
    assert (saved.subscriber.refusals, saved.subscriber.refused_at) == (0, None)
    assert "đã lưu và xác nhận từ trước" in outbox()[0].body
    assert saved.subscriber.token in outbox()[0].body


def test_a_confirmation_that_is_refused_for_good_is_not_tried_again() -> None:
    asked_for()
    MoodyServer.moods[:] = [UNKNOWN]

    assert [send(at=NOON), send(at=NOON + 2 * DAY)] == [0, 0]
    assert not Letter.objects.exists()


def end(saved: SavedSearch) -> None:
    saving.end(saved.token)


def pause(saved: SavedSearch) -> None:
    saving.pause(saved.subscriber.token, saved.pk, at=NOON + HOUR)


@pytest.mark.parametrize("deed", [end, pause])
def test_what_ended_or_paused_after_the_claim_is_not_sent(deed: Callable[[SavedSearch], None]) -> None:
    (saved,) = found("lan@vidu.vn")
    letter = posting.claimed(at=NOON + HOUR)
    assert letter
    deed(saved)

    assert letters.compose(letter, at=NOON + HOUR) is None
    assert send() == 0


def test_a_round_sends_no_more_than_it_may() -> None:
    found(*[f"nguoi{number}@vidu.vn" for number in range(5)])

    assert [send(most=3), send(most=3)] == [3, 2]


@pytest.mark.one_engine
def test_logs_name_nobody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="cong")
    (saved,) = found("lan@vidu.vn")
    MoodyServer.moods[:] = [UNKNOWN, GREYLISTED, ConnectionRefusedError("lan@vidu.vn"), None]
    for day in range(6):
        send(at=NOON + HOUR + day * DAY)

    assert to() == ["lan@vidu.vn"]
    assert caplog.records
    assert not any(secret in caplog.text for secret in ("lan@", "vidu", QUERY, saved.token, saved.subscriber.token))
