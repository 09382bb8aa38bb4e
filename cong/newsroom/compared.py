"""The draft beside the text that is public, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin.compare import diff_text

from cong.newsroom.texts import plain_lines
from cong.publishing.models import Snapshot
from cong.publishing.process import Content


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line that differs: what was, what is, and both in one with the differences marked (escaped HTML)."""

    where: str
    before: str
    after: str
    marked: SafeString


def changes(old: Snapshot | None, new: Content) -> list[Change]:
    """Return what a reader would see change; everything is new when nothing was released."""
    before = lines(Content.parse(old.content, old.html)) if old else []
    after = lines(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    made: list[Change] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            made += _paired(before[a:b], after[c:d])
    return made


def _paired(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> list[Change]:
    wide = max(len(before), len(after))
    left = before + [("", "")] * (wide - len(before))
    right = after + [("", "")] * (wide - len(after))
    return [
        Change(where=new[0] or old[0], before=old[1], after=new[1], marked=diff_text(old[1], new[1]).to_html())
        for old, new in zip(left, right, strict=True)
    ]


def lines(content: Content) -> list[tuple[str, str]]:
    """Return (where, line) of everything that has words."""
    head = [
        (_("Tiêu đề"), content.title), (_("Sapo"), content.summary), (_("Tác giả"), content.author),
        (_("Nguồn"), content.source_name), (_("Thẻ"), ", ".join(content.tags)), (_("Ảnh bìa"), content.picture_alt),
    ]  # fmt: skip
    return [one for one in head if one[1]] + [(_("Nội dung"), line) for line in plain_lines(content.html).splitlines()]
