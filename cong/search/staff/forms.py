"""What staff fill in to tune search; whether it can be used is decided by the acts."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cong.search.models import Direction, Expectation, Pin, Wording, WordingKind
from cong.search.models.tuning import LAST_POSITION, LONGEST_LONG, LONGEST_NOTE, LONGEST_SHORT
from cong.search.tuning import Expected, Place, Word

_ID = re.compile(r"(?:^|-)([0-9]{1,18})/?\Z")


class EntryField(forms.CharField):
    """An entry by its address as pasted from the browser, or by its number; the value is its id."""

    default_error_messages = {
        "foreign": _("Địa chỉ này không phải của cổng."),
        "unread": _("Hãy dán địa chỉ của bài (kết thúc bằng số của bài), hoặc ghi số ấy."),
    }

    def __init__(self) -> None:
        super().__init__(
            label=_("Bài"),
            help_text=_("Dán địa chỉ của bài trên cổng, hoặc ghi số cuối địa chỉ."),
            widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
            max_length=2000,
        )

    def clean(self, value: Any) -> int:
        text = str(super().clean(value)).strip()
        try:
            parts = urlsplit(text)
        except ValueError as error:
            raise ValidationError(self.error_messages["unread"], code="unread") from error
        if parts.netloc and parts.netloc.lower() != urlsplit(settings.SITE_URL).netloc.lower():
            raise ValidationError(self.error_messages["foreign"], code="foreign")
        found = _ID.search(parts.path)
        if found is None:
            raise ValidationError(self.error_messages["unread"], code="unread")
        return int(found[1])


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("Ghi chú"), required=False, max_length=LONGEST_NOTE, help_text=_("Để người sau hiểu vì sao.")
    )


class WordForm(forms.Form):
    kind = forms.ChoiceField(label=_("Loại"), choices=WordingKind.choices, initial=WordingKind.ACRONYM)
    short = forms.CharField(
        label=_("Từ thứ nhất"), max_length=LONGEST_SHORT, help_text=_("Từ viết tắt, hoặc từ người đọc hay gõ.")
    )
    long = forms.CharField(
        label=_("Từ thứ hai"), max_length=LONGEST_LONG, help_text=_("Cách viết đầy đủ, hoặc từ dùng trong bài.")
    )
    direction = forms.ChoiceField(label=_("Chiều"), choices=Direction.choices, initial=Direction.BOTH)
    probe = forms.CharField(
        label=_("Thử với câu tìm"), required=False, max_length=LONGEST_LONG, help_text=_("Để trống: từ thứ nhất.")
    )

    def word(self) -> Word:
        said = self.cleaned_data
        return Word(
            kind=WordingKind(said["kind"]), short=said["short"], long=said["long"],
            direction=Direction(said["direction"]),
        )  # fmt: skip


def word_of(wording: Wording) -> dict[str, str]:
    """Return what the form shows of a wording."""
    return {name: getattr(wording, name) for name in ("kind", "short", "long", "direction")}


class PinForm(forms.Form):
    query = forms.CharField(
        label=_("Câu tìm"), max_length=LONGEST_LONG,
        help_text=_("Cả câu mà người đọc gõ; dấu, chữ hoa và dấu câu không quan trọng."),
    )  # fmt: skip
    entry = EntryField()
    position = forms.TypedChoiceField(
        label=_("Thứ tự"), coerce=int, choices=[(place, str(place)) for place in range(1, LAST_POSITION + 1)],
        help_text=_("Bài ghim luôn đứng đầu; câu tìm có nhiều bài ghim thì theo thứ tự này."),
    )  # fmt: skip
    from_on = Day(label=_("Từ ngày"))
    until_on = Day(label=_("Đến hết ngày"), required=False, help_text=_("Để trống: đến khi bỏ ghim."))
    note = _note()

    def place(self) -> Place:
        return Place(**self.cleaned_data)


def place_of(pin: Pin) -> dict[str, Any]:
    """Return what the form shows of a pin."""
    return {name: getattr(pin, name) for name in ("query", "position", "from_on", "until_on", "note")} | {
        "entry": pin.entry_id
    }


class DeniedForm(forms.Form):
    wording = forms.CharField(
        label=_("Từ không gợi ý"), max_length=LONGEST_LONG,
        help_text=_("Tên bài và câu “Có phải bạn tìm” có từ này sẽ không hiện khi đang gõ; bài vẫn tìm được."),
    )  # fmt: skip
    note = _note()


class ExpectationForm(forms.Form):
    query = forms.CharField(
        label=_("Câu tìm"), max_length=LONGEST_LONG, help_text=_("Đúng như người đọc gõ, có dấu hay không dấu.")
    )
    entry = EntryField()
    note = _note()
    is_active = forms.BooleanField(label=_("Dùng trong các lần chạy"), required=False, initial=True)

    def expected(self) -> Expected:
        return Expected(**self.cleaned_data)


def expected_of(row: Expectation) -> dict[str, Any]:
    """Return what the form shows of a line of the judged set."""
    return {"query": row.query, "entry": row.entry_id, "note": row.note, "is_active": row.is_active}
