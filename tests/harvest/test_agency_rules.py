"""An agency's own rules: judged as a source's map is, tried before they count, written down with who changed what."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.harvest import agency_rules, registry, reviewing
from cong.harvest.agency_rules import Overtaken
from cong.harvest.models import AgencyRules, Source, Trust
from cong.harvest.registry import BadRegistry
from cong.journal.models import Event
from cong.publishing.models import Snapshot
from tests import makers
from tests.harvest.makers import known_source, told
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_LATER = NOON + timedelta(hours=1)
_RULES = [{"path": "/12/", "section": "giao-duc"}, {"tag": "Xây dựng Đảng", "section": "xay-dung-dang"}]


@pytest.fixture
def source() -> Source:
    return known_source("mau", Trust.REVIEW)


@pytest.fixture
def admin(source: Source) -> User:
    return makers.person("quan-tri", Role.AGENCY_ADMIN, source.agency)


def test_a_keeper_writes_rules_and_the_journal_keeps_both_sides(source: Source, admin: User) -> None:
    agency_rules.write(source.agency, _RULES, shown=[], by=admin, at=NOON)
    agency_rules.write(source.agency, _RULES[:1], shown=_RULES, by=admin, at=_LATER)

    assert agency_rules.rules_of(source.agency) == _RULES[:1]
    event = Event.objects.filter(verb="harvest.rules").latest("pk")
    data = json.loads(event.data)
    assert (event.actor, event.agency) == ("quan-tri", source.agency_id)
    assert (data["before"], data["after"]) == (_RULES, _RULES[:1])


def test_rules_that_stay_as_they_are_are_no_event(source: Source, admin: User) -> None:
    agency_rules.write(source.agency, _RULES, shown=[], by=admin, at=NOON)

    changed = agency_rules.write(source.agency, _RULES, shown=_RULES, by=admin, at=_LATER)

    assert not changed
    assert Event.objects.filter(verb="harvest.rules").count() == 1


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(source: Source, admin: User) -> None:
    agency_rules.write(source.agency, _RULES, shown=[], by=admin, at=NOON)

    with pytest.raises(Overtaken):
        agency_rules.write(source.agency, _RULES[:1], shown=[], by=admin, at=_LATER)

    assert agency_rules.rules_of(source.agency) == _RULES


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AGENCY_ADMIN, Role.OPERATOR}))
def test_no_other_role_keeps_rules(source: Source, role: Role) -> None:
    somebody = makers.person("ai-do", role, source.agency)

    with pytest.raises(PermissionDenied):
        agency_rules.write(source.agency, _RULES, shown=[], by=somebody, at=NOON)


def test_a_keeper_of_another_agency_may_not(source: Source) -> None:
    stranger = makers.person("la", Role.AGENCY_ADMIN, makers.agency())

    with pytest.raises(PermissionDenied):
        agency_rules.write(source.agency, _RULES, shown=[], by=stranger, at=NOON)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["path", "tag", "section", "x"]),
            st.sampled_from(["", "/a/", "giao-duc", "van-ban", "khong-co", "x\0"]),
        ),
        max_size=3,
    )
)
@pytest.mark.one_engine
def test_a_rule_is_right_exactly_when_a_source_may_say_it(rules: list[dict[str, str]]) -> None:
    entry = {"id": "mot", "url": "https://mau.vn/rss", "map": rules}
    try:
        registry.drafted(entry)
        refused = False
    except BadRegistry:
        refused = True

    assert bool(agency_rules.wrong(rules)) is refused


def test_a_wrong_rule_is_not_written_and_the_message_does_not_speak_of_a_file(source: Source, admin: User) -> None:
    with pytest.raises(BadRegistry, match=r"^map ghi section “khong-co” không có"):
        agency_rules.write(source.agency, [{"path": "/", "section": "khong-co"}], shown=[], by=admin, at=NOON)

    assert not AgencyRules.objects.exists()


def test_the_effect_names_what_would_go_elsewhere_and_changes_nothing(source: Source) -> None:
    at_seven, at_eight = told(source, "Chợ phiên mở sớm."), told(source, "Vườn cây.", at=_LATER)
    before = Snapshot.objects.count()

    effect = agency_rules.effect(source.agency, [], [{"path": f"/{NOON:%H}/", "section": "giao-duc"}])

    [moved] = effect.moved
    assert (moved.item.pk, moved.after.section, moved.stands) == (
        at_seven[0].pk, "giao-duc", ("tin-hoat-dong", "tin-hoat-dong"),
    )  # fmt: skip
    assert (effect.tried_on, Snapshot.objects.count()) == (2, before)
    assert at_eight[0].pk != moved.item.pk


def test_what_a_person_placed_is_not_touched_by_rules(source: Source) -> None:
    approver = makers.person("duyet", Role.APPROVER, source.agency)
    [item] = told(source, "Chợ phiên mở sớm.")
    seen = Snapshot.objects.get().sha256
    reviewing.move(item.pk, word="kinh-te", sha256=seen, by=approver, at=_LATER)

    effect = agency_rules.effect(source.agency, [], [{"path": "/", "section": "giao-duc"}])

    assert effect.moved == ()


def test_the_sources_own_map_comes_before_the_agencys(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(config={"map": [{"path": "/", "section": "kinh-te"}]})
    told(source, "Chợ phiên mở sớm.")

    effect = agency_rules.effect(source.agency, [], [{"path": "/", "section": "giao-duc"}])

    assert effect.moved == ()


def test_rules_place_what_comes_from_now_on(source: Source, admin: User) -> None:
    rules = [{"path": "/", "section": "giao-duc"}]
    agency_rules.write(source.agency, rules, shown=[], by=admin, at=NOON)

    [item] = told(source, "Chợ phiên mở sớm.")

    assert item.reason == "agency:path:/"
