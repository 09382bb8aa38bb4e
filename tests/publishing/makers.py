"""Make a newsroom: an agency with a person in every role, and dockets brought to where a test needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.publishing import passage, timing
from cong.publishing.models import Docket, Step
from cong.publishing.process import Content
from tests import makers
from tests.makers import NOON


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """One agency and its people."""

    agency: Agency
    author: User
    appraiser: User
    approver: User
    duty: User
    secrecy: User


def newsroom(name: str = "a", **given: Any) -> Newsroom:
    agency = makers.agency(f"Cơ quan {name}", **given)
    roles = {
        "author": Role.AUTHOR, "appraiser": Role.APPRAISER, "approver": Role.APPROVER, "duty": Role.DUTY_EDITOR,
        "secrecy": Role.SECRECY_OFFICER,
    }  # fmt: skip
    people = {word: makers.person(f"{word}-{name}", role, agency) for word, role in roles.items()}
    return Newsroom(agency=agency, **people)


def content(room: Newsroom, title: str = "Thư viện xã mở cửa buổi tối", **given: Any) -> Content:
    made = makers.content(room.agency, title, harvested_at=None, source_url="", author="Bạn Đọc", **given)
    return replace(made, source_name="")


def opened(room: Newsroom, *, at: datetime = NOON) -> Docket:
    return fresh(passage.open_publication(room.agency, by=room.author, at=at).docket)


def fresh(docket: Docket) -> Docket:
    return Docket.objects.select_related("snapshot__publication__agency", "publication", "agency").get(pk=docket.pk)


def sha(docket: Docket) -> str:
    snapshot = fresh(docket).snapshot
    assert snapshot
    return snapshot.sha256


def submitted(
    room: Newsroom,
    docket: Docket | None = None,
    *,
    at: datetime = NOON,
    contributors: Sequence[User] = (),
    note: str = "",
    **given: Any,
) -> Docket:
    docket = docket or opened(room, at=at)
    passage.submit(
        docket.publication, content(room, **given), contributors=contributors, by=room.author, at=at, public_note=note
    )
    return fresh(docket)


def judged(docket: Docket, step: Step, by: User, *, at: datetime = NOON, note: str = "") -> Docket:
    snapshot = fresh(docket).snapshot
    assert snapshot
    passage.judge(snapshot, step, sha256=snapshot.sha256, by=by, at=at, note=note)
    return fresh(docket)


def appraised(room: Newsroom, docket: Docket | None = None, *, at: datetime = NOON, **given: Any) -> Docket:
    return judged(submitted(room, docket, at=at, **given), Step.APPRAISE, room.appraiser, at=at)


def approved(room: Newsroom, docket: Docket | None = None, *, at: datetime = NOON, **given: Any) -> Docket:
    docket = appraised(room, docket, at=at, **given)
    if docket.needs_secrecy:
        docket = judged(docket, Step.SECRECY, room.secrecy, at=at)
    return judged(docket, Step.APPROVE, room.approver, at=at)


def live(room: Newsroom, docket: Docket | None = None, *, at: datetime = NOON, **given: Any) -> Docket:
    docket = approved(room, docket, at=at, **given)
    timing.release_now(docket, sha256=sha(docket), by=room.duty, at=at)
    return fresh(docket)
