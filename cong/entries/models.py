"""Live entries (only live rows) with what is told of them, the graves of withdrawn ones, and the stream of changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cong.agencies.models import Agency, Part
from cong.kernel import tags

MAIN_LANGUAGE = "vi"


class Section(models.TextChoices):
    """The portal's sections (chuyên mục); the value is the address."""

    ACTIVITY = "tin-hoat-dong", _("Tin hoạt động")
    PARTY = "xay-dung-dang", _("Xây dựng Đảng")
    ECONOMY = "kinh-te", _("Kinh tế")
    SOCIETY = "van-hoa-xa-hoi", _("Văn hóa – Xã hội")
    EDUCATION = "giao-duc", _("Giáo dục")
    SCIENCE = "khoa-hoc-cong-nghe", _("Khoa học – Công nghệ")
    ENVIRONMENT = "moi-truong", _("Môi trường")
    DEFENCE = "quoc-phong-an-ninh", _("Quốc phòng – An ninh")
    FOREIGN = "doi-ngoai", _("Đối ngoại")


class Kind(models.TextChoices):
    NEWS = "news", _("Tin")
    DOCUMENT = "document", _("Văn bản")
    PHOTO = "photo", _("Ảnh")
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Âm thanh")
    PAGE = "page", _("Trang giới thiệu")


class Entries(models.QuerySet["Entry"]):
    def of(self, agency: Agency) -> Entries:
        return self.filter(agency=agency)

    def in_section(self, section: str) -> Entries:
        return self.filter(section=section)

    def in_part(self, part: str) -> Entries:
        return self.filter(part=part)

    def of_kind(self, kind: str) -> Entries:
        return self.filter(kind=kind)

    def as_news(self) -> Entries:
        """Leave out standing pages: they introduce an agency and are no news of any section."""
        return self.exclude(kind=Kind.PAGE)

    def as_stories(self) -> Entries:
        """Keep news alone: where they fill a page by themselves, documents and media have places of their own."""
        return self.of_kind(Kind.NEWS)

    def in_language(self, code: str) -> Entries:
        """Keep one language; a few among many in Vietnamese are found by an index of their own."""
        return self.filter(lang=code) if code == MAIN_LANGUAGE else self.foreign().filter(lang=code)

    def foreign(self) -> Entries:
        """Keep what is not in Vietnamese."""
        return self.exclude(lang=MAIN_LANGUAGE)

    def newest_first(self) -> Entries:
        return self.order_by("-published_at", "-pk")


class Entry(models.Model):
    """One public thing, with everything that a list, page, feed, search or API needs.

    Rows are written by `publishing` alone; database triggers refuse a row that is not, field for
    field, the Snapshot of its last Release.
    """

    id = models.BigIntegerField(primary_key=True)
    release_id = models.BigIntegerField(unique=True)
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="entries", db_index=False)
    part = models.CharField(max_length=20, choices=Part.choices)
    section = models.CharField(max_length=30, choices=Section.choices)
    lang = models.CharField(max_length=10)
    slug = models.CharField(max_length=90)
    title = models.TextField()
    summary = models.TextField()
    html = models.TextField()
    author = models.TextField()
    source_name = models.TextField()
    source_url = models.TextField()
    number = models.CharField(max_length=100)
    tags = models.JSONField(default=list)
    picture = models.CharField(max_length=64)
    picture_width = models.PositiveIntegerField(default=0)
    picture_height = models.PositiveIntegerField(default=0)
    picture_alt = models.TextField()
    note = models.TextField()
    corrections = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField()
    harvested_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField()
    corrected_at = models.DateTimeField(null=True)
    media = models.JSONField(default=list)
    event_on = models.DateField(null=True)
    translation_of = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = Entries.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="entry_newest"),
            models.Index(fields=["section", "-published_at", "-id"], name="entry_by_section"),
            models.Index(fields=["agency", "part", "-published_at", "-id"], name="entry_by_part"),
            models.Index(fields=["agency", "-published_at", "-id"], name="entry_by_agency"),
            models.Index(fields=["kind", "-published_at", "-id"], name="entry_by_kind"),
            models.Index(
                fields=["translation_of"], name="entry_by_original", condition=Q(translation_of__isnull=False)
            ),
            models.Index(fields=["expires_at"], name="entry_by_expiry", condition=Q(expires_at__isnull=False)),
            models.Index(
                fields=["lang", "-published_at", "-id"], name="entry_foreign", condition=~Q(lang=MAIN_LANGUAGE)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{_folder(get_language(), self.section)}{self.slug}-{self.pk}"

    def get_section_display(self) -> str:  # type: ignore[no-redef]  # the type checker adds Django's own
        # That makes a key of all choices, translated, at every call.
        return str(_SECTIONS.get(self.section, self.section))

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **given: Any) -> Entry:
        """Read a row, and note it: the page that is being made of it must go when the entry is withdrawn."""
        made = super().from_db(db, field_names, values, **given)
        tags.note(made.pk)
        return made

    @property
    def is_ours(self) -> bool:
        """Tell whether staff wrote it here; everything else was taken in from somewhere."""
        return self.harvested_at is None

    def has_expired(self, at: datetime) -> bool:
        """Tell whether its time is over, though the worker may not have withdrawn it yet."""
        return self.expires_at is not None and self.expires_at <= at


