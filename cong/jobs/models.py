"""Jobs: one row for one piece of background work, from the moment it is asked for until it is pruned."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """How a job stands. A running job whose lease has run out is free to be taken again."""

    READY = "ready", _("Chờ chạy")
    RUNNING = "running", _("Đang chạy")
    DONE = "done", _("Đã xong")
    DEAD = "dead", _("Không chạy được")


_LIVE = (Status.READY, Status.RUNNING)
_OVER = (Status.DONE, Status.DEAD)


class Jobs(models.QuerySet["Job"]):
    def live(self) -> Jobs:
        """Return what is still to be done: ready or running."""
        return self.filter(status__in=_LIVE)


class Job(models.Model):
    """One call of one task. `attempts` is the fence: what a worker writes names the attempt it was given."""

    task = models.CharField(max_length=200)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READY)
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField()
    # Null, not empty: the partial indexes below then leave out the many jobs without a key.
    unique_key = models.CharField(max_length=300, null=True, blank=True)  # noqa: DJ001
    schedule = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001
    worker = models.CharField(max_length=60, blank=True)
    error_class = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True)
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = Jobs.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["status", "run_at"], name="job_claim"),
            models.Index(fields=["unique_key"], name="job_by_key", condition=Q(unique_key__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                name="one_live_job_for_a_key",
                condition=Q(status__in=_LIVE, unique_key__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["unique_key"], name="one_job_for_a_slot", condition=Q(schedule__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["schedule"],
                name="one_live_job_for_a_schedule",
                condition=Q(status__in=_LIVE, schedule__isnull=False),
            ),
            models.CheckConstraint(
                name="a_lease_is_held_while_running",
                condition=Q(status=Status.RUNNING, lease_until__isnull=False)
                | Q(status__in=(Status.READY, *_OVER), lease_until__isnull=True),
            ),
            models.CheckConstraint(
                name="what_is_over_has_its_moment",
                condition=Q(status__in=_OVER, finished_at__isnull=False)
                | Q(status__in=_LIVE, finished_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.task} {self.status}"
