"""What editors have in hand: one draft for each page and language, and who worked on it when."""

from __future__ import annotations

from django.db import models

from cong.accounts.models import User
from cong.entries.models import Section
from cong.publishing.models import Publication


class Draft(models.Model):
    """The composition of a page as it would be submitted. `section` is empty for the home page.

    `number` counts the savings: whoever saves says from which one they began.
    """

    section = models.CharField(max_length=30, choices=Section.choices, blank=True)
    lang = models.CharField(max_length=10)
    publication = models.OneToOneField(Publication, null=True, on_delete=models.PROTECT, related_name="front_draft")
    composition = models.TextField(default="{}")
    not_before = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "lang"], name="one_draft_a_page")]

    def __str__(self) -> str:
        return f"{self.section or '/'} ({self.lang})"


class Saving(models.Model):
    """One person saved the draft: until the next release they are among those who composed it."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="savings")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.by_id}"