_SECTIONS: dict[str, object] = dict(Section.choices)


@lru_cache(maxsize=128)
def _folder(language: str | None, section: str) -> str:
    """Return the address of a section's entries up to what is each one's own; `language` is the one that is active."""
    return reverse("portal:entry", args=[section, "x", 0]).removesuffix("x-0")


class FrontPage(models.Model):
    """How editors composed the home page or a section's page in one language: ids of entries in slots, and a notice.

    Written by `publishing` alone; database triggers refuse a row that is not what was released. `section` is empty
    for the home page; `composition` is canonical JSON, which `cong.frontpage` reads.
    """

    id = models.BigIntegerField(primary_key=True)
    release_id = models.BigIntegerField(unique=True)
    sha256 = models.CharField(max_length=64)
    section = models.CharField(max_length=30, choices=Section.choices, blank=True)
    lang = models.CharField(max_length=10)
    composition = models.TextField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "lang"], name="one_composition_a_page")]

    def __str__(self) -> str:
        return f"{self.section or '/'} ({self.lang})"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **given: Any) -> FrontPage:
        """Read a row, and note it as an entry is: the page goes when its composition does."""
        made = super().from_db(db, field_names, values, **given)
        tags.note(made.pk)
        return made

    def has_expired(self, at: datetime) -> bool:
        """Tell whether its time is over, though the worker may not have withdrawn it yet."""
        return self.expires_at is not None and self.expires_at <= at


class Mode(models.TextChoices):
    NOTICE = "notice", _("Đã gỡ, có thông báo")
    GONE = "gone", _("Đã gỡ")
    REDIRECT = "redirect", _("Chuyển sang bài khác")


class Tombstone(models.Model):
    """Where an entry was before it was withdrawn; its address answers 410 (or redirects)."""

    id = models.BigIntegerField(primary_key=True)
    release_id = models.BigIntegerField(unique=True)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    target = models.TextField()
    title = models.TextField()
    note = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.id} †"


class Judged(models.TextChoices):
    """The steps that readers are told of; an emergency is the moment of its second key."""

    APPRAISE = "appraise", _("Thẩm định")
    APPROVE = "approve", _("Duyệt")
    EMERGENCY = "emergency", _("Xuất bản khẩn")


class Judgement(models.Model):
    """When a step was taken on what an entry of the newsroom shows now; never by whom.

    Two keys make public what is judged later: as long as the approval is not here, the entry is provisional.
    """

    entry_id = models.BigIntegerField(db_index=True)
    step = models.CharField(max_length=10, choices=Judged.choices)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.step}"


class Correction(models.Model):
    """What readers are told of one correction of an entry of the newsroom; gone when the entry is withdrawn.

    `diff`: `blocks` ({where, runs: [[mark, text], …]}), how many blocks were `left_out`, and what `also` changed.
    """

    release_id = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField()
    at = models.DateTimeField()
    note = models.TextField()
    diff = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["entry_id", "-at", "-release_id"], name="correction_newest")]

    def __str__(self) -> str:
        return f"{self.entry_id} ± {self.release_id}"


class Copy(models.Model):
    """Where else the story of an entry was published, told beside it; gone when the entry is withdrawn."""

    entry_id = models.BigIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    source_name = models.TextField()
    url = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry_id", "url"], name="one_copy_an_address")]

    def __str__(self) -> str:
        return f"{self.entry_id} = {self.url}"


class Stream(models.Model):
    """A counter row: its lock is what makes the numbers of a stream gap-free and in commit order."""

    name = models.CharField(max_length=30, primary_key=True)
    last_seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.last_seq}"


class Op(models.TextChoices):
    PUT = "put"
    REMOVE = "remove"


class Changes(models.QuerySet["Change"]):
    def after(self, seq: int, *, stream: str = "entries") -> Changes:
        """Return what a follower whose cursor stands at `seq` has not seen, in order."""
        return self.filter(stream=stream, seq__gt=seq).order_by("seq")


class Change(models.Model):
    """Entry `entry_id` came, changed or went. Followers keep their own cursor."""

    stream = models.CharField(max_length=30)
    seq = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    op = models.CharField(max_length=6, choices=Op.choices)
    at = models.DateTimeField()

    objects = Changes.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="change_number_is_given_once")]

    def __str__(self) -> str:
        return f"{self.stream} {self.seq} {self.op} {self.entry_id}"
