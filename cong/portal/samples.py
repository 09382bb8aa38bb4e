"""What the components page shows: entries that were never saved, of the very class that pages show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cong.agencies.models import Agency, Category, Part
from cong.entries.models import Entry, Kind, Section
from cong.frontpage.process import Layout, Notice, Urgency
from cong.portal.extents import Extent

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
MARKS = "Ước nguyện để trường ứng xử: ƯỚC NGUYỆN ĐỂ TRƯỜNG ỨNG XỬ, NGHỆ SĨ VỄ ỂNH ƯỠNG Ở GÒ Ổi"
_TITLE = "Thư viện tỉnh mở cửa đến chín giờ tối mọi ngày trong tuần"
_SUMMARY = "Bạn đọc mượn một nơi, trả mọi nơi; người cao tuổi được mang sách đến tận nhà."
_HTML = (
    "<p>Từ thứ hai tới, bạn đọc vào cửa tự do. <a href='#noi-dung'>Tầng hai</a> có phòng đọc dành cho thiếu nhi.</p>"
    "<h2>Giờ mở cửa</h2><ul><li>Ngày thường: bảy giờ đến hai mươi mốt giờ.</li><li>Ngày lễ: nghỉ.</li></ul>"
    "<blockquote><p>Sách để trên giá chưa phải là sách.</p></blockquote>"
    "<table><thead><tr><th scope='col'>Phòng</th><th scope='col'>Chỗ ngồi</th></tr></thead>"
    "<tbody><tr><td>Phòng đọc lớn</td><td>120</td></tr><tr><td>Phòng thiếu nhi</td><td>60</td></tr></tbody></table>"
)
AGENCY = Agency(
    pk=0, slug="thu-vien-mau", name="Thư viện tổng hợp tỉnh Mẫu", short_name="Thư viện tỉnh Mẫu",
    category=Category.PROVINCE,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Year:
    """A bar of the histogram."""

    year: int
    count: int
    share: float
    on: bool = False


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A value of a facet."""

    value: str
    label: str
    count: int
    on: bool = False


