"""Events: written once, never changed (database triggers refuse it)."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One act. `hash` covers the act and the hash of the event before it.

    `agency` is the id of the agency whose auditors read it (a plain number: this room stands below the agencies);
    empty: only the centre's auditors do.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    data = models.TextField(default="{}")
    agency = models.BigIntegerField(null=True, blank=True)
    prev = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="event_by_subject"),
            models.Index(fields=["at", "id"], name="event_by_moment"),
            models.Index(fields=["agency", "at", "id"], name="event_by_agency"),
            models.Index(fields=["actor", "at", "id"], name="event_by_actor"),
            models.Index(fields=["verb", "at", "id"], name="event_by_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.actor} {self.verb} {self.subject}"


class Head(models.Model):
    """The one row that every writer locks, so that the chain cannot fork."""

    name = models.CharField(max_length=20, primary_key=True)
    last_id = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.name}: {self.last_id}"
