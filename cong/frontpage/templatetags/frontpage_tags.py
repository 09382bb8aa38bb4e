"""Look up what was typed, or what is wrong, by the name of its field."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def said(fields: Mapping[str, object], name: str) -> object:
    """Return the value of a field; empty when there is none."""
    return fields.get(name, "")
