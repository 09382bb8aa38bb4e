"""How harvesting stands, for an operator: sources by state with the reason, totals, what waits. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cong.entries.models import Entry
from cong.harvest import pages, suspicion
from cong.harvest.classifier import Report
from cong.harvest.models import Cluster, Health, Item, Source
from cong.harvest.trial import Standing, Trial, Tried
from cong.harvest.watching import ORDER

_SIGNS = {Standing.NEW: "+ mới", Standing.CHANGED: "~ đổi", Standing.SAME: "= như cũ"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One source. `reason` (Vietnamese) is "" when all is well."""

    slug: str
    name: str
    kind: str
    url: str
    state: str
    code: str
    reason: str
    last_ok_at: datetime | None
    last_new_at: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """`waiting` items still want their page or their comparison; `held` wait for a person; `stories` are clusters."""

    sources: int
    items: int
    entries: int
    waiting: int
    held: int
    stories: int


def lines() -> list[Line]:
    """Return every source, trouble first, then by name."""
    found = [
        Line(
            slug=one.slug, name=one.name, kind=one.kind, url=one.url, state=one.state, code=one.error_code,
            reason=one.error_text or " ".join(suspicion.sentences(one)) or str(one.standing.get("reason", "")),
            last_ok_at=one.last_ok_at, last_new_at=one.last_new_at, next_at=one.next_at,
        )
        for one in Source.objects.order_by("slug")
    ]  # fmt: skip
    return sorted(found, key=lambda one: ORDER.index(Health(one.state)))


def totals() -> Totals:
    return Totals(
        sources=Source.objects.count(), items=Item.objects.count(), entries=Entry.objects.count(),
        waiting=pages.waiting(), held=Item.objects.awaiting_person().count(),
        stories=Cluster.objects.count(),
    )  # fmt: skip


def told(found: list[Line], sums: Totals, *, at: datetime) -> Iterator[str]:
    """Yield the state of all sources, line by line."""
    counts = Counter(one.state for one in found)
    for state in ORDER:
        if not counts[state]:
            continue
        yield f"{state.label} ({counts[state]})"
        for one in (line for line in found if line.state == state):
            yield (
                f"  {one.slug:40} tốt {_ago(one.last_ok_at, at):>9}   tin mới {_ago(one.last_new_at, at):>9}"
                f"   lần tới {_ahead(one.next_at, at)}"
            )
            if one.reason:
                yield f"    {one.reason}"
    yield summary(sums, failing=sum(bool(one.code) for one in found))


def summary(sums: Totals, *, failing: int) -> str:
    return (
        f"{sums.sources} nguồn, {sums.items} mục tin, {sums.entries} mục công khai, {failing} nguồn lỗi; "
        f"{sums.waiting} mục chờ đọc trang, {sums.held} mục chờ duyệt, {sums.stories} nhóm bài."
    )


def _ago(moment: datetime | None, at: datetime) -> str:
    return "chưa" if moment is None else f"{_span(moment, at)} trước"


def _ahead(moment: datetime | None, at: datetime) -> str:
    if moment is None:
        return "không"
    return "đã đến hạn" if moment <= at else f"sau {_span(at, moment)}"


def _span(start: datetime, end: datetime) -> str:
    minutes = max(int((end - start).total_seconds()) // 60, 0)
    for size, unit in ((1440, "ngày"), (60, "giờ")):
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return f"{minutes} phút"


def trial_told(trial: Trial) -> Iterator[str]:
    """Yield what a dry run found, line by line."""
    for body in trial.bodies:
        yield f"{body.url}: HTTP {body.status or '-'}, {body.bytes} byte, {body.ms} ms, {body.items} mục"
        if body.problem:
            yield f"  ! {body.problem}"
    for one in trial.items:
        yield f"{_SIGNS[one.standing]:8} {one.title}"
        yield from _item_told(one)
    for page in trial.pages:
        yield f"Trang {page.url}: {page.letters} chữ ({page.way or '-'}), {page.pictures} ảnh. {page.title}"
        yield f"  ! {page.problem}" if page.problem else f"  {page.text}"
    counts = {one: trial.count(one) for one in Standing}
    yield (
        f"{trial.title or 'Nguồn'}: {counts[Standing.NEW]} mục mới, {counts[Standing.CHANGED]} mục đổi, "
        f"{counts[Standing.SAME]} mục như cũ, {trial.removed} mục nguồn đã gỡ. Chạy thử: chưa ghi gì."
    )


def _item_told(one: Tried) -> Iterator[str]:
    date = one.published_at.isoformat(timespec="minutes") if one.published_at else "không có ngày"
    held = ", chờ người xem" if one.held else ""
    yield f"           {date}  {one.url or 'không có địa chỉ'}"
    yield f"           → {one.part}/{one.section} ({one.reason}, {one.confidence:.2f}{held})"
    if one.fields:
        yield f"           đổi: {', '.join(one.fields)}"


def report_told(report: Report) -> Iterator[str]:
    """Yield what cross-validation said of the classifier, as a table."""
    if not report.texts:
        yield "Chưa đủ bài để học: mỗi chuyên mục cần thêm bài do người xếp hoặc do map của nguồn xếp."
    else:
        yield (
            f"Kiểm chéo trên {report.texts} bài: đúng {report.accuracy:.1%}; chắc chắn (từ 0,7) "
            f"{report.coverage:.1%} số bài, trong đó đúng {report.sure_accuracy:.1%}."
        )
        yield f"{'Chuyên mục':24}{'Bài':>8}{'Chính xác':>12}{'Tìm thấy':>12}"
    for one in report.sections:
        yield f"{one.section:24}{one.texts:>8}{one.precision:>12.1%}{one.recall:>12.1%}"
    if report.too_few:
        few = ", ".join(f"{section} ({count})" for section, count in report.too_few)
        yield f"Quá ít bài nên chưa học: {few}."
