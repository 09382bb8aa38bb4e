"""Sends letters to readers, one after another: each is claimed first, and done with when the mail server has taken it.

Whoever dies in between leaves a lease that runs out; then that one letter, with the same content and id, is sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum, auto
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from cong.search.models import Finding, Letter, LetterKind, MailRest, SavedSearch, Subscriber
from cong.search.saved import letters
from cong.search.saved.owing import owe_letters
from cong.search.saved.rhythm import retry_at

log = logging.getLogger(__name__)

MOST = 200
"""Letters in one round."""
LEASE = timedelta(minutes=10)
MOST_REFUSALS = 3
"""After so many in a row an address gets no letters any more."""
_AFTER_REFUSAL = timedelta(days=1)
_LONGEST_REST = timedelta(hours=1)
_NAME = "saved-searches"
_CANDIDATES = 5
_PERMANENT = range(500, 600)
_CLOSING = 421


class Outcome(Enum):
    """What came of a letter. TROUBLE: the server takes none now."""

    SENT = auto()
    LEFT = auto()
    TROUBLE = auto()


def send_due(*, clock: Callable[[], datetime], most: int = MOST) -> int:
    """Send the letters that are due, until the mail server has had enough; returns how many it took."""
    if MailRest.objects.filter(name=_NAME, until__gt=clock()).exists():
        return 0
    post, sent = get_connection(), 0
    try:
        for _ in range(most):
            letter = claimed(at=clock())
            outcome = _deliver(letter, post, at=clock()) if letter else Outcome.TROUBLE
            sent += outcome is Outcome.SENT
            if outcome is Outcome.TROUBLE:
                break
    finally:
        with suppress(OSError):
            post.close()
    if sent:
        log.info("search.letters sent=%s", sent)
    return sent


def claimed(*, at: datetime) -> Letter | None:
    """Take the letter that is due longest and fix what stands in it; None when none is due."""
    for letter in Letter.objects.due(at).order_by("due_at", "pk")[:_CANDIDATES]:
        with transaction.atomic():
            if letter.claim(at=at, until=at + LEASE):
                if letter.kind == LetterKind.HITS:
                    _fix(letter, at=at)
                return letter
    return None


def _fix(letter: Letter, *, at: datetime) -> None:
    """Put what waits into the letter, once; what is not public any more goes, and is new again if it comes back."""
    untold = Finding.objects.filter(saved=letter.saved_id, told_at__isnull=True)
    if not untold.filter(in_letter=letter.pk).exists():
        untold.update(in_letter=letter.pk)
    gone = untold.filter(in_letter=letter.pk).exclude(entry_id__in=letters.public(letter, at=at).values("pk"))
    gone.delete()


def _deliver(letter: Letter, post: BaseEmailBackend, *, at: datetime) -> Outcome:
    message = letters.compose(letter, at=at)
    if message is None:
        _done(letter, at=at)
        return Outcome.LEFT
    message.connection = post
    try:
        message.send()
    except SMTPRecipientsRefused as refused:
        code = next((code for code, _ in refused.recipients.values()), 0)
        return _refused(letter, code, at=at)
    except SMTPDataError as refused:
        # It dislikes this letter; unless it is about to close.
        return _trouble(letter, refused, at=at) if refused.smtp_code == _CLOSING else _later(letter, at=at)
    except OSError as error:  # all that smtplib raises is one
        return _trouble(letter, error, at=at)
    _taken(letter, at=at)
    return Outcome.SENT


def _taken(letter: Letter, *, at: datetime) -> None:
    MailRest.objects.filter(name=_NAME).delete()
    _done(letter, at=at)
    kept = Subscriber.objects.filter(searches=letter.saved_id, refusals__gt=0)
    Subscriber.objects.filter(pk__in=list(kept.values_list("pk", flat=True))).update(refusals=0, refused_at=None)


@transaction.atomic
def _done(letter: Letter, *, at: datetime) -> None:
    """Mark what stood in the letter as told, and put down the next letter if more waits already."""
    saved = SavedSearch.objects.select_for_update().filter(pk=letter.saved_id).first()
    if saved is None:
        return
    told = Finding.objects.filter(in_letter=letter.pk, told_at__isnull=True).update(told_at=at)
    Letter.objects.filter(pk=letter.pk).delete()
    if told:
        saved.told_at = at
        saved.save(update_fields=["told_at"])
    owe_letters([saved.pk], at=at)


@transaction.atomic
def _refused(letter: Letter, code: int, *, at: datetime) -> Outcome:
    """Note that the server knows no such mailbox; for anything milder try later."""
    if code not in _PERMANENT:
        return _later(letter, at=at)
    subscriber = Subscriber.objects.select_for_update().filter(searches=letter.saved_id).first()
    if subscriber is None:
        return Outcome.LEFT
    subscriber.refusals += 1
    if subscriber.refusals >= MOST_REFUSALS:
        subscriber.refused_at = subscriber.refused_at or at
    subscriber.save(update_fields=["refusals", "refused_at"])
    log.info("search.refused code=%s refusals=%s", code, subscriber.refusals)
    if letter.kind == LetterKind.HITS:
        Letter.objects.filter(pk=letter.pk).update(leased_until=None, due_at=at + _AFTER_REFUSAL)
    else:
        Letter.objects.filter(pk=letter.pk).delete()
    return Outcome.LEFT


def _later(letter: Letter, *, at: datetime) -> Outcome:
    due = retry_at(at=at, tries=letter.tries)
    Letter.objects.filter(pk=letter.pk, tries=letter.tries).update(leased_until=None, due_at=due)
    log.warning("search.later letter=%s tries=%s", letter.pk, letter.tries)
    return Outcome.LEFT


@transaction.atomic
def _trouble(letter: Letter, error: OSError, *, at: datetime) -> Outcome:
    """Leave the server alone for 1, 2, 4 … minutes, at most an hour; the letter stays as due as it was."""
    Letter.objects.filter(pk=letter.pk, tries=letter.tries).update(leased_until=None, tries=letter.tries - 1)
    rest, _ = MailRest.objects.get_or_create(name=_NAME, defaults={"failures": 0, "until": at})
    rest.until = at + min(timedelta(minutes=2 ** min(rest.failures, 10)), _LONGEST_REST)
    rest.failures += 1
    rest.save()
    # Its words may name the address.
    log.warning("search.mail_rests error=%s failures=%s until=%s", type(error).__name__, rest.failures, rest.until)
    return Outcome.TROUBLE
