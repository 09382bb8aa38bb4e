"""The advanced form: filled in by hand or from a query, it writes a query and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cong.design.words import language_name
from cong.entries.models import Kind, Section
from cong.search.labels import HAS, STATUS
from cong.search.language import advanced, grammar, values
from cong.search.language.advanced import CHOSEN, TOLD, Advanced
from cong.search.language.clauses import Asked, Field
from cong.search.language.limits import LONGEST_QUERY
from cong.search.language.writing import fitted
from cong.search.text import typed

LANGS = ("vi", "en", "fr", "zh", "lo", "km", "ru", "es", "ja", "ko", "de")

_WORDS = (*TOLD, "all_words", "phrase", "any_words", "none_words")
_DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]

Choices = Iterable[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]]


class _Said(forms.CharField):
    """A text without what cannot be seen."""

    def to_python(self, value: Any) -> str:
        return typed.clean(super().to_python(value) or "")


def _text(label: Any, about: Any = "") -> forms.CharField:
    told = {"max_length": _("Ô này nhận nhiều nhất %(limit_value)d ký tự; hãy viết ngắn hơn.")}
    return _Said(label=label, help_text=about, required=False, max_length=LONGEST_QUERY, error_messages=told)


def _several(label: Any, choices: Choices, widget: Any = forms.CheckboxSelectMultiple) -> forms.MultipleChoiceField:
    told = {"invalid_choice": _("Không có lựa chọn “%(value)s”; hãy chọn trong danh sách.")}
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=widget, error_messages=told)


def _agencies(choices: Choices) -> forms.MultipleChoiceField:
    return _several(_("Cơ quan"), choices, forms.SelectMultiple(attrs={"size": "8"}))


def _day(label: Any) -> forms.DateField:
    told = {"invalid": _("Không có ngày này trong lịch; hãy viết như 20/11/2025.")}
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, input_formats=_DATES, widget=widget, error_messages=told)


class AdvancedForm(forms.Form):
    """Every condition that has a place of its own, and `rest` for the others, in the query language.

    `agencies`: (slug, name) of those to choose from; `today` is the reader's. With `asked` the form opens filled.
    """

    all_words = _text(_("Có tất cả các từ này"), _("Đặt trong ngoặc kép những từ phải đi liền nhau."))
    phrase = _text(_("Có đúng cụm từ này"))
    any_words = _text(_("Có ít nhất một trong các từ này"))
    none_words = _text(_("Không có từ nào trong các từ này"))
    in_title = _text(_("Tiêu đề có cụm từ này"))
    number = _text(_("Số, ký hiệu văn bản"), _("Viết cách nào cũng được: 54/2017/NĐ-CP, 54 2017 nd cp."))
    kinds = _several(_("Loại"), Kind.choices)
    agencies = _agencies(())
    sections = _several(_("Chuyên mục"), Section.choices)
    langs = _several(_("Ngôn ngữ"), lambda: [(code, language_name(code)) for code in LANGS])
    first = _day(_("Từ ngày"))
    last = _day(_("Đến ngày"))
    has = _several(_("Kèm theo"), HAS.items())
    status = _several(_("Tình trạng hiệu lực"), STATUS.items())
    signer = _text(_("Người ký"))
    topic = _text(_("Lĩnh vực"))
    rest = _text(_("Điều kiện khác"), _("Viết bằng ngôn ngữ tìm kiếm, ví dụ: nguồn:báo OR dẫn:54/2017/NĐ-CP."))

    def __init__(
        self, data: Any = None, *, agencies: Sequence[tuple[str, str]], today: date, asked: Asked | None = None
    ) -> None:
        self.today, self.offered = today, tuple(agencies)
        super().__init__(data, initial=self._filled(asked) if asked else None)
        self.fields["agencies"] = _agencies(self.offered)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("Ngày cuối đứng trước ngày đầu; hãy đổi lại."))
        if not self.errors and fitted(self._asked()) != self._asked():
            self.add_error(None, _("Nhiều điều kiện quá, máy không đọc hết; hãy bớt từ hoặc bớt lựa chọn."))
        return data

    @property
    def values(self) -> Advanced:
        """Return what was filled in; only of a valid form."""
        data = self.cleaned_data
        held: dict[str, Any] = {name: data[name] for name in (*_WORDS, "first", "last")}
        return Advanced(**held | {name: tuple(data[name]) for name in CHOSEN})

    @property
    def query(self) -> str:
        """Return the query that the form writes; only of a valid form."""
        return advanced.text_of(self.values, self._rest())

    def _asked(self) -> Asked:
        return advanced.asked_of(self.values, self._rest())

    def _rest(self) -> Asked:
        return grammar.read(self.cleaned_data["rest"], today=self.today)

    def _filled(self, asked: Asked) -> dict[str, Any]:
        held, rest = advanced.values_of(asked, choice_of=self._choice_of)
        names = (*_WORDS, *CHOSEN, "first", "last")
        return {name: getattr(held, name) for name in names} | {"rest": rest}

    def _choice_of(self, field: Field, value: str) -> str | None:
        """Return the choice of this form that is meant, None when it has no such choice."""
        if field is Field.AGENCY:
            said = values.bare(value)
            found = [slug for slug, name in self.offered if said in (values.bare(slug), values.bare(name))]
            return found[0] if len(found) == 1 else None
        code = values.code_of(field, value)
        return code if field is not Field.LANG or code in LANGS else None
