"""What the help tells of the query language: its fields, and searches that can be followed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cong.search.chips import LABELS
from cong.search.language.clauses import Field
from cong.search.language.fields import NAMES


@dataclass(frozen=True, kw_only=True)
class Example:
    """A search, and what it finds."""

    query: str
    about: str | Promise


@dataclass(frozen=True, kw_only=True)
class FieldHelp:
    """A field: what readers call it, what may be typed for it (`names`, the first is the canonical one), an example."""

    label: Promise
    names: tuple[str, ...]
    example: Example


EXAMPLES: tuple[Example, ...] = (
    Example(query="thư viện tỉnh", about=_("Có đủ các từ, ở bất cứ đâu trong bài. Gõ không dấu cũng được.")),
    Example(query='"mượn sách"', about=_("Có đúng cụm từ, các từ liền nhau.")),
    Example(query='"mượn sách"~3', about=_("Như trên, cho phép xen vào nhiều nhất ba từ.")),
    Example(query="sách -trường", about=_("Có từ đầu, không có từ sau dấu trừ. Viết NOT cũng được.")),
    Example(query="(mượn OR trả) sách", about=_("Có một trong hai từ trong ngoặc và có từ ở ngoài. OR viết hoa.")),
    Example(query="+sách thư viện", about=_("Từ có dấu cộng phải có, kể cả trong kết quả gần đúng.")),
    Example(query="chuyển đ*", about=_("Có từ bắt đầu bằng những chữ trước dấu sao.")),
    Example(query="27-QĐ/TW", about=_("Số, ký hiệu gõ kiểu nào cũng được: 27 qd tw, quyết định 27.")),
    Example(query="loai:vanban ngay:2024..2025", about=_("Văn bản đăng trong hai năm.")),
    Example(query="loai:tin,video thư viện", about=_("Tin hoặc video có hai từ ấy.")),
    Example(query="-loai:tin thư viện", about=_("Mọi thứ có hai từ ấy, trừ tin.")),
)

_FIELDS: dict[Field, tuple[str, str | Promise]] = {
    Field.NUMBER: ("so:54/2017/NĐ-CP", _("số, ký hiệu của chính văn bản")),
    Field.TITLE: ('tieude:"thư viện"', _("cụm từ trong tiêu đề")),
    Field.KIND: ("loai:vanban", _("tin, vanban, anh, video, amthanh, gioithieu")),
    Field.AGENCY: ('coquan:"Bộ Tài chính"', _("tên, tên ngắn hoặc chữ trong địa chỉ trang của cơ quan")),
    Field.TOPIC: ('linhvuc:"thư viện"', _("từ khóa của bài, lĩnh vực của văn bản")),
    Field.SIGNER: ('nguoiky:"Nguyễn Văn A"', _("người ký văn bản")),
    Field.SECTION: ("chuyenmuc:giao-duc", _("tên chuyên mục hoặc chữ trong địa chỉ của nó")),
    Field.DATE: ("ngay:7ngay", _("ngày đăng: 2024, 5/2024, 20/5/2024, homnay, tuannay, 7ngay, 2019..2021, >2020")),
    Field.EFFECTIVE: ("hieuluc:2025..", _("ngày văn bản có hiệu lực, viết như ngày đăng")),
    Field.STATUS: (
        "tinhtrang:conhieuluc",
        "conhieuluc, hethieuluc, hethieulucmotphan, chuacohieuluc, ngunghieuluc",
    ),
    Field.LANG: ("ngonngu:en", _("ngôn ngữ của bài: vi, en, fr, zh, lo, km …")),
    Field.HAS: ("co:video", _("kèm theo: anh, video, amthanh, tep")),
    Field.SOURCE: ("nguon:báo", _("tên nguồn đã đăng bài")),
    Field.CITES: ("dan:54/2017/NĐ-CP", _("văn bản được nhắc đến trong bài")),
    Field.LIKE: ("giong:12345", _("bài giống bài có số này ở cuối địa chỉ")),
}


def described() -> tuple[FieldHelp, ...]:
    """Return every field of the language."""
    return tuple(
        FieldHelp(
            label=LABELS[field],
            names=(field.value, *NAMES[field]),
            example=Example(query=example, about=about),
        )
        for field, (example, about) in _FIELDS.items()
    )
