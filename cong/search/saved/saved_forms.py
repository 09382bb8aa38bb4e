"""What a reader fills in to save a search, and does with those that are saved."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cong.search.models import SavedSearch
from cong.search.models.saved import LONGEST_ADDRESS
from cong.search.saved.rhythm import Often

RHYTHMS = SavedSearch._meta.get_field("often").choices or ()


class Save(forms.Form):
    """Where to send letters about a search, and how often. `website` is hidden: only a machine fills it in."""

    email = forms.EmailField(
        max_length=LONGEST_ADDRESS,
        error_messages={
            "required": _("Hãy ghi địa chỉ thư điện tử."),
            "invalid": _("Địa chỉ thư không đúng; cần có dạng ten@vidu.vn."),
            "max_length": _("Địa chỉ thư quá dài."),
        },
    )
    often = forms.ChoiceField(
        choices=RHYTHMS,
        error_messages={"required": _("Hãy chọn nhịp gửi."), "invalid_choice": _("Hãy chọn một nhịp gửi.")},
    )
    website = forms.CharField(required=False)

    @property
    def is_from_a_machine(self) -> bool:
        return bool(self.cleaned_data.get("website"))


class Deed(StrEnum):
    """What is done to a saved search; the value stands in the form."""

    CHANGE = "doi-nhip"
    PAUSE = "tam-dung"
    RESUME = "tiep-tuc"
    DELETE = "xoa"
    DELETE_ALL = "xoa-het"


class Manage(forms.Form):
    """One deed, on one search where it needs one."""

    viec = forms.ChoiceField(choices=[(one.value, one.value) for one in Deed])
    so = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    often = forms.ChoiceField(required=False, choices=RHYTHMS)
    sure = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        deed = given.get("viec")
        if deed == Deed.DELETE_ALL:
            if not given.get("sure"):
                self.add_error("sure", _("Hãy đánh dấu vào ô này để xóa hết."))
        elif given.get("so") is None:
            self.add_error("so", _("Hãy chọn một tìm kiếm."))
        elif deed == Deed.CHANGE and not given.get("often"):
            self.add_error("often", _("Hãy chọn một nhịp gửi."))
        return given

    @property
    def deed(self) -> Deed:
        return Deed(self.cleaned_data["viec"])

    @property
    def often_chosen(self) -> Often:
        return Often(self.cleaned_data["often"])
