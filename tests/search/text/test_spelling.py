"""Counts of a corpus: what goes in comes out of the file, rare syllables never, a damaged file is told."""

from __future__ import annotations

import os
import tracemalloc
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.text.spelling import Counts, CountsBuilder, Damaged, are_near

TEXTS = [
    "Thư viện mở cửa buổi tối. Thư viện cho mượn sách, có chỗ đọc sách.",
    "Thư viện phường mở lớp đọc sách buổi tối; thu phí mượn sách.",
    "Mượn sách ở thư viện tỉnh, thu thẻ. Chữ hiếm hoi: xoèn.",
    "Thư viện xã thu sách cũ. Xoèn.",
]
LETTERS = st.text(alphabet="abcn", max_size=5)


def counted(path: Path, texts: list[str]) -> Counts:
    builder = CountsBuilder()
    for text in texts:
        builder.add(text)
    builder.write(path / "counts")
    return Counts.open(path / "counts")


def forms(counts: Counts, folded: str) -> dict[str, int]:
    return {counts.form_text(form): counts.form_count(form) for form in counts.forms(counts.word(folded))}


def form(counts: Counts, accented: str, folded: str) -> int:
    return next(one for one in counts.forms(counts.word(folded)) if counts.form_text(one) == accented)


def test_syllables_their_spellings_and_neighbours_are_counted(tmp_path: Path) -> None:
    counts = counted(tmp_path, TEXTS)

    assert counts.count(counts.word("thu")) == 8
    assert forms(counts, "thu") == {"thư": 5, "thu": 3}
    assert counts.pair(counts.word("thu"), counts.word("vien")) == 5
    assert counts.form_pair(form(counts, "thư", "thu"), form(counts, "viện", "vien")) == 5
    assert counts.form_pair(form(counts, "thu", "thu"), form(counts, "viện", "vien")) == 0
    assert counts.total == sum(len(text.split()) for text in TEXTS)


def test_neighbours_do_not_cross_the_end_of_a_sentence(tmp_path: Path) -> None:
    counts = counted(tmp_path, ["Có sách. Thư viện mở cửa."] * 4)

    assert counts.pair(counts.word("sach"), counts.word("thu")) == 0
    assert counts.pair(counts.word("co"), counts.word("sach")) == 4


def test_what_stands_in_fewer_than_three_texts_is_never_offered_yet_known_to_exist(tmp_path: Path) -> None:
    counts = counted(tmp_path, TEXTS)

    assert counts.word("xoen") == -1
    assert counts.is_rare("xoen")
    assert not counts.is_rare("xoan")
    assert "xoen" not in [counts.text(word) for word in counts.near("xoe")]
    assert b"xo" not in (tmp_path / "counts").read_bytes()


def test_a_spelling_of_one_text_is_not_offered_beside_a_common_one(tmp_path: Path) -> None:
    counts = counted(tmp_path, [*TEXTS, "thử thử thử"])

    assert set(forms(counts, "thu")) == {"thư", "thu"}


def test_numbers_other_scripts_and_long_runs_are_not_counted(tmp_path: Path) -> None:
    counts = counted(tmp_path, ["54 中文 h5n1 новости " + "a" * 40 + " sách"] * 3)

    assert [counts.text(word) for word in range(len(counts))] == ["sach"]
    assert counts.total == 3


def test_an_empty_corpus_makes_counts_that_know_nothing(tmp_path: Path) -> None:
    counts = counted(tmp_path, [])

    assert len(counts) == 0
    assert counts.word("sach") == -1
    assert not counts.is_rare("sach")
    assert list(counts.near("sach")) == []


@pytest.mark.parametrize("text", ["", "\ud800", "thư", "中", "a" * 10_000])
def test_any_text_may_be_looked_up(tmp_path: Path, text: str) -> None:
    counts = counted(tmp_path, TEXTS)

    assert counts.word(text) == -1
    assert not counts.is_rare(text)
    assert list(counts.near(text)) == []


