"""The pure rules: what a seal covers, and where a docket may go."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.kernel import chain
from cong.publishing.process import (
    TRANSITIONS,
    Content,
    Link,
    NotAllowed,
    State,
    Verb,
    move,
    replay,
)

_NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
_OLD = Content(
    agency=1, kind="news", part="tin-hoat-dong", section="kinh-te", lang="vi", slug="a", title="A", summary="b",
    html="<p>c</p>", published_at=_NOON,
)  # fmt: skip
_FIRST_KEYS = {
    "agency", "kind", "part", "section", "lang", "slug", "title", "summary", "author", "source_name", "source_url",
    "number", "tags", "picture", "picture_width", "picture_height", "picture_alt", "published_at", "harvested_at",
}  # fmt: skip


def test_a_snapshot_from_before_keeps_its_hash() -> None:
    assert set(json.loads(_OLD.canonical())) == _FIRST_KEYS


def test_a_link_from_before_keeps_its_hash_and_the_mark_is_covered() -> None:
    link = Link(id=1, publication=2, snapshot=3, sha256="s", kind="publish", policy="", by=4, at=_NOON, note="n")
    said = (
        '["0",{"at":"2026-11-25T05:00:00+00:00","by":4,"id":1,"kind":"publish","mode":"","note":"n","policy":"",'
        '"publication":2,"sha256":"s","snapshot":3,"target":""}]'
    )

    assert link.hash("0") == chain.sha256(said)
    assert replace(link, provisional=True).hash("0") != link.hash("0")


@given(
    grade=st.sampled_from("AB"),
    secrecy=st.booleans(),
    media=st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), max_size=3).map(tuple),
    event_on=st.none() | st.dates(date(1900, 1, 1)),
    translation_of=st.none() | st.integers(1, 2**40),
    not_before=st.none() | st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    expires_at=st.none() | st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_content_survives_its_canonical_form(**new: object) -> None:
    content = replace(_OLD, **new)  # type: ignore[arg-type]
    whole = {
        name: value.replace(microsecond=0) if isinstance(value, datetime) else value for name, value in new.items()
    }

    assert Content.parse(content.canonical(), content.html) == replace(content, **whole)  # type: ignore[arg-type]


@given(st.dictionaries(st.sampled_from(["grade", "secrecy", "media", "event_on", "translation_of"]), st.none()))
def test_every_new_key_changes_the_seal(names: dict[str, None]) -> None:
    other = {"grade": "A", "secrecy": True, "media": ("a",), "event_on": date(2026, 1, 1), "translation_of": 9}
    changed = replace(_OLD, **{name: other[name] for name in names})  # type: ignore[arg-type]

    assert (changed.canonical() == _OLD.canonical()) == (not names)


def test_what_is_not_in_the_table_is_refused_with_a_sentence() -> None:
    refused = 0
    for state in State:
        for verb in Verb:
            if (state, verb) not in TRANSITIONS:
                with pytest.raises(NotAllowed, match=r"\w{2,}.*\.$"):
                    move(state, verb)
                refused += 1

    assert refused == len(State) * len(Verb) - len(TRANSITIONS)


def test_every_state_can_be_reached_and_left() -> None:
    reached, left = {State.DRAFT, *TRANSITIONS.values()}, {state for state, _ in TRANSITIONS}

    assert reached == left == set(State)


def test_nothing_comes_out_without_approval_or_two_keys() -> None:
    before = {state for (state, verb), after in TRANSITIONS.items() if verb in (Verb.RELEASE, Verb.EMERGENCY)}
    into_live = {(state, verb) for (state, verb), after in TRANSITIONS.items() if after is State.LIVE}

    assert before == {State.APPROVED, State.SCHEDULED, State.HELD, State.SUBMITTED, State.APPRAISED, State.CLEARED}
    assert {verb for _, verb in into_live} == {Verb.RELEASE, Verb.APPROVE, Verb.DROP}
    assert {state for state, verb in into_live if verb is Verb.APPROVE} == {State.PROVISIONAL}


def test_a_replay_ends_where_the_acts_lead() -> None:
    acts = [Verb.SUBMIT, Verb.REJECT, Verb.SUBMIT, Verb.APPRAISE, Verb.APPROVE, Verb.SCHEDULE, Verb.HOLD, Verb.RELEASE]

    assert replay(acts) is State.LIVE
    with pytest.raises(NotAllowed):
        replay([Verb.SUBMIT, Verb.RELEASE])
