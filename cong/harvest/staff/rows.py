"""Sources as the staff's screens say them: the state by word and shape, moments as people tell them, kinds in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from cong.harvest import watching
from cong.harvest.bars import SHAPES, Bar, Day, drawn
from cong.harvest.forms import KINDS
from cong.harvest.models import Health, Source


@dataclass(frozen=True, kw_only=True)
class When:
    """A moment as it is told; `at` is exact."""

    words: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One source as every screen shows it. `trouble`: what is wrong and what to do, "" when nothing is."""

    source: Source
    label: str
    shape: str
    is_trouble: bool
    trouble: str
    kind: str
    bar: Bar
    ok: When
    new: When
    next: When


def row(source: Source, days: tuple[Day, ...], *, at: datetime) -> Row:
    return Row(
        source=source, label=str(source.get_state_display()), shape=SHAPES[source.state],
        is_trouble=source.state in watching.TROUBLE, trouble=trouble(source), kind=kind(source), bar=drawn(days),
        ok=ago(source.last_ok_at, at), new=ago(source.last_new_at, at), next=next_visit(source, at),
    )  # fmt: skip


def kind(source: Source) -> str:
    return str(KINDS.get(source.kind, source.kind))


def trouble(source: Source) -> str:
    """Return why a source stands as it does: what health says of it, and otherwise what went wrong last."""
    return str(source.standing.get("reason", "")) or source.error_text


def ago(moment: datetime | None, at: datetime) -> When:
    if moment is None:
        return When(words=_("chưa có"))
    return When(words=_("%(span)s trước") % {"span": _span(moment, at)}, at=moment)


def next_visit(source: Source, at: datetime) -> When:
    """Tell when a source is visited next, or why it is not."""
    if source.state == Health.DISABLED:
        return When(words=_("không thu"))
    if source.next_at is None:
        return When(words=_("chờ gửi đến"))
    if source.lease_until and source.lease_until > at:
        return When(words=_("đang thu"))
    if source.next_at <= at:
        return When(words=_("đã đến lượt"), at=source.next_at)
    return When(words=_("sau %(span)s") % {"span": _span(at, source.next_at)}, at=source.next_at)


def span(length: timedelta) -> str:
    """Return a length of time in words, in its largest unit or two."""
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    return timesince(begin, begin + length, depth=2)


def _span(start: datetime, end: datetime) -> str:
    return timesince(start, end, depth=1) if end - start >= timedelta(minutes=1) else _("chưa đầy 1 phút")
