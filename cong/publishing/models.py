"""The ledger's tables. Rows of Snapshot, Contributor, Decision and Release are never changed or deleted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cong.accounts.models import User
from cong.agencies.models import Agency
from cong.publishing.process import ReleaseKind


class Origin(models.TextChoices):
    """The room that a publication comes from."""

    HARVEST = "harvest", _("Thu từ nguồn")
    NEWSROOM = "newsroom", _("Ban biên tập")


class Policy(models.Model):
    """A named standing decision under which things of one origin are released without a person."""

    slug = models.SlugField(max_length=60, primary_key=True)
    name = models.CharField(max_length=200)
    origin = models.CharField(max_length=20, choices=Origin.choices)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Publication(models.Model):
    """A thing that may become public. Its id is the id of its Entry and stands in its address for ever."""

    id = models.BigIntegerField(primary_key=True)
    origin = models.CharField(max_length=20, choices=Origin.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="publications", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.origin} {self.id}"


class Snapshot(models.Model):
    """Exactly what was judged: canonical content, rendered HTML, and the hash over both."""

    id = models.BigIntegerField(primary_key=True)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="snapshots")
    content = models.TextField()
    html = models.TextField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="snapshots", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.publication_id} {self.sha256[:12]}"


class Contributor(models.Model):
    """A person whose work is in a snapshot; contributors never judge it."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="contributors")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="contributions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "user"], name="contributor_is_named_once")]

    def __str__(self) -> str:
        return f"{self.snapshot_id}: {self.user_id}"


class Step(models.TextChoices):
    APPRAISE = "appraise", _("Thẩm định")
    APPROVE = "approve", _("Duyệt")
    REJECT = "reject", _("Trả lại")


class Decision(models.Model):
    """One person's judgement of one snapshot, bound to its hash."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="decisions")
    sha256 = models.CharField(max_length=64)
    step = models.CharField(max_length=10, choices=Step.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "by"], name="one_person_decides_once")]

    def __str__(self) -> str:
        return f"{self.step} {self.snapshot_id} by {self.by_id}"


class Release(models.Model):
    """One act of making public, correcting or withdrawing; each covers the hash of the one before."""

    id = models.BigIntegerField(primary_key=True)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="releases")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="releases", db_index=False)
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in ReleaseKind])
    policy = models.ForeignKey(Policy, null=True, on_delete=models.PROTECT, related_name="releases", db_index=False)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="releases", db_index=False)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    mode = models.CharField(max_length=10, blank=True)
    target = models.TextField(blank=True)
    prev = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(policy__isnull=False) | Q(by__isnull=False), name="release_has_somebody_behind_it"
            )
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind} {self.publication_id}"


class Ledger(models.Model):
    """The one row that every writer locks: the last numbers given and the head of the chain."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    publications = models.BigIntegerField(default=0)
    snapshots = models.BigIntegerField(default=0)
    releases = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.releases} releases"
