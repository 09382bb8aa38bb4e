"""Tests `cong/design/icons.py`."""

from __future__ import annotations

import pytest
from lucide import IconDoesNotExist

from cong.design.icons import icon, sprite


def test_the_sprite_holds_each_used_icon_once() -> None:
    sprite()
    drawn = icon("search") + icon("rss") + icon("search")

    made = sprite()

    assert drawn.count('href="#i-search"') == 2
    assert made.count('<symbol id="i-search"') == 1
    assert made.count("<symbol") == 2


def test_the_next_page_starts_with_an_empty_sprite() -> None:
    icon("search")
    sprite()

    assert sprite() == ""


def test_an_unknown_icon_is_an_error_and_not_a_hole() -> None:
    icon("no-such-icon")

    with pytest.raises(IconDoesNotExist):
        sprite()