@dataclass(frozen=True, kw_only=True)
class Facet:
    """A facet with its values."""

    title: str
    field: str
    choices: list[Choice]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A page of a list; a cursor is empty where the list ends."""

    rows: list[Entry]
    newer: str = ""
    older: str = ""


class SampleForm(forms.Form):
    """Fields in every state; sent empty, so that the required ones say what they miss."""

    name = forms.CharField(label=_("Họ và tên"), help_text=_("Như trên giấy tờ."))
    mail = forms.EmailField(label=_("Thư điện tử"), required=False)
    text = forms.CharField(label=_("Nội dung"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    room = forms.ChoiceField(label=_("Phòng đọc"), choices=[("a", _("Phòng lớn")), ("b", _("Phòng nhỏ"))])
    closed = forms.CharField(label=_("Mã hồ sơ"), disabled=True, initial="HS-01", required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Loại"), choices=[("news", _("Tin")), ("document", _("Văn bản"))], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


def entry(pk: int, **given: Any) -> Entry:
    """Return an entry that stands nowhere."""
    values: dict[str, Any] = {
        "id": pk, "release_id": pk, "sha256": "0" * 64, "kind": Kind.NEWS, "agency": AGENCY, "part": Part.ACTIVITY,
        "section": Section.SOCIETY, "lang": "vi", "slug": "mau", "title": _TITLE, "summary": _SUMMARY, "html": _HTML,
        "published_at": NOON - timedelta(hours=pk), "released_at": NOON, "harvested_at": NOON,
        "source_url": "https://example.org/bai", "source_name": AGENCY.name,
    }  # fmt: skip
    return Entry(**values | given)


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Everything that the page shows; `pictured` borrows a released picture where there is one."""

    picture: Entry | None = None
    form: SampleForm = field(default_factory=lambda: SampleForm(data={"name": "", "mail": "khong-phai-thu"}))
    years: tuple[Year, ...] = (
        Year(year=2023, count=120, share=0.4), Year(year=2024, count=300, share=1.0, on=True),
        Year(year=2025, count=0, share=0.0), Year(year=2026, count=45, share=0.15),
    )  # fmt: skip

    def _seen(self) -> dict[str, Any]:
        names = ("picture", "picture_width", "picture_height")
        return {name: getattr(self.picture, name) for name in names} if self.picture else {}

    def pictured(self, pk: int, **given: Any) -> Entry:
        return entry(pk, **self._seen() | given)

    def plain(self, pk: int, **given: Any) -> Entry:
        return entry(pk, **given)

    @property
    def marks(self) -> str:
        return MARKS

    @property
    def agency(self) -> Agency:
        return AGENCY

    @property
    def whole(self) -> Entry:
        """Return an entry with everything that an article can show."""
        return self.pictured(
            9, title=MARKS, corrections=2, corrected_at=NOON, note="Sửa giờ mở cửa.", picture_alt="Phòng đọc buổi tối.",
            tags=["thư viện", "phòng đọc"], author="Ban biên tập", event_on=NOON.date(), number="12/QĐ-TV",
        )  # fmt: skip

    @property
    def news(self) -> list[Entry]:
        return [entry(1), entry(2, title=MARKS), entry(30)]

    @property
    def documents(self) -> list[Entry]:
        return [entry(3, kind=Kind.DOCUMENT, number="27-QĐ/TV"), entry(4, kind=Kind.DOCUMENT, title=MARKS)]

    @property
    def agencies(self) -> list[Agency]:
        return [AGENCY, Agency(pk=0, slug="so-mau", name="Sở Mẫu", short_name="Sở Mẫu"), AGENCY]

    @property
    def family(self) -> list[Entry]:
        return [entry(5), entry(6, lang="en", title="The library is open until nine", translation_of=5)]

    @property
    def copies(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(agency=AGENCY, source_name="", url="https://example.org/ban-sao", at=NOON)]

    @property
    def facet(self) -> Facet:
        choices = [Choice(value=str(n), label=f"Cơ quan mẫu số {n}", count=40 - n, on=n == 1) for n in range(1, 20)]
        return Facet(title=str(_("Cơ quan")), field="mau", choices=choices)

    @property
    def rows(self) -> Rows:
        return Rows(rows=self.news, newer="a", older="b")

    @property
    def sources(self) -> list[SimpleNamespace]:
        told = {"site": "https://example.org/", "kind": "feed", "part": "Tin hoạt động", "new_at": None}
        return [
            SimpleNamespace(name=f"Nguồn mẫu số {number}", standing=standing, read_at=read_at, **told)
            for number, (standing, read_at) in enumerate([
                ("current", NOON), ("unreadable", NOON - timedelta(days=1)), ("waiting", None), ("ended", NOON),
            ], 1)
        ]  # fmt: skip

    @property
    def correction(self) -> SimpleNamespace:
        runs = [("same", "Mở cửa đến "), ("deleted", "tám giờ"), ("inserted", "chín giờ"), ("same", " tối.")]
        diff = SimpleNamespace(blocks=[SimpleNamespace(where="text", runs=runs)], left_out=2, also=["picture"])
        return SimpleNamespace(release_id=12, at=NOON, note="Sửa giờ mở cửa.", diff=diff)

    @property
    def extent(self) -> Extent:
        return Extent(pictures=12, seconds=384, has_captions=True, has_transcript=True)

    @property
    def notices(self) -> list[Notice]:
        until = NOON + timedelta(days=1)
        return [
            Notice(urgency=Urgency.LIVE, label=str(_("Trực tiếp")), text=MARKS, link="/tin-tuc/", until=until),
            Notice(urgency=Urgency.URGENT, label=str(_("Khẩn")), text=MARKS, until=until),
        ]

    @property
    def fronts(self) -> list[SimpleNamespace]:
        rows = [self.pictured(20), entry(21, title=MARKS), entry(22)]
        return [SimpleNamespace(picks=rows, name=layout.value, layout=layout) for layout in Layout]

    @property
    def moments(self) -> list[datetime]:
        return [NOON, NOON - timedelta(days=1), NOON - timedelta(days=9)]

    @property
    def today(self) -> date:
        return NOON.date()
