"""Pictures that came from sources, and the staff's assets with the immutable files that they show."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cong.accounts.models import User
from cong.agencies.owned import AgencyOwned
from cong.media.formats import FORMATS, AssetKind

KIND_LABELS = {
    AssetKind.PICTURE: _("Ảnh"),
    AssetKind.VIDEO: _("Video"),
    AssetKind.AUDIO: _("Âm thanh"),
    AssetKind.DOCUMENT: _("Tài liệu"),
}


def picture_address(sha256: str, width: int) -> str:
    """Return the public address of a rendition. The widths that exist are the picture's `widths`."""
    return reverse("media:rendition", args=[sha256, width])


def fresh_token() -> str:
    """Return a name that nobody can guess: 256 random bits."""
    return secrets.token_hex(32)


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


class File(models.Model):
    """The bytes of one cleaned file, never changed (a trigger refuses it). `token` names its private folder.

    `hidden` and `dropped` hold the codes of `clean.traces`: what was found in it, and what was taken out.
    `frame` is the poster that was cut from a video.
    """

    token = models.CharField(max_length=64, unique=True, default=fresh_token)
    ending = models.CharField(max_length=5)
    sha256 = models.CharField(max_length=64, db_index=True)
    source_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    duration = models.FloatField(default=0)
    hidden = models.JSONField(default=list)
    dropped = models.JSONField(default=list)
    frame = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="films")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ending__in=sorted(FORMATS)), name="file_is_of_a_known_format"),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]}.{self.ending}"

    @property
    def kind(self) -> AssetKind:
        return FORMATS[self.ending].kind


class Asset(AgencyOwned):
    """A file of an agency as its staff know it: what it is called and shows. Private until a release needs it.

    Replacing the file keeps the asset and points it at another File; a sealed snapshot names the old one by its hash.
    `token` is its private address.
    """

    token = models.CharField(max_length=64, unique=True, default=fresh_token, editable=False)
    kind = models.CharField(max_length=10, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()])
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="assets")
    title = models.CharField(_("tên"), max_length=200)
    alt = models.CharField(_("mô tả ảnh"), max_length=500, blank=True)
    credit = models.CharField(_("nguồn, tác giả"), max_length=200, blank=True)
    focal_x = models.PositiveSmallIntegerField(_("tâm ảnh từ trái, %"), default=50)
    focal_y = models.PositiveSmallIntegerField(_("tâm ảnh từ trên, %"), default=50)
    poster = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ảnh bìa")
    )
    transcript = models.TextField(_("lời thoại"), blank=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assets")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("tệp")
        verbose_name_plural = _("tệp")
        constraints = [
            models.CheckConstraint(condition=~Q(kind="picture") | ~Q(alt=""), name="picture_has_its_alt_text"),
            models.CheckConstraint(
                condition=Q(focal_x__lte=100, focal_y__lte=100), name="focal_point_is_in_the_picture"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in KIND_LABELS]), name="asset_is_of_a_known_kind"
            ),
        ]
        indexes = [models.Index(fields=["agency", "kind", "-id"], name="asset_by_agency")]

    def __str__(self) -> str:
        return self.title

    @property
    def focal(self) -> tuple[int, int]:
        return self.focal_x, self.focal_y

    def private_address(self) -> str:
        """Return where staff of the agency see the file as it is."""
        return reverse("media_private", args=[self.token])

    def thumbnail(self) -> str:
        """Return where staff see it small; empty for what has no picture."""
        has_picture = self.kind == AssetKind.PICTURE or self.poster_id or self.file.frame_id
        return reverse("media_thumbnail", args=[self.token]) if has_picture else ""


class Version(models.Model):
    """Which file an asset shows, from when, put there by whom; the latest is the asset's `file`."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="versions")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="versions")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.file_id}"


class Captions(models.Model):
    """The words of a video or sound in one language, as WebVTT."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="captions")
    lang = models.CharField(_("ngôn ngữ"), max_length=10)
    label = models.CharField(_("nhãn"), max_length=60)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="captions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "lang"], name="captions_once_a_language")]

    def __str__(self) -> str:
        return f"{self.label} ({self.lang})"


class Pin(models.Model):
    """A snapshot needs a file: from then on nobody can delete it."""

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="pins")
    snapshot = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "snapshot"], name="file_is_pinned_once_a_snapshot")]

    def __str__(self) -> str:
        return f"{self.file_id} ← {self.snapshot}"
