"""Sums of reads by day and entry, kept for eight days, and the order that is made of them."""

from __future__ import annotations

from django.db import models


class Read(models.Model):
    """How often an entry was read on a day of the portal's clock."""

    on = models.DateField()
    entry_id = models.BigIntegerField()
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "entry_id"], name="one_sum_a_day_and_entry")]

    def __str__(self) -> str:
        return f"{self.entry_id} × {self.count} ({self.on})"


class MostRead(models.Model):
    """The entries of one language that were read most lately, the first at `place` 1; made anew by the worker."""

    lang = models.CharField(max_length=10)
    place = models.PositiveSmallIntegerField()
    entry_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lang", "place"], name="one_entry_a_place")]

    def __str__(self) -> str:
        return f"{self.lang} {self.place}: {self.entry_id}"
