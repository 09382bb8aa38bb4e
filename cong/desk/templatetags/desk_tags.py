"""Words for times on the staff screens."""

from __future__ import annotations

from django import template
from django.utils.translation import ngettext

from cong.desk.process import Age

register = template.Library()


@register.simple_tag
def waited(age: Age) -> str:
    """Return an age in words, e.g. `3 giờ`."""
    words = {
        "minutes": ngettext("%(count)d phút", "%(count)d phút", age.amount),
        "hours": ngettext("%(count)d giờ", "%(count)d giờ", age.amount),
        "days": ngettext("%(count)d ngày", "%(count)d ngày", age.amount),
    }
    return words[age.unit] % {"count": age.amount}
