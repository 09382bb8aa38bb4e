"""A template of Wagtail as it is, but for a word that its authors wrote without a translation."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import escape
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def reworded(context: Context, english: str, ours: str) -> SafeString:
    """Render the template that the one with this tag stands before, with `ours` for an attribute's English word."""
    here: Any = context.render_context.template
    theirs, _ = here.engine.find_template(here.origin.template_name, skip=[here.origin])
    return SafeString(theirs.render(context).replace(f'="{english}"', f'="{escape(ours)}"'))
