"""StreamField blocks that hold a file of the library: `PictureChooserBlock` and its three siblings."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.blocks import ChooserBlock

from cong.media.choosers import AUDIOS, DOCUMENTS, PICTURES, VIDEOS, AssetChooserViewSet
from cong.media.formats import AssetKind
from cong.media.models import Asset


class AssetChooserBlock(ChooserBlock):
    """A file of one kind. Whose it is, sealing checks (`release.pin_files`); what it is, this block."""

    chooser: AssetChooserViewSet
    kind: AssetKind

    @cached_property
    def target_model(self) -> type[Asset]:
        return Asset

    @cached_property
    def widget(self) -> Any:
        return self.chooser.widget_class()

    def clean(self, value: Asset | None) -> Asset | None:
        chosen: Asset | None = super().clean(value)
        if chosen and chosen.kind != self.kind:
            raise ValidationError(_("Tệp đã chọn không đúng loại. Hãy chọn lại."))
        return chosen

    def render_basic(self, value: Asset | None, context: Any = None) -> str:
        return format_html("{}", value.title) if value else ""


class PictureChooserBlock(AssetChooserBlock):
    chooser, kind = PICTURES, AssetKind.PICTURE

    class Meta:
        icon = "image"


class VideoChooserBlock(AssetChooserBlock):
    chooser, kind = VIDEOS, AssetKind.VIDEO

    class Meta:
        icon = "media"


class AudioChooserBlock(AssetChooserBlock):
    chooser, kind = AUDIOS, AssetKind.AUDIO

    class Meta:
        icon = "media"


class DocumentChooserBlock(AssetChooserBlock):
    chooser, kind = DOCUMENTS, AssetKind.DOCUMENT

    class Meta:
        icon = "doc-full"
