"""The demo's home page is composed, released through the whole process by the people of the centre, each one step."""

from __future__ import annotations

from datetime import datetime, timedelta

from cong.demo.walk import Judges, person, walk
from cong.entries.models import MAIN_LANGUAGE, Entry, Section
from cong.frontpage import actions
from cong.frontpage.actions import Work
from cong.frontpage.models import Draft
from cong.frontpage.process import Composition, Layout, Notice, Pin, Urgency
from cong.frontpage.queries import Place

_JUDGES = Judges(appraiser="thamdinhtw", approver="duyettw")
_LOOKED_AT, _FIRST, _PICKS = 200, 2, 4
_NAME, _SECTION = "Xanh hơn từ hôm nay", Section.ENVIRONMENT
_LABEL, _TEXT = "Bản chạy thử", "Ba mươi giây lại thu tin mới một lần; xem các nguồn đang được thu"
_LINK, _LASTS = "/nguon-tich-hop/", timedelta(days=30)


def compose_front(*, at: datetime) -> bool:
    """Compose the Vietnamese home page once, when enough was taken in; tells whether it did."""
    place = Place(lang=MAIN_LANGUAGE)
    composition = _composition(at)
    if composition is None or Draft.objects.filter(section=place.section, lang=place.lang).exists():
        return False
    author = person("bientaptw")
    draft = actions.save(place, Work(composition=composition), number=0, by=author, at=at)
    snapshot = actions.submit(place, number=draft.number, by=author, at=at)
    walk(snapshot, _JUDGES, at=at)
    return True


def _composition(at: datetime) -> Composition | None:
    """Return a lead that is not the newest, and a region about one section; None while there is too little.

    Photo stories and films keep to their own strip.
    """
    news = Entry.objects.as_stories().in_language(MAIN_LANGUAGE).newest_first().only("pk", "section", "kind", "picture")
    found = [entry for entry in news[:_LOOKED_AT] if entry.picture]
    lead = next(iter(found[_FIRST:]), None)
    picks = [entry for entry in found if entry.section == _SECTION and entry != lead][:_PICKS]
    if lead is None or len(picks) < _PICKS:
        return None
    notice = Notice(urgency=Urgency.LIVE, label=_LABEL, text=_TEXT, link=_LINK, until=at + _LASTS)
    pins = tuple(Pin(entry=entry.pk) for entry in picks)
    return Composition(lead=Pin(entry=lead.pk), name=_NAME, layout=Layout.LEAD, picks=pins, notice=notice)
