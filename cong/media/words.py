"""What people are told about findings; the codes are those of `clean.traces`."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cong.media.clean.traces import Dropped, Hidden, blocking

_TOLD: dict[str, str | Promise] = {
    Hidden.SHEETS: _("trang tính ẩn"),
    Hidden.CELLS: _("dòng hoặc cột ẩn"),
    Hidden.SLIDES: _("trang chiếu ẩn"),
    Hidden.NOTES: _("ghi chú của người trình bày"),
    Hidden.TEXT: _("chữ ẩn"),
    Hidden.CHANGES: _("dấu vết sửa đổi (track changes)"),
    Hidden.COMMENTS: _("lời góp ý, ghi chú"),
    Hidden.LINKED_DATA: _("dữ liệu lấy từ tệp khác"),
    Hidden.EMBEDDED: _("tệp nhúng bên trong"),
    Hidden.LAYERS: _("lớp bị tắt"),
    Hidden.FORM: _("ô điền của biểu mẫu"),
    Hidden.FORMULAS: _("ô bắt đầu bằng dấu công thức"),
    Dropped.METADATA: _("tên người làm, nơi và lúc làm"),
    Dropped.THUMBNAIL: _("ảnh thu nhỏ"),
    Dropped.SCRIPTS: _("mã lệnh và hành động tự chạy"),
    Dropped.ATTACHMENTS: _("tệp đính kèm"),
    Dropped.SIGNATURES: _("chữ ký số"),
    Dropped.STREAMS: _("luồng dữ liệu phụ"),
    Dropped.PRINTER: _("thiết lập máy in"),
}


def told(code: str) -> str:
    """Return a finding in words, with its detail: `trang tính ẩn: Lương`."""
    kind, _colon, detail = code.partition(":")
    words = str(_TOLD.get(kind, kind))
    return f"{words}: {detail}" if detail else words


def told_all(codes: Iterable[str]) -> list[str]:
    return [told(code) for code in codes]


def must_mend(hidden: list[str]) -> list[str]:
    """Return in words what forbids to submit a file."""
    return told_all(blocking(hidden))
