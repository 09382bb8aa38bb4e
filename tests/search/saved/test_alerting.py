"""What is new on the shelf meets saved searches: once, never late, never twice, and only while somebody wants it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

import pytest

from cong.entries.models import Entry, Stream
from cong.search.engines.engine import Document, Query
from cong.search.models import AlertCursor, Finding, Letter, LetterKind, SavedSearch
from cong.search.saved import alerting, saving
from cong.search.saved.alerting import Heard
from cong.search.saved.rhythm import Often
from tests import makers
from tests.makers import NOON
from tests.search.saved_makers import (
    DAY,
    HOUR,
    QUERY,
    TITLE,
    TitleMatcher,
    asked,
    asked_for,
    find,
    kept,
    released,
)

pytestmark = pytest.mark.django_db


def findings(saved: SavedSearch) -> set[int]:
    return set(Finding.objects.filter(saved=saved).values_list("entry_id", flat=True))


def test_what_is_released_after_a_search_was_saved_is_found_for_it() -> None:
    before = released(TITLE, at=NOON - HOUR)
    saved, other = kept(), kept("minh@vidu.vn", "bảo tàng")
    hit, miss = released(TITLE, "Thư viện mở cửa")

    find()

    assert findings(saved) == {hit.pk}
    assert findings(other) == set()
    assert {before[0].pk, miss.pk}.isdisjoint(findings(saved))
    assert Letter.objects.get(kind=LetterKind.HITS).saved == saved


def test_the_shelf_from_before_the_first_saved_search_is_not_read() -> None:
    released(*["Thư viện mở cửa"] * 3, at=NOON - HOUR)

    kept()

    assert AlertCursor.objects.get().seq == 3
    assert find() == 0


def test_a_correction_of_what_was_told_is_not_new() -> None:
    saved = kept()
    (entry,) = released(TITLE)
    find()
    makers.correct(entry, title=f"{TITLE}, bản sửa", at=NOON + HOUR)

    find(at=NOON + 2 * HOUR)

    assert findings(saved) == {entry.pk}
    assert Finding.objects.count() == 1


def test_a_correction_of_what_is_older_than_the_search_is_not_new() -> None:
    (old,) = released("Thư viện mở cửa", at=NOON - HOUR)
    saved = kept()
    makers.correct(old, title=TITLE, at=NOON + HOUR)

    find(at=NOON + 2 * HOUR)

    assert findings(saved) == set()


def test_what_a_correction_makes_a_hit_is_new_when_it_was_released_after_saving() -> None:
    saved = kept()
    (entry,) = released("Thư viện mở cửa")
    find()
    makers.correct(entry, title=TITLE, at=NOON + HOUR)

    find(at=NOON + 2 * HOUR)

    assert findings(saved) == {entry.pk}


def test_what_comes_back_after_a_withdrawal_is_as_old_as_its_first_release() -> None:
    (old,) = released(TITLE, at=NOON - HOUR)
    makers.withdraw(old, at=NOON - timedelta(minutes=30))
    saved = kept()
    makers.correct(old, at=NOON + HOUR)
    assert Entry.objects.get(pk=old.pk).released_at > saved.since

    find(at=NOON + 2 * HOUR)

    assert findings(saved) == set()


def test_what_is_gone_again_or_over_is_not_found() -> None:
    saved = kept()
    gone, there = released(TITLE, TITLE)
    (over,) = released(TITLE, expires_at=NOON + HOUR)
    makers.withdraw(gone)

    find(at=NOON + 3 * HOUR)

    assert findings(saved) == {there.pk}
    assert over.pk not in findings(saved)


def test_searches_that_wait_to_be_confirmed_are_heard_from_the_moment_they_were_saved() -> None:
    saved = asked_for()
    (entry,) = released(TITLE)
    find()
    assert not Letter.objects.filter(kind=LetterKind.HITS).exists()

    saving.confirm(saving.confirmation(saved, at=NOON), at=NOON + HOUR)

    assert findings(saved) == {entry.pk}
    assert Letter.objects.get(kind=LetterKind.HITS).due_at == NOON + HOUR


def test_nothing_is_looked_for_when_it_is_paused_refused_or_was_never_confirmed() -> None:
    paused, refused, late = kept(), kept("minh@vidu.vn"), asked_for("hoa@vidu.vn", at=NOON - 8 * DAY)
    saving.pause(paused.subscriber.token, paused.pk, at=NOON)
    type(refused.subscriber).objects.filter(pk=refused.subscriber_id).update(refused_at=NOON)
    released(TITLE)

    find()

    assert [findings(one) for one in (paused, refused, late)] == [set(), set(), set()]


def test_a_resumed_search_hears_of_what_comes_from_then_on() -> None:
    saved = kept()
    saving.pause(saved.subscriber.token, saved.pk, at=NOON)
    (missed,) = released(TITLE)
    saving.resume(saved.subscriber.token, saved.pk, at=NOON + HOUR)
    (heard,) = released(TITLE, at=NOON + 2 * HOUR)

    find(at=NOON + 3 * HOUR)

    assert findings(saved) == {heard.pk}
    assert missed.pk not in findings(saved)


def test_readers_of_the_same_search_share_its_reading() -> None:
    searches = [kept(f"nguoi{number}@vidu.vn", network=f"n{number}") for number in range(3)]
    kept("nguoi0@vidu.vn", QUERY, lang="en")
    read: list[tuple[str, str]] = []

    def ask(text: str, lang: str, at: object) -> Query:
        read.append((text, lang))
        return asked(text, lang, NOON)

    (entry,) = released(TITLE)
    alerting.find(matcher=TitleMatcher(), ask=ask, at=NOON + HOUR)

    assert sorted(read) == [(QUERY, "en"), (QUERY, "vi")]
    assert [findings(one) for one in searches] == [{entry.pk}] * 3


def test_what_dies_between_reading_and_writing_is_read_again() -> None:
    saved = kept()
    (entry,) = released(TITLE)
    before = AlertCursor.objects.get().seq

    class Dying:
        def matches(self, documents: Sequence[Document], queries: Sequence[Query]) -> list[tuple[int, ...]]:
            raise MemoryError

    with pytest.raises(MemoryError):
        alerting.find(matcher=Dying(), ask=asked, at=NOON + HOUR)

    assert AlertCursor.objects.get().seq == before
    find()
    assert findings(saved) == {entry.pk}


def test_of_two_that_read_the_same_changes_one_writes() -> None:
    saved = kept()
    (first,) = released(TITLE)
    outcomes: list[int] = []

    class Slow(TitleMatcher):
        """While it matches, somebody else reads the same changes and more."""

        def matches(self, documents: Sequence[Document], queries: Sequence[Query]) -> list[tuple[int, ...]]:
            if not outcomes:
                released(TITLE, at=NOON + timedelta(minutes=20))
                outcomes.append(find())
            return super().matches(documents, queries)

    outcomes.append(alerting.find(matcher=Slow(), ask=asked, at=NOON + HOUR))

    assert outcomes == [2, 0]
    assert len(findings(saved)) == 2
    assert first.pk in findings(saved)
    assert Finding.objects.count() == 2


def test_small_batches_skip_nothing() -> None:
    saved = kept()
    made = released(*[TITLE, "Thư viện mở cửa"] * 5)

    assert find(most=3) == 10
    assert findings(saved) == {entry.pk for entry in made[::2]}
    assert AlertCursor.objects.get().seq == Stream.objects.get(name="entries").last_seq


def test_no_more_waits_for_one_search_than_a_letter_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerting, "MOST_WAITING", 3)
    saved = kept()
    released(*[TITLE] * 5)

    find(most=2)

    assert len(findings(saved)) == 3


def test_more_searches_than_fit_one_statement_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerting, "_CHUNK", 2)
    searches = [kept(f"nguoi{number}@vidu.vn", network=f"n{number}") for number in range(5)]
    (entry,) = released(TITLE)

    find()

    assert [findings(one) for one in searches] == [{entry.pk}] * 5
    assert Letter.objects.filter(kind=LetterKind.HITS).count() == 5


@pytest.mark.parametrize(
    ("often", "due"),
    [
        (Often.HOURLY, NOON + HOUR),
        (Often.DAILY, NOON + timedelta(hours=18, minutes=30)),
        (Often.WEEKLY, NOON + timedelta(days=4, hours=18, minutes=30)),
    ],
)
def test_the_rhythm_decides_when_a_finding_is_told(often: Often, due: object) -> None:
    kept(often=often)
    released(TITLE)

    find()

    assert Letter.objects.get(kind=LetterKind.HITS).due_at == due


@pytest.mark.one_engine
def test_pairing_thousands_of_searches_with_their_hits_costs_little() -> None:
    documents = [Document(
        id=number, title=f"Thư viện số {number % 50}", summary="", body="", number="", kind="news", section="giao-duc",
        part="tin-hoat-dong", agency=1, lang="vi", published_at=NOON, published_on=NOON.date(),
    ) for number in range(100)]  # fmt: skip
    searches = [Heard(id=number, query=f"chủ đề {number}", lang="vi", since=NOON) for number in range(5_000)]

    class Ready:
        def matches(self, documents: Sequence[Document], queries: Sequence[Query]) -> list[tuple[int, ...]]:
            return [(number % 100,) for number in range(len(queries))]

    one = asked("x", "vi", NOON)
    begun = time.process_time()
    pairs = list(alerting.met(
        documents, searches, released=dict.fromkeys(range(100), NOON + HOUR), matcher=Ready(),
        ask=lambda text, lang, at: one, at=NOON,
    ))  # fmt: skip

    assert len(pairs) == 5_000
    assert time.process_time() - begun < 0.5
