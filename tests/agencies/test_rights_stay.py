"""The database itself keeps the history of rights, whatever is sent to it; and no order of acts breaks the rules."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cong.accounts.models import User
from cong.agencies.actions import NotAllowed
from cong.agencies.memberships import (
    confirm_membership,
    day_of,
    end_membership,
    last_day,
    name_deputy,
    propose_membership,
)
from cong.agencies.models import EXCLUSIONS, UNCONFIRMED_ROLES, Agency, Membership, Role
from cong.journal.models import Event
from tests import makers
from tests.agencies.makers import TODAY, Land, land
from tests.makers import NOON

DAY = timedelta(days=1)


def refused(sql: str, *values: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError:
        return True
    return False


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    ["role = 'approver'", "user_id = {other}", "agency_id = {agency}", "from_on = '2020-01-01'", "reason = 'khác'",
     "proposed_by_id = {other}", "deputy_of_id = {other}", "to_on = NULL", "to_on = '2099-01-01'", "ended_at = NULL",
     "is_pending = {true}", "confirmed_by_id = {other}", "confirmed_at = '2026-01-01 00:00:00+00'"],
)  # fmt: skip
def test_a_row_of_rights_is_not_rewritten(change: str) -> None:
    here = land()
    row = propose_membership(here["moi"], here.own, Role.AUTHOR, from_on=TODAY, by=here["an"], at=NOON)
    end_membership(row, last_on=TODAY + DAY, by=here["an"], at=NOON)
    true = "true" if connection.vendor == "postgresql" else "1"
    sql = change.format(other=here["chi"].pk, agency=here.other.pk, true=true)

    assert refused(f"UPDATE agencies_membership SET {sql} WHERE id = %s", row.pk)
    assert not refused("UPDATE agencies_membership SET to_on = %s WHERE id = %s", TODAY, row.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["DELETE FROM agencies_membership", "TRUNCATE agencies_membership"])
def test_a_row_of_rights_is_never_deleted(sql: str) -> None:
    here = land()

    assert refused(sql)
    assert Membership.objects.filter(user=here["an"]).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["moi", "an", None])
def test_a_pending_role_is_confirmed_by_a_third_person_or_not_at_all(by: str | None) -> None:
    here = land()
    row = propose_membership(here["moi"], here.own, Role.APPROVER, from_on=TODAY, by=here["an"], at=NOON)
    false = "false" if connection.vendor == "postgresql" else "0"

    assert refused(
        f"UPDATE agencies_membership SET is_pending = {false}, confirmed_by_id = %s WHERE id = %s",
        here[by].pk if by else None,
        row.pk,
    )


@pytest.mark.django_db
def test_a_refused_role_is_not_confirmed_behind_the_actions() -> None:
    here = land()
    row = propose_membership(here["moi"], here.own, Role.APPROVER, from_on=TODAY, by=here["an"], at=NOON)
    end_membership(row, by=here["chi"], at=NOON)
    false = "false" if connection.vendor == "postgresql" else "0"

    assert refused(
        f"UPDATE agencies_membership SET is_pending = {false}, confirmed_by_id = %s WHERE id = %s",
        here["chi"].pk,
        row.pk,
    )


@pytest.mark.django_db
def test_a_high_role_that_somebody_proposed_is_not_put_in_force_unconfirmed() -> None:
    here = land()

    with pytest.raises(DatabaseError), transaction.atomic():
        insert(here["moi"], here.own, Role.APPROVER, TODAY, None, proposed_by=here["an"])


def insert(user: User, agency: Agency, role: Role, begin: date, end: date | None, **more: Any) -> Membership:
    return Membership.objects.create(user=user, agency=agency, role=role, from_on=begin, to_on=end, **more)


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "second"), list(combinations(Role, 2)))
def test_the_database_excludes_exactly_the_pairs_that_the_rules_name(first: Role, second: Role) -> None:
    here = land()
    for one, two, name in ((first, second, "x"), (second, first, "y")):
        user = makers.person(name)
        insert(user, here.own, one, TODAY, None)
        try:
            with transaction.atomic():
                insert(user, here.other, two, TODAY, None)
            taken = True
        except DatabaseError:
            taken = False

        assert taken is (frozenset({one, two}) not in EXCLUSIONS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("begin", "end", "taken"),
    [(-9, -6, True), (-9, -5, False), (0, 0, False), (5, 9, False), (6, None, True), (-9, None, False)],
)
def test_only_days_in_common_exclude(begin: int, end: int | None, taken: bool) -> None:
    here = land()
    insert(here["moi"], here.own, Role.AUDITOR, TODAY - 5 * DAY, TODAY + 5 * DAY)
    last = None if end is None else TODAY + end * DAY

    try:
        with transaction.atomic():
            insert(here["moi"], here.own, Role.AUTHOR, TODAY + begin * DAY, last)
        found = True
    except DatabaseError:
        found = False

    assert found is taken


PEOPLE = ("chi", "chau", "an", "binh", "nga", "moi")
acts = st.lists(
    st.tuples(
        st.sampled_from(["propose", "propose", "confirm", "end", "deputy"]),
        st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE),
        st.sampled_from(["own", "other", "centre"]), st.sampled_from(list(Role)),
        st.integers(0, 3), st.none() | st.integers(0, 5), st.integers(0, 30),
    ),
    min_size=5, max_size=30,
)  # fmt: skip


class RandomActs(TestCase):
    """Random people try random acts on consecutive hours; whatever stands afterwards keeps the rules."""

    @settings(max_examples=40)
    @given(acts)
    def test_no_order_of_acts_breaks_the_rules(self, acts: list[Any]) -> None:
        here = land()
        given_at_start = set(Membership.objects.values_list("pk", flat=True))
        done = 0
        for number, act in enumerate(acts):
            done += self.tried(here, act, NOON + timedelta(hours=number))

        rows = list(Membership.objects.exclude(Membership.objects.refused()).select_related("agency"))
        for row in rows:
            if row.pk not in given_at_start:
                self.granted_rightly(row)
        for one, two in combinations(rows, 2):
            if one.user_id == two.user_id and frozenset({Role(one.role), Role(two.role)}) in EXCLUSIONS:
                assert one.from_on > last_day(two) or two.from_on > last_day(one)
        assert Event.objects.filter(verb__startswith="membership.").count() == done

    def granted_rightly(self, row: Membership) -> None:
        assert row.proposed_by is not None
        assert row.proposed_at is not None
        assert row.proposed_by_id != row.user_id
        assert self.had_right(row.proposed_by, row.agency, row.proposed_at)
        if row.role in UNCONFIRMED_ROLES:
            return
        if row.is_pending:
            assert not Membership.objects.on(row.from_on).filter(pk=row.pk).exists()
        else:
            assert row.confirmed_by is not None
            assert row.confirmed_by_id not in (row.user_id, row.proposed_by_id)
            assert Event.objects.filter(verb="membership.confirm", actor=row.confirmed_by.username).exists()

    def had_right(self, user: User, agency: Agency, at: Any) -> bool:
        """Tell by the rows whether the proposer administered the agency (or the centre) at that moment."""
        day = day_of(at)
        return any(
            (row.agency_id == agency.pk or row.agency.is_centre)
            and row.from_on <= day <= last_day(row)
            and (row.confirmed_at is None or row.confirmed_at <= at)
            for row in Membership.objects.filter(user=user, role=Role.AGENCY_ADMIN, is_pending=False)
        )

    def tried(self, here: Land, act: Any, at: Any) -> bool:
        kind, by, to, absent, where, role, begin, length, number = act
        agency = getattr(here, where)
        from_on = day_of(at) + begin * DAY
        to_on = None if length is None else from_on + length * DAY
        rows = list(Membership.objects.order_by("pk"))
        row = rows[number % len(rows)]
        with suppress(NotAllowed, PermissionDenied):
            if kind == "propose":
                propose_membership(here[to], agency, role, from_on=from_on, to_on=to_on, by=here[by], at=at)
            elif kind == "confirm":
                confirm_membership(row, by=here[by], at=at)
            elif kind == "end":
                end_membership(row, by=here[by], at=at, last_on=to_on)
            else:
                name_deputy(here[absent], here[to], agency, role, from_on=from_on, to_on=to_on or from_on,
                            reason="vắng", by=here[by], at=at)  # fmt: skip
            return True
        return False
