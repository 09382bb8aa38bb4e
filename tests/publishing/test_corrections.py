"""Tests `cong/publishing/corrections.py`: what readers are told beside an entry is what the ledger says."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.entries.models import Change, Correction, Entry, Judgement, Mode
from cong.publishing import actions, emergency, withdrawal
from cong.publishing.corrections import difference
from cong.publishing.models import Docket, Step
from cong.publishing.queries import problems
from cong.publishing.rewinding import rewound
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import Newsroom, approved, content, judged, live, newsroom, sha, submitted

HOUR = timedelta(hours=1)
_TEXTS = st.text(st.sampled_from("ab mở cửa buổi tối . "), max_size=300)


def told(docket: Docket) -> list[tuple[str, Any]]:
    return list(Judgement.objects.filter(entry_id=docket.pk).order_by("at", "pk").values_list("step", "at"))


def corrected(room: Newsroom, docket: Docket, *, hours: int = 1, **given: Any) -> Docket:
    return live(room, docket, at=NOON + hours * HOUR, note=f"Sửa lần {hours}.", **given)


def in_an_emergency(room: Newsroom) -> Docket:
    docket = submitted(room)
    for person in (room.duty, room.approver):
        emergency.turn_key(docket, sha256=sha(docket), reason="Bão gần bờ.", by=person, at=NOON)
    return docket


@pytest.mark.django_db
def test_a_release_tells_when_it_was_judged_and_never_by_whom() -> None:
    docket = live(newsroom())

    assert told(docket) == [("appraise", NOON), ("approve", NOON)]
    assert {field.name for field in Judgement._meta.fields} == {"id", "entry_id", "step", "at"}


@pytest.mark.django_db
def test_a_correction_is_told_with_its_note_its_moment_and_what_changed() -> None:
    room = newsroom()
    docket = corrected(room, live(room), title="Thư viện xã mở cửa cả ngày", tags=("sách",))

    one = Correction.objects.get()

    assert (one.entry_id, one.at, one.note) == (docket.pk, NOON + HOUR, "Sửa lần 1.")
    assert one.release_id == Entry.objects.get(pk=docket.pk).release_id
    assert one.diff == {
        "blocks": [{"where": "title", "runs": [
            ["same", "Thư viện xã mở cửa "], ["deleted", "buổi tối"], ["inserted", "cả ngày"],
        ]}],
        "left_out": 0, "also": ["tags"],
    }  # fmt: skip
    assert told(docket) == [("appraise", NOON + HOUR), ("approve", NOON + HOUR)]
    assert list(problems()) == []


@pytest.mark.django_db
def test_what_is_harvested_is_corrected_without_a_word_of_ours() -> None:
    makers.correct(makers.entry(), title="Tên khác")

    assert not Correction.objects.exists()
    assert not Judgement.objects.exists()


@pytest.mark.django_db
def test_a_correction_that_is_undone_tells_nothing() -> None:
    room = newsroom()
    docket = approved(room, live(room), at=NOON + HOUR, note="Sửa.")
    before = told(docket)

    with transaction.atomic():
        release(docket, by=room.duty)
        assert Correction.objects.exists()
        transaction.set_rollback(True)

    assert told(docket) == before
    assert not Correction.objects.exists()


def release(docket: Docket, *, by: User) -> None:
    assert docket.snapshot
    actions.release(docket.snapshot, by=by, at=NOON + HOUR, note="Sửa.")


@pytest.mark.django_db
def test_what_is_withdrawn_takes_what_was_told_of_it_along_and_comes_back_without() -> None:
    room = newsroom()
    docket = corrected(room, live(room))

    withdrawal.withdraw(docket, mode=Mode.GONE, note="Sai.", by=room.duty, at=NOON + 2 * HOUR)

    assert not Correction.objects.exists()
    assert not Judgement.objects.exists()
    assert list(problems()) == []
    corrected(room, docket, hours=3)
    assert not Correction.objects.exists()
    assert Judgement.objects.count() == 2
    assert list(problems()) == []


@pytest.mark.django_db
def test_an_emergency_is_told_until_the_approval_comes() -> None:
    room, centre = newsroom(), newsroom("tw", is_centre=True)
    docket = in_an_emergency(room)
    assert told(docket) == [("emergency", NOON)]
    assert list(problems()) == []

    judged(docket, Step.APPRAISE, room.appraiser, at=NOON + HOUR)
    assert [step for step, _ in told(docket)] == ["emergency", "appraise"]
    heard = Change.objects.count()
    judged(docket, Step.APPROVE, centre.approver, at=NOON + 2 * HOUR)

    assert told(docket) == [("emergency", NOON), ("appraise", NOON + HOUR), ("approve", NOON + 2 * HOUR)]
    assert Change.objects.count() == heard + 1
    assert list(problems()) == []


@pytest.mark.django_db
def test_a_key_that_nobody_followed_is_no_emergency() -> None:
    room = newsroom()
    docket = submitted(room)
    emergency.turn_key(docket, sha256=sha(docket), reason="Bão.", by=room.duty, at=NOON)
    other = makers.person("truc-2", Role.DUTY_EDITOR, room.agency)
    judged(judged(docket, Step.APPRAISE, room.appraiser), Step.APPROVE, room.approver)

    release(docket, by=other)

    assert [step for step, _ in told(docket)] == ["appraise", "approve"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (lambda: Correction.objects.update(note="Khác."), "nội dung đính chính"),
        (lambda: Correction.objects.update(diff={}), "nội dung đính chính"),
        (lambda: Correction.objects.all().delete(), "nội dung đính chính"),
        (lambda: Judgement.objects.filter(step="approve").delete(), "thời điểm thẩm định"),
        (lambda: Judgement.objects.update(at=NOON), "thời điểm thẩm định"),
        (lambda: Judgement.objects.update(entry_id=99), "không có trên giá"),
        (lambda: Correction.objects.update(entry_id=99), "không có trên giá"),
    ],
)
def test_verification_names_what_is_told_otherwise(forge: Any, said: str) -> None:
    room = newsroom()
    corrected(room, live(room))
    assert list(problems()) == []

    forge()

    assert any(said in one for one in problems()), list(problems())


@pytest.mark.django_db
def test_a_past_moment_is_told_as_it_was_though_it_was_withdrawn_since() -> None:
    room = newsroom()
    kept, gone = live(room, title="Còn"), live(room, title="Gỡ")
    for docket in (kept, gone):
        corrected(room, docket, title="Sửa một")
    shown = list(Correction.objects.order_by("pk").values())
    corrected(room, kept, hours=2, title="Sửa hai")
    withdrawal.withdraw(gone, mode=Mode.GONE, note="Sai.", by=room.duty, at=NOON + 3 * HOUR)

    with rewound(NOON + HOUR):
        assert list(Correction.objects.order_by("pk").values()) == shown
        assert told(gone) == [("appraise", NOON + HOUR), ("approve", NOON + HOUR)]
    with rewound(NOON):
        assert not Correction.objects.exists()
        assert told(kept) == [("appraise", NOON), ("approve", NOON)]


@pytest.mark.django_db
def test_a_past_emergency_is_one_until_its_approval() -> None:
    room, centre = newsroom(), newsroom("tw", is_centre=True)
    docket = in_an_emergency(room)
    judged(docket, Step.APPRAISE, room.appraiser, at=NOON + HOUR)
    judged(docket, Step.APPROVE, centre.approver, at=NOON + 2 * HOUR)

    with rewound(NOON + HOUR):
        assert told(docket) == [("emergency", NOON), ("appraise", NOON + HOUR)]


@pytest.mark.django_db
def test_what_had_not_expired_then_is_shown_as_it_was() -> None:
    entry = makers.entry(expires_at=NOON + 2 * HOUR)

    with rewound(NOON + HOUR):
        assert not Entry.objects.get(pk=entry.pk).has_expired(NOON + 99 * HOUR)
    with rewound(NOON + 3 * HOUR):
        assert Entry.objects.get(pk=entry.pk).has_expired(NOON + 3 * HOUR)


@pytest.mark.django_db
def test_a_change_that_is_not_in_the_words_is_named() -> None:
    room = newsroom()
    old = content(room, html='<p><a href="/a">Mục</a></p>', tags=("A",))
    new = content(room, html='<p><a href="/b">Mục</a></p>', tags=("B",), part="xay-dung-dang")

    assert difference(old, new) == {"blocks": [], "left_out": 0, "also": ["body", "tags", "place"]}


@pytest.mark.django_db
def test_a_great_change_is_bounded_and_says_how_much_is_left_out() -> None:
    room = newsroom()
    old = content(room, html="".join(f"<p>{f'cũ{n} ' * 90}</p>" for n in range(300)))
    new = content(room, html="".join(f"<p>{f'mới{n} ' * 90}</p>" for n in range(300)))

    said = difference(old, new)

    assert len(json.dumps(said, ensure_ascii=False)) < 12_000
    assert said["left_out"] + len(said["blocks"]) == 600


@pytest.mark.django_db
def test_of_very_many_small_changes_the_first_are_shown() -> None:
    room = newsroom()
    old, new = (content(room, html="".join(f"<p>Dòng {n} {word}</p>" for n in range(90))) for word in ("cũ", "mới"))

    said = difference(old, new)

    assert (len(said["blocks"]), said["left_out"]) == (40, 50)


@pytest.mark.django_db
def test_one_endless_paragraph_is_bounded_too() -> None:
    room = newsroom()
    old, new = (content(room, html=f"<p>{f'{word} và rồi ' * 200}</p>") for word in ("cũ", "mới"))

    said = difference(old, new)

    assert len(json.dumps(said, ensure_ascii=False)) < 12_000
    assert said["blocks"][0]["runs"][-1] == ["same", " …"]


@pytest.mark.django_db
def test_far_from_a_change_words_are_left_out() -> None:
    room = newsroom()
    long = "Một hai ba bốn năm. " * 40
    old, new = (content(room, html=f"<p>{long}{word} {long}</p>") for word in ("sáu", "bảy"))

    ((before, gone, came, after),) = [block["runs"] for block in difference(old, new)["blocks"]]

    assert (gone, came) == (["deleted", "sáu"], ["inserted", "bảy"])
    assert before[1].startswith("… ")
    assert before[1].endswith("bốn năm. ")
    assert after[1].startswith(" Một hai")
    assert after[1].endswith(" …")
    assert len(before[1]) + len(after[1]) < 200


@pytest.mark.django_db
@given(old=_TEXTS, new=_TEXTS)
def test_what_is_told_to_have_changed_did_change(old: str, new: str) -> None:
    owner = makers.agency()
    before, after = (makers.content(owner, html=f"<p>{text}</p>", title="x") for text in (old, new))

    for block in difference(before, after)["blocks"]:
        for mark, text in block["runs"]:
            source = {"deleted": [old], "inserted": [new], "same": [old, new]}[mark]
            for piece in text.split("…"):
                assert all(" ".join(piece.split()) in " ".join(one.split()) for one in source)
