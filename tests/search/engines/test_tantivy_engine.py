"""What only the embedded engine promises: commits, directories, and that nothing typed breaks it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.engines.engine import Mark, NotReady, Page
from cong.search.engines.tantivy_engine import TantivyEngine
from cong.search.engines.tantivy_writer import TantivyWriter
from cong.search.meaning.rows import VERSION
from tests.search.asking import PLAIN, ids, query, shelf, tantivy


def test_a_document_put_again_replaces_itself_and_a_removed_one_is_gone(tmp_path: Path) -> None:
    made = tantivy(tmp_path, shelf("Bản cũ", "Bản khác"))
    writer = TantivyWriter(tmp_path)
    writer.put([replace(PLAIN, id=1, title="Đính chính")])
    writer.remove([2])
    writer.commit(Mark(seq=7, change="put 1", version=VERSION))
    writer.close()

    made.reload()

    assert ids(made.search(query("đính chính"))) == [1]
    assert made.search(query("bản")) == Page()
    assert made.size == 1
    assert made.mark() == Mark(seq=7, change="put 1", version=VERSION)


def test_what_was_not_committed_does_not_exist(tmp_path: Path) -> None:
    made = tantivy(tmp_path, shelf("Một"))
    writer = TantivyWriter(tmp_path)
    writer.put(shelf("Hai", "Ba"))
    writer.close()

    made.reload()

    assert made.size == 1
    assert ids(made.search(query("một"))) == [1]


def test_a_directory_without_an_index_is_not_ready(tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        TantivyEngine(tmp_path / "none")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> TantivyEngine:
    titles = "Thư viện mở cửa", "Nghị định 54/2017/NĐ-CP", "中文 tiếng Trung"
    return tantivy(tmp_path_factory.mktemp("index"), shelf(*titles))


AWKWARD = st.text(max_size=120) | st.text(alphabet="\"'()[]{}+-*~^:/\\&|!<> aờ54_\x00\x1f", max_size=600)


@given(AWKWARD)
def test_anything_typed_is_answered(small: TantivyEngine, text: str) -> None:
    found = small.search(query(text))

    assert found.total == len(found.hits)


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "thư " * 25_000, "1/" * 50_000, "\x00" * 100_000, "文" * 100_000, "\u0301" * 9999]
)
def test_very_long_queries_are_cut_and_answered(small: TantivyEngine, text: str) -> None:
    assert small.search(query(text)).total <= 3
