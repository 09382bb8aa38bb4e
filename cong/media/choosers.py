"""Choosing a file of one's agency while writing, with upload: widgets and dialogues for each kind."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.telepath import register
from wagtail.admin.views.generic.chooser import (
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
    CreateView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.images.widgets import ImageChooserAdapter

from cong.agencies.staff import AgencyChooserViewSet, ScopedChooser
from cong.media import actions
from cong.media.actions import Refused
from cong.media.formats import AssetKind
from cong.media.forms import ChooserAddForm
from cong.media.models import Asset

_SIZE = {"width": 165, "height": 93}


def preview(asset: Asset) -> dict[str, Any]:
    """Return the small picture that stands beside a chosen file."""
    return {"url": asset.thumbnail(), **_SIZE}


class AssetChooser(BaseChooser):
    """Wagtail's chooser with its start options as data instead of inline script; `choosers.js` starts it."""

    model = Asset
    kind = AssetKind.DOCUMENT

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        data = self.get_value_data(value)
        attrs = self.build_attrs(self.attrs, attrs)
        options = {**self.base_js_init_options, **self.get_js_init_options(attrs["id"], name, data)}
        return format_html(
            '<cong-chooser kind="{}" options="{}">{}</cong-chooser>',
            self.js_constructor,
            json.dumps({"id": attrs["id"], "options": options}),
            self.render_html(name, data, attrs),
        )

    @property
    def media(self) -> forms.Media:
        own: forms.Media = super().media
        return own + forms.Media(js=["media/choosers.js"])


class PictureChooser(AssetChooser):
    """The same, showing the picture that was chosen."""

    kind = AssetKind.PICTURE
    template_name = "wagtailimages/widgets/image_chooser.html"
    classname = "image-chooser"
    js_constructor = "ImageChooser"

    def get_value_data_from_instance(self, instance: Asset) -> dict[str, Any]:
        data: dict[str, Any] = super().get_value_data_from_instance(instance)
        return {**data, "preview": preview(instance), "default_alt_text": instance.alt}

    def get_context(self, name: str, value_data: dict[str, Any], attrs: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value_data, attrs)
        shown, alt = value_data.get("preview", {}), value_data.get("default_alt_text", "")
        return {**context, "preview": shown, "default_alt_text": alt}

    @property
    def media(self) -> forms.Media:
        scripts = [f"wagtailimages/js/image-chooser{part}.js" for part in ("-modal", "", "-telepath")]
        return forms.Media(js=[*scripts, "media/choosers.js"])


register(ImageChooserAdapter(), PictureChooser)


class OfKind(ScopedChooser):
    """Mixed into every view of a chooser: files of one kind, of the person's agencies."""

    kind: AssetKind

    def get_object_list(self) -> Any:
        rows = super().get_object_list().filter(kind=self.kind.value)
        return rows.select_related("agency", "file", "poster").order_by("-pk")


class _Told:
    """What the page is told of a chosen file."""

    def get_chosen_response_data(self, item: Asset) -> dict[str, Any]:
        data: dict[str, Any] = super().get_chosen_response_data(item)  # type: ignore[misc]
        return {**data, "preview": preview(item), "default_alt_text": item.alt}


class _Adding:
    """The form of the upload tab."""

    creation_tab_id = "upload"
    creation_form_class = ChooserAddForm
    kind: AssetKind

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        given: dict[str, Any] = super().get_creation_form_kwargs()  # type: ignore[misc]
        return {**given, "prefix": f"{self.kind.value}-chooser-upload"}

    def get_creation_form(self) -> BaseForm | None:
        form: BaseForm | None = super().get_creation_form()  # type: ignore[misc]
        if form and self.kind is not AssetKind.PICTURE:
            del form.fields["alt"]
        return form


class Choose(_Adding, ChooseView):
    results_template_name = "media/chooser_results.html"


class ChooseResults(_Adding, ChooseResultsView):
    results_template_name = "media/chooser_results.html"


class Chosen(_Told, ChosenView):
    pass


class ChosenMultiple(_Told, ChosenMultipleView):
    pass


class Add(_Told, _Adding, CreateView):
    def post(self, request: HttpRequest) -> HttpResponse:
        form: Any = self.get_creation_form()
        self.form = form
        if form.is_valid():
            try:
                return self._added(form)
            except Refused as refused:
                form.add_error("uploads", str(refused))
        answer: HttpResponse = self.get_reshow_creation_form_response()
        return answer

    def _added(self, form: ChooserAddForm) -> HttpResponse:
        ((upload, words),) = form.given()
        asset = actions.add(
            upload, words, agency=form.cleaned_data["agency"], by=self.request.user, at=timezone.now(),
            only=self.kind,
        )  # fmt: skip
        answer: HttpResponse = self.get_chosen_response(asset)
        return answer


class AssetChooserViewSet(AgencyChooserViewSet):
    """A chooser of files of one kind."""

    model = Asset
    kind = AssetKind.DOCUMENT
    register_widget = False
    per_page = 18
    base_widget_class = AssetChooser
    choose_view_class = Choose
    choose_results_view_class = ChooseResults
    chosen_view_class = Chosen
    chosen_multiple_view_class = ChosenMultiple
    create_view_class = Add
    creation_form_class = ChooserAddForm
    create_action_label = _("Tải lên")
    create_action_clicked_label = _("Đang tải lên và làm sạch…")
    search_tab_label = _("Chọn từ kho")
    edit_item_text = _("Sửa tệp này")

    def construct_view(self, view_class: type, **given: Any) -> Any:
        scope = type("OfKind", (OfKind,), {"kind": self.kind, "__module__": __name__})
        mixed = type(view_class.__name__, (scope, view_class), {"__module__": __name__})
        return ChooserViewSet.construct_view(self, mixed, **given)


class PictureChooserViewSet(AssetChooserViewSet):
    kind = AssetKind.PICTURE
    name = "chon-anh"
    url_namespace = "media_choose_picture"
    icon = "image"
    base_widget_class = PictureChooser
    choose_one_text = _("Chọn ảnh")
    choose_another_text = _("Chọn ảnh khác")


class VideoChooserViewSet(AssetChooserViewSet):
    kind = AssetKind.VIDEO
    name = "chon-video"
    url_namespace = "media_choose_video"
    icon = "media"
    choose_one_text = _("Chọn video")
    choose_another_text = _("Chọn video khác")


class AudioChooserViewSet(AssetChooserViewSet):
    kind = AssetKind.AUDIO
    name = "chon-am-thanh"
    url_namespace = "media_choose_audio"
    icon = "media"
    choose_one_text = _("Chọn âm thanh")
    choose_another_text = _("Chọn âm thanh khác")


class DocumentChooserViewSet(AssetChooserViewSet):
    name = "chon-tai-lieu"
    url_namespace = "media_choose_document"
    icon = "doc-full"
    choose_one_text = _("Chọn tài liệu")
    choose_another_text = _("Chọn tài liệu khác")


PICTURES, VIDEOS = PictureChooserViewSet(), VideoChooserViewSet()
AUDIOS, DOCUMENTS = AudioChooserViewSet(), DocumentChooserViewSet()
