"""Links that cover what stands before them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from cong.kernel import chain

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=10,
)


@given(_VALUES)
def test_canonical_text_reads_back_as_the_value(value: object) -> None:
    assert json.loads(chain.canonical(value)) == value


@given(st.dictionaries(_TEXT, st.integers(), max_size=6))
def test_the_order_of_keys_changes_nothing(value: dict[str, int]) -> None:
    turned = dict(reversed(value.items()))

    assert chain.canonical(turned) == chain.canonical(value)


def test_vietnamese_stands_as_it_is_written() -> None:
    assert chain.canonical({"b": "Đảng", "a": 1}) == '{"a":1,"b":"Đảng"}'


@given(st.lists(_TEXT, max_size=4), st.lists(_TEXT, max_size=4))
def test_two_links_are_equal_only_if_their_parts_are(one: list[str], other: list[str]) -> None:
    same = chain.link(chain.GENESIS, *one) == chain.link(chain.GENESIS, *other)

    assert same == (one == other)


def test_a_link_covers_the_one_before() -> None:
    assert chain.link(chain.GENESIS, "a") != chain.link(chain.link(chain.GENESIS, "a"), "a")


def test_words_cannot_move_from_one_part_to_the_next() -> None:
    assert chain.link(chain.GENESIS, "ab", "c") != chain.link(chain.GENESIS, "a", "bc")
