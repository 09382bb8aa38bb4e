"""Agencies with their names through time, and dated memberships."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cong.accounts.models import User


class Category(models.TextChoices):
    CENTRAL = "central", _("Cơ quan Trung ương")
    SOCIOPOLITICAL = "sociopolitical", _("Tổ chức chính trị - xã hội")
    MINISTRY = "ministry", _("Bộ, ngành")
    PROVINCE = "province", _("Tỉnh, thành phố")
    PARTNER = "partner", _("Báo, tạp chí và nguồn khác")


class Part(models.TextChoices):
    """The four fixed sub-sections of every component page; the value is the address."""

    ABOUT = "gioi-thieu", _("Giới thiệu")
    ACTIVITY = "tin-hoat-dong", _("Tin hoạt động")
    PARTY = "xay-dung-dang", _("Xây dựng Đảng")
    DOCUMENTS = "van-ban", _("Văn bản – tài liệu")


class Role(models.TextChoices):
    AUTHOR = "author", _("Biên tập")
    APPRAISER = "appraiser", _("Thẩm định")
    APPROVER = "approver", _("Duyệt")
    DUTY_EDITOR = "duty-editor", _("Trực xuất bản")
    SECRECY_OFFICER = "secrecy-officer", _("Bảo mật")
    AUDITOR = "auditor", _("Giám sát")
    AGENCY_ADMIN = "agency-admin", _("Quản trị đơn vị")
    OPERATOR = "operator", _("Vận hành")


# Held at the centre, these roles hold for every agency.
CENTRAL_ROLES = frozenset({Role.APPROVER, Role.DUTY_EDITOR, Role.SECRECY_OFFICER, Role.AUDITOR, Role.AGENCY_ADMIN,
                           Role.OPERATOR})  # fmt: skip
# Nobody holds two roles of a pair on one day, in whichever agencies (invariant I5).
EXCLUSIONS = frozenset(
    frozenset({aside, other})
    for aside in (Role.AUDITOR, Role.OPERATOR)
    for other in Role
    if other is not aside and other is not Role.AGENCY_ADMIN
)

# In force at once; every other role waits for the word of an agency admin at the centre.
UNCONFIRMED_ROLES = frozenset({Role.AUTHOR, Role.APPRAISER})


class Agencies(models.QuerySet["Agency"]):
    def in_order(self) -> Agencies:
        return self.order_by("order", "pk")

    def active_on(self, day: date) -> Agencies:
        started = Q(active_from__isnull=True) | Q(active_from__lte=day)
        not_ended = Q(active_to__isnull=True) | Q(active_to__gt=day)
        return self.filter(started & not_ended)


class Agency(models.Model):
    """A member body of the institution, or a partner publication, with one component page."""

    name = models.CharField(max_length=300)
    short_name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    category = models.CharField(max_length=20, choices=Category.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    mail = models.EmailField(blank=True)
    site = models.URLField(blank=True)
    emblem = models.CharField(max_length=64, blank=True, help_text="sha256 of a released picture")
    is_centre = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)
    active_from = models.DateField(null=True, blank=True)
    active_to = models.DateField(null=True, blank=True)

    objects = Agencies.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="agency_is_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(active_from__isnull=True) | Q(active_to__isnull=True) | Q(active_to__gte=F("active_from")),
                name="agency_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["is_centre"], condition=Q(is_centre=True), name="one_centre"),
        ]
        indexes = [models.Index(fields=["category", "order"], name="agency_by_category")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portal:agency", args=[self.slug])

    def is_active(self, day: date) -> bool:
        begun = self.active_from is None or self.active_from <= day
        return begun and (self.active_to is None or self.active_to > day)


class FormerSlug(models.Model):
    """An address that the agency had once; it redirects for ever."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=300, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="former")

    def __str__(self) -> str:
        return f"{self.slug} → {self.agency.slug}"


class Memberships(models.QuerySet["Membership"]):
    def on(self, day: date) -> Memberships:
        """Keep what is in force on a day: begun, not ended, confirmed where confirmation is needed."""
        in_time = Q(to_on__isnull=True) | Q(to_on__gte=day)
        return self.filter(in_time, from_on__lte=day, is_pending=False)

    def open_from(self, day: date) -> Memberships:
        """Keep what is in force on that day or may still come into force: later ones and those that wait."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day)).exclude(self.refused())

    def waiting(self, day: date) -> Memberships:
        """Keep what waits for the centre's word and could still come into force."""
        return self.open_from(day).filter(is_pending=True)

    @staticmethod
    def refused() -> Q:
        """Return the condition of a proposal that was taken back or refused: it was never in force."""
        return Q(is_pending=True, ended_at__isnull=False)


class Membership(models.Model):
    """A person holds a role in an agency from a day to a day; the only source of rights.

    `is_pending`: proposed by an agency admin and not yet confirmed by the centre, so without force.
    `deputy_of`: whose place the person takes for that time (ký thay).
    `ended_at`: when its end was brought forward; a pending one with it was refused. Rows are never deleted nor
    rewritten (triggers): a last day can only come earlier, and what is pending can only be confirmed, once.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    deputy_of = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="deputies")
    reason = models.CharField(max_length=300, blank=True)
    is_pending = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = Memberships.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role", "from_on"],
                condition=Q(ended_at__isnull=True),
                name="one_open_membership_a_start",
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")) | Q(ended_at__isnull=False),
                name="membership_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(deputy_of__isnull=True) | (~Q(deputy_of=F("user")) & Q(to_on__isnull=False)),
                name="a_deputy_is_another_and_for_a_time",
            ),
            models.CheckConstraint(
                condition=(Q(proposed_by__isnull=True) | ~Q(proposed_by=F("user")))
                & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("user"))),
                name="nobody_grants_to_themselves",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | (Q(is_pending=False) & (Q(proposed_by__isnull=True) | ~Q(proposed_by=F("confirmed_by")))),
                name="two_people_grant_what_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(role__in=[Role.AUTHOR, Role.APPRAISER])
                | Q(is_pending=True)
                | Q(confirmed_by__isnull=False),
                name="high_roles_are_confirmed",
            ),
        ]
        indexes = [models.Index(fields=["agency", "role", "from_on"], name="membership_by_role")]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} @ {self.agency.slug}"


class Officials(models.QuerySet["Official"]):
    def on(self, day: date) -> Officials:
        """Keep the posts that are held on a day; the last day counts."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)


class Official(models.Model):
    """A person holds a post in an agency from a day to a day; texts are checked against it. Gives no rights.

    `folded` is the name without marks, for looking up.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="officials")
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120, db_index=True, editable=False)
    title = models.CharField(max_length=200)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    objects = Officials.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "name", "title", "from_on"], name="one_official_a_start"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="official_ends_after_beginning"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(title=""), name="official_has_name_and_title"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"
