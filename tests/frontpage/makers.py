"""Make a centre with a person in every editorial role, and bring compositions to where a test needs them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.entries.models import Entry, FrontPage
from cong.frontpage import actions
from cong.frontpage.actions import Work
from cong.frontpage.models import Draft
from cong.frontpage.process import Composition, Notice, Pin, Urgency
from cong.frontpage.queries import Place
from cong.publishing import timing
from cong.publishing.models import Docket, Step
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import fresh, judged, sha

HOME = Place(lang="vi")
SHA = "0123456789abcdef" * 4


@dataclass(frozen=True, kw_only=True)
class Centre:
    """The centre and its people."""

    agency: Agency
    author: User
    appraiser: User
    approver: User
    duty: User


def centre() -> Centre:
    agency = makers.agency("Văn phòng Trung tâm", is_centre=True)
    roles = {"author": Role.AUTHOR, "appraiser": Role.APPRAISER, "approver": Role.APPROVER, "duty": Role.DUTY_EDITOR}
    return Centre(agency=agency, **{word: makers.person(f"{word}-tt", role, agency) for word, role in roles.items()})


def entries(count: int, **given: Any) -> list[Entry]:
    """Release so many entries of as many agencies, the newest first."""
    contents = [
        makers.content(
            makers.agency(), f"Vườn rau lớp học mở lần {number}", picture=f"{number:04x}{SHA[4:]}", picture_width=1280,
            picture_height=720, published_at=NOON - timedelta(minutes=number), **given,
        )
        for number in range(count)
    ]  # fmt: skip
    return makers.entries(contents)


def pinned(*entries: Entry, **given: Any) -> Composition:
    """Return a composition with the first entry as lead and the others as picks."""
    lead, *picks = [Pin(entry=one.pk) for one in entries]
    more = {"picks": tuple(picks), "name": "Chọn lọc"} if picks else {}
    return Composition(lead=lead, **more | given)


def notice(text: str = "Phiên đối thoại mở lúc 14 giờ", **given: Any) -> Notice:
    made = Notice(urgency=Urgency.LIVE, label="Đối thoại", text=text, until=NOON + timedelta(hours=3))
    return replace(made, **given)


def saved(room: Centre, composition: Composition, place: Place = HOME, *, at: datetime = NOON, **given: Any) -> Draft:
    draft = Draft.objects.filter(section=place.section, lang=place.lang).first()
    work = Work(composition=composition, **given)
    return actions.save(place, work, number=draft.number if draft else 0, by=room.author, at=at)


def submitted(
    room: Centre, composition: Composition, place: Place = HOME, *, at: datetime = NOON, **given: Any
) -> Docket:
    draft = saved(room, composition, place, at=at, **given)
    actions.submit(place, number=draft.number, by=room.author, at=at)
    return _docket(place)


def approved(
    room: Centre, composition: Composition, place: Place = HOME, *, at: datetime = NOON, **given: Any
) -> Docket:
    docket = judged(submitted(room, composition, place, at=at, **given), Step.APPRAISE, room.appraiser, at=at)
    return judged(docket, Step.APPROVE, room.approver, at=at)


def live(
    room: Centre, composition: Composition, place: Place = HOME, *, at: datetime = NOON, **given: Any
) -> FrontPage:
    docket = approved(room, composition, place, at=at, **given)
    timing.release_now(docket, sha256=sha(docket), by=room.duty, at=at)
    return FrontPage.objects.get(pk=docket.pk)


def _docket(place: Place) -> Docket:
    draft = Draft.objects.select_related("publication__docket").get(section=place.section, lang=place.lang)
    assert draft.publication
    return fresh(draft.publication.docket)
