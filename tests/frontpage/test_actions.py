"""Tests `cong/frontpage/actions.py` with the process behind it: who may, in which order, at what time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from cong.agencies.models import Membership, Role
from cong.entries.models import Entry, FrontPage, Tombstone
from cong.frontpage import actions
from cong.frontpage.actions import Flawed, Work
from cong.frontpage.models import Draft
from cong.frontpage.overview import versions
from cong.frontpage.process import BLANK, Composition, Flaw
from cong.frontpage.queries import Place, standing
from cong.journal.models import Event
from cong.publishing import passage, timing
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Release, Step
from cong.publishing.process import NotAllowed, State
from cong.publishing.queries import problems
from cong.publishing.rewinding import rewound
from tests import makers
from tests.frontpage.makers import HOME, approved, centre, entries, live, notice, pinned, saved, submitted
from tests.makers import NOON
from tests.publishing.makers import content, fresh, judged, newsroom, sha

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_composition_goes_through_the_whole_process_and_then_stands() -> None:
    room, shown = centre(), entries(3)

    front = live(room, pinned(*shown, notice=notice()))

    assert standing(HOME, NOON).composition == pinned(*shown, notice=notice())
    assert not Entry.objects.filter(pk=front.pk).exists()
    verbs = list(Event.objects.filter(id__gt=0).order_by("id").values_list("verb", flat=True))
    assert verbs[-6:] == ["frontpage.save", "docket.open", "submit", "decide.appraise", "decide.approve", "release"]
    assert not list(problems())


def test_staff_of_an_agency_compose_nothing() -> None:
    room, other = centre(), makers.agency()
    author = makers.person("tacgia", Role.AUTHOR, other)

    for person in (author, room.appraiser, room.duty):
        with pytest.raises(PermissionDenied):
            actions.save(HOME, Work(composition=BLANK), number=0, by=person, at=NOON)
    assert not Draft.objects.exists()


def test_who_saved_the_draft_judges_nothing_of_it() -> None:
    room = centre()
    second = makers.person("hai-vai", Role.AUTHOR, room.agency)
    Membership.objects.create(user=second, agency=room.agency, role=Role.APPRAISER, from_on=NOON.date())
    draft = saved(room, pinned(*entries(1)))
    actions.save(HOME, Work(composition=BLANK), number=draft.number, by=second, at=NOON)
    docket = submitted(room, BLANK)

    with pytest.raises(NotAllowed, match="tham gia soạn"):
        judged(docket, Step.APPRAISE, second)


def test_what_another_saved_meanwhile_is_not_written_over() -> None:
    room = centre()
    saved(room, BLANK)

    with pytest.raises(OutOfDate):
        actions.save(HOME, Work(composition=pinned(*entries(1))), number=0, by=room.author, at=NOON)


def test_a_flawed_composition_stays_a_draft() -> None:
    room, [one] = centre(), entries(1)
    makers.withdraw(one)
    draft = saved(room, Composition(lead=pinned(one).lead, picks=(pinned(one).pins()[0],), notice=notice(until=NOON)))

    with pytest.raises(Flawed) as refused:
        actions.submit(HOME, number=draft.number, by=room.author, at=NOON)

    found = [wrong.flaw for wrong in refused.value.wrongs]
    assert found == [Flaw.GONE, Flaw.GONE, Flaw.TWICE, Flaw.NAME_MISSING, Flaw.NOTICE_OVER]
    assert Draft.objects.get(pk=draft.pk).publication is None


def test_a_release_in_the_future_shows_only_then_and_an_end_gives_the_page_back() -> None:
    room, composition = centre(), pinned(*entries(1))
    docket = approved(room, composition, not_before=NOON + HOUR, expires_at=NOON + 3 * HOUR)

    with pytest.raises(NotAllowed):
        timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON)
    timing.schedule(docket, NOON + 2 * HOUR, sha256=sha(docket), by=room.duty, at=NOON)
    early, released = timing.run_due(at=NOON + HOUR), timing.run_due(at=NOON + 2 * HOUR)

    assert (early, released) == (0, 1)
    found = standing(HOME, NOON + 2 * HOUR)
    assert (found.composition, found.until) == (composition, NOON + 3 * HOUR)
    assert standing(HOME, NOON + 3 * HOUR).composition == BLANK
    assert timing.run_due(at=NOON + 3 * HOUR) == 1
    assert not FrontPage.objects.exists()
    assert not Tombstone.objects.exists()
    assert fresh(docket).state == State.WITHDRAWN
    assert not list(problems())


def test_an_end_does_not_sweep_away_the_next_one_that_is_under_way() -> None:
    room, [one, two] = centre(), entries(2)
    live(room, pinned(one), expires_at=NOON + HOUR)
    docket = approved(room, pinned(two))

    assert timing.run_due(at=NOON + 2 * HOUR) == 0
    timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON + 2 * HOUR)

    assert standing(HOME, NOON + 2 * HOUR).composition == pinned(two)


def test_a_withdrawn_pick_does_not_hold_the_scheduled_release() -> None:
    room, [one, two] = centre(), entries(2)
    docket = approved(room, pinned(one, two))
    timing.schedule(docket, NOON + HOUR, sha256=sha(docket), by=room.duty, at=NOON)
    makers.withdraw(one)

    assert timing.run_due(at=NOON + HOUR) == 1
    assert fresh(docket).state == State.LIVE


def test_an_earlier_version_comes_back_through_the_process() -> None:
    room, [one, two] = centre(), entries(2)
    front = live(room, pinned(one))
    live(room, pinned(two))
    first = versions(front.pk)[-1]
    number = Draft.objects.get().number

    with pytest.raises(NotAllowed):
        actions.bring_back(HOME, first.pk + 100, number=number, by=room.author, at=NOON)
    actions.bring_back(HOME, first.pk, number=number, by=room.author, at=NOON)

    assert standing(HOME, NOON).composition == pinned(two)
    assert Composition.read(Draft.objects.get().composition) == pinned(one)
    live(room, Composition.read(Draft.objects.get().composition))
    assert standing(HOME, NOON).composition == pinned(one)
    assert [release.kind for release in Release.objects.filter(publication=front.pk)] == ["publish", *["correct"] * 2]
    assert not list(problems())


def test_each_page_and_language_is_composed_for_itself() -> None:
    room, [one, two] = centre(), entries(2)
    english, section = Place(lang="en"), Place(section="moi-truong", lang="vi")
    live(room, pinned(one), english)
    live(room, pinned(two), section)

    assert standing(HOME, NOON).composition == BLANK
    assert standing(english, NOON).composition == pinned(one)
    assert standing(section, NOON).composition == pinned(two)


def test_a_text_is_no_composition_and_a_composition_is_no_text() -> None:
    room, other = centre(), newsroom("b")
    docket = submitted(room, BLANK)
    text = passage.open_publication(other.agency, by=other.author, at=NOON)
    passage.recall(docket, by=room.author, at=NOON)

    with pytest.raises(NotAllowed):
        passage.submit(docket.publication, makers.content(room.agency), contributors=(), by=room.author, at=NOON)
    with pytest.raises(NotAllowed):
        passage.submit(text, content(other, kind="front", front="{}"), contributors=(), by=other.author, at=NOON)


def test_the_past_shows_how_the_page_was_composed_then() -> None:
    room, [one, two] = centre(), entries(2)
    live(room, pinned(one))
    live(room, pinned(two), at=NOON + HOUR)

    with rewound(NOON):
        then = standing(HOME, NOON).composition

    assert then == pinned(one)
    assert standing(HOME, NOON + HOUR).composition == pinned(two)
