"""Sources (their table is the queue), what each fetch found, and the items with their revisions."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cong.agencies.models import Agency, Part
from cong.entries.models import Section
from cong.publishing.models import Publication, Snapshot


class Trust(models.TextChoices):
    """What happens to a new item of a source."""

    AUTO = "auto", _("Tự động xuất bản")
    REVIEW = "review", _("Chờ người duyệt")
    LINK_ONLY = "link-only", _("Chỉ tiêu đề, tóm tắt và đường dẫn")


class Health(models.TextChoices):
    NEW = "new", _("Chưa thu")
    OK = "ok", _("Bình thường")
    FAILING = "failing", _("Đang lỗi")
    BROKEN = "broken", _("Hỏng")
    DISABLED = "disabled", _("Đã tắt")


class Sources(models.QuerySet["Source"]):
    def due(self, at: datetime) -> Sources:
        """Return what may be claimed now: due, and not held by a live lease."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
        return self.filter(free, next_at__lte=at).order_by("next_at")


class Source(models.Model):
    """One address that we harvest for one agency. `next_at` empty means disabled."""

    slug = models.SlugField(max_length=120, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="sources")
    name = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20, default="feed")
    url = models.TextField()
    part = models.CharField(max_length=20, choices=Part.choices, default=Part.ACTIVITY)
    section = models.CharField(max_length=30, choices=Section.choices, default=Section.ACTIVITY)
    config = models.JSONField(default=dict, blank=True)
    trust = models.CharField(max_length=10, choices=Trust.choices, default=Trust.REVIEW)
    state = models.CharField(max_length=10, choices=Health.choices, default=Health.NEW)
    next_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_by = models.CharField(max_length=60, blank=True)
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)
    body_hash = models.CharField(max_length=64, blank=True)
    interval_s = models.PositiveIntegerField(default=900)
    empty_polls = models.PositiveIntegerField(default=0)
    fail_count = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error_text = models.TextField(blank=True)
    first_ok_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_new_at = models.DateTimeField(null=True, blank=True)

    objects = Sources.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="source_due")]

    def __str__(self) -> str:
        return self.slug


class Outcome(models.TextChoices):
    NEW = "new", _("Có tin mới")
    UNCHANGED = "unchanged", _("Không có gì mới")
    NOT_MODIFIED = "not-modified", _("Nguồn báo chưa đổi (304)")
    SAME_BYTES = "same-bytes", _("Nội dung y hệt lần trước")
    FAILED = "failed", _("Lỗi")


class Fetch(models.Model):
    """One visit to a source: what came back, what was new, or what went wrong."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="fetches", db_index=False)
    at = models.DateTimeField()
    ms = models.PositiveIntegerField(default=0)
    status = models.PositiveIntegerField(default=0)
    bytes = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=15, choices=Outcome.choices)
    seen = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error_text = models.TextField(blank=True)
    final_url = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["source", "-at"], name="fetch_by_source")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d %H:%M} {self.outcome}"


class ItemState(models.TextChoices):
    HELD = "held", _("Chờ duyệt")
    PUBLISHED = "published", _("Đã xuất bản")
    GONE = "gone", _("Nguồn đã gỡ")
    REJECTED = "rejected", _("Không dùng")


class Item(models.Model):
    """What a source said, under a key that survives edits of guid, address and title."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="items", db_index=False)
    key = models.CharField(max_length=500)
    alias = models.CharField(max_length=500, blank=True)
    url_key = models.CharField(max_length=500, blank=True)
    url = models.TextField()
    content_hash = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ItemState.choices)
    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="item")
    published_at = models.DateTimeField()
    first_seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, help_text="when the source's list last dropped it; empty while listed")
    check_at = models.DateTimeField(null=True)
    missing_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="one_item_a_key")]
        indexes = [
            models.Index(fields=["source", "alias"], name="item_by_alias"),
            models.Index(fields=["source", "url_key"], name="item_by_url"),
            models.Index(fields=["source"], name="item_listed", condition=Q(left_at__isnull=True)),
            models.Index(fields=["check_at"], name="item_to_check", condition=Q(check_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.key}"


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
