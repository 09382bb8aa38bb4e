"""How a source stands after a visit: the pure rules of `health` on what the source's row remembers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from cong.harvest import health
from cong.harvest.adapters import ADAPTERS
from cong.harvest.models import Health, Source, SourceAlarm

_POLLS = 9


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The state and memory to write, and whom it concerns: `message` is for the agency's people, "" without alarm."""

    state: Health
    memory: dict[str, Any]
    alarm: health.Alarm
    message: str

    @property
    def reason(self) -> str:
        return str(self.memory.get("reason", ""))


def judge(
    source: Source,
    *,
    at: datetime,
    error: str = "",
    fail_count: int = 0,
    gone: bool = False,
    found: int | None = None,
    published: Sequence[datetime] = (),
    last_new_at: datetime | None = None,
) -> Judged:
    """Judge one visit. `found`: how many items the body held, None when there was none to read or it was unchanged."""
    kept = source.standing
    gap = health.usual_gap_s(published) if published else int(kept.get("gap", 0))
    counts = [int(one) for one in kept.get("found", ())]
    step = health.step(
        _remembered(source, at),
        health.Poll(
            at=at, error=error, fail_count=fail_count, gone=gone, found=found,
            usual=int(median(counts)) if counts else 0, by_rule=not ADAPTERS[source.kind].carries_text,
            quiet_gap_s=gap, last_new_at=last_new_at or source.last_new_at,
        ),
    )  # fmt: skip
    if found is not None and step.standing.state is not health.State.CHANGED:
        counts = [*counts, found][-_POLLS:]
    return Judged(
        state=Health(step.standing.state.value), memory=_memory(step.standing, gap=gap, found=counts), alarm=step.alarm,
        message=step.message,
    )  # fmt: skip


def _remembered(source: Source, at: datetime) -> health.Standing:
    kept = source.standing
    state = health.State(source.state)
    if not kept:
        return health.Standing(state=state, since=source.last_ok_at or at)
    return health.Standing(
        state=state, since=_moment(kept.get("since")) or at, reason=kept.get("reason", ""),
        failing_since=_moment(kept.get("failing_since")), calm=int(kept.get("calm", 0)),
        told=health.State(kept["told"]) if kept.get("told") else None,
    )  # fmt: skip


def _memory(standing: health.Standing, *, gap: int, found: list[int]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "since": standing.since.isoformat(), "reason": standing.reason, "told": standing.told, "calm": standing.calm,
        "failing_since": standing.failing_since.isoformat() if standing.failing_since else "", "gap": gap,
        "found": found,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def switched(source: Source, *, on: bool, at: datetime) -> dict[str, Any]:
    """Return what turning a source on or off by hand changes in its row: nobody has to be told."""
    standing = health.switched_on(at=at) if on else health.switched_off(_remembered(source, at), at=at)
    return {"state": Health(standing.state.value), "standing": _memory(standing, gap=0, found=[])}


def ring(source: Source, judged: Judged, *, at: datetime) -> None:
    """Write down what the agency's people are to be told of a visit, if anything."""
    if judged.alarm is not health.Alarm.NONE:
        over = judged.alarm is health.Alarm.OVER
        SourceAlarm.objects.create(source=source, at=at, over=over, message=judged.message)