@pytest.mark.parametrize("size", [0, 5, 32, 100, -1])
def test_a_file_that_was_cut_is_told(tmp_path: Path, size: int) -> None:
    counted(tmp_path, TEXTS)
    path = tmp_path / "counts"
    path.write_bytes(path.read_bytes()[:size])

    with pytest.raises(Damaged):
        Counts.open(path)


@pytest.mark.parametrize("place", [0, 8, 12, 16, 20, 40, 200, -1])
def test_a_file_with_one_other_byte_is_told(tmp_path: Path, place: int) -> None:
    counted(tmp_path, TEXTS)
    path = tmp_path / "counts"
    data = bytearray(path.read_bytes())
    data[place] ^= 0x40
    path.write_bytes(data)

    with pytest.raises(Damaged):
        Counts.open(path)


def test_a_foreign_file_is_told_and_a_missing_one_is_missing(tmp_path: Path) -> None:
    (tmp_path / "counts").write_text("không phải bảng đếm\n" * 100)

    with pytest.raises(Damaged):
        Counts.open(tmp_path / "counts")
    with pytest.raises(FileNotFoundError):
        Counts.open(tmp_path / "none")


def test_readers_of_the_old_file_go_on_when_a_new_one_is_written(tmp_path: Path) -> None:
    before = counted(tmp_path, TEXTS)

    after = counted(tmp_path, TEXTS * 2)

    assert before.count(before.word("thu")) == 8
    assert after.count(after.word("thu")) == 16


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(tmp_path, TEXTS)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        counted(tmp_path, TEXTS * 2)

    assert [path.name for path in tmp_path.iterdir()] == ["counts"]
    found = Counts.open(tmp_path / "counts")
    assert found.count(found.word("thu")) == 8


def test_a_builder_that_is_full_forgets_what_is_rare_and_keeps_what_is_common(tmp_path: Path) -> None:
    builder = CountsBuilder(most_syllables=60, most_pairs=90)
    odd = ["".join(letters) for letters in product("bcdghklm", "aeo", "nt")]
    for place, word in enumerate(odd * 4):
        builder.add(f"thư viện mở cửa {word} {odd[place * 7 % len(odd)]}")
        assert builder.size <= (60, 90)

    builder.write(tmp_path / "counts")
    counts = Counts.open(tmp_path / "counts")

    assert counts.pair(counts.word("thu"), counts.word("vien")) == 4 * len(odd)
    assert len(counts) <= 60


def test_open_counts_take_hardly_any_memory_of_their_own(tmp_path: Path) -> None:
    words = ["".join(letters) for letters in product("bcdghklmnprstvx", "aeiou", "bcdghklmnp", "ae")]
    counted(tmp_path, [" ".join(words)] * 3)
    size = (tmp_path / "counts").stat().st_size

    tracemalloc.start()
    counts = Counts.open(tmp_path / "counts")
    own, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(counts) == len(words)
    assert own < size / 10


def test_words_one_edit_away_are_found_and_no_others(tmp_path: Path) -> None:
    words = ["".join(letters) for size in (1, 2, 3) for letters in product("abc", repeat=size)]
    counts = counted(tmp_path, [" ".join(words)] * 3)

    for typed in [*words, "abcc", "dabc", "cba", "d"]:
        assert {counts.text(word) for word in counts.near(typed)} == {
            word for word in words if _edits(typed, word) == 1
        }


@given(LETTERS, LETTERS)
def test_one_edit_is_a_letter_more_less_or_other_or_two_swapped(one: str, other: str) -> None:
    assert are_near(one, other) == (_edits(one, other) == 1)


def _edits(one: str, other: str) -> int:
    """Return the distance with neighbours swapped as one edit, by its definition."""
    rows = [[max(i, j) if not i or not j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, j in product(range(1, len(one) + 1), range(1, len(other) + 1)):
        steps = [rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])]
        if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
            steps.append(rows[i - 2][j - 2] + 1)
        rows[i][j] = min(steps)
    return rows[-1][-1]
