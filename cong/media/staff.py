"""The media library of each agency: list, add, describe, replace, caption, discard; another agency's file is a 404."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic

from cong.agencies.staff import AgencyViewSet
from cong.media import actions, private
from cong.media.actions import InUse, Refused
from cong.media.forms import LANGUAGES, AddForm, EditForm, upload_of
from cong.media.models import Asset
from cong.media.private import private_file
from cong.media.queries import snapshots_with
from cong.media.words import must_mend, told_all

__all__ = ["AssetViewSet", "named_file", "private_file", "thumbnail", "token_file"]


@require_safe
def token_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer with an asset's file as it stands now, for people of its agency."""
    return private.whole(request, _asset(request, token).file)


@require_safe
def thumbnail(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer with a small picture of an asset, for people of its agency."""
    return private.thumbnail(_asset(request, token))


@require_safe
def named_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer under the name that a file has once it is released: previews of drafts show it so."""
    if not private.may_see(request.user, name):
        raise Http404
    return private_file(request, name)


def _asset(request: HttpRequest, token: str) -> Asset:
    rows = Asset.objects.for_staff(request.user).select_related("file__frame", "poster__file")
    asset: Asset = get_object_or_404(rows, token=token)
    return asset


class PictureColumn(Column):
    """Shows what the file looks like."""

    cell_template_name = "media/picture_cell.html"


class HiddenColumn(Column):
    """Says in words what a file hides."""

    def get_value(self, instance: Asset) -> str:
        return ", ".join(told_all(instance.file.hidden))


class Library(generic.IndexView):
    """All files of the person's agencies, newest first."""

    default_ordering = "-pk"
    search_backend_name = None

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("agency", "file", "poster")

    @property
    def columns(self) -> list[Column]:
        return [
            PictureColumn("picture", label=_("Hình")),
            TitleColumn("title", label=_("Tên"), get_url=self.get_edit_url, sort_key="title"),
            Column("kind", label=_("Loại"), accessor=lambda asset: asset.get_kind_display()),
            Column("agency", label=_("Cơ quan"), accessor=lambda asset: asset.agency.short_name),
            HiddenColumn("hidden", label=_("Cần xem lại")),
            DateColumn("at", label=_("Thêm lúc"), sort_key="at"),
        ]


class _Acting:
    """A form whose saving is an action of this room; what is refused stands there, nothing typed is lost."""

    request: Any
    object: Any
    field: str | None = None

    def form_valid(self, form: BaseForm) -> HttpResponse:
        self.form = form
        try:
            self.act(form)
        except Refused as refused:
            form.add_error(self.field, str(refused))
            self.produced_error_message = _("Chưa nhận được. Xem lý do bên dưới; chữ đã gõ vẫn còn, tệp phải chọn lại.")
            answer: HttpResponse = self.form_invalid(form)  # type: ignore[attr-defined]
            return answer
        done: HttpResponse = self.save_action()  # type: ignore[attr-defined]
        return done

    def act(self, form: Any) -> None:
        """Do what the form says; raises Refused."""


class AddAssets(_Acting, generic.CreateView):
    """Takes in one or several files."""

    field = "uploads"
    template_name = "media/add.html"
    success_message = gettext_lazy("Đã thêm “%(object)s”.")
    page_title = gettext_lazy("Thêm tệp")

    def act(self, form: AddForm) -> None:
        refusals = []
        for upload, words in form.given():
            try:
                self.object = actions.add(
                    upload, words, agency=form.cleaned_data["agency"], by=self.request.user, at=timezone.now()
                )
                if problems := must_mend(self.object.file.hidden):
                    messages.warning(self.request, _must_mend(self.object, problems))
            except Refused as refused:
                refusals.append(f"{upload.name}: {refused}")
        if refusals:
            raise Refused(" ".join(refusals))


def _must_mend(asset: Asset, problems: list[str]) -> str:
    told = ", ".join(problems)
    return _("“%(title)s” có %(told)s: chưa trình được cho đến khi thay bằng tệp đã sửa.") % {
        "title": asset.title,
        "told": told,
    }


class EditAsset(_Acting, generic.EditView):
    """Describes an asset, gives it another file, or captions."""

    template_name = "media/edit.html"
    success_message = gettext_lazy("Đã lưu “%(object)s”.")

    def act(self, form: EditForm) -> None:
        by, at, data = self.request.user, timezone.now(), form.cleaned_data
        asset = get_object_or_404(Asset, pk=self.object.pk)
        if data.get("new_file"):
            asset = actions.replace(asset, upload_of(data["new_file"]), by=by, at=at)
        if data.get("captions_file"):
            lang = data["captions_lang"] or "vi"
            label = dict(LANGUAGES)[lang]
            actions.caption(asset, upload_of(data["captions_file"]), lang=lang, label=label, by=by, at=at)
        for captions in data.get("captions_off") or ():
            actions.uncaption(captions, by=by, at=at)
        self.object = actions.describe(asset, form.words(), by=by, at=at)
        if problems := must_mend(self.object.file.hidden):
            messages.warning(self.request, _must_mend(self.object, problems))

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**given)
        asset = get_object_or_404(Asset.objects.select_related("file__frame", "poster__file"), pk=self.object.pk)
        context |= {
            "asset": asset,
            "hidden": told_all(asset.file.hidden),
            "must_mend": must_mend(asset.file.hidden),
            "dropped": told_all(asset.file.dropped),
            "snapshots": snapshots_with(asset)[:20],
            "versions": asset.versions.select_related("file", "by").order_by("-pk"),
        }
        return context


class DiscardAsset(generic.DeleteView):
    """Deletes an asset that nothing needs."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            actions.discard(self.object, by=self.request.user, at=timezone.now())
        except InUse as needed:
            messages.error(self.request, str(needed))
            return HttpResponseRedirect(self.get_success_url())
        messages.success(self.request, _("Đã xóa “%(title)s”.") % {"title": self.object.title})
        return HttpResponseRedirect(self.get_success_url())


class AssetViewSet(AgencyViewSet):
    """The library's screens."""

    model = Asset
    name = "kho-tep"
    url_namespace = "media_assets"
    icon = "image"
    menu_label = gettext_lazy("Kho tệp")
    add_to_admin_menu = True
    inspect_view_enabled = False
    add_to_reference_index = False
    search_backend_name = None
    search_fields = ["title", "alt", "credit"]
    list_filter = ["kind"]
    list_per_page = 30
    index_view_class = Library
    add_view_class = AddAssets
    edit_view_class = EditAsset
    delete_view_class = DiscardAsset

    def get_form_class(self, for_update: bool = False) -> type[BaseForm]:  # noqa: FBT001, FBT002 (Wagtail's signature)
        return EditForm if for_update else AddForm
