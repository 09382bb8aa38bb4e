"""Personal data is found; numbers of documents, sums and dates are none. All numbers are made up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.publishing.checks import Known
from tests.publishing.checks.makers import codes, findings

RULES = {"citizen-id", "passport", "phone", "bank-account", "private-mail"}


def said(text: str, **given: object) -> list[str]:
    return [code for code in codes(f"<p>{text}</p>", **given) if code in RULES]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("số 001099012345", "citizen-id"), ("079 205 012 345", "citizen-id"), ("CCCD: 001.099.012.345.", "citizen-id"),
        ("CMND số 012345678", "citizen-id"), ("chứng minh nhân dân 123 456 789", "citizen-id"),
        ("căn cước công dân số 999999999999", "citizen-id"), ("hộ chiếu số C1234567", "passport"),
        ("Passport: N12345678", "passport"),
        ("gọi 0912345678", "phone"), ("0912 345 678", "phone"), ("091.234.5678", "phone"), ("+84 912 345 678", "phone"),
        ("(+84) 912-345-678", "phone"), ("ĐT:0356789012.", "phone"), ("(0912) 345 678", "phone"),
        ("STK 0123456789 ngân hàng", "bank-account"), ("số tài khoản: 123 456 789 012", "bank-account"),
        ("bandoc@gmail.com", "private-mail"), ("ban.doc@yahoo.com.vn", "private-mail"),
    ],
)  # fmt: skip
def test_personal_data_is_found(text: str, code: str) -> None:
    assert said(text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "1.200.300.400 đồng", "912.345.678 đồng", "84 912 345 678 đồng", "0,912345678", "số 0912/2026/QĐ-VD",
        "12345678901",
        "Nghị định 147/2024/NĐ-CP ngày 09/11/2024", "024 3800 1234", "1900 1234", "+84 24 3800 1234", "mã 001499012345",
        "mã 003099012345", "123456789", "hộ chiếu phổ thông", "lien-he@bo-vi-du.gov.vn", "toa-soan@hoi-vi-du.vn",
        "20261125093000",
        "ISBN 978-604-0-12345-6", "001234/QĐ-VD", "tài khoản đăng nhập", "căn cước công dân gắn chíp 2026",
        "001230012345",
    ],
)  # fmt: skip
def test_other_numbers_are_no_personal_data(text: str) -> None:
    assert said(text) == []


def test_numbers_and_mail_of_the_agency_may_stand() -> None:
    known = Known(phones=frozenset({"+84 912 345 678"}), mails=frozenset({"congvidu@gmail.com"}))

    assert said("Gọi 0912.345.678, viết tới congvidu@gmail.com", known=known) == []
    assert said("Gọi 0912.345.679", known=known) == ["phone"]


def test_a_link_that_dials_or_writes_is_looked_at() -> None:
    assert said('<a href="tel:+84912345678">gọi</a>') == ["phone"]
    assert said('<a href="mailto:ban%64oc@gmail.com">viết</a>') == ["private-mail"]


def test_a_report_does_not_repeat_what_it_warns_of() -> None:
    found = findings("<p>CCCD 001099012345, hộ chiếu C1234567, gọi 0912345678, STK 9876543210, bandoc@gmail.com</p>")

    text = " ".join(map(str, found))
    assert len(found) == 5
    assert not any(secret in text for secret in ("001099012345", "C1234567", "0912345678", "9876543210", "bandoc"))


days = st.dates(date(1945, 1, 1), date(2099, 12, 31))


@given(
    st.integers(1, 99_999),
    st.integers(1945, 2099),
    st.sampled_from(["NĐ-CP", "QĐ-TTg", "TT-BVD", "CT/TW", "BC-UBND"]),
    days,
)
def test_numbers_and_dates_of_documents_are_never_personal_data(number: int, year: int, kind: str, day: date) -> None:
    forms = (f"{number}/{year}/{kind}", f"{number:05}-{kind}", f"số {number}/{kind} ngày {day:%d/%m/%Y}",
             f"{day:%d.%m.%Y}",
             f"{day:%Y%m%d}", f"{day:%d-%m-%Y}")  # fmt: skip

    assert [form for form in forms if said(form)] == []


@given(
    st.integers(0, 10**15), st.sampled_from(["đồng", "USD", "VNĐ", "triệu đồng"]), st.sampled_from([".", ",", " ", ""])
)
def test_sums_of_money_are_never_personal_data(sum_: int, unit: str, mark: str) -> None:
    assert said(f"Kinh phí {sum_:,} {unit}.".replace(",", mark)) == []


@given(st.sampled_from("35789"), st.text("0123456789", min_size=8, max_size=8), st.sampled_from(["", " ", ".", "-"]))
def test_every_mobile_number_is_found_in_every_usual_spelling(first: str, rest: str, mark: str) -> None:
    number = f"0{first}{rest}"

    for form in (f"{number[:4]}{mark}{number[4:7]}{mark}{number[7:]}", f"+84{mark}{number[1:4]}{mark}{number[4:]}"):
        assert "phone" in said(f"Liên hệ: {form}."), form
