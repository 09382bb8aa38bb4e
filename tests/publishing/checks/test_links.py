"""Links that harm, that lead nowhere, or elsewhere than they say."""

from __future__ import annotations

import pytest

from cong.publishing.checks import Known, Level, addresses
from cong.publishing.checks.hosts import is_inside
from tests.publishing.checks.makers import article, codes, findings

KNOWN = Known(
    hosts=frozenset({"cong-vi-du.vn"}), neighbours=frozenset({"bo-vi-du.gov.vn", "hoi-vi-du.vn"}),
    known_entries=frozenset({"/tin-tuc/giao-duc/thu-vien-xa-12"}), broken={"https://hong.vn/a": "máy chủ báo 404"},
)  # fmt: skip


def said(href: str, text: str = "thư viện") -> list[str]:
    html = f'<p>Xem <a href="{href}">{text}</a></p>'
    return [code for code in codes(html, known=KNOWN) if code.startswith("link")]


@pytest.mark.parametrize(
    ("href", "code"),
    [
        ("javascript:alert(1)", "link-unsafe"), ("JaVaScRiPt:alert(1)", "link-unsafe"),
        (" java&#10;script:x", "link-unsafe"),
        ("&#1;javascript:x", "link-unsafe"), ("data:text/html,x", "link-unsafe"), ("vbscript:x", "link-unsafe"),
        ("file:///etc/passwd", "link-unsafe"), ("https://ten:mat@bo-vi-du.gov.vn/", "link-unsafe"),
        ("https://hong.vn/a", "link-broken"), ("https://hong.vn/a#muc", "link-broken"), ("https://[::1", "link-broken"),
        ("https://a.vn:99999/", "link-broken"), ("#khong-co", "link-broken"), ("", "link-broken"),
        ("/ban-lam-viec/pages/3/edit/", "link-staff"), ("https://cong-vi-du.vn/ban-lam-viec/", "link-staff"),
        ("//may-thu.vn/%62an-lam-viec/x", "link-staff"), ("/Ban-Lam-Viec", "link-staff"),
        ("\\ban-lam-viec\\x", "link-staff"),
        ("/kiem-chung/abc", "link-staff"),
        ("https://localhost/", "link-private"), ("https://127.0.0.1:8000/x", "link-private"),
        ("https://10.1.2.3/", "link-private"),
        ("https://[::1]/", "link-private"), ("https://2130706433/", "link-private"),
        ("https://0x7f.1/", "link-private"),
        ("https://noi-bo/", "link-private"), ("https://may.local/", "link-private"),
        ("https://192.168.1.5/", "link-private"),
        ("/tin-tuc/giao-duc/chua-dang-13", "link-unreleased"),
        ("https://cong-vi-du.vn/tin-tuc/x/y-13", "link-unreleased"),
        ("https://chinhphủ.gov.vn/", "link-lookalike"), ("https://bo-vi-dụ.gov.vn/", "link-lookalike"),
        ("https://xn--80ak6aa92e.com/", "link-lookalike"), ("https://hоi-vi-du.vn/", "link-lookalike"),
        ("https://h0i-vi-du.vn/", "link-lookalike"), ("https://hoi-vi-duu.vn/", "link-lookalike"),
        ("https://bit.ly/abc", "link-shortened"), ("http://thu-vien.vn/", "link-http"),
    ],
)  # fmt: skip
def test_a_bad_link_is_told(href: str, code: str) -> None:
    assert said(href) == [code]


@pytest.mark.parametrize(
    "href",
    [
        "https://bo-vi-du.gov.vn/tin?id=1#a", "https://so-khac.gov.vn/", "https://www.hoi-vi-du.vn/",
        "mailto:ban@bo-vi-du.gov.vn",
        "tel:+842438001234", "/tin-tuc/giao-duc/thu-vien-xa-12", "/tin-tuc/giao-duc/ten-cu-12",
        "/co-quan/bo-vi-du/", "/co-quan/ban-chi-dao-35/", "#top",
        "https://tiếngviệt.vn/", "https://8.8.8.8/", "https://khac.vn/tin-tuc/x/y-13", "/tep/0123-640.webp",
    ],
)  # fmt: skip
def test_a_good_link_is_left_alone(href: str) -> None:
    assert said(href) == []


def test_a_link_needs_words_and_a_picture_with_a_description_is_words() -> None:
    assert said("https://a.vn/", "") == ["link-empty"]
    assert said("https://a.vn/", "<img src='/x.webp' alt='Trang chủ thư viện'>") == []


def test_words_that_name_another_host_are_told() -> None:
    assert said("https://khac-han.vn/", "www.bo-vi-du.gov.vn") == ["link-lookalike"]
    assert said("https://www.thu-vien.vn/a", "thu-vien.vn") == []


def test_embedded_files_are_looked_at_too() -> None:
    assert "link-staff" in codes('<img alt="Bạn đọc" src="/ban-lam-viec/media/3">')
    assert "link-unsafe" in codes('<img alt="Bạn đọc" src="data:image/png;base64,AA">')


def test_a_fragment_leads_to_what_bears_that_name() -> None:
    assert codes('<h2 id="muc-1">Mục một</h2><p><a href="#muc-1">lên</a></p>') == []


def test_entries_are_not_judged_when_nobody_asked_which_are_released() -> None:
    assert codes('<p><a href="/tin-tuc/x/y-13">tin</a></p>') == []


def test_the_finding_says_which_link_in_which_paragraph() -> None:
    found = findings('<p>Một</p><p><a href="https://hong.vn/a">báo cáo</a></p>', known=KNOWN, grade="A")

    assert [(str(one), one.level) for one in found] == [
        ("Đoạn 2: liên kết “báo cáo” không mở được: máy chủ báo 404.", Level.BLOCK)
    ]


def test_whoever_asks_the_world_learns_which_addresses_to_ask_about() -> None:
    html = '<p><a href="https://a.vn/?x=1&amp;y=2">a</a></p><ul><li><img src="/tep/b.webp"></li></ul>'

    assert addresses(article(html)) == {"https://a.vn/?x=1&y=2", "/tep/b.webp"}


@pytest.mark.parametrize("host", ["8.8.8.8", "vidu.vn", "134744072", "[2606:4700::1111]"])
def test_public_hosts_are_not_inside(host: str) -> None:
    assert not is_inside(host)
