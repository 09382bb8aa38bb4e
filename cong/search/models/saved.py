"""What readers without an account keep: searches, what was found for them, and the letters that tell of it."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from cong.search.language.limits import LONGEST_QUERY
from cong.search.saved.rhythm import Often

LONGEST_ADDRESS = 254
"""Characters of a mail address (RFC 5321)."""


class Keyed(models.Model):
    """A row that is opened by a token, which stands in letters and nowhere else.

    The table holds a nonce and the token's hash. The token is made of the nonce and the portal's secret key, so that
    every letter can carry it: neither the table alone nor the key alone opens anything.
    """

    nonce = models.CharField(max_length=32)
    digest = models.CharField(max_length=64, unique=True)

    purpose: ClassVar[str]

    class Meta:
        abstract = True

    @property
    def token(self) -> str:
        """Return 43 letters for an address."""
        made = salted_hmac(f"search.{self.purpose}", self.nonce, algorithm="sha256").digest()
        return urlsafe_b64encode(made).decode().rstrip("=")

    def turn_key(self) -> None:
        """Take a fresh token; the row is not stored yet."""
        self.nonce = secrets.token_hex(16)
        self.digest = hashed(self.token)

    def is_opened_by(self, token: str) -> bool:
        return constant_time_compare(self.digest, hashed(token))


def hashed(token: str) -> str:
    """Return how a token is stored."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


class Subscriber(Keyed):
    """A mail address with its searches. `refusals` in a row; after some, `refused_at`: no letters until it takes one.

    The token opens the page on which the searches are managed.
    """

    purpose = "subscriber"

    email = models.CharField(max_length=LONGEST_ADDRESS, unique=True)
    made_at = models.DateTimeField()
    refusals = models.PositiveSmallIntegerField(default=0)
    refused_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class SavedSearches(models.QuerySet["SavedSearch"]):
    def heard(self, *, asked_after: datetime) -> SavedSearches:
        """Return those for which entries are looked at: confirmed, or still to be; neither paused nor refused."""
        kept = Q(confirmed_at__isnull=False) | Q(asked_at__gt=asked_after)
        return self.filter(kept, paused_at__isnull=True, subscriber__refused_at__isnull=True)


class SavedSearch(Keyed):
    """A query that a reader wants to hear of. Entries first released after `since` are new to it.

    The token ends it without signing in. `asked_at`: when somebody last asked for it on the portal's page.
    """

    purpose = "saved"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="searches", db_index=False)
    query = models.CharField(max_length=LONGEST_QUERY)
    lang = models.CharField(max_length=10)
    often = models.CharField(
        max_length=6,
        choices=[
            (Often.HOURLY.value, _("Khi có mục mới, nhiều nhất mỗi giờ một thư")),
            (Often.DAILY.value, _("Mỗi sáng một thư")),
            (Often.WEEKLY.value, _("Sáng thứ Hai hằng tuần")),
        ],
    )
    since = models.DateTimeField()
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = SavedSearches.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "query", "lang"], name="a_search_is_saved_once"),
            models.CheckConstraint(condition=~Q(query=""), name="saved_search_asks_something"),
            models.CheckConstraint(condition=Q(often__in=[one.value for one in Often]), name="saved_has_a_rhythm"),
        ]

    def __str__(self) -> str:
        return f"saved {self.pk}"


class LetterKind(models.TextChoices):
    """What a letter is: `CONFIRM` asks, `KNOWN` says that it is confirmed already, `HITS` tells what is new."""

    CONFIRM = "confirm"
    KNOWN = "known"
    HITS = "hits"


class Letters(models.QuerySet["Letter"]):
    def due(self, at: datetime) -> Letters:
        """Return letters that may be sent now; about hits only where somebody waits for them."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
        waited_for = Q(
            saved__confirmed_at__isnull=False,
            saved__paused_at__isnull=True,
            saved__subscriber__refused_at__isnull=True,
        )
        return self.filter(free, waited_for | ~Q(kind=LetterKind.HITS), due_at__lte=at)


class Letter(models.Model):
    """A letter that is to be sent; the row goes when it was. `tries` is the fence: a claim counts it up."""

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="letters", db_index=False)
    kind = models.CharField(max_length=7, choices=LetterKind.choices)
    due_at = models.DateTimeField(db_index=True)
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)

    objects = Letters.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saved", "kind"], name="one_letter_of_a_kind")]

    def __str__(self) -> str:
        return f"letter {self.pk} {self.kind}"

    def claim(self, *, at: datetime, until: datetime) -> bool:
        """Take the letter if nobody has it; tells whether it is ours."""
        won = Letter.objects.due(at).filter(pk=self.pk, tries=self.tries)
        # By key: an UPDATE that joins other tables is no single statement on every database.
        if not Letter.objects.filter(pk__in=won.values("pk"), tries=self.tries).update(
            leased_until=until, tries=F("tries") + 1
        ):
            return False
        self.leased_until, self.tries = until, self.tries + 1
        return True


class Finding(models.Model):
    """An entry that is new to a saved search; told once. `in_letter`: the letter that was made of it."""

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="findings", db_index=False)
    entry_id = models.BigIntegerField()
    found_at = models.DateTimeField(db_index=True)
    in_letter = models.BigIntegerField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saved", "entry_id"], name="an_entry_is_told_once")]
        indexes = [models.Index(fields=["saved"], name="finding_waiting", condition=Q(told_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.saved_id}: {self.entry_id}"


class AlertCursor(models.Model):
    """Up to which change of the shelf new entries were looked at for saved searches; one row."""

    name = models.CharField(max_length=30, primary_key=True)
    seq = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name}: {self.seq}"


class MailRest(models.Model):
    """The mail server took no letters: until when it is left alone; one row, gone when it takes one."""

    name = models.CharField(max_length=30, primary_key=True)
    failures = models.PositiveIntegerField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"


class Tally(models.Model):
    """How often something was done on one day by a network or for a mailbox, under a keyed hash; goes with the day."""

    day = models.DateField()
    digest = models.CharField(max_length=32)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "digest"], name="one_tally_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"
