"""Pictures that we keep; their files lie in the store under the same hash."""

from __future__ import annotations

from django.db import models
from django.urls import reverse


def picture_address(sha256: str, width: int) -> str:
    """Return the public address of a rendition. The widths that exist are the picture's `widths`."""
    return reverse("media:rendition", args=[sha256, width])


class Picture(models.Model):
    """One cleaned picture: `sha256` of its widest rendition, `source_sha256` of the bytes received."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    source_sha256 = models.CharField(max_length=64, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    widths = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.width}×{self.height}"

    def address(self, width: int) -> str:
        """Return the address of the smallest rendition at least `width` wide, or of the widest."""
        wide_enough = [step for step in sorted(self.widths) if step >= width]
        return picture_address(self.sha256, wide_enough[0] if wide_enough else max(self.widths))
