"""What readers are shown for the values of fields that are written as codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cong.search.language.values import Has, Status

HAS: dict[str, Promise] = {
    Has.PHOTO: _("Ảnh"), Has.VIDEO: _("Video"), Has.AUDIO: _("Âm thanh"), Has.FILE: _("Tệp đính kèm"),
}  # fmt: skip
STATUS: dict[str, Promise] = {
    Status.IN_FORCE: _("Còn hiệu lực"),
    Status.PARTLY_EXPIRED: _("Hết hiệu lực một phần"),
    Status.EXPIRED: _("Hết hiệu lực"),
    Status.NOT_YET: _("Chưa có hiệu lực"),
    Status.SUSPENDED: _("Ngưng hiệu lực"),
}
