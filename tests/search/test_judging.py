"""The judged set: how hits are measured, what a run keeps, when it passes, and whom it tells that search is worse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.entries.models import Entry
from cong.jobs import schedules
from cong.journal.models import Event
from cong.search import actions, jobs, judging, lines, measures, trying, tuning
from cong.search.engines import chosen
from cong.search.engines.engine import NotReady
from cong.search.judging import MARGIN, NothingExpected
from cong.search.measures import Score, Scored, scored
from cong.search.models import Expectation, Pin, Ran, Wording, WordingKind
from cong.search.tuning import Expected, Place, Word
from tests import makers
from tests.jobs.makers import Clock
from tests.makers import NOON
from tests.search.taught import Answers

DAY = timedelta(days=1)


# ---- measures --------------------------------------------------------------------------------------------------------


def test_ndcg_is_what_the_book_says() -> None:
    assert scored("a", [7], [7, 1, 2]).ndcg == 1.0
    assert scored("a", [7], [1, 7, 2]).ndcg == pytest.approx(0.6309, abs=1e-4)
    assert scored("a", [7], [1, 2, 3, 4, 5, 6, 8, 9, 10, 7]).ndcg == pytest.approx(0.2891, abs=1e-4)
    assert scored("a", [7], [*range(10, 20), 7]).ndcg == 0.0
    assert scored("a", [7, 8], [7, 1, 8]).ndcg == pytest.approx((1 + 0.5) / (1 + 0.6309), abs=1e-4)


@given(st.sets(st.integers(1, 30), min_size=1, max_size=15), st.lists(st.integers(1, 30), unique=True, max_size=30))
def test_every_measure_is_between_0_and_1_and_survives_its_table(wanted: set[int], hits: list[int]) -> None:
    one = scored("a", wanted, hits)

    assert 0.0 <= one.ndcg <= 1.0 + 1e-9
    assert one.is_found == bool(wanted.intersection(hits[:10]))
    assert Scored.from_data(one.as_data()) == one


def test_only_what_both_runs_asked_can_fall() -> None:
    before = Score(scored=(scored("a", [1], [1]), scored("b", [2], [2])))
    now = Score(scored=(scored("a", [1], [9, 1]), scored("c", [3], [])))
    other = Score(scored=(scored("a", [1, 5], []),))

    assert measures.drop(before, now) == pytest.approx(1 - 0.6309, abs=1e-4)
    assert measures.drop(before, other) == 0.0
    assert [now.query for _, now in measures.losers(before, now)] == ["a"]
    assert Score(scored=()).ndcg == 0.0


def test_a_line_holds_every_run_within_its_box() -> None:
    drawn = lines.line([(0.93, True), (1.0, True), (0.85, False)])

    assert drawn
    assert drawn.low == 0.8
    assert [dot.passed for dot in drawn.dots] == [True, True, False]
    assert all(0 <= dot.x <= drawn.width and 0 <= dot.y <= drawn.height for dot in drawn.dots)
    assert drawn.dots[1].y < drawn.dots[0].y < drawn.dots[2].y
    assert lines.line([]) is None
    assert lines.line([(1.0, True)])


# ---- runs ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def operator() -> User:
    made = makers.person("van-hanh", Role.OPERATOR, makers.agency("Trung tâm", is_centre=True))
    User.objects.filter(pk=made.pk).update(email="van-hanh@vidu.vn")
    return made


@pytest.fixture
def entries(operator: User) -> list[Entry]:
    """Put an entry, wanted by its first word, into the judged set for each of three queries."""
    made = [makers.entry(title=title) for title in ("Thư viện mở cửa", "Chợ phiên vùng cao", "Bến xe mới")]
    for entry, query in zip(made, ("thư viện", "chợ phiên", "bến xe"), strict=True):
        tuning.expect(Expected(query=query, entry=entry.pk), by=operator, at=NOON)
    return made


def good(entries: Sequence[Entry]) -> Answers:
    return Answers(hits={q: [e.pk] for q, e in zip(("thư viện", "chợ phiên", "bến xe"), entries, strict=True)})


def night(engine: Answers, at: datetime) -> Ran:
    ran = judging.run_nightly(engine, at=at)
    assert ran
    return ran


@pytest.mark.django_db
def test_a_run_keeps_what_it_measured(entries: list[Entry], operator: User) -> None:
    engine = good(entries)
    engine.hits["chợ phiên"], engine.near["chợ phiên"] = [], [0, entries[1].pk]

    ran = judging.run(engine, by=operator, at=NOON)

    assert (ran.queries, ran.success, ran.version, ran.by, ran.passed) == (3, 1.0, "thu-nghiem", "van-hanh", True)
    assert ran.ndcg == pytest.approx((2 + 0.6309) / 3, abs=1e-4)
    kept = {one.query: one.ranks for one in judging.score_of(Ran.objects.get()).scored}
    assert kept == {"thư viện": (1,), "chợ phiên": (2,), "bến xe": (1,)}
    assert Event.objects.filter(verb="search.judged-run", actor="van-hanh").count() == 1


@pytest.mark.django_db
def test_what_is_withdrawn_or_rests_is_not_asked(entries: list[Entry], operator: User) -> None:
    makers.withdraw(entries[0])
    Expectation.objects.filter(query="bến xe").update(is_active=False)

    assert [(one.query, one.wanted) for one in judging.judged()] == [("chợ phiên", (entries[1].pk,))]


@pytest.mark.django_db
def test_an_empty_set_cannot_be_run(operator: User) -> None:
    with pytest.raises(NothingExpected):
        judging.run(Answers(), by=operator, at=NOON)
    assert judging.run_nightly(Answers(), at=NOON) is None


@pytest.mark.django_db
def test_only_those_who_tune_run_and_accept(entries: list[Entry]) -> None:
    auditor = makers.person("giam-sat", Role.AUDITOR, makers.agency("Sở mẫu"))
    ran = judging.run(good(entries), by=None, at=NOON)

    with pytest.raises(PermissionDenied):
        judging.run(good(entries), by=auditor, at=NOON)
    with pytest.raises(PermissionDenied):
        judging.accept(ran, by=auditor, at=NOON)
    assert Ran.objects.count() == 1


@pytest.mark.django_db
def test_a_fall_is_written_to_the_operators_once_and_until_it_is_well_again(entries: list[Entry]) -> None:
    night(good(entries), NOON)
    bad = good(entries)
    bad.hits["bến xe"] = [0, entries[2].pk]

    first, second = night(bad, NOON + DAY), night(bad, NOON + 2 * DAY)

    assert (first.passed, second.passed) == (False, False)
    assert first.drop > MARGIN
    [letter] = mail.outbox
    assert letter.to == ["van-hanh@vidu.vn"]
    assert "bến xe: 1,000 → 0,631" in letter.body
    assert f"/lan-chay/{first.pk}/" in letter.body
    assert night(good(entries), NOON + 3 * DAY).passed
    night(bad, NOON + 4 * DAY)
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_a_small_fall_passes_and_many_of_them_do_not_add_up_unseen(entries: list[Entry], operator: User) -> None:
    queries = [f"câu {number}" for number in range(50)]
    for query in queries:
        tuning.expect(Expected(query=query, entry=entries[0].pk), by=operator, at=NOON)
    engine = good(entries)
    engine.hits |= {query: [entries[0].pk] for query in queries}
    night(engine, NOON)

    engine.hits[queries[0]] = []

    assert night(engine, NOON + DAY).passed
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_hard_query_that_is_added_is_no_fall(entries: list[Entry], operator: User) -> None:
    night(good(entries), NOON)
    tuning.expect(Expected(query="điều khó tìm", entry=entries[0].pk), by=operator, at=NOON)

    ran = night(good(entries), NOON + DAY)

    assert (ran.passed, ran.drop, ran.queries) == (True, 0.0, 4)
    assert ran.ndcg == pytest.approx(0.75)


@pytest.mark.django_db
def test_a_run_that_is_accepted_is_what_later_ones_are_measured_by(entries: list[Entry], operator: User) -> None:
    night(good(entries), NOON)
    bad = good(entries)
    bad.hits["bến xe"] = []
    fallen = night(bad, NOON + DAY)

    judging.accept(fallen, by=operator, at=NOON + DAY)

    assert night(bad, NOON + 2 * DAY).passed
    assert Event.objects.filter(verb="search.judged-accept").count() == 1


@pytest.mark.django_db
def test_runs_of_long_ago_are_forgotten_but_for_the_one_that_counts(entries: list[Entry]) -> None:
    night(good(entries), NOON)
    night(good(entries), NOON + DAY)
    bad = good(entries)
    bad.hits["bến xe"] = []

    night(bad, NOON + 500 * DAY)

    assert [ran.at for ran in Ran.objects.order_by("at")] == [NOON + DAY, NOON + 500 * DAY]


@pytest.mark.django_db
def test_every_night_the_set_is_run_on_the_index_when_there_is_one(
    entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", Clock(NOON))
    known = {one.name: one for one in schedules.registered()}
    assert (str(known["judge-search"].at), str(known["tidy-searches"].at)) == ("02:40:00", "03:30:00")

    assert jobs.judge_search.call() is False, "there is no index yet"
    actions.catch_up()

    assert jobs.judge_search.call() is True
    assert Ran.objects.get().by == ""
    assert jobs.tidy_searches.call() == 0


# ---- trying on the real index ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_real_index_is_judged_as_readers_ask_it(entries: list[Entry]) -> None:
    with pytest.raises(NotReady):
        judging.run(chosen.reader(), by=None, at=NOON)
    actions.catch_up()

    ran = judging.run(chosen.reader(), by=None, at=NOON)

    assert (ran.ndcg, ran.success) == (1.0, 1.0)


def _titles(found: trying.Found) -> list[str]:
    return [entry.title for entry in found.entries]


@pytest.mark.django_db
def test_a_wording_is_tried_before_it_is_stored(entries: list[Entry]) -> None:
    actions.catch_up()
    word = Word(kind=WordingKind.SYNONYM, short="nhà sách", long="thư viện")

    tried = trying.wording("nhà sách", Wording(**tuning.wording_fields(word)), at=NOON)

    assert "Thư viện mở cửa" not in _titles(tried.before) or tried.before.is_near
    assert (_titles(tried.after), tried.after.is_near) == (["Thư viện mở cửa"], False)
    assert not Wording.objects.exists()


@pytest.mark.django_db
def test_a_pin_is_tried_before_it_is_stored(entries: list[Entry]) -> None:
    more = makers.entry(title="Chợ phiên vùng cao họp chợ phiên")
    actions.catch_up()
    before = _titles(trying.pin("chợ phiên", entries[1].pk, 1, at=NOON).before)
    last = {"Chợ phiên vùng cao": entries[1], more.title: more}[before[-1]]

    tried = trying.pin("chợ phiên", last.pk, 1, at=NOON)

    assert _titles(tried.after) == before[::-1]
    assert not Pin.objects.exists()


@pytest.mark.django_db
def test_a_pin_is_tried_in_its_order_among_the_others(entries: list[Entry], operator: User) -> None:
    actions.catch_up()
    first, second, third = entries
    for place, entry in ((1, first), (3, third)):
        tuning.pin(Place(query="chợ phiên", entry=entry.pk, position=place, from_on=NOON.date()), by=operator, at=NOON)

    tried = trying.pin("chợ phiên", second.pk, 2, at=NOON)

    assert _titles(tried.after) == [first.title, second.title, third.title]


@pytest.mark.django_db
def test_every_hit_says_why_it_stands_where_it_does(entries: list[Entry], operator: User) -> None:
    makers.entry(title="Xe buýt đổi bến xe")
    actions.catch_up()

    _, hits = trying.explained("bến xe mới", at=NOON)

    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert hits[0].entry.title == "Bến xe mới"
    why = hits[0].why
    assert why
    assert why.score > 0
    assert why.terms
    assert why.factors
