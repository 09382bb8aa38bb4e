"""Dockets in every state that they can be in, each made by the product's own actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.entries.models import Mode
from cong.publishing import bundles, emergency, passage, timing, withdrawal
from cong.publishing.models import Docket, Step
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import (
    Newsroom,
    appraised,
    approved,
    fresh,
    judged,
    live,
    newsroom,
    opened,
    sha,
    submitted,
)

HOUR = timedelta(hours=1)
LATER = NOON + timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A newsroom, the centre's own, and a second person in every role who has had no hand in anything."""

    room: Newsroom
    centre: Newsroom
    others: dict[str, User]

    @property
    def people(self) -> dict[str, User]:
        own = {word: getattr(self.room, word) for word in ("author", "appraiser", "approver", "duty", "secrecy")}
        central = {f"{word}@centre": getattr(self.centre, word) for word in own}
        return own | central | {f"{word}-2": user for word, user in self.others.items()}


def scene() -> Scene:
    room, centre = newsroom("a"), newsroom("tw", is_centre=True)
    others = {str(role): makers.person(f"{role}-2", role, room.agency) for role in Role}
    return Scene(room=room, centre=centre, others=others)


def scheduled(here: Scene) -> Docket:
    docket = approved(here.room)
    timing.schedule(docket, NOON + HOUR, sha256=sha(docket), by=here.room.duty, at=NOON)
    return fresh(docket)


def held(here: Scene) -> Docket:
    """Hold what somebody scheduled who has left since."""
    leaving = makers.person("truc-thoi", Role.DUTY_EDITOR, here.room.agency)
    docket = approved(here.room)
    timing.schedule(docket, NOON + timedelta(minutes=1), sha256=sha(docket), by=leaving, at=NOON)
    leaving.memberships.update(to_on=NOON.date() - timedelta(days=1))
    assert timing.run_due(at=LATER) == 1
    return fresh(docket)


def provisional(here: Scene) -> Docket:
    docket = submitted(here.room)
    for person in (here.room.duty, here.room.approver):
        emergency.turn_key(docket, sha256=sha(docket), reason="Bão đổ bộ.", by=person, at=NOON)
    return fresh(docket)


def one_key(here: Scene) -> Docket:
    docket = submitted(here.room)
    emergency.turn_key(docket, sha256=sha(docket), reason="Bão đổ bộ.", by=here.room.duty, at=NOON)
    return fresh(docket)


def returned(here: Scene, docket: Docket | None = None) -> Docket:
    return judged(docket or submitted(here.room), Step.REJECT, here.room.appraiser, note="Thiếu nguồn.")


def corrected(here: Scene) -> Docket:
    return submitted(here.room, live(here.room), title="Thư viện xã mở cửa cả ngày", note="Sửa giờ mở cửa.")


def spiked(here: Scene) -> Docket:
    return passage.spike(opened(here.room), note="Trùng bài.", by=here.room.author, at=NOON)


def withdrawn(here: Scene) -> Docket:
    docket = live(here.room)
    withdrawal.withdraw(docket, mode=Mode.NOTICE, note="Sai ngày.", by=here.room.duty, at=NOON)
    return fresh(docket)


def bundled(here: Scene) -> Docket:
    docket = approved(here.room)
    bundle = bundles.make("Bộ một", here.room.agency, release_at=None, by=here.room.author, at=NOON)
    return fresh(bundles.add(bundle, docket, by=here.room.author, at=NOON))


def _cleared(here: Scene) -> Docket:
    return judged(appraised(here.room, secrecy=True), Step.SECRECY, here.room.secrecy)


MADE: dict[str, Callable[[Scene], Docket]] = {
    "draft": lambda here: opened(here.room),
    "submitted": lambda here: submitted(here.room),
    "submitted with two authors": lambda here: submitted(here.room, contributors=[here.others["appraiser"]]),
    "submitted again": lambda here: submitted(here.room, returned(here)),
    "submitted, for the secrecy officer": lambda here: submitted(here.room, secrecy=True),
    "appraised": lambda here: appraised(here.room),
    "appraised, for the secrecy officer": lambda here: appraised(here.room, secrecy=True),
    "appraised, of grade A": lambda here: appraised(here.room, grade="A"),
    "cleared": _cleared,
    "approved": lambda here: approved(here.room),
    "approved, in a bundle": bundled,
    "claimed": lambda here: passage.claim(submitted(here.room), by=here.room.appraiser, at=NOON),
    "scheduled": scheduled,
    "held": held,
    "live": lambda here: live(here.room),
    "live, its correction submitted": corrected,
    "live, its correction returned": lambda here: returned(here, corrected(here)),
    "one key turned": one_key,
    "provisional": provisional,
    "provisional, appraised": lambda here: judged(provisional(here), Step.APPRAISE, here.room.appraiser),
    "provisional, rejected": lambda here: returned(here, provisional(here)),
    "returned": returned,
    "recalled": lambda here: passage.recall(submitted(here.room), by=here.room.author, at=NOON),
    "spiked": spiked,
    "withdrawn": withdrawn,
}
