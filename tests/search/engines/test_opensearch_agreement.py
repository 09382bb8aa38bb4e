"""Both engines give the same answers: the same hits in the same order with the same scores, for generated queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from cong.kernel.text import fold
from cong.search.engines.engine import Document, Engine, Facet, Page, Query, Sort
from cong.search.language.clauses import Field, Phrase, Prefix, Unit, Word
from tests.search.asking import NOON, PLAIN, published, query, term
from tests.search.servers import ENGINES

SAID = (
    "thư viện mở cửa buổi tối phục vụ bạn đọc sách báo mượn trả phòng học lớp trẻ em người cao tuổi xã huyện tỉnh "
    "bến xe buýt điện đường cầu chợ quê lúa cây trồng mùa nước sạch rừng biển thuyền lễ hội đua hát múa nhạc quy chế "
    "nghị định thông tư hướng dẫn kế hoạch cáo họp bàn đào tạo nghề việc làm sức khỏe tiêm chủng"
)
WORDS = list(dict.fromkeys(SAID.split()))
DOCUMENTS, QUERIES = 120, 200


def corpus(random: Random) -> Iterator[Document]:
    """Yield texts whose syllables are as unequally common as in a language."""
    common = [1 / (rank + 1) for rank in range(len(WORDS))]
    for number in range(1, DOCUMENTS + 1):
        words = random.choices(WORDS, common, k=random.choice((12, 30, 60, 150)))
        document = replace(
            PLAIN, id=number, title=" ".join(words[:6]), summary=" ".join(words[3:10]), body=" ".join(words[8:]),
            agency=number % 7, kind=random.choice(("news", "document")), status=random.choice(("", "hethieuluc")),
            category=random.choice(("", "central", "partner")), number=f"{number}/2026/QĐ-VC",
        )  # fmt: skip
        yield published(document, NOON - timedelta(days=random.randrange(900), seconds=number))


def asked(random: Random) -> Iterator[Query]:
    """Yield queries as people type them: with marks, without, half typed, with a number, a phrase or a field."""
    for _ in range(QUERIES):
        words = random.sample(WORDS, random.randint(1, 5))
        typed = random.choice(
            (words, list(map(fold, words)), [fold(one) if random.random() < 0.5 else one for one in words])
        )
        narrowed: list[Unit] = [
            term(Field.AGENCY, "3"),
            Phrase(text=" ".join(words[:2]), slop=1),
            Prefix(text=words[0][:2]),
        ]
        units = random.sample(narrowed, random.choice((0, 0, 0, 1)))
        no = random.choice(([], [], [], [Word(text=random.choice(WORDS))]))
        number = random.choice(([], [], [], [f"{random.randint(1, DOCUMENTS)}/2026/QĐ-VC"]))
        sort = random.choice((Sort.BEST, Sort.BEST, Sort.BEST, Sort.NEWEST, Sort.OLDEST))
        yield query(" ".join([*typed, *number]), *units, no=no, sort=sort, facets=(Facet.AGENCY, Facet.KIND), limit=10)


def told(page: Page) -> list[int]:
    return [hit.id for hit in (*page.hits, *page.near)]


def numbers(page: Page) -> list[float]:
    return [hit.score for hit in (*page.hits, *page.near)]


@pytest.mark.parametrize("name", sorted(set(ENGINES) - {"tantivy"}))
def test_the_first_ten_are_the_same_on_both_engines(tmp_path: Path, name: str) -> None:
    random = Random(5)
    documents = list(corpus(random))
    one: Engine = ENGINES["tantivy"](tmp_path, documents)
    other = ENGINES[name](tmp_path, documents)

    pages = [(one.search(each), other.search(each)) for each in asked(random)]

    found = sum(bool(told(mine)) for mine, _ in pages)
    same = sum(told(mine) == told(theirs) for mine, theirs in pages)
    assert found > 0.85 * QUERIES
    assert same >= 0.99 * QUERIES
    for mine, theirs in pages:
        assert mine.total == theirs.total
        assert {facet: set(counts) for facet, counts in mine.counts.items()} == {
            facet: set(counts) for facet, counts in theirs.counts.items()
        }
        assert sorted(numbers(mine)) == pytest.approx(sorted(numbers(theirs)), rel=1e-3)


@pytest.mark.parametrize("name", sorted(set(ENGINES) - {"tantivy"}))
def test_similar_entries_are_the_same_on_both_engines(tmp_path: Path, name: str) -> None:
    documents = list(corpus(Random(7)))
    one, other = ENGINES["tantivy"](tmp_path, documents), ENGINES[name](tmp_path, documents)

    for document in documents[:10]:
        alike = query("", like=document, limit=10)
        assert told(one.search(alike)) == told(other.search(alike))
