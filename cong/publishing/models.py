"""The ledger's tables. Rows of Snapshot, Contributor, Decision and Release are never changed or deleted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cong.accounts.models import User
from cong.agencies.models import Agency
from cong.publishing.process import ReleaseKind, State


class Origin(models.TextChoices):
    """The room that a publication comes from."""

    HARVEST = "harvest", _("Thu từ nguồn")
    NEWSROOM = "newsroom", _("Ban biên tập")
    FRONTPAGE = "frontpage", _("Trang bìa")


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
    SECRECY = "secrecy", _("Thẩm tra bảo mật")
    APPROVE = "approve", _("Duyệt")
    REJECT = "reject", _("Trả lại")
    RECALL = "recall", _("Thu hồi bản trình")
    EMERGENCY = "emergency", _("Xuất bản khẩn")
    CONFIRM = "confirm", _("Xác nhận gỡ")


class Decision(models.Model):
    """One person's judgement of one snapshot, bound to its hash."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="decisions")
    sha256 = models.CharField(max_length=64)
    step = models.CharField(max_length=10, choices=Step.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            # Whoever approved a thing may confirm that it was rightly taken down.
            models.UniqueConstraint(
                fields=["snapshot", "by"], condition=~Q(step="confirm"), name="one_person_decides_once"
            )
        ]

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
    provisional = models.BooleanField(default=False)
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


class Grade(models.TextChoices):
    """How high a thing must be approved."""

    A = "A", _("Hạng A: Trung ương duyệt")
    B = "B", _("Hạng B: cơ quan duyệt")


class BundleState(models.TextChoices):
    OPEN = "open", _("Đang gom")
    SCHEDULED = "scheduled", _("Hẹn giờ")
    HELD = "held", _("Bị giữ lại")
    RELEASED = "released", _("Đã xuất bản")


class Bundle(models.Model):
    """Several things that become public at one moment, or none of them.

    `shown`: docket → hash of what `scheduled_by` saw when giving it its time.
    """

    title = models.CharField(max_length=200)
    release_at = models.DateTimeField(null=True, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="bundles")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    scheduled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shown = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=BundleState.choices, default=BundleState.OPEN)
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title


_STATES = [
    (State.DRAFT.value, _("Đang soạn")),
    (State.SUBMITTED.value, _("Chờ thẩm định")),
    (State.APPRAISED.value, _("Đã thẩm định")),
    (State.CLEARED.value, _("Đã thẩm tra bảo mật")),
    (State.APPROVED.value, _("Đã duyệt")),
    (State.SCHEDULED.value, _("Hẹn giờ xuất bản")),
    (State.HELD.value, _("Bị giữ lại")),
    (State.LIVE.value, _("Đang công khai")),
    (State.PROVISIONAL.value, _("Xuất bản khẩn, chờ duyệt")),
    (State.RETURNED.value, _("Bị trả lại")),
    (State.RECALLED.value, _("Đã thu hồi bản trình")),
    (State.SPIKED.value, _("Đã loại bỏ")),
    (State.WITHDRAWN.value, _("Đã gỡ")),
]


class Docket(models.Model):
    """Where one publication of the newsroom stands now. A cache: its state is what replaying the record gives.

    `reason` says why it was returned or held; `public_note` goes with the next release; `confirm_by` is set
    while a withdrawal waits for its confirmation. `scheduled_by` answers for the scheduled release.
    """

    publication = models.OneToOneField(Publication, primary_key=True, on_delete=models.PROTECT, related_name="docket")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="dockets", db_index=False)
    snapshot = models.ForeignKey(Snapshot, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12, choices=_STATES, default=State.DRAFT.value)
    grade = models.CharField(max_length=1, choices=Grade.choices, default=Grade.B)
    title = models.TextField(blank=True)
    needs_secrecy = models.BooleanField(default=False)
    sent_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="sent_dockets", db_index=False)
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="claimed_dockets", db_index=False
    )
    claimed_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="assigned_dockets", db_index=False
    )
    scheduled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    release_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    provisional_until = models.DateTimeField(null=True)
    confirm_by = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    public_note = models.TextField(blank=True)
    bundle = models.ForeignKey(Bundle, null=True, on_delete=models.SET_NULL, related_name="dockets")

    class Meta:
        indexes = [
            models.Index(fields=["state", "agency", "sent_at"], name="docket_by_state"),
            models.Index(fields=["agency", "sent_at"], name="docket_by_agency"),
            models.Index(fields=["sent_by", "state"], name="docket_by_sender"),
            models.Index(fields=["assigned_to"], name="docket_by_assignee", condition=Q(assigned_to__isnull=False)),
            models.Index(fields=["release_at"], name="docket_due", condition=Q(release_at__isnull=False)),
            models.Index(
                fields=["provisional_until"], name="docket_provisional", condition=Q(provisional_until__isnull=False)
            ),
            models.Index(fields=["confirm_by"], name="docket_unconfirmed", condition=Q(confirm_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.state}"


class LinkState(models.Model):
    """What the last look at an outside address found; an empty problem means that it opens.

    `failing_since` is set from the first failing look on: not every failure is a problem at once.
    """

    # In bytes of UTF-8: an entry of PostgreSQL's index holds no more than 2,704.
    LONGEST = 2000

    address = models.CharField(max_length=LONGEST, unique=True)
    problem = models.CharField(max_length=200, blank=True)
    failing_since = models.DateTimeField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.address}: {self.problem or 'fine'}"
