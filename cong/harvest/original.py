"""What a source itself said of an item, as plain text, and what it changed last: to lay beside the readers' page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cong.harvest import raw_store
from cong.harvest.models import BodyKind, Item, ItemRevision, RawBody
from cong.harvest.parse import NotAFeed, clean
from cong.harvest.parse.charset import to_utf8
from cong.harvest.waiting import load
from cong.kernel.text import clip
from cong.publishing.differences import Block, differences
from cong.publishing.process import Content

_MOST_BYTES, _MOST_LETTERS, _COMPARED = 2_000_000, 8_000, 60_000
_FIELDS = {
    "title": _("Tiêu đề"), "summary": _("Tóm tắt"), "html": _("Nội dung"), "text": _("Nội dung"),
    "author": _("Tác giả"), "number": _("Số, ký hiệu"), "tags": _("Thẻ"), "picture": _("Ảnh đại diện"),
    "lang": _("Ngôn ngữ"), "source_url": _("Địa chỉ gốc"), "source_name": _("Tên nguồn"),
    "published_at": _("Lúc nguồn đăng"), "section": _("Chuyên mục"), "part": _("Tiểu mục"), "kind": _("Loại"),
    "agency": _("Cơ quan"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Original:
    """The kept page of an item as plain text. `problem`: why there is none."""

    text: str = ""
    url: str = ""
    at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What the last revision of an item changed; `blocks` where words did."""

    n: int
    at: datetime
    fields: tuple[str, ...]
    blocks: Sequence[Block]


def field_label(name: str) -> str:
    """Return what a field of an item is called."""
    return str(_FIELDS.get("picture" if name.startswith("picture") else name, name))


def original(item: Item) -> Original:
    """Read the item's kept page; no page is fetched, and nothing of its markup is left."""
    body = RawBody.objects.filter(item=item, kind=BodyKind.PAGE).order_by("-at").first()
    if body is None:
        said = load(item.waiting) if item.waiting else None
        text = clip(clean.text(f"{said.title} {said.summary} {said.html}"), _MOST_LETTERS) if said else ""
        return Original(text=text, url=item.url)
    try:
        page = to_utf8(raw_store.load(settings.HARVEST_DIR, body.sha256, limit=_MOST_BYTES), body.charset or None)
    except raw_store.NotKept:
        problem = "Trang đã lưu bị mất hoặc quá lớn; hãy mở trang gốc để đối chiếu."
        return Original(url=body.url, at=body.at, problem=problem)
    except NotAFeed as refused:
        return Original(url=body.url, at=body.at, problem=str(refused))
    return Original(text=clip(clean.text(page.decode("utf-8", "replace")), _MOST_LETTERS), url=body.url, at=body.at)


def last_change(item: Item) -> Change | None:
    """Compare the last two revisions of an item; None while there is one."""
    revisions = ItemRevision.objects.filter(publication=item.publication_id).select_related("snapshot")
    found = list(revisions.order_by("-n")[:2])
    if len(found) < 2:
        return None
    after, before = (Content.parse(one.snapshot.content, one.snapshot.html[:_COMPARED]) for one in found)
    names = tuple(dict.fromkeys(field_label(name) for name in found[0].changed.split(",") if name))
    return Change(n=found[0].n, at=found[0].at, fields=names, blocks=differences(before, after))
