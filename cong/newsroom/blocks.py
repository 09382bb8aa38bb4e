"""What a body is made of. Every block has a sealed form in `sealing`; one without is an error there."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cong.entries.models import Entry
from cong.media.staff_blocks import AudioChooserBlock, DocumentChooserBlock, PictureChooserBlock, VideoChooserBlock
from cong.newsroom.process import VIDEO_HOSTS, entry_number, is_approved_video

RICH = ["bold", "italic", "ol", "ul", "link", "superscript", "subscript"]
_MOST_ROWS, _MOST_COLUMNS = 200, 12


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Đề mục"), max_length=200)
    level = blocks.ChoiceBlock(label=_("Cấp"), choices=[("2", _("Cấp 2")), ("3", _("Cấp 3"))], default="2")

    class Meta:
        icon = "title"
        label = _("Đề mục")


class PictureBlock(blocks.StructBlock):
    picture = PictureChooserBlock(label=_("Ảnh"))
    alt = blocks.CharBlock(
        label=_("Mô tả ảnh"), max_length=300, required=False,
        help_text=_("Cho người không nhìn thấy ảnh: ai, đang làm gì, ở đâu."),
    )  # fmt: skip
    caption = blocks.CharBlock(label=_("Chú thích"), max_length=500, required=False)
    credit = blocks.CharBlock(label=_("Tác giả ảnh"), max_length=120, required=False)

    class Meta:
        icon = "image"
        label = _("Ảnh")


class GalleryBlock(blocks.StructBlock):
    pictures = blocks.ListBlock(PictureBlock(), label=_("Các ảnh"), min_num=2, max_num=60)

    class Meta:
        icon = "image"
        label = _("Chùm ảnh")


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Lời trích"), max_length=2000)
    who = blocks.CharBlock(label=_("Của ai"), max_length=200, required=False)

    class Meta:
        icon = "openquote"
        label = _("Trích dẫn")


class VideoBlock(blocks.StructBlock):
    """One of our own recordings, or a link to one at an approved place; nothing foreign is loaded with the page."""

    video = VideoChooserBlock(
        label=_("Video của ta"), required=False,
        help_text=_("Phụ đề (WebVTT hoặc SRT): chọn video rồi bấm “Sửa tệp này” và thêm ở trang của video."),
    )  # fmt: skip
    address = blocks.URLBlock(label=_("Hoặc địa chỉ video"), required=False, max_length=500)
    poster = PictureChooserBlock(label=_("Ảnh đại diện"), required=False)
    poster_alt = blocks.CharBlock(label=_("Mô tả ảnh đại diện"), max_length=300, required=False)
    caption = blocks.CharBlock(label=_("Chú thích"), max_length=500, required=False)
    transcript = blocks.TextBlock(
        label=_("Lời của video"), required=False, help_text=_("Để trống: lấy theo lời thoại hoặc phụ đề của video.")
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        address = cleaned.get("address") or ""
        if bool(cleaned.get("video")) == bool(address):
            wrong = ValidationError(_("Chọn một video của ta, hoặc ghi một địa chỉ; không để trống, không ghi cả hai."))
            raise blocks.StructBlockValidationError(block_errors={"address": wrong})
        if address and not is_approved_video(address):
            wrong = ValidationError(
                _("Chỉ nhận địa chỉ https của các nơi: %(hosts)s."), params={"hosts": ", ".join(sorted(VIDEO_HOSTS))}
            )
            raise blocks.StructBlockValidationError(block_errors={"address": wrong})
        return cleaned

    class Meta:
        icon = "media"
        label = _("Video")


class AudioBlock(blocks.StructBlock):
    audio = AudioChooserBlock(label=_("Tệp âm thanh"))
    caption = blocks.CharBlock(label=_("Chú thích"), max_length=500, required=False)
    transcript = blocks.TextBlock(
        label=_("Lời của bản ghi"),
        required=False,
        help_text=_("Cho người không nghe được; nên có. Để trống: lấy theo lời thoại hoặc phụ đề của tệp."),
    )

    class Meta:
        icon = "media"
        label = _("Âm thanh")


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Tệp"))
    title = blocks.CharBlock(label=_("Tên hiển thị"), max_length=300, required=False)

    class Meta:
        icon = "doc-full"
        label = _("Tệp văn bản")


class TableBlock(blocks.StructBlock):
    """One row a line, cells parted by `|`: it can be pasted, read aloud and typed on a phone."""

    caption = blocks.CharBlock(label=_("Tên bảng"), max_length=300, required=False)
    header = blocks.CharBlock(
        label=_("Dòng tiêu đề"), max_length=1000, help_text=_("Các ô cách nhau bằng dấu |, ví dụ: Năm | Số xã | Tỷ lệ")
    )
    rows = blocks.TextBlock(label=_("Các dòng"), help_text=_("Mỗi dòng một hàng, các ô cách nhau bằng dấu |"))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        wide = len(cells(cleaned["header"]))
        rows = [cells(line) for line in lines(cleaned["rows"])]
        wrong = next((number for number, row in enumerate(rows, 1) if len(row) != wide), 0)
        if wide > _MOST_COLUMNS or len(rows) > _MOST_ROWS:
            said = ValidationError(_("Bảng có nhiều nhất 12 cột và 200 dòng."))
            raise blocks.StructBlockValidationError(block_errors={"rows": said})
        if wrong:
            said = ValidationError(
                _("Dòng %(row)d có %(has)d ô, dòng tiêu đề có %(wide)d ô."),
                params={"row": wrong, "has": len(rows[wrong - 1]), "wide": wide},
            )
            raise blocks.StructBlockValidationError(block_errors={"rows": said})
        return cleaned

    class Meta:
        icon = "table"
        label = _("Bảng")


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


class EntryBlock(blocks.CharBlock):
    """A public entry, named by its address or its number; kept as the number."""

    def clean(self, value: Any) -> str:
        number = entry_number(super().clean(value))
        if number is None or not Entry.objects.filter(pk=number).exists():
            raise ValidationError(
                _("Không có mục nào đang công khai ở địa chỉ này; hãy dán địa chỉ của bài trên cổng.")
            )
        return str(number)


class RelatedBlock(blocks.StructBlock):
    entries = blocks.ListBlock(
        EntryBlock(max_length=500, label=_("Địa chỉ hoặc số của bài đã công bố")),
        label=_("Các bài"), min_num=1, max_num=8,
    )  # fmt: skip

    class Meta:
        icon = "link"
        label = _("Bài liên quan")


class FactBoxBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Tiêu đề"), max_length=200)
    text = blocks.RichTextBlock(label=_("Nội dung"), features=RICH)

    class Meta:
        icon = "info-circle"
        label = _("Khung thông tin")


class ArticleBody(blocks.StreamBlock):
    text = blocks.RichTextBlock(label=_("Đoạn văn"), features=RICH)
    heading = HeadingBlock()
    picture = PictureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    video = VideoBlock()
    audio = AudioBlock()
    document = DocumentBlock()
    table = TableBlock()
    related = RelatedBlock()
    facts = FactBoxBlock()


article_body = ArticleBody()
