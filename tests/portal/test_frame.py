"""Tests what stands around the pages: manifest, service worker, components page, accessibility, helpful errors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django.fixtures import Settings

from cong.design.words import whole_numbers, words_of
from cong.portal import offline
from tests import makers

COMPONENTS = Path(settings.PACKAGE) / "design" / "jinja2" / "components"
SHOWCASE = Path(settings.PACKAGE) / "portal" / "jinja2" / "portal" / "showcase.html"


def test_the_manifest_names_the_portal_and_icons_that_are_there(settings: Settings) -> None:
    settings.SITE_NAME = "Cổng tỉnh Mẫu"

    answer = Client().get("/manifest.webmanifest")
    told = json.loads(answer.content)

    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert told["name"] == "Cổng tỉnh Mẫu"
    assert "Cổng tỉnh Mẫu" in answer.content.decode()
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512", "any"}
    assert [icon["purpose"] for icon in told["icons"] if "purpose" in icon] == ["maskable"]
    plain = [re.sub(r"\.[0-9a-f]{12}\.", ".", icon["src"]) for icon in told["icons"]]
    assert all(finders.find(src.removeprefix(settings.STATIC_URL)) for src in plain)


def test_the_worker_is_small_and_names_the_files_of_the_frame() -> None:
    answer = Client().get("/sw.js")
    text = answer.content.decode()
    frame = re.search(r"^const FRAME = (\[.*\]);$", text, re.MULTILINE)

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "public, max-age=0"
    assert len(text.splitlines()) <= 150
    assert frame
    assert json.loads(frame[1]) == offline.frame()
    assert any("be-vietnam-pro-700" in address for address in offline.frame())
    assert not any("showcase" in address for address in offline.frame())


@pytest.mark.django_db
def test_the_components_page_is_for_the_demo_and_for_nobody_else(settings: Settings) -> None:
    settings.DEMO = False
    assert Client().get("/he-thong-thiet-ke/").status_code == 404

    settings.DEMO = True
    answer = Client().get("/he-thong-thiet-ke/")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()


@pytest.mark.django_db
def test_staff_have_the_components_page_and_strangers_are_asked_to_sign_in() -> None:
    answer = Client().get("/ban-lam-viec/he-thong-thiet-ke/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/ban-lam-viec/")


@pytest.mark.django_db
def test_no_component_is_missing_from_the_components_page(settings: Settings) -> None:
    settings.DEMO = True
    text = SHOWCASE.read_text()
    files = {path.stem: path.read_text() for path in COMPONENTS.glob("*.html")}

    shown = set(re.findall(r'data-component="([\w-]+)"', Client().get("/he-thong-thiet-ke/").content.decode()))

    assert set(files) - shown == set()
    assert [name for name in files if not re.search(rf"\b{name}\.html\" import", text)] == []


@pytest.mark.django_db
def test_a_component_with_a_picture_borrows_one_that_is_public(settings: Settings) -> None:
    settings.DEMO = True
    without = Client().get("/he-thong-thiet-ke/").content.decode()
    entry = makers.entry(picture="ab" * 32, picture_width=1280, picture_height=720)

    page = Client().get("/he-thong-thiet-ke/").content.decode()

    assert 'class="pic"' not in without
    assert f"/tep/{entry.picture}-640.webp" in page


def test_the_accessibility_statement_says_where_to_report(settings: Settings) -> None:
    settings.CONTACT_MAIL = ""
    assert "mailto:" not in Client().get("/tro-nang/").content.decode()

    settings.CONTACT_MAIL = "tro-nang@cong.example"
    page = Client().get("/tro-nang/").content.decode()

    assert 'href="mailto:tro-nang@cong.example"' in page
    for word in ("WCAG 2.2", "Còn thiếu", "<time datetime=", "Escape"):
        assert word in page
    assert 'href="/tro-nang/"' in Client().get("/ve-cong/").content.decode()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/tin-tuc/kinh-te/cho-que-ban-rau-qua-mang-999", "cho que ban rau qua mang"),
        ("/van-ban/27-QD_TV/", "27 QD TV"),
        ("/index.php", "index"),
        ("/", ""),
        ("/tin-tuc/kinh-te/<script>", "script"),
        ("/tìm-đường/Ước-nguyện", "Ước nguyện"),
    ],
)
def test_an_address_is_read_as_words(path: str, words: str) -> None:
    assert words_of(path) == words


def test_a_number_in_a_title_stays_on_one_line_where_it_can() -> None:
    assert whole_numbers("Kế hoạch 536/2026/KH-BCA: <b>") == (
        'Kế hoạch <span class="nowrap">536/2026/KH-BCA</span>: &lt;b&gt;'
    )
    assert whole_numbers("Quyết định 1234/2026/QĐ-UBMTTQVN") == "Quyết định 1234/2026/QĐ-UBMTTQVN"
    assert whole_numbers("Từ 8-10 giờ ngày 7/12") == "Từ 8-10 giờ ngày 7/12"


def test_the_404_page_is_filled_with_the_words_of_the_address_and_leads_on() -> None:
    page = Client().get("/tin-tuc/kinh-te/cho-que-ban-rau-999/khong-co-gi-12").content.decode()

    assert 'value="khong co gi"' in page
    for address in ("/tin-tuc/", "/van-ban/", "/co-quan/", "/tin-tuc/kinh-te/"):
        assert f'href="{address}"' in page


@pytest.mark.django_db
def test_a_withdrawn_page_leads_on() -> None:
    entry = makers.entry()
    makers.withdraw(entry)

    page = Client().get(entry.get_absolute_url())

    assert page.status_code == 410
    assert 'href="/tin-tuc/kinh-te/"' in page.content.decode()
