"""Where items go: an agency's own rules, what people taught, and what was learnt of it."""

from __future__ import annotations

from django.db import models

from cong.accounts.models import User
from cong.agencies.models import Agency, Part
from cong.entries.models import Section
from cong.harvest.models.items import Item


class AgencyRules(models.Model):
    """An agency's own rules of where its items go (`map`: path or tag → section), after each source's own."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="harvest_rules")
    map = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"rules of {self.agency_id}"


class Lesson(models.Model):
    """A person put a harvested item into another place: what the classifier learns from."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="lesson")
    part = models.CharField(max_length=20, choices=Part.choices)
    section = models.CharField(max_length=30, choices=Section.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item_id} → {self.section}"


class Classifier(models.Model):
    """A trained model of word weights with what cross-validation said of it; the newest one is used."""

    at = models.DateTimeField()
    model = models.JSONField()
    report = models.JSONField()

    def __str__(self) -> str:
        return f"classifier {self.pk} {self.at:%Y-%m-%d}"
