"""The lock on a text that is being judged: nobody changes it until it is returned, recalled or released."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.locks import BaseLock


class FrozenLock(BaseLock):
    """Stands while the process holds the text; it goes away by a step of the process, never by a button here."""

    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> str:
        docket = self.object.docket
        state = docket.get_state_display() if docket else ""
        return _("Bài đang ở bước “%(state)s” nên không sửa được. Muốn sửa: thu hồi bản trình, hoặc chờ trả lại.") % {
            "state": state
        }

    def get_locked_by(self, user: Any) -> str:
        return _("Đang trong quy trình duyệt")

    def get_description(self, user: Any) -> str:
        return _("Không ai sửa được cho tới khi bản trình được trả lại, thu hồi hoặc xuất bản.")
