"""What a keeper fills in to connect a source: an address to look at, and every word of the source's entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cong.agencies.models import Agency
from cong.entries.models import Section
from cong.harvest import registry, words
from cong.harvest.adapters import ADAPTERS
from cong.harvest.models import Trust
from cong.harvest.registry import BadRegistry

KINDS: dict[str, Promise] = {
    "feed": _("RSS, Atom hay JSON Feed"),
    "htmllist": _("Trang danh sách (đọc bằng bộ chọn)"),
    "sitemap": _("Sitemap"),
    "jsonapi": _("API trả JSON"),
    "oai": _("Kho OAI-PMH"),
    "push": _("Đối tác tự gửi đến"),
}
_PARTS = (
    ("gioi-thieu", _("Giới thiệu")),
    ("tin-hoat-dong", _("Tin hoạt động")),
    ("xay-dung-dang", _("Xây dựng Đảng")),
    ("xay-dung", _("Xây dựng Đảng (viết tắt)")),
    ("van-ban", _("Văn bản – tài liệu")),
)
_OTHER_SECTIONS = tuple(one for one in Section.choices if one[0] not in dict(_PARTS))
SECTIONS = (("", _("Theo mặc định: Tin hoạt động")), *_PARTS, *_OTHER_SECTIONS)
_WAYS = {"DMY": _("Ngày/Tháng/Năm"), "MDY": _("Tháng/Ngày/Năm"), "YMD": _("Năm/Tháng/Ngày")}
_FULL = (
    ("", _("Theo loại nguồn")),
    ("true", _("Có: đọc trang của từng bài")),
    ("false", _("Không: chỉ lấy những gì danh sách nói")),
)
# Never typed as TOML: who may write them is checked where they are chosen.
_ONLY_ABOVE = ("id", "agency", "policy", "kind")
_WORD = re.compile(r"(?<![\w-])[a-z]+(?:_[a-z]+)*(?![\w-])")
_CODE = {"class": "hub-code", "spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}
GROUPS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    ("source", _("Nguồn"), ("agency", "id", "name", "kind", "url", "section", "policy", "every")),
    ("list", _("Quy tắc đọc danh sách"),
     ("item", "items", "link", "title", "date", "summary", "image", "number", "author", "tags", "key", "pages",
      "first_page")),
    ("page", _("Trang của từng bài"), ("full", "content", "remove")),
    ("reading", _("Cách đọc ngày và chữ"), ("timezone", "date_order", "charset")),
    ("placing", _("Xếp chuyên mục và những từ khác"), ("map", "other")),
)  # fmt: skip


class AgencyChoice(forms.ModelChoiceField[Agency]):
    """An agency by its slug, under its short name."""

    def __init__(self, **given: Any) -> None:
        super().__init__(Agency.objects.in_order(), to_field_name="slug", label=_("Cơ quan"), **given)

    def label_from_instance(self, obj: Agency) -> str:
        return obj.short_name


def _text(label: Any, about: Any = "", **given: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=about, **given)


def _rule(label: Any, example: str = "") -> forms.CharField:
    return _text(label, example, widget=forms.TextInput(attrs=_CODE))


def _lines(label: Any, about: Any, rows: int = 3) -> forms.CharField:
    return _text(label, about, widget=forms.Textarea(attrs=_CODE | {"rows": rows}))


class AddressForm(forms.Form):
    """The first step: whose site it is, and where."""

    url = forms.CharField(
        label=_("Địa chỉ trang"),
        max_length=2_000,
        help_text=_("Dán địa chỉ trang chủ, trang danh sách tin, RSS hay sitemap; ví dụ https://vidu.gov.vn/tin-tuc"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url", "spellcheck": "false"}),
    )
    agency = AgencyChoice()


class SourceForm(forms.Form):
    """One entry of the registry as fields; `other` holds every word that they cannot say."""

    agency = AgencyChoice()
    id = _text(_("Mã nguồn"), _("Chữ không dấu, số, gạch nối; giữ mãi, không đổi được sau khi lưu."),
               widget=forms.TextInput(attrs=_CODE))  # fmt: skip
    name = _text(_("Tên nguồn"), _("Hiện dưới mỗi bài; để trống thì nguồn tự đặt tên ở lần thu đầu."))
    kind = forms.ChoiceField(label=_("Loại nguồn"), choices=list(KINDS.items()))
    url = _text(_("Địa chỉ"), _("Bắt đầu bằng http:// hoặc https://; {page} là chỗ ghi số trang."),
                widget=forms.TextInput(attrs=_CODE | {"inputmode": "url"}))  # fmt: skip
    section = forms.ChoiceField(label=_("Mục của bài"), choices=SECTIONS, required=False)
    policy = forms.ChoiceField(label=_("Khi có bài mới"), choices=Trust.choices, initial=Trust.REVIEW)
    every = _text(_("Thu mỗi"), _("Như 15m, 2h, 1d; để trống thì theo nhịp đăng của nguồn."))
    item = _rule(_("Phần tử của mỗi mục (item)"), "css:div.news-item")
    items = _rule(_("Danh sách trong JSON (items)"), "data.list")
    link = _rule(_("Đường dẫn (link)"), "css:h3 a@href")
    title = _rule(_("Tiêu đề (title)"), "css:h3 a")
    date = _rule(_("Ngày (date)"), "css:span.date")
    summary = _rule(_("Tóm tắt (summary)"), "css:p.sapo")
    image = _rule(_("Ảnh (image)"), "css:img@src")
    number = _rule(_("Số, ký hiệu (number)"), "css:td:nth-child(1)")
    author = _rule(_("Tác giả (author)"))
    tags = _rule(_("Từ khóa (tags)"))
    key = _rule(_("Nhận ra bài bằng (key)"), "url | url:ItemID | guid | title+date")
    pages = _text(_("Số trang danh sách (pages)"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    first_page = _text(_("Số của trang đầu (first_page)"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    full = forms.ChoiceField(label=_("Lấy toàn văn"), choices=_FULL, required=False)
    content = _rule(_("Phần nội dung (content)"), "css:#noi-dung")
    remove = _lines(_("Bỏ đi (remove)"), _("Mỗi dòng một bộ chọn, ví dụ css:.chia-se"))
    timezone = _text(_("Múi giờ"), _("Để trống: Asia/Ho_Chi_Minh."))
    date_order = forms.ChoiceField(
        label=_("Thứ tự ngày tháng"), choices=[("", _("Theo mặc định: Ngày/Tháng/Năm")), *_WAYS.items()], required=False
    )
    charset = _text(_("Bảng mã"), _("Chỉ ghi khi nguồn khai sai, ví dụ windows-1258."))
    map = _lines(
        _("Quy tắc xếp chuyên mục (map)"),
        _("Mỗi dòng một quy tắc, dòng đầu khớp được dùng: /van-ban/ → van-ban, hay thẻ Giáo dục → giao-duc"),
    )
    other = _lines(_("Khác (TOML)"), _('Từ không có ô riêng, mỗi từ một dòng: licence = "Thỏa thuận 12/2026"'), 5)

    def __init__(
        self, *args: Any, trusting: bool = False, stored: Mapping[str, Any] | None = None, **given: Any
    ) -> None:
        """Make the form; `trusting` people may choose `auto`. `stored` is the entry that is being changed."""
        self.stored = stored
        if stored is not None:
            given["initial"] = said_by(stored) | given.get("initial", {})
        super().__init__(*args, **given)
        self.entry: dict[str, Any] = {}
        if stored is not None:
            self.fields["id"].disabled = True
        if not trusting and (stored or {}).get("policy", "") != Trust.AUTO:
            self._offer_no_auto()

    def _offer_no_auto(self) -> None:
        field: Any = self.fields["policy"]
        field.choices = [one for one in Trust.choices if one[0] != Trust.AUTO]
        field.help_text = _("Tự động xuất bản do người giữ nguồn ở Trung tâm bật.")

    def groups(self) -> Iterator[tuple[str, Promise, list[BoundField], bool]]:
        """Yield each group of fields: its name, heading, fields, and whether something is said or wrong in it."""
        for name, heading, fields in GROUPS:
            bound = [self[one] for one in fields]
            yield name, heading, bound, any(one.errors or one.value() for one in bound)

    def clean(self) -> dict[str, Any]:
        """Join the fields to an entry that the registry takes; what it refuses lands beside the field that it names."""
        data: dict[str, Any] = self.cleaned_data
        entry = self._said(data)
        if not self.errors:
            self._check(entry)
        self.entry = entry
        return data

    def _said(self, data: Mapping[str, Any]) -> dict[str, Any]:
        entry: dict[str, Any] = {}
        for word, field in words.FIELDS.items():
            value = data.get(word)
            text = value.slug if isinstance(value, Agency) else str(value or "")
            try:
                if text:
                    entry[word] = field.read(text)
            except ValueError as error:
                self.add_error(word, str(error))
        if entry.get("agency") == registry.OTHERS:
            del entry["agency"]
        return entry | self._others(entry, data.get("other", ""))

    def _others(self, entry: Mapping[str, Any], text: str) -> dict[str, Any]:
        try:
            more = words.others(text)
        except ValueError as error:
            self.add_error("other", str(error))
            return {}
        for word in more:
            if word in _ONLY_ABOVE or word in entry:
                self.add_error("other", f"“{word}” có ô riêng ở trên; hãy bỏ dòng này đi.")
        return more

    def _check(self, entry: Mapping[str, Any]) -> None:
        try:
            registry.drafted(entry)
        except BadRegistry as error:
            self.refuse(error, entry)

    def refuse(self, error: Exception, entry: Mapping[str, Any]) -> None:
        """Say beside the right field why an entry is refused."""
        message = str(error).removeprefix(f"{entry.get('id') or 'Nguồn'}: ")
        self.add_error(self._blamed(message, entry), message)

    def _blamed(self, message: str, entry: Mapping[str, Any]) -> str | None:
        """Return the field in which the first word that a message names was said."""
        known = {*entry, *words.FIELDS}
        word = next((one for one in _WORD.findall(message) if one in known), None)
        if word is None:
            return None
        has_own = word in words.FIELDS and (word not in entry or bool(self.cleaned_data.get(word)))
        return word if has_own else "other"


def said_by(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return what is written in the fields of the form for an entry."""
    entry = {"kind": "feed", "policy": Trust.AUTO.value, "agency": registry.OTHERS} | dict(entry)
    choices = {
        "kind": frozenset(ADAPTERS),
        "policy": frozenset(Trust.values),
        "section": frozenset(value for value, _label in SECTIONS),
        "date_order": frozenset(_WAYS),
    }
    said, left = words.split(entry, choices)
    return said | {"other": "\n".join(map(registry.word_as_toml, left, left.values()))}
