"""Choosers without inline script, and blind for what the person may not see."""

from __future__ import annotations

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets import AdminPageChooser

from cong.media.choosers import PICTURES

_picture_chooser: Any = PICTURES.widget_class


class Guarded:
    """Shows no title of a thing that is not within `reachable`, which the form sets; a posted id gives nothing away."""

    reachable: Any = None

    def get_instance(self, value: Any) -> Any:
        instance = super().get_instance(value)  # type: ignore[misc]
        if instance is None or self.reachable is None:
            return None
        return instance if self.reachable.filter(pk=instance.pk).exists() else None


class CoverChooser(Guarded, _picture_chooser):
    pass


class OwnPageChooser(Guarded, AdminPageChooser):
    """Wagtail's chooser of pages, its start options as data: `<cong-start>` reads them."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        data = self.get_value_data(value)
        attrs = self.build_attrs(self.attrs, attrs)
        options = self.get_js_init_options(attrs["id"], name, data)
        return format_html(
            '<cong-start kind="{}" options="{}">{}</cong-start>',
            self.js_constructor,
            json.dumps({"id": attrs["id"], "options": options}),
            self.render_html(name, data, attrs),
        )
