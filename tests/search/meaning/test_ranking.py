"""The table of weights: what ships, what a portal changes, and what is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from cong.search.meaning import ranking
from cong.search.meaning.ranking import BadWeights, load


def test_a_portal_changes_only_what_it_names(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[freshness]\nbonus = 0.5\n[status]\nhethieuluc = 0.2\n")

    weights = load(own)

    assert (weights.freshness.bonus, weights.freshness.days) == (0.5, load().freshness.days)
    assert (weights.status["hethieuluc"], weights.authority) == (0.2, load().authority)


@pytest.mark.parametrize(
    "text",
    ["[fresh]\nbonus = 1", "[terms]\nrepairs = 1", "[terms]\nrepair = 'x'", "[terms]\nrepair = -1", "[terms", "x = 1",
     "[freshness]\nkinds = 3", "[terms]\nrepair = true"],
)  # fmt: skip
def test_what_ranking_does_not_know_is_refused(tmp_path: Path, text: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text)

    with pytest.raises(BadWeights):
        load(own)
    with pytest.raises(BadWeights):
        load(tmp_path / "none.toml")


def test_news_fades_and_documents_do_not() -> None:
    weights = load()

    assert weights.fresh(0) > weights.fresh(90 * 86_400) > weights.fresh(1_000 * 86_400) >= 1
    assert weights.fades("news")
    assert not weights.fades("document")


def test_engines_take_the_table_in_use(tmp_path: Path) -> None:
    before = ranking.used()
    own = tmp_path / "own.toml"
    own.write_text("[rerank]\ndepth = 7\n")
    try:
        ranking.use(load(own))

        assert ranking.used().depth == 7
    finally:
        ranking.use(before)
