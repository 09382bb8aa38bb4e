"""What a keeper fills in: the rules of an agency, a row each, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cong.harvest import agency_rules
from cong.harvest.agency_rules import MOST_RULES
from cong.harvest.placed import PLACES, usual_word

_MORE = 3


class RuleForm(forms.Form):
    """One rule; a row with neither a path nor a tag is none."""

    path = forms.CharField(label=_("Đường dẫn bắt đầu bằng"), required=False, max_length=300)
    tag = forms.CharField(label=_("hoặc thẻ"), required=False, max_length=200)
    section = forms.ChoiceField(label=_("Đưa vào mục"), choices=[("", _("Chọn mục")), *PLACES], required=False)

    def clean(self) -> dict[str, Any]:
        """Have the row judged as the registry judges a source's own map."""
        said: dict[str, Any] = super().clean() or {}
        rule = rule_of(said)
        if not rule:
            if said.get("section"):
                self.add_error("path", _("Hãy ghi đường dẫn hoặc thẻ, hoặc để trống cả dòng."))
        elif not rule.get("section"):
            self.add_error("section", _("Hãy chọn mục."))
        elif not str(rule.get("path", "/")).startswith("/"):
            self.add_error("path", _("Đường dẫn bắt đầu bằng dấu “/”, ví dụ /van-ban/."))
        elif problem := agency_rules.wrong([rule]):
            self.add_error(None, problem)
        return said


Rules = forms.formset_factory(
    RuleForm, extra=0, max_num=MOST_RULES, validate_max=True, absolute_max=MOST_RULES + _MORE
)  # fmt: skip


def rule_of(said: Mapping[str, Any]) -> dict[str, str]:
    """Return the rule that a row says, {} for a row that says none."""
    named = {name: str(said.get(name) or "") for name in ("path", "tag")}
    rule = {name: value for name, value in named.items() if value}
    return {**rule, "section": str(said.get("section") or "")} if rule else {}


def rules_in(rows: Any) -> list[dict[str, str]]:
    """Return the rules of a valid set of rows."""
    return [rule for row in rows for rule in [rule_of(row.cleaned_data)] if rule]


def shown(rules: Sequence[Mapping[str, str]]) -> Any:
    """Return the rows of these rules, and some empty ones."""
    rows = [{**rule, "section": usual_word(str(rule.get("section", "")))} for rule in rules]
    return Rules(initial=[*rows, *[{}] * min(_MORE, MOST_RULES - len(rows))])
