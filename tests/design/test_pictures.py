"""Tests `cong/design/pictures.py`."""

from __future__ import annotations

from cong.design.pictures import picture_sources


def test_a_large_picture_offers_both_widths() -> None:
    sources = picture_sources("ab", 2000)

    assert sources.src == "/tep/ab-640.webp"
    assert sources.srcset == "/tep/ab-640.webp 640w, /tep/ab-1280.webp 1280w"
    assert sources.avif == "/tep/ab-640.avif 640w, /tep/ab-1280.avif 1280w"
    assert sources.largest == "/tep/ab-1280.webp"


def test_a_small_picture_is_never_asked_for_wider_than_it_is() -> None:
    assert picture_sources("ab", 500).srcset == "/tep/ab-500.webp 500w"
    assert picture_sources("ab", 900).srcset == "/tep/ab-640.webp 640w, /tep/ab-900.webp 900w"
