"""Pure: the state of a source, in words for an operator, when its agency's person is told, and signs of a takeover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

BROKEN_AFTER, BROKEN_FOR = 5, timedelta(hours=24)
SLOW_GAPS, ENOUGH_ITEMS = 3, 10
# Nights, weekends and items written in bursts are no silence.
SHORTEST_SILENCE = timedelta(days=3)
LOST_SHARE, FEWEST_USUAL = 0.2, 5
CALM_POLLS = 2

_ENOUGH_HISTORY, _FEWEST_NEW = 20, 3
_SETTLED, _HALF = 0.9, 0.5
_FLOOD_TIMES, _FLOOD_ITEMS, _FLOOD_DAYS = 10, 20, 14
_STRANGE_LINKS = 5
_HOLD = "Tin mới được giữ lại chờ duyệt; hãy xem trang nguồn có bị chiếm quyền không."


class State(StrEnum):
    """How a source stands. `changed`: its page answers, but the rule that reads it no longer fits."""

    NEW = "new"
    OK = "ok"
    SLOW = "slow"
    FAILING = "failing"
    BROKEN = "broken"
    CHANGED = "changed"
    DISABLED = "disabled"


class Alarm(StrEnum):
    """What the agency's person is told: nothing, that there is trouble, or that it is over."""

    NONE = ""
    RAISED = "raised"
    OVER = "over"


_ALARMING = frozenset({State.BROKEN, State.CHANGED, State.DISABLED})
_GOOD = frozenset({State.OK, State.SLOW})


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a source stands; all of it is kept from one poll to the next.

    `told` is the trouble that the person knows of. `failing_since`: the first failure of those in a row. `calm`: good
    polls in a row while `told`.
    """

    state: State
    since: datetime
    reason: str = ""
    failing_since: datetime | None = None
    told: State | None = None
    calm: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Poll:
    """One visit as health sees it.

    `error`: why it failed (Vietnamese), "" when it did not; `fail_count`: failures in a row with this one. `gone`: the
    source said so (`process.says_gone`). `found`: how many items the body held; None after a failure and when the body
    was that of the last good poll (304, the same bytes), so validators of a poll that ends in `changed` must not be
    kept. `usual`: the median of `found` over the last good polls, 0 at first. `by_rule`: the items come from a rule
    that can stop fitting (a list page, a JSON API). `quiet_gap_s`: see `usual_gap_s`. `last_new_at`: when something new
    came last.
    """

    at: datetime
    error: str = ""
    fail_count: int = 0
    gone: bool = False
    found: int | None = None
    usual: int = 0
    by_rule: bool = False
    quiet_gap_s: int = 0
    last_new_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What a poll changed. `message` is the sentence for the agency's person, "" without an alarm."""

    standing: Standing
    alarm: Alarm = Alarm.NONE
    message: str = ""


def usual_gap_s(published: Sequence[datetime]) -> int:
    """Return the median gap between a source's items in seconds, 0 while there are too few to tell."""
    moments = sorted(published, reverse=True)[:100]
    if len(moments) < ENOUGH_ITEMS:
        return 0
    return max(int(median((a - b).total_seconds() for a, b in pairwise(moments))), 1)


def step(before: Standing, poll: Poll) -> Step:
    """Return how a source stands after a poll, and whether its agency's person is to be told.

    Trouble (broken, changed, switched off by itself) is told once; that it is over is told after two good polls in a
    row, so that a source that comes and goes does not ring all day.
    """
    if before.state is State.DISABLED:
        return Step(standing=before)
    failing_since = (before.failing_since or poll.at) if poll.error or poll.gone else None
    state, reason = _judged(poll, failing_since)
    after = replace(
        before, state=state, reason=reason, failing_since=failing_since,
        since=before.since if state is before.state else poll.at,
    )  # fmt: skip
    if state in _ALARMING:
        alarm = Alarm.NONE if before.told is state else Alarm.RAISED
        return Step(standing=replace(after, told=state, calm=0), alarm=alarm, message=reason if alarm else "")
    if before.told is None or state not in _GOOD:
        return Step(standing=replace(after, calm=0))
    if before.calm + 1 < CALM_POLLS:
        return Step(standing=replace(after, calm=before.calm + 1))
    return Step(
        standing=replace(after, told=None, calm=0), alarm=Alarm.OVER, message="Nguồn đã thu lại được bình thường."
    )


def switched_off(before: Standing, *, at: datetime, reason: str = "Người phụ trách đã tắt nguồn này.") -> Standing:
    """Return the standing of a source that a person switched off: no alarm, he knows."""
    return Standing(state=State.DISABLED, since=before.since if before.state is State.DISABLED else at, reason=reason)


def switched_on(*, at: datetime) -> Standing:
    """Return the standing of a source that a person switched on (again): what was told before is forgotten."""
    return Standing(state=State.NEW, since=at)


