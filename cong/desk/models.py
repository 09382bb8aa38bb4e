"""Invitations to outsiders to check the facts of a snapshot, and what they answered."""

from __future__ import annotations

from django.db import models

from cong.accounts.models import User
from cong.publishing.models import Snapshot


class Invitation(models.Model):
    """A person without an account may read one snapshot and comment on it until a moment; nothing else."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="invitations")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} → {self.snapshot_id}"


class Remark(models.Model):
    """What the invited person said; written once."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="remarks")
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:60]
