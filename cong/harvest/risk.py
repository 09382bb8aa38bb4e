"""Pure: how much a held item wants a person's eye, and why, in words. No rule here lets anything through by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from cong.harvest.classifier import SURE

_MIDDLE, _HIGH = 20, 50
_OLD_DAYS, _VERY_OLD_DAYS = 30, 365
_MOST_NAMED = 3
_TROUBLE = {"broken": 25, "changed": 25, "failing": 10, "slow": 5}


class Level(StrEnum):
    """How risky it is to release an item after a glance; only `low` may be approved together with others."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a held item.

    `state`, `suspicion`: how its source stands, and the signs (sentences) that it is in other hands; `is_first`:
    nothing of the source was ever released; `marks`: marks of secrecy as they stand in the text, of which the
    beginning alone was searched when it `is_long`; `strangers`: hosts linked to that do not belong to the source;
    `disguised`: those that hide where they lead, each with how; `usual_lang`: the language of nearly all that the
    source published, "" when that is not known; `was_copy`: the story was withdrawn where it was told first;
    `is_edited`: people have edited what is public of it; `age_days`: since the source published it.
    """

    trust: str = "review"
    state: str = "ok"
    suspicion: tuple[str, ...] = ()
    is_first: bool = False
    confidence: float = 1.0
    marks: tuple[str, ...] = ()
    is_long: bool = False
    strangers: tuple[str, ...] = ()
    disguised: tuple[str, ...] = ()
    lang: str = "vi"
    usual_lang: str = ""
    was_copy: bool = False
    is_edited: bool = False
    kind: str = "news"
    number: str = ""
    age_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One sign with its weight."""

    points: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Risk:
    """All signs together, the heaviest first."""

    score: int
    level: Level
    reasons: tuple[Reason, ...] = field(default=())


def weigh(facts: Facts) -> Risk:
    """Return the risk of releasing an item; every point of the score has its reason."""
    signs = (*_of_the_source(facts), *_of_the_text(facts), *_of_the_links(facts))
    reasons = tuple(sorted(signs, key=lambda one: -one.points))
    score = sum(one.points for one in reasons)
    level = Level.HIGH if score >= _HIGH else Level.MIDDLE if score >= _MIDDLE else Level.LOW
    return Risk(score=score, level=level, reasons=reasons)


def _of_the_source(facts: Facts) -> Iterator[Reason]:
    for sentence in facts.suspicion:
        yield Reason(points=50, text=sentence)
    if facts.was_copy:
        yield Reason(points=50, text="Nơi đăng tin này đầu tiên đã gỡ bài.")
    if facts.is_edited:
        yield Reason(points=50, text="Người biên tập đã sửa bài đang công khai; duyệt thì bản của nguồn thay bản ấy.")
    if facts.is_first:
        yield Reason(points=30, text="Nguồn này chưa có tin nào được xuất bản.")
    if facts.state in _TROUBLE:
        yield Reason(points=_TROUBLE[facts.state], text="Nguồn đang không bình thường; hãy xem trang nguồn.")
    if facts.trust == "review":
        yield Reason(points=5, text="Nguồn này chỉ được đăng khi có người duyệt.")


def _of_the_text(facts: Facts) -> Iterator[Reason]:
    if facts.marks:
        yield Reason(points=60, text=f"Trong bài có dấu mật hoặc hạn chế lưu hành: {_named(facts.marks)}.")
    if facts.is_long:
        yield Reason(points=20, text="Bài rất dài, máy chỉ tìm dấu mật trong phần đầu.")
    if facts.usual_lang and facts.lang != facts.usual_lang:
        yield Reason(points=35, text=f"Ngôn ngữ của bài ({facts.lang}) khác thường lệ của nguồn ({facts.usual_lang}).")
    if facts.confidence < SURE:
        yield Reason(points=30, text=f"Chưa chắc bài thuộc mục nào (độ chắc {facts.confidence:.0%}).")
    if facts.kind == "document" and not facts.number:
        yield Reason(points=20, text="Là văn bản nhưng không thấy số, ký hiệu.")
    if facts.age_days >= _OLD_DAYS:
        points = 25 if facts.age_days >= _VERY_OLD_DAYS else 15
        yield Reason(points=points, text=f"Bài cũ: nguồn đăng từ {facts.age_days} ngày trước.")


def _of_the_links(facts: Facts) -> Iterator[Reason]:
    if facts.strangers:
        points = min(10 + 5 * len(facts.strangers), 30)
        yield Reason(points=points, text=f"Có liên kết tới tên miền khác: {_named(facts.strangers)}.")
    if facts.disguised:
        yield Reason(points=35, text=f"Có liên kết che nơi đến: {_named(facts.disguised)}.")


def _named(words: tuple[str, ...]) -> str:
    more = f" và {len(words) - _MOST_NAMED} chỗ nữa" if len(words) > _MOST_NAMED else ""
    return ", ".join(words[:_MOST_NAMED]) + more
