"""What staff teach search: who may, what is refused, what the journal says of it, and how soon search answers by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.journal.models import Event
from cong.search import shipped, teaching, tuning
from cong.search.meaning import dictionary
from cong.search.models import Denied, Direction, Expectation, Pin, Wording, WordingKind
from cong.search.roles import READERS, TUNERS
from cong.search.text.analysis import forms
from cong.search.tuning import Expected, Place, Refused, Word
from tests import makers
from tests.makers import NOON

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
TRAIN = Word(kind=WordingKind.SYNONYM, short="xe lửa", long="tàu hỏa")


@pytest.fixture
def editor() -> User:
    return makers.person("truc-ban", Role.DUTY_EDITOR, makers.agency("Trung tâm", is_centre=True))


def place(entry: int, query: str = "lịch tiếp dân", **given: Any) -> Place:
    return replace(Place(query=query, entry=entry, position=1, from_on=TODAY), **given)


def events() -> list[tuple[str, str]]:
    return list(Event.objects.filter(verb__startswith="search.").order_by("pk").values_list("verb", "actor"))


def alternatives(text: str) -> list[str]:
    found = teaching.dictionary_now().alternatives(forms(text))
    return [" ".join(form.accented for form in one.forms) for one in found]


def test_a_wording_is_found_by_the_other_both_ways(editor: User) -> None:
    tuning.add_wording(TRAIN, by=editor, at=NOON)

    assert alternatives("ga xe lua") == ["tàu hoả"]
    assert alternatives("vé tàu hoả") == ["xe lửa"]


def test_a_one_way_wording_is_found_one_way(editor: User) -> None:
    tuning.add_wording(replace(TRAIN, direction=Direction.ONE_WAY), by=editor, at=NOON)

    assert alternatives("xe lửa") == ["tàu hoả"]
    assert alternatives("tàu hỏa") == []


def test_an_acronym_may_stand_for_several_things(editor: User) -> None:
    for long in ("chỉ thị", "chương trình"):
        tuning.add_wording(Word(kind=WordingKind.ACRONYM, short="CT", long=long), by=editor, at=NOON)

    assert alternatives("CT 12") == ["chỉ thị", "chương trình"]


@pytest.mark.parametrize("other", [TRAIN, replace(TRAIN, short="Tầu hoả", long="XE LỬA")])
def test_a_pair_is_told_once_in_whatever_order_and_spelling(editor: User, other: Word) -> None:
    tuning.add_wording(TRAIN, by=editor, at=NOON)

    with pytest.raises(Refused, match="đã được ghi"):
        tuning.add_wording(other, by=editor, at=NOON)
    assert Wording.objects.count() == 1


@pytest.mark.parametrize(
    ("short", "long", "field"),
    [("xe lửa", "Xe lua", "long"), ("!!!", "tàu hỏa", "short"), ("xe lửa", "–", "long"), ("xe", "à " * 17, "long")],
)
def test_a_wording_that_says_nothing_is_refused_at_its_field(editor: User, short: str, long: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        tuning.add_wording(Word(kind=WordingKind.SYNONYM, short=short, long=long), by=editor, at=NOON)

    assert refused.value.field == field


def test_every_change_is_journalled_with_what_was_before_and_after(editor: User) -> None:
    added = tuning.add_wording(TRAIN, by=editor, at=NOON)
    tuning.change_wording(added, replace(TRAIN, long="hỏa xa"), by=editor, at=NOON)
    tuning.remove_wording(added, by=editor, at=NOON)

    assert [verb for verb, _ in events()] == ["search.wording-add", "search.wording-change", "search.wording-remove"]
    changed = Event.objects.get(verb="search.wording-change")
    assert '"long":"tàu hỏa"' in changed.data.partition('"before"')[2]
    assert '"long":"hỏa xa"' in changed.data.partition('"after"')[2]
    assert changed.agency is None
    assert not Wording.objects.exists()


def test_a_pin_stands_first_on_its_days_in_its_order(editor: User) -> None:
    one, two, three = (makers.entry(title=f"Lịch tiếp dân {word}").pk for word in ("một", "hai", "ba"))
    tuning.pin(place(one, position=2), by=editor, at=NOON)
    tuning.pin(place(two, "Lich TIEP dan", until_on=TODAY), by=editor, at=NOON)
    tuning.pin(place(three, from_on=TODAY + timedelta(days=1)), by=editor, at=NOON)

    def on(day: date) -> tuple[int, ...]:
        return teaching.dictionary_on(day).pinned("lịch tiếp dân!")

    assert on(TODAY) == (two, one)
    assert on(TODAY + timedelta(days=1)) == (three, one)
    assert on(TODAY - timedelta(days=1)) == ()
    assert teaching.dictionary_on(TODAY).pinned("lịch tiếp") == ()


def test_what_is_not_public_cannot_be_pinned_nor_expected(editor: User) -> None:
    gone = makers.entry()
    makers.withdraw(gone)

    with pytest.raises(Refused, match="công khai") as pinned:
        tuning.pin(place(gone.pk), by=editor, at=NOON)
    with pytest.raises(Refused, match="công khai"):
        tuning.expect(Expected(query="thư viện", entry=gone.pk), by=editor, at=NOON)
    assert pinned.value.field == "entry"


def test_a_pin_of_something_withdrawn_can_still_be_ended(editor: User) -> None:
    entry = makers.entry()
    pin = tuning.pin(place(entry.pk), by=editor, at=NOON)
    makers.withdraw(entry)

    tuning.change_pin(pin, place(entry.pk, until_on=TODAY), by=editor, at=NOON)

    assert Pin.objects.get().until_on == TODAY


def test_pins_are_few_their_days_in_order_and_each_entry_once(editor: User) -> None:
    entries = [makers.entry(title=f"Thư viện {number}").pk for number in range(6)]
    for entry in entries[:5]:
        tuning.pin(place(entry), by=editor, at=NOON)

    for wrong, field in (
        (place(entries[5]), "query"),
        (place(entries[0], "khác", until_on=TODAY - timedelta(days=1)), "until_on"),
    ):
        with pytest.raises(Refused) as refused:
            tuning.pin(wrong, by=editor, at=NOON)
        assert refused.value.field == field
    Pin.objects.filter(entry_id=entries[4]).delete()
    with pytest.raises(Refused, match="đã được ghim"):
        tuning.pin(place(entries[0]), by=editor, at=NOON)


def test_what_is_denied_is_denied_within_any_title(editor: User) -> None:
    denied = tuning.deny("con cóc", note="Nói chơi.", by=editor, at=NOON)

    assert teaching.dictionary_now().denies("Chuyện CON CÓC là cậu ông trời")
    assert not teaching.dictionary_now().denies("Cóc con")
    with pytest.raises(Refused, match="đã có"):
        tuning.deny("Con Coc", by=editor, at=NOON)

    tuning.allow(denied, by=editor, at=NOON)

    assert not teaching.dictionary_now().denies("con cóc")


def test_the_judged_set_is_written_changed_and_shortened(editor: User) -> None:
    entry = makers.entry().pk
    row = tuning.expect(Expected(query="  thu vien\tban dem ", entry=entry), by=editor, at=NOON)
    with pytest.raises(Refused, match="đã có câu tìm này"):
        tuning.expect(Expected(query="thu vien ban dem", entry=entry), by=editor, at=NOON)

    resting = Expected(query="thư viện", entry=entry, is_active=False)
    tuning.change_expectation(row, resting, by=editor, at=NOON)

    assert Expectation.objects.values_list("query", "is_active").get() == ("thư viện", False)
    tuning.drop_expectation(row, by=editor, at=NOON)
    assert [verb for verb, _ in events()][-1] == "search.expectation-remove"


@pytest.mark.parametrize("role", sorted(set(Role) - TUNERS))
def test_other_roles_change_nothing(role: Role) -> None:
    centre = makers.agency("Trung tâm", is_centre=True)
    by, entry = makers.person("ai-do", role, centre), makers.entry().pk

    _nothing_is_changed(by, entry)


@pytest.mark.parametrize("role", sorted(TUNERS))
def test_a_role_at_another_agency_does_not_count_and_ends_with_its_last_day(role: Role) -> None:
    by, entry = makers.person("ai-do", role, makers.agency("Sở mẫu")), makers.entry().pk

    _nothing_is_changed(by, entry)


def _nothing_is_changed(by: User, entry: int) -> None:
    acts: list[Any] = [
        lambda: tuning.add_wording(TRAIN, by=by, at=NOON),
        lambda: tuning.pin(place(entry), by=by, at=NOON),
        lambda: tuning.deny("con cóc", by=by, at=NOON),
        lambda: tuning.expect(Expected(query="thư viện", entry=entry), by=by, at=NOON),
        lambda: tuning.change_wording(Wording(), TRAIN, by=by, at=NOON),
        lambda: tuning.change_pin(Pin(), place(entry), by=by, at=NOON),
        lambda: tuning.change_expectation(Expectation(), Expected(query="a", entry=entry), by=by, at=NOON),
        lambda: tuning.remove_wording(Wording(pk=1), by=by, at=NOON),
        lambda: tuning.unpin(Pin(pk=1), by=by, at=NOON),
        lambda: tuning.allow(Denied(pk=1), by=by, at=NOON),
        lambda: tuning.drop_expectation(Expectation(pk=1), by=by, at=NOON),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert events() == []
    assert [model.objects.count() for model in (Wording, Pin, Denied, Expectation)] == [0, 0, 0, 0]


def test_whoever_tunes_also_reads() -> None:
    assert TUNERS < READERS
    assert set(READERS) == {*TUNERS, Role.AUDITOR}


def test_what_is_taught_is_read_with_three_queries_and_then_from_memory(editor: User) -> None:
    tuning.add_wording(TRAIN, by=editor, at=NOON)

    with CaptureQueriesContext(connection) as first:
        teaching.dictionary_now()
    with CaptureQueriesContext(connection) as second:
        teaching.dictionary_now()

    assert (len(first), len(second)) == (3, 0)


def test_another_process_is_behind_for_some_seconds_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 100.0
    monkeypatch.setattr(teaching, "monotonic", lambda: moment)
    assert alternatives("xe lửa") == []
    Wording.objects.create(**tuning.wording_fields(TRAIN))

    moment += teaching.KEPT_S - 0.1
    assert alternatives("xe lửa") == []

    moment += 0.2
    assert alternatives("xe lửa") == ["tàu hoả"]
    assert teaching.KEPT_S <= 5


def test_what_changes_while_it_is_read_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read = teaching.dictionary_on

    def overtaken(day: date) -> dictionary.Dictionary:
        found = read(day)
        Wording.objects.create(**tuning.wording_fields(TRAIN))
        teaching.forget()
        monkeypatch.setattr(teaching, "dictionary_on", read)
        return found

    monkeypatch.setattr(teaching, "dictionary_on", overtaken)

    assert alternatives("xe lửa") == []
    assert alternatives("xe lửa") == ["tàu hoả"]


def test_the_shipped_acronyms_go_in_once_and_stay_as_staff_left_them(editor: User) -> None:
    first = shipped.take_shipped(at=NOON)
    changed = Wording.objects.get(short="UBKT")
    removed = Wording.objects.get(short="HTX")
    tuning.change_wording(
        changed, Word(kind=WordingKind.ACRONYM, short="UBKT", long="Ủy ban Kiểm tra các cấp"), by=editor, at=NOON
    )
    tuning.remove_wording(removed, by=editor, at=NOON)

    again = shipped.take_shipped(at=NOON)

    assert (first, again) == (Wording.objects.count() + 1, 0)
    assert first >= 100
    assert Wording.objects.filter(short="UBKT").values_list("long", flat=True).get() == "Ủy ban Kiểm tra các cấp"
    assert not Wording.objects.filter(short="HTX").exists()
    assert Event.objects.filter(verb="search.acronyms").count() == 1


def test_a_shipped_line_that_staff_told_before_is_left_to_them(editor: User) -> None:
    theirs = tuning.add_wording(
        Word(kind=WordingKind.SYNONYM, short="hợp tác xã", long="HTX", direction=Direction.ONE_WAY), by=editor, at=NOON
    )

    call_command("search", "acronyms")

    assert list(Wording.objects.filter(pair=theirs.pair).values_list("pk", "direction")) == [(theirs.pk, "one-way")]


def test_the_shipped_acronyms_say_what_officials_write() -> None:
    shipped.take_shipped(at=NOON)

    assert alternatives("BCHTW") == ["ban chấp hành trung ương"]
    assert alternatives("ubkt tw") == ["uỷ ban kiểm tra", "trung ương"]
    assert alternatives("NQ 54") == ["nghị quyết"]
    assert alternatives("CT") == ["chỉ thị", "chương trình"]
    assert alternatives("uy ban nhan dan xa") == ["ubnd"]
    assert "bộ công thương" in alternatives("bct")
