"""Pure: what is sealed, how it is hashed, which release may follow which, and how a docket moves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from cong.kernel import chain

# An appraisal, clearance or approval older than this at the moment of release does not count.
JUDGEMENT_LASTS = timedelta(days=30)
# The two keys of an emergency release are turned within this time.
KEYS_APART = timedelta(minutes=10)
# An emergency release that is not appraised and approved in this time is withdrawn.
PUBLISH_PROVISIONAL_HOURS = 12
# A fast withdrawal is confirmed by an approver within this time.
CONFIRM_WITHIN = timedelta(hours=24)


# The kind of a content that composes a page; it is no kind of entry.
FRONT = "front"


class ReleaseKind(StrEnum):
    PUBLISH = "publish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


class NotAllowed(Exception):
    """The next release of this publication cannot be of that kind; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything that is judged and later shown. Texts are NFC; `html` is sanitised.

    `front`: of kind FRONT alone, the canonical JSON by which a page is composed; `html` says the same in words.
    `published_at` is when the source published it; None: when it is first released.
    """

    agency: int
    kind: str
    part: str
    section: str
    lang: str
    slug: str
    title: str
    summary: str
    html: str = field(repr=False)
    author: str = ""
    source_name: str = ""
    source_url: str = ""
    number: str = ""
    tags: tuple[str, ...] = ()
    picture: str = ""
    picture_width: int = 0
    picture_height: int = 0
    picture_alt: str = ""
    published_at: datetime | None
    harvested_at: datetime | None = None
    grade: str = "B"
    secrecy: bool = False
    media: tuple[str, ...] = ()
    event_on: date | None = None
    translation_of: int | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    front: str = ""

    def canonical(self) -> str:
        """Return the canonical JSON of all but `html`; moments are UTC, whole seconds.

        Keys that came later are left out at their default, so that older snapshots keep their hash.
        """
        values = {name: value for name, value in self.__dict__.items() if _LATER.get(name, _NEVER) != value}
        del values["html"]
        for name in ("published_at", "harvested_at"):
            values[name] = moment(values[name]) if values[name] else None
        for name in values.keys() & _LATER.keys():
            values[name] = _said(values[name])
        return chain.canonical(values)

    @classmethod
    def parse(cls, canonical: str, html: str) -> Content:
        """Rebuild what `canonical()` wrote."""
        values = json.loads(canonical)
        values["tags"] = tuple(values["tags"])
        for name in ("published_at", "harvested_at"):
            values[name] = datetime.fromisoformat(values[name]) if values[name] else None
        for name in values.keys() & _READ.keys():
            values[name] = _READ[name](values[name])
        return cls(html=html, **values)


_NEVER = object()
_LATER: dict[str, Any] = {
    "grade": "B", "secrecy": False, "media": (), "event_on": None, "translation_of": None, "not_before": None,
    "expires_at": None, "front": "",
}  # fmt: skip
_READ: dict[str, Callable[[Any], Any]] = {
    "media": tuple,
    "event_on": date.fromisoformat,
    "not_before": datetime.fromisoformat,
    "expires_at": datetime.fromisoformat,
}


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value


def moment(at: datetime) -> str:
    """Return a moment as it stands in canonical content, e.g. `2026-11-25T07:30:00Z`."""
    return f"{at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()}Z"


def seal(canonical: str, html: str) -> str:
    """Return the sha256 of a Snapshot: canonical content, a line feed, the HTML."""
    return chain.sha256(f"{canonical}\n{html}")


@dataclass(frozen=True, kw_only=True)
class Link:
    """What the hash of a Release covers, besides the hash of the one before."""

    id: int
    publication: int
    snapshot: int
    sha256: str
    kind: str
    policy: str
    by: int | None
    at: datetime
    note: str
    mode: str = ""
    target: str = ""
    provisional: bool = False

    def hash(self, prev: str) -> str:
        """Return the hash of this link after `prev`; what came later is left out at its default."""
        values = self.__dict__ | {"at": self.at.astimezone(UTC).isoformat()}
        if not self.provisional:
            del values["provisional"]
        return chain.sha256(chain.canonical([prev, values]))


def next_kind(last: str | None) -> ReleaseKind:
    """Return what releasing content means after the last release of the publication."""
    return ReleaseKind.CORRECT if last in (ReleaseKind.PUBLISH, ReleaseKind.CORRECT) else ReleaseKind.PUBLISH


def check_withdrawal(last: str | None) -> None:
    """Raise NotAllowed when there is nothing public to withdraw."""
    if last not in (ReleaseKind.PUBLISH, ReleaseKind.CORRECT):
        raise NotAllowed("Không có gì đang công khai để gỡ.")


class State(StrEnum):
    """Where one publication stands in the newsroom; what is public is said by the last release alone."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPRAISED = "appraised"
    CLEARED = "cleared"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    HELD = "held"
    LIVE = "live"
    PROVISIONAL = "provisional"
    RETURNED = "returned"
    RECALLED = "recalled"
    SPIKED = "spiked"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What moves a docket."""

    SUBMIT = "submit"
    APPRAISE = "appraise"
    SECRECY = "secrecy"
    APPROVE = "approve"
    REJECT = "reject"
    RECALL = "recall"
    SPIKE = "spike"
    RESTORE = "restore"
    DROP = "drop"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    HOLD = "hold"
    RELEASE = "release"
    KEY = "key"
    EMERGENCY = "emergency"
    WITHDRAW = "withdraw"


_JUDGED = (State.SUBMITTED, State.APPRAISED, State.CLEARED)
_READY = (State.APPROVED, State.SCHEDULED, State.HELD)
_IDLE = (State.RETURNED, State.RECALLED)

# A secrecy officer may look before the appraiser does; an emergency release is judged while it is public.
TRANSITIONS: dict[tuple[State, Verb], State] = {
    **{(state, Verb.SUBMIT): State.SUBMITTED for state in (State.DRAFT, *_IDLE, State.LIVE, State.WITHDRAWN)},
    (State.SUBMITTED, Verb.APPRAISE): State.APPRAISED,
    (State.SUBMITTED, Verb.SECRECY): State.SUBMITTED,
    (State.APPRAISED, Verb.SECRECY): State.CLEARED,
    (State.APPRAISED, Verb.APPROVE): State.APPROVED,
    (State.CLEARED, Verb.APPROVE): State.APPROVED,
    **{(state, Verb.REJECT): State.RETURNED for state in (*_JUDGED, *_READY)},
    **{(state, Verb.RECALL): State.RECALLED for state in (*_JUDGED, *_READY)},
    **{(state, Verb.SPIKE): State.SPIKED for state in (State.DRAFT, *_IDLE)},
    (State.SPIKED, Verb.RESTORE): State.DRAFT,
    **{(state, Verb.DROP): State.LIVE for state in _IDLE},
    **{(state, Verb.SCHEDULE): State.SCHEDULED for state in _READY},
    (State.SCHEDULED, Verb.UNSCHEDULE): State.APPROVED,
    (State.SCHEDULED, Verb.HOLD): State.HELD,
    **{(state, Verb.RELEASE): State.LIVE for state in _READY},
    **{(state, Verb.KEY): state for state in _JUDGED},
    **{(state, Verb.EMERGENCY): State.PROVISIONAL for state in _JUDGED},
    **{(State.PROVISIONAL, verb): State.PROVISIONAL for verb in (Verb.APPRAISE, Verb.SECRECY, Verb.REJECT)},
    (State.PROVISIONAL, Verb.APPROVE): State.LIVE,
    **{(state, Verb.WITHDRAW): State.WITHDRAWN for state in (State.LIVE, State.PROVISIONAL, *_JUDGED, *_READY, *_IDLE)},
}

_REFUSED = {
    Verb.SUBMIT: "Bài đang ở bước khác nên chưa trình được; hãy thu hồi bản trình trước.",
    Verb.APPRAISE: "Bản trình này không chờ thẩm định.",
    Verb.SECRECY: "Bản trình này không chờ thẩm tra bảo mật.",
    Verb.APPROVE: "Bản trình này không chờ duyệt.",
    Verb.REJECT: "Bản trình này không còn trả lại được.",
    Verb.RECALL: "Bản trình này không còn thu hồi được.",
    Verb.SPIKE: "Chỉ loại bỏ được bài đang soạn, bị trả lại hoặc đã thu hồi.",
    Verb.RESTORE: "Chỉ khôi phục được bài đã loại bỏ.",
    Verb.DROP: "Chỉ bỏ được bản sửa bị trả lại hoặc đã thu hồi.",
    Verb.SCHEDULE: "Chỉ hẹn giờ được bài đã duyệt.",
    Verb.UNSCHEDULE: "Bài này không hẹn giờ.",
    Verb.HOLD: "Bài này không hẹn giờ.",
    Verb.RELEASE: "Chỉ xuất bản được bài đã duyệt.",
    Verb.KEY: "Chỉ xuất bản khẩn được bài đã trình và chưa duyệt xong.",
    Verb.EMERGENCY: "Chỉ xuất bản khẩn được bài đã trình và chưa duyệt xong.",
    Verb.WITHDRAW: "Không có gì đang công khai để gỡ.",
}


def move(state: State, verb: Verb) -> State:
    """Return where the verb leads from the state; raises NotAllowed."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise NotAllowed(_REFUSED[verb]) from None


def replay(verbs: Iterable[Verb]) -> State:
    """Return where a docket stands after all that was done to it; raises NotAllowed when that cannot be."""
    state = State.DRAFT
    for verb in verbs:
        state = move(state, verb)
    return state
