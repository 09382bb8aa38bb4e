"""The forms that staff write in; bound to the pages when the room is ready."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import CommentPanel, FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface

from cong.newsroom.forms import ArticleForm, WrittenForm
from cong.newsroom.models import AgencyPage, ArticlePage, StandingPage, WorkspaceRoot
from cong.newsroom.widgets import CoverChooser, OwnPageChooser


class CorrectionPanel(FieldPanel):
    """Asks for the public note, once there is something public to correct."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(super().is_shown() and getattr(self.instance, "is_public", False))


def _writing(*between: Any) -> ObjectList:
    return ObjectList(
        [
            CorrectionPanel("public_note", help_text=_("Người đọc thấy lời này cùng bản đã sửa: sửa gì, vì sao.")),
            FieldPanel("title", heading=_("Tiêu đề")),
            FieldPanel("lead", help_text=_("Một hai câu mở đầu, hiện ở trang bài và ở danh sách.")),
            *between,
            MultiFieldPanel(
                [
                    FieldPanel("cover", widget=CoverChooser),
                    FieldPanel("cover_alt", help_text=_("Ai, đang làm gì, ở đâu.")),
                ],
                heading=_("Ảnh bìa"),
            ),
            FieldPanel("body"),
        ],
        heading=_("Viết"),
    )


def _process(*more: Any) -> ObjectList:
    return ObjectList(
        [
            *more,
            FieldPanel("grade"),
            FieldRowPanel([FieldPanel("not_before"), FieldPanel("expires_at")], heading=_("Thời gian công bố")),
            FieldRowPanel(
                [FieldPanel("lang"), FieldPanel("translation_of", widget=OwnPageChooser)],
                heading=_("Ngôn ngữ và bản dịch"),
            ),
            CommentPanel(),
        ],
        heading=_("Thông tin"),
    )


ARTICLE = TabbedInterface(
    [
        _writing(),
        _process(
            FieldRowPanel([FieldPanel("kind"), FieldPanel("section"), FieldPanel("part")], heading=_("Xếp loại")),
            FieldPanel("tags", help_text=_("Cách nhau bằng dấu phẩy, nhiều nhất 10 thẻ.")),
            FieldRowPanel([FieldPanel("author"), FieldPanel("event_on")], heading=_("Tác giả và sự kiện")),
            FieldRowPanel([FieldPanel("source_name"), FieldPanel("source_url")], heading=_("Nguồn")),
        ),
    ],
    base_form_class=ArticleForm,
)
STANDING = TabbedInterface([_writing(), _process()], base_form_class=WrittenForm)
# Nobody edits these two: they are made when workspaces are opened.
FIXED = ObjectList([])


def bind() -> None:
    """Give each page its form."""
    ArticlePage.edit_handler = ARTICLE
    StandingPage.edit_handler = STANDING
    WorkspaceRoot.edit_handler = AgencyPage.edit_handler = FIXED
