"""Items with their revisions and kept bodies, and the stories that several of them tell."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cong.harvest.models.sources import Source
from cong.publishing.models import Publication, Snapshot


class ItemState(models.TextChoices):
    NEW = "new", _("Đang lấy toàn văn")
    COPY = "copy", _("Đăng lại bài đã có")
    HELD = "held", _("Chờ duyệt")
    PUBLISHED = "published", _("Đã xuất bản")
    GONE = "gone", _("Nguồn đã gỡ")
    REJECTED = "rejected", _("Không dùng")


class Items(models.QuerySet["Item"]):
    def awaiting_person(self) -> Items:
        """Keep what a person is to judge: for the first time, or what its source changed of a public item."""
        revised = Q(state=ItemState.PUBLISHED, held_revision__isnull=False)
        return self.filter(Q(state=ItemState.HELD) | revised)


class Item(models.Model):
    """What a source said, under a key that survives edits of guid, address and title.

    `waiting`: the raw item, while its page is still to be read (`enrich_at` says when, `enrich_tries` how often it
    was tried). `held_revision`: what the source changed of a public item and a person has not judged. `reason` and
    `confidence`: why it stands in its section. `page`: the hash of its page's kept body; `files`: the enclosures that
    only its list named, for when the page is read again.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="items", db_index=False)
    key = models.CharField(max_length=500)
    alias = models.CharField(max_length=500, blank=True)
    url_key = models.CharField(max_length=500, blank=True)
    url = models.TextField()
    content_hash = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    held_revision = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=ItemState.choices)
    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="item")
    published_at = models.DateTimeField()
    first_seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, help_text="when the source's list last dropped it; empty while listed")
    check_at = models.DateTimeField(null=True)
    missing_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    waiting = models.JSONField(null=True)
    enrich_at = models.DateTimeField(null=True)
    enrich_tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    enrich_error = models.TextField(blank=True, default="", db_default="")
    page = models.CharField(max_length=64, blank=True, default="", db_default="")
    files = models.JSONField(null=True)
    reason = models.CharField(max_length=120, blank=True, default="", db_default="")
    confidence = models.FloatField(default=1, db_default=1)
    signature = models.BinaryField(null=True)
    cluster = models.ForeignKey("Cluster", null=True, on_delete=models.SET_NULL, related_name="items")

    objects = Items.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="one_item_a_key")]
        indexes = [
            models.Index(fields=["source", "alias"], name="item_by_alias"),
            models.Index(fields=["source", "url_key"], name="item_by_url"),
            models.Index(fields=["source"], name="item_listed", condition=Q(left_at__isnull=True)),
            models.Index(fields=["check_at"], name="item_to_check", condition=Q(check_at__isnull=False)),
            models.Index(fields=["enrich_at"], name="item_to_enrich", condition=Q(enrich_at__isnull=False)),
            models.Index(fields=["source", "-id"], name="item_held", condition=Q(state="held")),
            models.Index(fields=["source", "-id"], name="item_revised", condition=Q(held_revision__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.key}"

    @property
    def awaits_person(self) -> bool:
        """Tell whether it is among `Items.awaiting_person`."""
        return self.state == ItemState.HELD or self.is_revised

    @property
    def is_revised(self) -> bool:
        """Tell whether it is public, and its source says something else by now that nobody has judged."""
        return self.state == ItemState.PUBLISHED and self.held_revision is not None


class ItemRevision(models.Model):
    """Revision n of an item: the sealed snapshot, and which fields the source changed. Append-only."""

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="item_revisions", db_index=False
    )
    n = models.PositiveIntegerField()
    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="item_revision")
    changed = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "n"], name="one_item_revision_a_number")]

    def __str__(self) -> str:
        return f"{self.publication_id} r{self.n}"


class Cluster(models.Model):
    """One story as several sources tell it; only its canonical item is an entry."""

    canonical = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"cluster {self.pk}"


class ItemBand(models.Model):
    """One band of an item's signature: items that share one are compared. Kept for 30 days."""

    band = models.BigIntegerField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="bands")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["band", "-at"], name="band_newest"),
            models.Index(fields=["at"], name="band_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.band} {self.item_id}"


class BodyKind(models.TextChoices):
    LIST = "list", _("Danh sách")
    PAGE = "page", _("Trang bài")
    HUB = "hub", _("Hub WebSub gửi đến")


class RawBody(models.Model):
    """A body as it came, kept under its hash: a changed rule reads it again without fetching.

    The last three of a source's list (all that one visit brought have the same `at`), the page of each item, and what a
    hub sent until it is read.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="bodies", db_index=False)
    item = models.ForeignKey(Item, null=True, on_delete=models.CASCADE, related_name="bodies")
    kind = models.CharField(max_length=4, choices=BodyKind.choices)
    sha256 = models.CharField(max_length=64, db_index=True)
    url = models.TextField()
    charset = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["source", "kind", "-at"], name="body_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"
