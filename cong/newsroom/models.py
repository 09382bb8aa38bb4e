"""Pages of the workspace: written here, never served, never published by Wagtail."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cong.agencies.models import Agency, Part
from cong.design.words import language_name
from cong.entries.models import Kind, Section
from cong.media.models import Asset
from cong.newsroom.blocks import article_body
from cong.newsroom.fields import Body
from cong.newsroom.frozen import FrozenLock
from cong.newsroom.preview import show
from cong.newsroom.process import Code, is_frozen, is_public
from cong.newsroom.tester import WorkspaceTester
from cong.publishing.models import Docket, Grade, Publication

# Depth in the tree: Wagtail's root 1, the workspace 2, an agency's page 3, what it writes 4.
_AGENCY_PATH = 3 * Page.steplen
LANGUAGES = [(code.value, lazy(language_name, str)(code.value)) for code in Code]
_SET_BY_THE_PROCESS = ("publication_id", "translation_base")


class WorkspacePage(Page):
    """A page that nobody can publish. `permissions_for_user` is Wagtail's documented place to say so."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> WorkspaceTester:
        return WorkspaceTester(user, self)

    def get_url_parts(self, request: HttpRequest | None = None) -> None:
        """Say that the page has no address: what readers see is an Entry."""

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return []


class WorkspaceRoot(WorkspacePage):
    """The one page that all agencies' pages stand under."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["newsroom.AgencyPage"]
    is_creatable = False

    class Meta:
        verbose_name = _("bàn viết")


class AgencyPage(WorkspacePage):
    """Where one agency writes."""

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="workspace")

    parent_page_types = ["newsroom.WorkspaceRoot"]
    subpage_types = ["newsroom.ArticlePage", "newsroom.StandingPage"]
    is_creatable = False

    class Meta:
        verbose_name = _("trang của cơ quan")


class Written(WorkspacePage):
    """What an article and a standing page share: a body, a language, a place in the process."""

    publication = models.OneToOneField(
        Publication, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    lead = models.TextField(_("Sapo"), blank=True, max_length=1000)
    body = Body(article_body, blank=True, verbose_name=_("Nội dung"))
    lang = models.CharField(_("Ngôn ngữ"), max_length=10, choices=LANGUAGES, default=Code.VI.value)
    grade = models.CharField(_("Hạng duyệt"), max_length=1, choices=Grade.choices, default=Grade.B)
    public_note = models.TextField(_("Lời đính chính"), blank=True, max_length=1000)
    cover = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Ảnh bìa")
    )
    cover_alt = models.CharField(_("Mô tả ảnh bìa"), max_length=300, blank=True)
    not_before = models.DateTimeField(_("Không công bố trước"), null=True, blank=True)
    expires_at = models.DateTimeField(_("Tự gỡ lúc"), null=True, blank=True)
    translation_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="translations", verbose_name=_("Dịch từ")
    )
    translation_base = models.BigIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @cached_property
    def agency(self) -> Agency:
        """Return the agency under whose page this one stands."""
        root = AgencyPage.objects.select_related("agency").get(path=self.path[:_AGENCY_PATH])
        agency: Agency = root.agency
        return agency

    @property
    def docket(self) -> Docket | None:
        """Return where the process stands; None while nothing was ever submitted."""
        return getattr(self.publication, "docket", None)

    @property
    def state(self) -> str:
        if hasattr(self, "process_state"):  # a list brings it with its rows
            return self.process_state or ""
        docket = self.docket
        return docket.state if docket else ""

    @property
    def is_public(self) -> bool:
        return is_public(self.state)

    def get_lock(self) -> Any:
        """Freeze the text while it is judged; Wagtail's own lock stands besides."""
        return FrozenLock(self) if is_frozen(self.state) else super().get_lock()

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Rebuild a revision; what the process has set since then is not the revision's to say."""
        page = super().with_content_json(content)
        for name in _SET_BY_THE_PROCESS:
            setattr(page, name, getattr(self, name))
        return page

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("", _("Như người đọc thấy"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Answer with the reader's page holding the draft."""
        return show(self, request)


class ArticlePage(Written):
    """A piece of news, a set of photos, a video or a recording."""

    kind = models.CharField(
        _("Loại"), max_length=10, default=Kind.NEWS,
        choices=[(kind.value, kind.label) for kind in (Kind.NEWS, Kind.PHOTO, Kind.VIDEO, Kind.AUDIO)],
    )  # fmt: skip
    part = models.CharField(
        _("Tiểu mục"), max_length=20, default=Part.ACTIVITY,
        choices=[(part.value, part.label) for part in (Part.ACTIVITY, Part.PARTY)],
    )  # fmt: skip
    section = models.CharField(_("Chuyên mục"), max_length=30, choices=Section.choices, default=Section.ACTIVITY)
    tags = models.CharField(_("Thẻ"), max_length=300, blank=True)
    author = models.CharField(_("Tác giả"), max_length=200, blank=True)
    source_name = models.CharField(_("Nguồn"), max_length=200, blank=True)
    source_url = models.URLField(_("Địa chỉ bản gốc"), max_length=500, blank=True)
    event_on = models.DateField(_("Ngày diễn ra"), null=True, blank=True)

    parent_page_types = ["newsroom.AgencyPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("bài viết")
        verbose_name_plural = _("bài viết")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(not_before__isnull=True) | Q(expires_at__gt=F("not_before")),
                name="article_ends_after_it_begins",
            )
        ]


class StandingPage(Written):
    """A page of an agency's Giới thiệu: functions, structure, contacts."""

    parent_page_types = ["newsroom.AgencyPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("trang giới thiệu")
        verbose_name_plural = _("trang giới thiệu")
