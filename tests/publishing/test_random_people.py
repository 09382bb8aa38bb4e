"""Random people do random things in random order: whatever happens, what is promised holds after each step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.entries.models import Entry, Mode
from cong.journal.actions import broken
from cong.journal.models import Event
from cong.publishing import emergency, passage, timing, withdrawal
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Contributor, Decision, Docket, Release, Snapshot, Step
from cong.publishing.preflight import Blocked
from cong.publishing.process import JUDGEMENT_LASTS, NotAllowed, ReleaseKind, State
from cong.publishing.queries import problems
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import Newsroom, content, fresh, newsroom

REFUSED = (PermissionDenied, NotAllowed, OutOfDate, Blocked)
_STEPS = st.sampled_from([Step.APPRAISE, Step.SECRECY, Step.APPROVE, Step.REJECT])
# Most often the one whose turn it is, so that runs get far; sometimes anybody.
_WHO = st.sampled_from(["appraiser", "approver", "duty", "secrecy", "author", "both", "centre", "stranger"])
# Those who can do such things, and one who cannot.
_KEYS = st.sampled_from(["duty", "centre", "approver", "both", "author"])
_WHICH = st.integers(0, 1)
_TURNS = {
    State.SUBMITTED: (Step.APPRAISE, "appraiser"), State.APPRAISED: (Step.APPROVE, "centre"),
    State.CLEARED: (Step.APPROVE, "centre"), State.PROVISIONAL: (Step.APPRAISE, "appraiser"),
}  # fmt: skip


class RandomPeople(RuleBasedStateMachine):
    """Two dockets of one agency, eight people, a clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        # Each run starts from nothing: the ledger cannot be emptied, so the run is taken back.
        self.run = transaction.atomic()
        self.run.__enter__()
        self.room: Newsroom = newsroom()
        self.centre = newsroom("tw", is_centre=True)
        both = makers.person("ca-hai", Role.APPRAISER, self.room.agency)
        for role in (Role.APPROVER, Role.DUTY_EDITOR, Role.AUTHOR):
            both.memberships.create(agency=self.room.agency, role=role, from_on=NOON.date())
        self.people: dict[str, User] = {
            **{name: getattr(self.room, name) for name in ("author", "appraiser", "approver", "duty", "secrecy")},
            "both": both, "centre": self.centre.approver, "stranger": newsroom("la").approver,
        }  # fmt: skip
        self.at = NOON
        self.dockets = [passage.open_publication(self.room.agency, by=self.room.author, at=NOON).docket.pk
                        for _ in range(2)]  # fmt: skip

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    def attempt(self, act: object) -> None:
        """Do one act; refused or not, it leaves one event or none."""
        before = Event.objects.count()
        try:
            act()  # type: ignore[operator]
        except REFUSED:
            assert Event.objects.count() == before
        else:
            assert Event.objects.count() == before + 1

    def docket(self, which: int) -> Docket:
        return fresh(Docket.objects.get(pk=self.dockets[which]))

    @rule(which=_WHICH, who=_WHO, helper=_WHO, note=st.sampled_from(["", "Sửa."]), secrecy=st.booleans(),
          grade=st.sampled_from("AB"))  # fmt: skip
    def submit(self, which: int, who: str, helper: str, note: str, secrecy: bool, grade: str) -> None:
        docket = self.docket(which)
        # A helper now and then only, or nobody would be left to judge.
        others = [self.people[helper]] if helper in ("both", "author") else []
        text = content(self.room, f"Bài {self.at:%H%M%S}", secrecy=secrecy, grade=grade)
        author = self.people[who] if who in ("both", "stranger") else self.people["author"]
        self.attempt(lambda: passage.submit(docket.publication, text, contributors=others, by=author, at=self.at,
                                            public_note=note))  # fmt: skip

    @rule(which=_WHICH, step=_STEPS, who=_WHO, stale=st.sampled_from([False, False, False, True]))
    def judge(self, which: int, step: Step, who: str, stale: bool) -> None:
        snapshot = self.docket(which).snapshot
        if snapshot:
            sha = "0" * 64 if stale else snapshot.sha256
            self.attempt(lambda: passage.judge(snapshot, step, sha256=sha, by=self.people[who], at=self.at, note="x"))

    @rule(which=_WHICH, steps=st.integers(1, 5))
    def go_the_straight_way(self, which: int, steps: int) -> None:
        """Let those whose turn it is take the next steps, so that runs come far."""
        for _ in range(steps):
            docket = self.docket(which)
            self.attempt(lambda docket=docket: self.next_step(docket))

    def next_step(self, docket: Docket) -> None:
        snapshot, state = docket.snapshot, State(docket.state)
        if state in (State.DRAFT, State.RETURNED, State.RECALLED, State.LIVE, State.WITHDRAWN) or snapshot is None:
            text = content(self.room, f"Bài {self.at:%H%M%S}")
            passage.submit(docket.publication, text, contributors=[], by=self.room.author, at=self.at,
                           public_note="Sửa.")  # fmt: skip
        elif state in _TURNS:
            step, who = _TURNS[state]
            if docket.needs_secrecy and state is State.APPRAISED:
                step, who = Step.SECRECY, "secrecy"
            passage.judge(snapshot, step, sha256=snapshot.sha256, by=self.people[who], at=self.at)
        else:
            timing.release_now(docket, sha256=snapshot.sha256, by=self.people["duty"], at=self.at)

    @rule(which=_WHICH, who=_WHO)
    def recall(self, which: int, who: str) -> None:
        self.attempt(lambda: passage.recall(self.docket(which), by=self.people[who], at=self.at))

    @rule(which=_WHICH, who=_WHO, restore=st.booleans())
    def spike_or_restore(self, which: int, who: str, restore: bool) -> None:
        docket, by = self.docket(which), self.people[who]
        if restore:
            self.attempt(lambda: passage.restore(docket, by=by, at=self.at))
        else:
            self.attempt(lambda: passage.spike(docket, by=by, at=self.at, note="Thôi."))

    @rule(which=_WHICH, who=_KEYS, after=st.sampled_from([None, timedelta(hours=1), timedelta(days=29)]))
    def release_or_schedule(self, which: int, who: str, after: timedelta | None) -> None:
        docket, by = self.docket(which), self.people[who]
        sha = docket.snapshot.sha256 if docket.snapshot else ""
        if after is None:
            self.attempt(lambda: timing.release_now(docket, sha256=sha, by=by, at=self.at))
        else:
            self.attempt(lambda: timing.schedule(docket, self.at + after, sha256=sha, by=by, at=self.at))

    @rule(which=_WHICH, who=_KEYS, confirm=st.booleans())
    def withdraw_or_confirm(self, which: int, who: str, confirm: bool) -> None:
        docket, by = self.docket(which), self.people[who]
        if confirm:
            self.attempt(lambda: withdrawal.confirm(docket, by=by, at=self.at))
        else:
            self.attempt(lambda: withdrawal.withdraw(docket, mode=Mode.GONE, note="Sai.", by=by, at=self.at))

    @rule(which=_WHICH, first=_KEYS, second=_KEYS)
    def turn_two_keys(self, which: int, first: str, second: str) -> None:
        docket = self.docket(which)
        sha = docket.snapshot.sha256 if docket.snapshot else ""
        for who in (first, second):
            self.attempt(lambda who=who: emergency.turn_key(
                docket, sha256=sha, reason="Bão.", by=self.people[who], at=self.at))  # fmt: skip

    @rule(hours=st.sampled_from([1, 13, 24 * 31]))
    def time_goes_by(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        timing.run_due(at=self.at)

    @precondition(lambda self: self.at < NOON + timedelta(days=20))
    @rule()
    def a_right_ends(self) -> None:
        self.people["duty"].memberships.filter(to_on__isnull=True).update(to_on=self.at.date())

    @invariant()
    def nothing_is_wrong(self) -> None:
        """I1, I3, I4, and every docket stands where its record leads."""
        assert list(problems()) == []
        assert list(broken()) == []

    @invariant()
    def what_is_public_was_released_last(self) -> None:
        """I1 said anew, by hand."""
        last = {one.publication_id: one.kind for one in Release.objects.order_by("id")}
        live = {number for number, kind in last.items() if kind != ReleaseKind.WITHDRAW}

        assert live == set(Entry.objects.values_list("pk", flat=True))

    @invariant()
    def every_release_stands_on_two_people_who_did_not_contribute(self) -> None:
        """I2, I8: same bytes, not too old, nobody twice, no contributor since the release before."""
        released: dict[int, int] = {}
        for release in Release.objects.exclude(kind=ReleaseKind.WITHDRAW).select_related("snapshot").order_by("id"):
            steps = (Step.EMERGENCY,) if release.provisional else (Step.APPRAISE, Step.APPROVE)
            made = Decision.objects.filter(snapshot=release.snapshot, step__in=steps, at__lte=release.at)
            judges = {one.by_id for one in made if release.at - one.at <= JUDGEMENT_LASTS}
            since = Snapshot.objects.filter(publication=release.publication_id, pk__lte=release.snapshot_id,
                                            pk__gt=released.get(release.publication_id, 0))  # fmt: skip
            hands = set(Contributor.objects.filter(snapshot__in=since).values_list("user", flat=True))

            assert len(judges) == 2
            assert not judges & hands
            assert release.by_id not in hands
            assert release.policy_id is None
            assert {one.sha256 for one in made} == {release.snapshot.sha256 if made else release.sha256}
            released[release.publication_id] = release.snapshot_id


@pytest.mark.django_db
def test_whatever_people_do_in_whatever_order_the_promises_hold() -> None:
    few = settings(max_examples=12, stateful_step_count=25)
    run_state_machine_as_test(RandomPeople, settings=few)
