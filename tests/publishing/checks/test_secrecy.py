"""Marks and stamps are found however they are written; prose about secrets is left alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.kernel.text import fold
from cong.publishing.checks import Known, Level
from cong.publishing.checks.secrecy import stamps
from tests.publishing.checks.makers import SHA, codes, findings

MARKS = ("TUYỆT MẬT", "TỐI MẬT", "MẬT")
STAMPS = ("LƯU HÀNH NỘI BỘ", "KHÔNG PHỔ BIẾN", "KHÔNG ĐĂNG BÁO", "TÀI LIỆU THU HỒI")


def seen(text: str) -> list[str]:
    return [code.value for code, _ in stamps(text)]


@pytest.mark.parametrize(
    "text",
    [
        "MẬT", "Mật", "TỐI MẬT", "Tối mật", "tuyệt mật", "(Mật)", "Độ mật: Mật", "Độ mật: Tối mật", "[TUYỆT MẬT]",
        "Báo cáo số 123-BC/TW (Mật) nêu rõ", "Số: 05-CT/TW (TỐI MẬT)", "M Ậ T", "T U Y Ệ T   M Ậ T", "T.Ố.I M.Ậ.T",
        "t ố i m ậ t",        "TOI MAT", "TUYET MAT", "TUYÊT MÂT", "Kèm theo văn bản TỐI MẬT của ban",
        "Тối mật", "ТỐІ МẬТ", "M\u200bẬ\u200bT",
        "T\u00adỐI MẬT",
        "ＴỐＩ ＭẬＴ", "T̶Ố̶I̶ M̶Ậ̶T̶",
        "*** MẬT ***", "Kính gửi các ban\nMẬT\nV/v họp",
        "TỐI\u00a0MẬT", "tài liệu MẬT này",
    ],
)  # fmt: skip
def test_a_mark_of_secrecy_is_found(text: str) -> None:
    assert seen(text) == ["secrecy-mark"]


@pytest.mark.parametrize(
    "text",
    [
        "LƯU HÀNH NỘI BỘ", "Tài liệu lưu hành nội bộ", "luu hanh noi bo", "L Ư U  H À N H  N Ộ I  B Ộ",
        "Không phổ biến",
        "(không phổ biến)", "KHÔNG PHỔ BIẾN", "không đăng báo", "KHONG DANG BAO", "Bản sao bí mật nhà nước",
        "TÀI LIỆU THU HỒI", "Tài liệu nội bộ", "Lưu-hành-nội-bộ",
    ],
)  # fmt: skip
def test_a_stamp_of_circulation_is_found(text: str) -> None:
    assert seen(text) == ["circulation-stamp"]


@pytest.mark.parametrize(
    "text",
    [
        "Luật Bảo vệ bí mật nhà nước có hiệu lực.", "BẢO VỆ BÍ MẬT NHÀ NƯỚC", "Người dân làm mật ong.", "MẬT ONG RỪNG",
        "mật khẩu, mật độ, thân mật, mật thiết", "MẬT KHẨU MẠNH", "Hồ sơ tuyệt mật thời chiến nay được giải mật.",
        "Ba độ mật là tuyệt mật, tối mật và mật.", "Phương pháp này không phổ biến ở miền núi.", "GIẢI MẬT HỒ SƠ",
        "MẶT TRẬN TỔ QUỐC", "MẮT", "MÁT", "MẤT MÙA", "TÔI MẤT VÍ", "Mặt", "mat", "Đọc tài liệu nội bộ của thư viện.",
        "Ma Tuý", "M. A. Tuấn", "Kết quả không công bố ngay.", "tôi mất", "cam kết bảo mật",
        "Vị ngọt của mật và hương hoa.", "",
    ],
)  # fmt: skip
def test_prose_is_no_stamp(text: str) -> None:
    assert seen(text) == []


@given(
    st.sampled_from(MARKS + STAMPS),
    st.sampled_from(["", " ", "  ", ".", "-", "\u200b", "\u00a0"]),
    st.sampled_from([str, str.lower, str.title]),
    st.sampled_from(["", "NFD", "fold"]),
    st.sampled_from(["{}", "({})", "  {} ", "*{}*", "Số 12-BC/TW\n{}\nKính gửi"]),
)
def test_no_spacing_case_or_loss_of_accents_hides_a_stamp(
    mark: str, gap: str, case: Callable[[str], str], marks: str, frame: str
) -> None:
    spaced = "  ".join(gap.join(word) for word in mark.split())
    plain = fold(spaced).upper() if marks == "fold" else spaced
    cased = plain if marks == "fold" and mark == "MẬT" else case(plain)
    text = frame.format(unicodedata.normalize("NFD", cased) if marks == "NFD" else cased)

    assert seen(text)[:1] == ["secrecy-mark" if mark in MARKS else "circulation-stamp"], text


@pytest.mark.parametrize(
    ("html", "where"),
    [
        ("<p>Một</p><p>T<b>Ố</b>I <i>MẬT</i></p>", "Đoạn 2"),
        ("<p>KHÔNG PHỔ BIẾN</p><p>MẬT</p>", "Đoạn 2"),
        ("<p>Một đoạn dài hơn một chút.</p><p>T</p><p>Ố</p><p>I</p><p>M</p><p>Ậ</p><p>T</p>", "Đoạn 2"),
        ("<table><tr><td>MẬT</td><td>x</td></tr></table>", "Bảng 1"),
        ('<img src="/tep/a.webp" alt="Trang bìa có dấu (Mật)">', "Ảnh 1"),
        ("<figure><figcaption>TUYỆT MẬT</figcaption></figure>", "Chú thích ảnh 1"),
        ("<p>Văn bản</p><p>m&#7853;t<!-- x --></p>", "Đoạn 2"),
    ],
)
def test_a_mark_is_found_wherever_readers_would_see_it(html: str, where: str) -> None:
    found = [one for one in findings(html) if one.code == "secrecy-mark"]

    assert where in [one.where for one in found]
    assert {one.level for one in found} == {Level.SECRECY}


def test_title_lead_tags_and_names_of_files_are_looked_through() -> None:
    assert "secrecy-mark" in codes(title="Báo cáo TỐI MẬT về kho sách")
    assert "secrecy-mark" in codes(summary="(Mật)")
    assert "circulation-stamp" in codes(tags=("lưu hành nội bộ",))
    assert "secrecy-mark" in codes(media=(SHA,), known=Known(files={SHA: "Phụ lục (Tối mật).docx"}))


def test_no_grade_makes_less_of_it() -> None:
    for grade in ("A", "B"):
        assert [one.level for one in findings("<p>MẬT</p>", grade=grade)] == [Level.SECRECY]
