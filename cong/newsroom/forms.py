"""The editor's forms: choices narrowed to the person's own, and what must be there before a text is submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.blocks import StreamValue
from wagtail.models import Page

from cong.agencies.models import Agency
from cong.media.models import Asset
from cong.newsroom.policy import WORKSPACE
from cong.newsroom.process import MOST_TAGS, tag_list


class WrittenForm(WagtailAdminPageForm):
    """What an article and a standing page ask for."""

    data: Any

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self._narrow("cover", self._own_files)
        self._narrow("translation_of", self._own_pages)

    def _narrow(self, name: str, keep: Any) -> None:
        field = self.fields.get(name)
        if field is not None:
            field.queryset = keep(field.queryset)
            field.widget.reachable = field.queryset

    def _own_files(self, files: Any) -> Any:
        return files.for_staff(self.for_user)

    def _own_pages(self, pages: Any) -> Any:
        mine = WORKSPACE.explorable_instances(self.for_user)
        return pages.filter(pk__in=mine.values("pk")).exclude(pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        begins, ends = data.get("not_before"), data.get("expires_at")
        if isinstance(begins, datetime) and isinstance(ends, datetime) and ends <= begins:
            self.add_error("expires_at", _("Lúc gỡ phải sau lúc được công bố."))
        original: Page | None = data.get("translation_of")
        if original is not None and original.lang == data.get("lang"):
            self.add_error("translation_of", _("Bản dịch và bản gốc phải khác ngôn ngữ."))
        self._refuse_foreign_files(data)
        return data

    def _refuse_foreign_files(self, data: dict[str, Any]) -> None:
        """Take an agency's own files and those of the centre; the number of another one gives nothing away."""
        chosen = assets_in(data.get("body"))
        if not chosen:
            return
        centre = Agency.objects.filter(is_centre=True).values_list("pk", flat=True)
        allowed = {self.parent_page.specific.agency_id, *centre}
        foreign = {str(asset.pk) for asset in chosen if asset.agency_id not in allowed}
        if foreign:
            kept = self.data.copy()
            for name, value in self.data.items():
                if name.startswith("body-") and name.endswith(_CHOSEN) and value in foreign:
                    kept[name] = ""
            self.data = kept
            self.add_error("body", _("Có tệp không thuộc cơ quan của bài; chọn lại tệp trong kho của cơ quan."))


_CHOSEN = ("-picture", "-poster", "-video", "-audio", "-document")


def assets_in(value: Any) -> list[Asset]:
    """Return every file chosen anywhere in a body."""
    if isinstance(value, Asset):
        return [value]
    if isinstance(value, StreamValue):
        return [asset for child in value for asset in assets_in(child.value)]
    if isinstance(value, Mapping):
        return [asset for part in value.values() for asset in assets_in(part)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [asset for part in value for asset in assets_in(part)]
    return []


class ArticleForm(WrittenForm):
    """What an article asks for besides."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if len(tag_list(data.get("tags") or "")) > MOST_TAGS:
            self.add_error("tags", _("Nhiều nhất 10 thẻ; hãy giữ những thẻ đúng nhất."))
        return data
