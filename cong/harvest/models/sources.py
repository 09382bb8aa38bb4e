"""Sources (their table is the queue), what each visit found, whom it concerns, and which hosts rest."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cong.agencies.models import Agency, Part
from cong.agencies.owned import Owned
from cong.entries.models import Section


class Trust(models.TextChoices):
    """What happens to a new item of a source."""

    AUTO = "auto", _("Tự động xuất bản")
    REVIEW = "review", _("Chờ người duyệt")
    LINK_ONLY = "link-only", _("Chỉ tiêu đề, tóm tắt và đường dẫn")


class Health(models.TextChoices):
    NEW = "new", _("Chưa thu")
    OK = "ok", _("Bình thường")
    SLOW = "slow", _("Im lặng khác thường")
    CHANGED = "changed", _("Trang nguồn đã đổi")
    FAILING = "failing", _("Đang lỗi")
    BROKEN = "broken", _("Hỏng")
    DISABLED = "disabled", _("Đã tắt")


class Sources(Owned["Source"]):
    def due(self, at: datetime) -> Sources:
        """Return what may be claimed now: due, and not held by a live lease."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
        return self.filter(free, next_at__lte=at).order_by("next_at")


class Source(models.Model):
    """One address that we harvest for one agency. `next_at` empty means disabled.

    `cursor`: what its adapter left for the next visit. `redirects`: where it was permanently sent, and when, until that
    is believed; `moved_to` waits for a person's word because the host changes. `standing`: what `health` remembers
    from one visit to the next. `secret` signs what is pushed.

    WebSub (see `subscribing`): `hub` and `hub_topic` are what the source advertises; `hub_mode` what we want of the
    hub, "" nothing; `hub_at` when to ask it (again), `hub_tries` how often that was in vain; `hub_open_until` how long
    its confirmation is waited for; `hub_until` how long the subscription lives; `hub_net_at` the visit that stood on
    the calendar before a delivery came in between.

    Takeover (see `suspicion`): `habits` counts what its items are like; `suspicion` are the signs that nobody has
    judged yet, by code: while there are any, its new items wait for a person.
    """

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
    cursor = models.TextField(blank=True, default="")
    redirects = models.JSONField(default=list, blank=True)
    moved_to = models.TextField(blank=True, default="")
    standing = models.JSONField(default=dict, blank=True)
    secret = models.CharField(max_length=64, blank=True, default="")
    hub = models.TextField(blank=True, default="")
    hub_token = models.CharField(max_length=64, blank=True, default="")
    hub_secret = models.CharField(max_length=64, blank=True, default="")
    hub_until = models.DateTimeField(null=True, blank=True)
    hub_topic = models.TextField(blank=True, default="", db_default="")
    hub_mode = models.CharField(max_length=12, blank=True, default="", db_default="")
    hub_at = models.DateTimeField(null=True, blank=True)
    hub_tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    hub_open_until = models.DateTimeField(null=True, blank=True)
    hub_error = models.TextField(blank=True, default="", db_default="")
    hub_net_at = models.DateTimeField(null=True, blank=True)
    habits = models.JSONField(default=dict, blank=True)
    suspicion = models.JSONField(default=dict, blank=True)

    objects = Sources.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="source_due"),
            models.Index(fields=["hub_at"], name="source_hub_due", condition=Q(hub_at__isnull=False)),
            models.Index(fields=["hub_token"], name="source_by_hub_token", condition=~Q(hub_token="")),
        ]

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


class SourceDay(models.Model):
    """One day of a source, kept when its visits are forgotten after 30 days."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="days", db_index=False)
    on = models.DateField()
    visits = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "on"], name="one_row_a_source_a_day")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.on}"


class SourceAlarm(models.Model):
    """What the people of a source's agency are to be told, once; `told_at` is when the letters were written."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="alarms")
    at = models.DateTimeField()
    over = models.BooleanField(default=False)
    message = models.TextField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="alarm_to_tell", condition=Q(told_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.source_id} {self.message[:60]}"


class HostRest(models.Model):
    """A host that asked for a pause (429); kept over a restart."""

    key = models.CharField(max_length=260, primary_key=True)
    until = models.DateTimeField()
    reason = models.TextField()
    times = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.key} {self.until:%Y-%m-%d %H:%M}"


class RobotsDoubt(models.Model):
    """A host whose robots.txt could not be had `since` then: for a day nothing is fetched. Kept over a restart."""

    key = models.CharField(max_length=260, primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key} {self.since:%Y-%m-%d %H:%M}"


class Delivery(models.Model):
    """What was pushed under one idempotency key: the same key again gets the same answer and does nothing."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=200)
    token = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    result = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="one_delivery_a_key")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.key}"
