"""What staff fill in to add, describe, replace and caption a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cong.media.actions import Upload, Words
from cong.media.formats import TAKEN, AssetKind
from cong.media.models import Asset, Captions

LANGUAGES = (
    ("vi", "Tiếng Việt"),
    ("en", "English"),
    ("fr", "Français"),
    ("zh", "中文"),
    ("ru", "Русский"),
    ("lo", "ລາວ"),
    ("km", "ខ្មែរ"),
)
_MOST_POSTERS = 200


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _ManyFiles(forms.FileField):
    """One or several files, in the order in which they were chosen."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(_ManyFiles, self).clean(one, initial) for one in given]


def upload_of(file: UploadedFile[Any]) -> Upload:
    return Upload(name=file.name or "", chunks=file.chunks())


class AddForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes no parameter at run time
    """New files of an agency."""

    uploads = _ManyFiles(label=_("Tệp"), help_text=TAKEN)
    alt = forms.CharField(
        label=_("Mô tả ảnh"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Cho người không nhìn thấy ảnh; bắt buộc với ảnh. Nhiều ảnh: mỗi dòng một ảnh, theo thứ tự tệp."),
    )

    class Meta:
        model = Asset
        fields = ["agency", "uploads", "title", "alt", "credit"]

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Để trống: lấy theo tên tệp.")

    def given(self) -> list[tuple[Upload, Words]]:
        """Return each file with the words for it."""
        files: Sequence[UploadedFile[Any]] = self.cleaned_data["uploads"]
        lines = (
            self.cleaned_data["alt"].splitlines() if len(files) > 1 else [" ".join(self.cleaned_data["alt"].split())]
        )
        title = self.cleaned_data["title"] if len(files) == 1 else ""
        alts = [*lines, *[""] * len(files)]
        return [
            (upload_of(file), Words(title=title, alt=alt[:500], credit=self.cleaned_data["credit"]))
            for file, alt in zip(files, alts, strict=False)
        ]


class ChooserAddForm(AddForm):
    """One new file, added while it is being chosen."""

    uploads = forms.FileField(label=_("Tệp"))  # type: ignore[assignment]  # one instead of many

    def given(self) -> list[tuple[Upload, Words]]:
        data = self.cleaned_data
        words = Words(title=data["title"], alt=" ".join(data.get("alt", "").split())[:500], credit=data["credit"])
        return [(upload_of(data["uploads"]), words)]


class EditForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes no parameter at run time
    """What is said of an asset; a new file in its place; its captions."""

    new_file = forms.FileField(
        label=_("Thay tệp"),
        required=False,
        help_text=_("Bài đã trình hoặc đã xuất bản giữ tệp cũ cho đến khi trình lại."),
    )
    captions_file = forms.FileField(label=_("Thêm phụ đề (WebVTT hoặc SRT)"), required=False,
        help_text=_("Người đọc bật được phụ đề khi xem; lời của phụ đề cũng là bản lời ghi nếu ô lời thoại để trống."),
    )  # fmt: skip
    captions_lang = forms.ChoiceField(label=_("Ngôn ngữ phụ đề"), choices=LANGUAGES, required=False)
    captions_off = forms.ModelMultipleChoiceField(
        label=_("Bỏ phụ đề"), queryset=Captions.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Asset
        fields = ["title", "alt", "credit", "focal_x", "focal_y", "poster", "transcript"]
        widgets = {
            "alt": forms.Textarea(attrs={"rows": 2}),
            "focal_x": forms.NumberInput(attrs={"min": 0, "max": 100}),
            "focal_y": forms.NumberInput(attrs={"min": 0, "max": 100}),
        }

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        asset: Asset = self.instance
        for name in _unfit(AssetKind(asset.kind)):
            del self.fields[name]
        if "alt" in self.fields:
            self.fields["alt"].required = asset.kind == AssetKind.PICTURE
        if "poster" in self.fields:
            pictures = Asset.objects.filter(agency=asset.agency, kind=AssetKind.PICTURE.value).order_by("-pk")
            newest = list(pictures.values_list("pk", flat=True)[:_MOST_POSTERS])
            shown = pictures.filter(pk__in=[*newest, asset.poster_id])
            self.fields["poster"].queryset = shown  # type: ignore[attr-defined]
        if "captions_off" in self.fields:
            self.fields["captions_off"].queryset = asset.captions.order_by("lang")  # type: ignore[attr-defined]

    def words(self) -> Words:
        data = self.cleaned_data
        return Words(
            title=data["title"], alt=data.get("alt", ""), credit=data["credit"], poster=data.get("poster"),
            transcript=data.get("transcript", ""),
            focal=(data.get("focal_x", 50), data.get("focal_y", 50)),
        )  # fmt: skip


def _unfit(kind: AssetKind) -> list[str]:
    """Return the fields that say nothing about assets of a kind."""
    captions = ["captions_file", "captions_lang", "captions_off", "transcript"]
    match kind:
        case AssetKind.PICTURE:
            return ["poster", *captions]
        case AssetKind.DOCUMENT:
            return ["alt", "focal_x", "focal_y", "poster", *captions]
        case _:
            return ["alt", "focal_x", "focal_y"]