def _judged(poll: Poll, failing_since: datetime | None) -> tuple[State, str]:
    if poll.gone:
        return State.DISABLED, (
            "Nguồn báo đã bỏ hẳn địa chỉ này (HTTP 410) nên hệ thống tắt nguồn. Hãy tìm địa chỉ mới trên trang của cơ "
            "quan, sửa nguồn rồi bật lại."
        )
    if poll.error:
        return _failed(poll, failing_since or poll.at)
    lost = _lost(poll)
    if lost:
        return State.CHANGED, lost
    silent = _silence(poll)
    if silent:
        return State.SLOW, silent
    return State.OK, ""


def _failed(poll: Poll, since: datetime) -> tuple[State, str]:
    if poll.fail_count < BROKEN_AFTER and poll.at - since < BROKEN_FOR:
        return State.FAILING, poll.error
    return State.BROKEN, f"Không thu được {poll.fail_count} lần liên tiếp. Lần cuối: {poll.error}"


def _lost(poll: Poll) -> str:
    """Return why the rule no longer fits the page, "" when it does. What was harvested before stays."""
    if not poll.by_rule or poll.found is None:
        return ""
    if not poll.found:
        told = "có lẽ đã đổi giao diện" if poll.usual else "chưa khớp với quy tắc"
        return (
            f"Trang danh sách {told}: quy tắc không tìm thấy mục nào. Hãy mở “chạy thử” và sửa quy tắc; tin đã thu vẫn "
            "được giữ."
        )
    if poll.usual >= FEWEST_USUAL and poll.found < poll.usual * LOST_SHARE:
        return (
            f"Trang danh sách có lẽ đã đổi giao diện: quy tắc chỉ tìm thấy {poll.found} mục, thường là {poll.usual}. "
            "Hãy mở “chạy thử” và sửa quy tắc; tin đã thu vẫn được giữ."
        )
    return ""


def _silence(poll: Poll) -> str:
    if not poll.quiet_gap_s or poll.last_new_at is None:
        return ""
    silent = poll.at - poll.last_new_at
    if silent <= max(SLOW_GAPS * timedelta(seconds=poll.quiet_gap_s), SHORTEST_SILENCE):
        return ""
    return (
        f"Đã {silent.days} ngày không có tin mới, lâu hơn nhiều so với thường lệ. Nguồn vẫn trả lời; hãy xem trang của "
        "cơ quan còn đăng tin ở địa chỉ này không."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """What items of a source are like, counted.

    `items`; `langs`: items by language ("" where unknown); `domains`: items that link to a foreign host, by host (the
    source's own hosts left out); `days`: new items a day, one number for each of the last days, zeros too.
    """

    items: int = 0
    langs: Mapping[str, int] = field(default_factory=dict)
    domains: Mapping[str, int] = field(default_factory=dict)
    days: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspicion:
    """One sign that a site may be in other hands: new items are held and the agency's person is told."""

    code: str
    message: str


def suspicions(usual: Habits, latest: Habits) -> tuple[Suspicion, ...]:
    """Compare new items (`days`: those since midnight, as one number) with the source's history; any sign holds them.

    With too little history nothing is suspicious: such a source is for a person to watch anyway.
    """
    if usual.items < _ENOUGH_HISTORY:
        return ()
    signs = (
        ("language", _other_language(usual, latest)),
        ("volume", _flood(usual.days, sum(latest.days))),
        ("domains", _strange_links(usual, latest)),
    )
    return tuple(Suspicion(code=code, message=f"{text} {_HOLD}") for code, text in signs if text)


def _other_language(usual: Habits, latest: Habits) -> str:
    known = {lang: count for lang, count in usual.langs.items() if lang}
    new = {lang: count for lang, count in latest.langs.items() if lang}
    if not known or sum(new.values()) < _FEWEST_NEW:
        return ""
    own = max(known, key=lambda lang: known[lang])
    others = sum(new.values()) - new.get(own, 0)
    if known[own] < _SETTLED * sum(known.values()) or others <= _HALF * sum(new.values()):
        return ""
    return f"{others} trong {sum(new.values())} tin mới không viết bằng ngôn ngữ thường thấy của nguồn ({own})."


def _flood(days: Sequence[int], today: int) -> str:
    if len(days) < _FLOOD_DAYS or today < _FLOOD_ITEMS:
        return ""
    usual, most = median(days), max(days)
    if today <= max(_FLOOD_TIMES * usual, 2 * most):
        return ""
    return f"Hôm nay nguồn đăng {today} tin, ngày thường {usual:g}, nhiều nhất {most}."


def _strange_links(usual: Habits, latest: Habits) -> str:
    strange = {host: count for host, count in latest.domains.items() if host not in usual.domains}
    if not strange or latest.items < _FEWEST_NEW:
        return ""
    worst = max(strange, key=lambda host: strange[host])
    together = sum(strange.values())
    one = strange[worst] >= _FEWEST_NEW and strange[worst] > _HALF * latest.items
    if not one and (together < _STRANGE_LINKS or together <= _HALF * sum(latest.domains.values())):
        return ""
    return f"Nhiều tin mới dẫn tới tên miền chưa từng thấy ở nguồn này ({worst})."
