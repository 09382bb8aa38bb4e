"""Pictures, headings, title, reading level, files, validity: each finding says what and where."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cong.publishing.checks import Known, Level
from cong.publishing.checks.prose import sentences, syllables
from tests.makers import NOON
from tests.publishing.checks.makers import FINE, SHA, codes, findings

FIGURE = '<figure><img src="/tep/{}.webp" alt="{}"><figcaption>{}</figcaption></figure>'


def test_a_fine_text_has_no_findings() -> None:
    assert findings() == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<img src="/a.webp">', ["alt-missing", "credit-missing"]),
        ('<img src="/a.webp" alt=" ">', ["alt-missing", "credit-missing"]),
        ('<img src="/a.webp" alt="" role="presentation">', []),
        (FIGURE.format("a", "IMG_2031.jpg", "Ảnh: Bạn Đọc"), ["alt-poor"]),
        (FIGURE.format("a", "Ảnh minh họa", "Nguồn ảnh: Thư viện"), ["alt-poor"]),
        (FIGURE.format("a", "Bạn đọc bên giá sách", "Phòng đọc"), ["credit-missing"]),
        (FIGURE.format("a", "Bạn đọc bên giá sách", "Phòng đọc. Ảnh: Bạn Đọc"), []),
        ('<img src="/a.webp" alt="Bạn đọc bên giá sách" data-credit="Bạn Đọc">', []),
    ],
)
def test_a_picture_needs_a_description_and_a_credit(html: str, found: list[str]) -> None:
    assert codes(html) == found


def test_pictures_of_a_gallery_are_counted_one_by_one() -> None:
    html = '<figure><img src="/a.webp" alt="Giá sách"><img src="/b.webp"><figcaption>Ảnh: Bạn Đọc</figcaption></figure>'

    assert [(one.where, one.code) for one in findings(html)] == [("Ảnh 2", "alt-missing")]


def test_the_lead_picture_is_looked_at_and_the_store_of_pictures_helps() -> None:
    known = Known(alts={SHA: "Phòng đọc buổi tối"}, credits={})

    found = findings(picture=SHA, known=known)

    assert [(one.where, one.code) for one in found] == [
        ("Ảnh đại diện", "alt-missing"),
        ("Ảnh đại diện", "credit-missing"),
    ]
    assert "Kho ảnh có sẵn mô tả “Phòng đọc buổi tối”." in found[0].text
    assert codes(picture=SHA, picture_alt="Phòng đọc buổi tối") == []
    assert codes(picture=SHA, picture_alt="Phòng đọc buổi tối", known=Known(credits={SHA: "Bạn Đọc"})) == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<h2>Một</h2><h3>Hai</h3><h2>Ba</h2><h3>Bốn</h3><h4>Năm</h4>", []),
        ("<h3>Một</h3>", ["heading-skip"]),
        ("<h2>Một</h2><h4>Hai</h4>", ["heading-skip"]),
        ("<h2> </h2>", ["heading-empty"]),
        ("<h2>\u00a0<br></h2>", ["heading-empty"]),
        ("<h2><img src='/a.webp' alt='Mùa xuân' role='presentation'></h2>", []),
        ("<h1>Một</h1>", ["heading-one"]),
    ],
)
def test_headings_say_something_and_go_down_step_by_step(html: str, found: list[str]) -> None:
    assert codes(html) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"title": " "}, ["title-empty"]),
        ({"title": "chữ " * 26}, ["title-long"]),
        ({"title": "chữ " * 25}, []),
        ({"title": "THƯ VIỆN XÃ MỞ CỬA"}, ["title-caps"]),
        ({"title": "UNESCO"}, []),
        ({"summary": ""}, ["lead-missing"]),
        ({"author": "", "source_name": ""}, ["byline-missing"]),
        ({"author": "", "source_name": "Thư viện"}, []),
        ({"lang": "en"}, ["translation-unlinked"]),
        ({"lang": "en", "translation_of": 12}, []),
        ({"not_before": NOON, "expires_at": NOON}, ["expiry-order"]),
        ({"not_before": NOON, "expires_at": NOON + timedelta(hours=1)}, []),
        ({"expires_at": NOON}, []),
    ],
)
def test_title_lead_byline_language_and_validity(given: dict[str, object], found: list[str]) -> None:
    assert codes(FINE, **given) == found


def test_long_sentences_and_paragraphs_are_told_with_their_place_and_length() -> None:
    long, many = "chữ " * 41 + ".", "Thư viện mở cửa. " * 38

    found = findings(f"<p>Một câu.</p><p>{long}</p><ul><li>{many}</li></ul>")

    assert [(one.where, one.code) for one in found] == [
        ("Đoạn 2", "sentence-long"),
        ("Mục danh sách 1", "paragraph-long"),
    ]
    assert "41 âm tiết" in found[0].text
    assert codes(f"<p>{'chữ ' * 40}.</p>") == []


def test_a_text_of_long_sentences_only_is_hard_to_read() -> None:
    assert codes(f"<p>{('chữ ' * 35 + '. ') * 4}</p><p>{('chữ ' * 35 + '. ') * 4}</p>") == ["reading-hard"]
    assert (
        codes(f"<p>{('chữ ' * 35 + '. ') * 4}</p><p>{('word ' * 60 + '. ') * 4}</p>", lang="en", translation_of=1) == []
    )


def test_abbreviations_sums_and_initials_end_no_sentence() -> None:
    text = "PGS. TS. Mẫu ở TP. Mẫu nhận 1.200 cuốn. Ông A. Thử vui. Vì sao? Vì đọc!"

    assert sentences(text) == ["PGS. TS. Mẫu ở TP. Mẫu nhận 1.200 cuốn.", "Ông A. Thử vui.", "Vì sao?", "Vì đọc!"]
    assert syllables("“Thư viện” – nơi đọc , sách") == 5


@pytest.mark.parametrize(
    "text", ["Thư  viện", "Thư viện ,xã , mở", "Thư viện,, xã", "Thư viện mở..", "sách của của xã"]
)
def test_doubled_blanks_signs_and_small_words_are_told(text: str) -> None:
    assert codes(f"<p>{text}</p>") == ["spacing"]


@pytest.mark.parametrize("text", ["xanh xanh, dần dần", "Thư viện...", "Thư\n      viện", "a<br>b", "10 : 2"])
def test_words_that_vietnamese_doubles_and_the_source_of_html_are_left_alone(text: str) -> None:
    assert codes(f"<p>{text}</p>") in ([], ["spacing"] if ":" in text else [])


def test_what_a_file_hides_is_told_by_its_name() -> None:
    known = Known(hidden={SHA: ("tác giả “may-01”", "vị trí chụp")}, files={SHA: "Báo cáo.docx"})

    found = findings(media=(SHA,), grade="A", known=known)

    assert [str(one) for one in found] == [
        "Tệp “Báo cáo.docx”: còn thông tin ẩn: tác giả “may-01”.",
        "Tệp “Báo cáo.docx”: còn thông tin ẩn: vị trí chụp.",
    ]
    assert {one.level for one in found} == {Level.BLOCK}


@pytest.mark.parametrize(
    "html", ["<script>x</script>", "<iframe src='/x'></iframe>", "<p onclick='x'>a</p>", "<svg></svg>"]
)
def test_what_runs_in_the_readers_browser_is_refused(html: str) -> None:
    assert "markup-unsafe" in codes(html)


def test_heavy_and_tangled_texts_are_told() -> None:
    assert codes("<p>Thư viện mở cửa.</p>" * 6_000) == ["page-large"]
    assert codes("<p>MẬT</p>" * 100_000) == ["page-huge"]
    assert codes("<div>" * 120 + "Thư viện" + "</div>" * 120) == ["markup-tangled"]


def test_the_gravest_come_first() -> None:
    found = findings("<p>Thư  viện</p><p>MẬT</p><h1>Một</h1>")

    assert [one.level for one in found] == [Level.BLOCK, Level.SECRECY, Level.WARN]
