"""A new version takes the place of the old one only when it is as good; and one can go back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from cong.search import actions
from cong.search.engines.engine import Engine, NotReady
from cong.search.engines.tantivy_writer import TantivyWriter
from cong.search.index import shelf
from cong.search.index.folder import Folder
from cong.search.index.gate import Exam, examine
from cong.search.index.requests import Wish
from cong.search.index.shelved import Shelved, document
from cong.search.meaning.rows import VERSION
from cong.search.measures import Score, scored
from cong.search.models import Expectation
from tests import makers
from tests.makers import NOON
from tests.search.asking import ids, query, tantivy

pytestmark = pytest.mark.django_db

HALF = "Chỉ mục mới có 1 mục, kệ xuất bản có 2."


def lose_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have builds lose every other entry."""
    whole = shelf.everything

    def half(_size: int) -> Iterator[list[Shelved]]:
        yield from (chunk for place, chunk in enumerate(whole(1)) if place % 2 == 0)

    monkeypatch.setattr(shelf, "everything", half)


def remove(version: Path, numbers: list[int]) -> None:
    """Take entries out of a version behind everybody's back."""
    mark = Folder(root=version.parent).engine(version.name).mark()
    writer = TantivyWriter(version)
    writer.remove(numbers)
    writer.commit(mark)
    writer.close()


def asking(text: str, wanted: set[int]) -> Exam:
    """Judge by one query."""

    def ask(engine: Engine) -> Score:
        return Score(scored=(scored(text, wanted, ids(engine.search(query(text)))),))

    return Exam(ask=ask)


def of_shelf(path: Path, *left_out: int) -> Engine:
    documents = [document(one) for chunk in shelf.everything(100) for one in chunk if one.id not in left_out]
    engine = tantivy(path, documents)
    writer = TantivyWriter(path)
    writer.commit(shelf.last_mark(VERSION))
    writer.close()
    engine.reload()
    return engine


def test_a_whole_index_passes(tmp_path: Path) -> None:
    made = [makers.entry(title=f"Thư viện {word}") for word in ("xã", "huyện", "tỉnh")]
    engine = of_shelf(tmp_path / "a")

    verdict = examine(engine, None, asking("thư viện huyện", {made[1].pk}), at=NOON)

    assert verdict.passed
    assert (verdict.judged, verdict.judged_before) == (1.0, None)


def test_an_index_that_lacks_entries_does_not_pass(tmp_path: Path) -> None:
    _kept, lost = makers.entry(title="Thư viện xã"), makers.entry(title="Bảo tàng tỉnh")

    verdict = examine(of_shelf(tmp_path, lost.pk), None, Exam(), at=NOON)

    assert verdict.trouble[0] == HALF
    assert verdict.trouble[1] == f"1 trong 2 mục lấy mẫu không tìm được bằng chính tiêu đề: {lost.pk}."


def test_entries_that_came_meanwhile_are_nobodys_fault(tmp_path: Path) -> None:
    makers.entry(title="Thư viện xã")
    engine = of_shelf(tmp_path)
    makers.entry(title="Bảo tàng tỉnh")

    assert examine(engine, None, Exam(), at=NOON).passed


def test_one_of_many_entries_of_the_same_title_will_do(tmp_path: Path) -> None:
    owner = makers.agency()
    makers.entries([makers.content(owner, "Lịch công tác tuần") for _ in range(25)])

    assert examine(of_shelf(tmp_path), None, Exam(), at=NOON).passed


def test_titles_without_words_are_not_asked_for(tmp_path: Path) -> None:
    makers.entry(title="…")

    assert examine(of_shelf(tmp_path), None, Exam(), at=NOON).passed


def test_judged_queries_may_lose_a_little_and_no_more(tmp_path: Path) -> None:
    one, two = makers.entry(title="Thư viện xã"), makers.entry(title="Thư viện xã mở cửa")
    engine = of_shelf(tmp_path)

    def exam(before: tuple[int, ...]) -> Exam:
        asked = asking("thư viện xã", {one.pk, two.pk})
        return Exam(ask=asked.ask, before=Score(scored=(scored("thư viện xã", {one.pk, two.pk}, before),)))

    assert examine(engine, None, exam((one.pk, two.pk)), at=NOON).passed
    assert examine(engine, None, exam((0, one.pk)), at=NOON).passed
    verdict = examine(engine, tantivy(tmp_path / "old", []), exam((one.pk, two.pk)), at=NOON)
    assert (verdict.passed, verdict.judged, verdict.judged_before) == (True, 1.0, 0.0)

    lost = examine(engine, engine, asking("thư viện xã", {one.pk, two.pk}), at=NOON)
    assert lost.passed
    worse = Exam(ask=asking("bảo tàng", {one.pk}).ask, before=Score(scored=(scored("bảo tàng", {one.pk}, [one.pk]),)))
    assert examine(engine, None, worse, at=NOON).trouble == ("Bộ câu tìm mẫu kém bản cũ 1,000 điểm nDCG@10.",)


