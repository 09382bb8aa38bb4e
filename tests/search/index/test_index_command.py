"""`cong index`: what an operator reads, and the code it ends with."""

from __future__ import annotations

import json
import os
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cong.search import actions
from cong.search.engines import chosen
from cong.search.engines.engine import Failed
from cong.search.index import indexer, records
from cong.search.index.building import Site
from cong.search.index.folder import Folder
from cong.search.index.following import Following
from cong.search.index.indexer import Indexer
from cong.search.index.records import Building
from cong.search.index.requests import Request, waiting
from tests import makers
from tests.makers import NOON
from tests.search.index.test_check import spoil
from tests.search.index.test_gate import HALF, lose_half

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def index(*words: str) -> str:
    said = StringIO()
    call_command("index", *words, stdout=said)
    return said.getvalue()


def as_json(*words: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(index(*words, "--json"))
    return said


@pytest.fixture(autouse=True)
def _signals_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the signals of the test run as they are."""
    monkeypatch.setattr("cong.search.management.commands.index.signal.signal", lambda *_: None)


def test_before_there_is_an_index_its_state_says_so() -> None:
    said = index("status")

    assert "Máy tìm kiếm: tantivy" in said
    assert "Chỉ mục: chưa có (chưa đọc được, cần lập lại)" in said
    assert "Tiến trình lập chỉ mục: không chạy" in said
    assert "Lần lập lại gần nhất: chưa có" in said


def test_the_state_tells_everything_that_matters(search_dir: Path) -> None:
    makers.entry(title="Thư viện xã")
    index("once")
    index("check")
    makers.entry(title="Thư viện huyện")

    said, told = index("status"), as_json("status")

    assert "Chỉ mục: v1\n" in said
    assert "Đã đọc đến thay đổi: 1, còn 1" in said
    assert "bản v1, 1 mục" in said
    assert re.search(r"Kiểm tra .*: 1 mục, hết [0-9.]+ giây, khớp với kệ xuất bản\n", said)
    assert (told["engine"], told["version"], told["documents"], told["behind"]) == ("tantivy", "v1", 1, 1)
    assert told["size"] > 1000
    assert told["rebuilt"]["swapped"] is True
    assert told["checked"]["entries"] == 1
    assert told["pid"] is None


def test_who_writes_and_how_far_a_build_is_are_told(search_dir: Path) -> None:
    makers.entry(title="Thư viện xã")
    index("once")
    began = NOON.replace(hour=4)
    records.keep_building(search_dir, Building(name="v2", began_at=began, at=NOON, done=900_000, total=1_000_000))

    idle = index("status")
    with chosen.versions().locked():
        busy = index("status")

    assert "Đang lập" not in idle
    assert f"đang chạy (số {os.getpid()})" in busy
    assert "Đang lập bản v2: 900.000/1.000.000 mục, 250 mục/giây, còn khoảng 400 giây" in busy


def test_once_reads_what_is_new() -> None:
    makers.entry(title="Thư viện xã")

    assert "Chỉ mục có 1 mục, đã đọc đến thay đổi 1" in index("once")


def test_a_rebuild_that_does_not_pass_ends_in_words_and_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    makers.entry(title="Thư viện xã")
    makers.entry(title="Bảo tàng tỉnh")
    index("once")
    lose_half(monkeypatch)

    with pytest.raises(CommandError, match="bản cũ vẫn phục vụ"):
        index("rebuild")

    state = index("status")
    assert "Chỉ mục: v1\n" in state
    assert "bản để riêng vì không đạt: v2" in state
    assert HALF in state
    assert "đang dùng" in index("rebuild", "--anyway")
    assert "Người đọc đang dùng lại bản v1" in index("back")


def test_there_must_be_something_to_go_back_to() -> None:
    index("once")

    with pytest.raises(CommandError, match="Không có bản trước nào"):
        index("back")


def test_a_check_that_finds_something_is_an_error_until_it_is_repaired(search_dir: Path) -> None:
    entry = makers.entry(title="Thư viện xã")
    index("once")
    spoil(search_dir / "v1", remove=[entry.pk])

    with pytest.raises(CommandError, match="cong index repair"):
        index("check")
    repaired = index("check", "--repair")

    assert f"thiếu 1, cũ 0, thừa 0, không tìm được bằng tiêu đề 0, đã cho sửa: {entry.pk}" in repaired
    assert "khớp với kệ xuất bản" in index("check")
    assert as_json("repair")["missing"] == 0
    assert f"đã cho sửa: {entry.pk}" in index("status")


def test_without_an_index_there_is_nothing_to_check() -> None:
    with pytest.raises(CommandError, match="Chưa có chỉ mục nào đọc được"):
        index("check")


def test_a_second_writer_is_refused() -> None:
    with chosen.versions().locked(), pytest.raises(CommandError, match=f"đang chạy .số {os.getpid()}"):
        index("once")


def test_a_disk_that_refuses_is_told_in_words(search_dir: Path) -> None:
    search_dir.write_text("không phải thư mục")

    with pytest.raises(CommandError, match="Không ghi được chỉ mục"):
        index("rebuild")


def serve(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what is asked for done when somebody begins to wait for it, as the indexer beside him would."""
    waited = actions.is_carried_out

    def is_carried_out(asked: list[Request], *, within: float) -> bool:
        beside = Indexer(Folder(root=root))
        beside.step()
        beside.close()
        return waited(asked, within=within)

    monkeypatch.setattr(actions, "is_carried_out", is_carried_out)


def test_a_running_indexer_is_asked_to_rebuild_to_go_back_and_to_repair(
    search_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = makers.entry(title="Thư viện xã")
    index("once")
    spoil(search_dir / "v1", remove=[entry.pk])
    serve(search_dir, monkeypatch)

    with chosen.versions().locked():
        assert "thiếu 1" in index("repair")
        assert "bản v2, 1 mục" in index("rebuild")
        assert "dùng lại bản v1" in index("back")

    assert "khớp với kệ xuất bản" in index("check")


def test_a_running_indexer_that_cannot_rebuild_is_no_success(search_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index("once")
    serve(search_dir, monkeypatch)

    def refuse(_site: Site) -> Following:
        raise Failed("Hết chỗ trên đĩa")

    monkeypatch.setattr(indexer, "built", refuse)
    with chosen.versions().locked(), pytest.raises(CommandError, match="nhật ký của nó nói vì sao"):
        index("rebuild")

    assert waiting(search_dir) == []
    assert "Chỉ mục: v1\n" in index("status")
