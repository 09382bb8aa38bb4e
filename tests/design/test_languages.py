"""Tests `cong/design/languages.py`."""

from __future__ import annotations

import pytest
from django.utils import translation

from cong.design.languages import address_in, lang_attribute, others


@pytest.mark.parametrize(
    ("address", "vi", "en"),
    [
        ("/", "/", "/en/"),
        ("/en/", "/", "/en/"),
        ("/tin-tuc/?truoc=abc", "/tin-tuc/?truoc=abc", "/en/tin-tuc/?truoc=abc"),
        ("/en/tin-tuc/", "/tin-tuc/", "/en/tin-tuc/"),
        ("/energy/", "/energy/", "/en/energy/"),
    ],
)
def test_a_page_keeps_its_address_in_every_language(address: str, vi: str, en: str) -> None:
    assert address_in("vi", address) == vi
    assert address_in("en", address) == en


def test_only_foreign_content_is_marked_with_its_language() -> None:
    assert lang_attribute("vi") == ""
    assert lang_attribute("vi-VN") == ""
    assert lang_attribute("und") == ' lang=""'
    assert lang_attribute('en"><script>') == ' lang="en&#34;&gt;&lt;script&gt;"'
    with translation.override("en"):
        assert lang_attribute("vi") == ' lang="vi"'


def test_the_other_languages_leave_out_the_one_in_use() -> None:
    assert others("vi") == [("en", "English")]
