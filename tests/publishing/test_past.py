"""What was public at a past moment, and what was corrected since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.entries.models import Entry, Mode, Tombstone
from cong.publishing import withdrawal
from cong.publishing.differences import Mark, differences, paragraphs, words
from cong.publishing.past import corrections_of, entry_at, snapshot_public_at
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import content, live, newsroom

HOUR = timedelta(hours=1)
_TEXT = st.text(st.sampled_from("ab mở cửa buổi tối .,\n"), max_size=60)


def _columns(entry: Entry) -> dict[str, object]:
    return {field.attname: getattr(entry, field.attname) for field in Entry._meta.concrete_fields}


@pytest.mark.django_db
def test_a_past_moment_shows_what_stood_there() -> None:
    first = makers.entry(title="Bản một", tags=("Giáo dục",), picture="a" * 64)
    second = makers.correct(first, at=NOON + HOUR, title="Bản hai", note="Sửa tên.")
    third = makers.correct(second, at=NOON + 2 * HOUR, title="Bản ba")
    makers.withdraw(third, at=NOON + 3 * HOUR, note="Gỡ.")

    assert entry_at(first.pk, NOON - HOUR) is None
    for moment, stood in ((NOON, first), (NOON + HOUR, second), (NOON + 2.5 * HOUR, third)):
        found = entry_at(first.pk, moment)
        assert isinstance(found, Entry)
        assert _columns(found) == _columns(stood)
    grave = entry_at(first.pk, NOON + 3 * HOUR)
    assert isinstance(grave, Tombstone)
    assert (grave.mode, grave.note, grave.title) == ("gone", "Gỡ.", "Bản ba")


@pytest.mark.django_db
def test_all_that_was_public_at_a_moment() -> None:
    owner, other = makers.agency(), makers.agency()
    one, two = makers.entry(owner), makers.entry(other)
    makers.withdraw(one, at=NOON + HOUR)

    assert [entry.pk for entry in snapshot_public_at(NOON)] == [one.pk, two.pk]
    assert [entry.pk for entry in snapshot_public_at(NOON, agency=owner)] == [one.pk]
    assert [entry.pk for entry in snapshot_public_at(NOON + HOUR)] == [two.pk]
    assert list(snapshot_public_at(NOON - HOUR)) == []


@pytest.mark.django_db
def test_corrections_are_told_with_their_notes_and_differences() -> None:
    room = newsroom()
    docket = live(room)
    live(room, docket, at=NOON + HOUR, title="Thư viện xã mở cửa cả ngày", note="Sửa giờ mở cửa.")

    (correction,) = corrections_of(docket.pk)

    assert (correction.at, correction.note) == (NOON + HOUR, "Sửa giờ mở cửa.")
    assert [(block.where, [(run.mark, run.text) for run in block.runs]) for block in correction.diff] == [
        ("title", [
            (Mark.SAME, "Thư viện xã mở cửa "), (Mark.DELETED, "buổi"), (Mark.INSERTED, "cả"), (Mark.SAME, " "),
            (Mark.DELETED, "tối"), (Mark.INSERTED, "ngày"),
        ]),
    ]  # fmt: skip


@pytest.mark.django_db
def test_corrections_of_an_earlier_life_are_not_told() -> None:
    room = newsroom()
    docket = live(room, live(room), at=NOON + HOUR, note="Sửa.")
    withdrawal.withdraw(docket, mode=Mode.GONE, note="Sai.", by=room.duty, at=NOON + 2 * HOUR)
    assert corrections_of(docket.pk) == []

    live(room, docket, at=NOON + 3 * HOUR, note="Trở lại.")

    assert corrections_of(docket.pk) == []


@given(old=_TEXT, new=_TEXT)
def test_the_runs_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    runs = words(old, new)

    assert "".join(run.text for run in runs if run.mark is not Mark.INSERTED) == old
    assert "".join(run.text for run in runs if run.mark is not Mark.DELETED) == new


def test_paragraphs_are_plain_and_scripts_say_nothing() -> None:
    html = "<h2>Mục &amp; lục</h2><p>Một <b>hai</b><br>ba</p><ul><li>bốn</ul><script>x()</script>"

    assert paragraphs(html) == ["Mục & lục", "Một hai", "ba", "bốn"]


@pytest.mark.django_db
def test_only_paragraphs_that_changed_are_shown() -> None:
    room = newsroom()
    old = content(room, html="<p>Một hai ba bốn.</p><p>Giữ nguyên.</p><p>Bỏ hẳn đoạn này.</p>")
    new = content(room, html="<p>Một hai ba năm.</p><p>Giữ nguyên.</p><p>Hoàn toàn khác.</p>")

    shown = [[(run.mark, run.text) for run in block.runs] for block in differences(old, new)]

    assert shown == [
        [(Mark.SAME, "Một hai ba "), (Mark.DELETED, "bốn"), (Mark.INSERTED, "năm"), (Mark.SAME, ".")],
        [(Mark.DELETED, "Bỏ hẳn đoạn này.")],
        [(Mark.INSERTED, "Hoàn toàn khác.")],
    ]
    assert differences(old, old) == []