def test_what_does_not_pass_is_set_aside_and_the_old_index_goes_on(
    search_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    makers.entry(title="Thư viện xã")
    makers.entry(title="Bảo tàng tỉnh")
    actions.catch_up()
    lose_half(monkeypatch)

    with caplog.at_level(logging.ERROR):
        rebuilt = actions.rebuild()

    state = actions.status()
    assert (rebuilt.swapped, rebuilt.trouble[0]) == (False, HALF)
    assert (state.version, state.aside, state.documents) == ("v1", "v2", 2)
    assert state.rebuilt == rebuilt
    assert HALF in caplog.text
    makers.entry(title="Nhà văn hóa")
    actions.catch_up()
    assert (actions.status().version, actions.status().documents) == ("v1", 3)
    assert (search_dir / "v2").exists()


def test_the_old_index_goes_on_where_the_new_one_answers_judged_queries_worse(search_dir: Path) -> None:
    wanted = makers.entry(title="Thư viện", html="<p>Có bảo tàng ở bên.</p>")
    others = [makers.entry(title="Bảo tàng tỉnh").pk for _ in range(12)]
    Expectation.objects.create(query="bảo tàng", entry_id=wanted.pk)
    actions.catch_up()
    remove(search_dir / "v1", others)

    rebuilt = actions.rebuild()

    assert not rebuilt.swapped
    assert rebuilt.judged_before == 1.0
    assert rebuilt.judged is not None
    assert rebuilt.judged < 1
    assert len(rebuilt.trouble) == 1
    assert actions.status().version == "v1"


def test_anyway_is_anyway(search_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    makers.entry(title="Thư viện xã")
    makers.entry(title="Bảo tàng tỉnh")
    actions.catch_up()
    lose_half(monkeypatch)
    actions.rebuild()

    rebuilt = actions.rebuild(anyway=True)

    state = actions.status()
    assert (rebuilt.swapped, rebuilt.trouble[0]) == (True, HALF)
    assert (state.version, state.previous, state.aside) == ("v2", "v1", None)
    assert sorted(path.name for path in search_dir.glob("v*")) == ["v1", "v2"]


def test_where_nothing_is_read_a_poor_index_is_better_than_none(monkeypatch: pytest.MonkeyPatch) -> None:
    makers.entry(title="Thư viện xã")
    makers.entry(title="Bảo tàng tỉnh")
    lose_half(monkeypatch)

    actions.catch_up()

    state = actions.status()
    assert (state.ready, state.version, state.documents) == (True, "v1", 1)
    assert state.rebuilt is not None
    assert state.rebuilt.trouble[0] == HALF


def test_one_goes_back_to_the_version_before_brought_up_to_date_and_forth_again(search_dir: Path) -> None:
    makers.entry(title="Thư viện xã")
    actions.catch_up()
    actions.rebuild()
    makers.entry(title="Bảo tàng tỉnh")
    actions.catch_up()

    assert actions.back() == "v1"

    state = actions.status()
    assert (state.version, state.previous, state.documents, state.behind) == ("v1", "v2", 2, 0)
    assert actions.back() == "v2"


def test_nobody_goes_back_to_what_this_program_cannot_read(search_dir: Path) -> None:
    makers.entry(title="Thư viện xã")
    with pytest.raises(NotReady):
        actions.back()
    actions.catch_up()
    with pytest.raises(NotReady):
        actions.back()
    actions.rebuild()
    (search_dir / "v1" / "meta.json").write_text("{}")

    with pytest.raises(NotReady):
        actions.back()

    assert actions.status().version == "v2"


@pytest.mark.parametrize(("wish", "version"), [(Wish.REBUILD, "v1"), (Wish.REBUILD_ANYWAY, "v2"), (Wish.BACK, "v1")])
def test_a_running_indexer_does_what_it_is_asked(wish: Wish, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    makers.entry(title="Thư viện xã")
    makers.entry(title="Bảo tàng tỉnh")
    actions.catch_up()
    if wish is Wish.BACK:
        actions.rebuild()
    lose_half(monkeypatch)

    asked = actions.ask(wish)
    assert not actions.is_carried_out([asked], within=0)
    actions.catch_up()

    assert actions.is_carried_out([asked], within=0)
    assert actions.status().version == version


def test_what_cannot_be_done_is_not_tried_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    asked = actions.ask(Wish.BACK)

    actions.catch_up()

    assert actions.is_carried_out([asked], within=0)
    assert "search.refused wish=back" in caplog.text
    assert actions.status().ready
