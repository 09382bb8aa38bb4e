"""Every rule with its level for each grade. No agency can change it: nothing here is read from a setting or a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cong.publishing.checks.findings import Finding, Hit, Level

BLOCK, WARN, SECRECY = Level.BLOCK, Level.WARN, Level.SECRECY


class Code(StrEnum):
    """The rules; the values stand in records and in the reference."""

    ALT_MISSING = "alt-missing"
    ALT_POOR = "alt-poor"
    CREDIT_MISSING = "credit-missing"
    LINK_UNSAFE = "link-unsafe"
    LINK_BROKEN = "link-broken"
    LINK_STAFF = "link-staff"
    LINK_PRIVATE = "link-private"
    LINK_UNRELEASED = "link-unreleased"
    LINK_LOOKALIKE = "link-lookalike"
    LINK_EMPTY = "link-empty"
    LINK_SHORTENED = "link-shortened"
    LINK_HTTP = "link-http"
    DATE_IMPOSSIBLE = "date-impossible"
    DATE_WEEKDAY = "date-weekday"
    DATE_FAR = "date-far"
    DATE_FUTURE = "date-future"
    TITLE_NOT_HELD = "title-not-held"
    NAME_MISSPELT = "name-misspelt"
    TITLE_OF_ANOTHER = "title-of-another"
    SECRECY_MARK = "secrecy-mark"
    CIRCULATION = "circulation-stamp"
    HIDDEN_DATA = "hidden-data"
    CITIZEN_ID = "citizen-id"
    PASSPORT = "passport"
    PHONE = "phone"
    BANK = "bank-account"
    MAIL = "private-mail"
    HEADING_ONE = "heading-one"
    HEADING_SKIP = "heading-skip"
    HEADING_EMPTY = "heading-empty"
    TITLE_EMPTY = "title-empty"
    TITLE_LONG = "title-long"
    TITLE_CAPS = "title-caps"
    LEAD_MISSING = "lead-missing"
    BYLINE_MISSING = "byline-missing"
    SENTENCE_LONG = "sentence-long"
    PARAGRAPH_LONG = "paragraph-long"
    READING_HARD = "reading-hard"
    SPACING = "spacing"
    EXPIRY_ORDER = "expiry-order"
    TRANSLATION_UNLINKED = "translation-unlinked"
    MARKUP_UNSAFE = "markup-unsafe"
    MARKUP_TANGLED = "markup-tangled"
    PAGE_LARGE = "page-large"
    PAGE_HUGE = "page-huge"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a rule looks for, and its level for grade A (the centre approves) and grade B (ordinary)."""

    says: str
    a: Level
    b: Level

    def level(self, grade: str) -> Level:
        """Return the level; a grade that is not known is judged as strictly as A."""
        return self.b if grade == "B" else self.a


def _rule(a: Level, b: Level, says: str) -> Rule:
    return Rule(says=says, a=a, b=b)


RULES: dict[Code, Rule] = {
    Code.ALT_MISSING: _rule(BLOCK, BLOCK, "ảnh không có mô tả cho người không nhìn thấy"),
    Code.ALT_POOR: _rule(WARN, WARN, "mô tả ảnh là tên tệp hoặc quá chung chung"),
    Code.CREDIT_MISSING: _rule(WARN, WARN, "ảnh không ghi nguồn, tác giả ảnh"),
    Code.LINK_UNSAFE: _rule(BLOCK, BLOCK, "liên kết nguy hiểm: javascript:, data:, mật khẩu trong địa chỉ…"),
    Code.LINK_BROKEN: _rule(BLOCK, WARN, "liên kết không mở được hoặc sai dạng"),
    Code.LINK_STAFF: _rule(BLOCK, BLOCK, "liên kết hoặc ảnh ở bàn làm việc, người đọc không mở được"),
    Code.LINK_PRIVATE: _rule(BLOCK, BLOCK, "liên kết tới máy trong mạng nội bộ"),
    Code.LINK_UNRELEASED: _rule(BLOCK, BLOCK, "liên kết tới bài của cổng chưa xuất bản"),
    Code.LINK_LOOKALIKE: _rule(BLOCK, WARN, "tên miền nhái một tên miền khác, hoặc khác tên miền ghi trong chữ"),
    Code.LINK_EMPTY: _rule(BLOCK, WARN, "liên kết không có chữ để đọc"),
    Code.LINK_SHORTENED: _rule(WARN, WARN, "liên kết rút gọn, không biết dẫn tới đâu"),
    Code.LINK_HTTP: _rule(WARN, WARN, "liên kết không mã hóa (http)"),
    Code.DATE_IMPOSSIBLE: _rule(BLOCK, WARN, "ngày không có trong lịch"),
    Code.DATE_WEEKDAY: _rule(BLOCK, WARN, "thứ trong tuần không khớp với ngày"),
    Code.DATE_FAR: _rule(WARN, WARN, "ngày trong bài xa ngày sự kiện đã khai"),
    Code.DATE_FUTURE: _rule(WARN, WARN, "ngày chưa tới nhưng câu kể việc đã qua"),
    Code.TITLE_NOT_HELD: _rule(BLOCK, WARN, "người có trong danh bạ không giữ chức đó vào ngày sự kiện"),
    Code.NAME_MISSPELT: _rule(BLOCK, WARN, "tên viết gần giống tên người giữ chức trong danh bạ"),
    Code.TITLE_OF_ANOTHER: _rule(WARN, WARN, "chức danh trong danh bạ là của người khác"),
    Code.SECRECY_MARK: _rule(SECRECY, SECRECY, "dấu độ mật: Mật, Tối mật, Tuyệt mật"),
    Code.CIRCULATION: _rule(SECRECY, SECRECY, "dấu hạn chế lưu hành: lưu hành nội bộ, không phổ biến, không đăng báo…"),
    Code.HIDDEN_DATA: _rule(BLOCK, WARN, "tệp còn thông tin ẩn: tác giả, vị trí, dấu vết sửa…"),
    Code.CITIZEN_ID: _rule(BLOCK, BLOCK, "số căn cước công dân, chứng minh nhân dân"),
    Code.PASSPORT: _rule(BLOCK, BLOCK, "số hộ chiếu"),
    Code.PHONE: _rule(BLOCK, WARN, "số điện thoại di động không có trong danh bạ cơ quan"),
    Code.BANK: _rule(WARN, WARN, "số tài khoản ngân hàng"),
    Code.MAIL: _rule(WARN, WARN, "thư điện tử cá nhân"),
    Code.HEADING_ONE: _rule(BLOCK, BLOCK, "tiêu đề cấp 1 trong thân bài (đã dành cho tên bài)"),
    Code.HEADING_SKIP: _rule(WARN, WARN, "tiêu đề mục nhảy cấp"),
    Code.HEADING_EMPTY: _rule(BLOCK, WARN, "tiêu đề mục trống"),
    Code.TITLE_EMPTY: _rule(BLOCK, BLOCK, "bài chưa có tiêu đề"),
    Code.TITLE_LONG: _rule(WARN, WARN, "tiêu đề dài hơn 25 âm tiết"),
    Code.TITLE_CAPS: _rule(WARN, WARN, "tiêu đề viết hoa toàn bộ"),
    Code.LEAD_MISSING: _rule(WARN, WARN, "bài chưa có tóm tắt"),
    Code.BYLINE_MISSING: _rule(WARN, WARN, "bài chưa ghi tác giả, nguồn"),
    Code.SENTENCE_LONG: _rule(WARN, WARN, "câu dài hơn 40 âm tiết"),
    Code.PARAGRAPH_LONG: _rule(WARN, WARN, "đoạn dài hơn 150 âm tiết"),
    Code.READING_HARD: _rule(WARN, WARN, "cả bài khó đọc: câu trung bình hơn 28 âm tiết"),
    Code.SPACING: _rule(WARN, WARN, "thừa dấu cách, dấu câu hoặc lặp chữ"),
    Code.EXPIRY_ORDER: _rule(BLOCK, BLOCK, "hết hạn trước khi được phép công bố"),
    Code.TRANSLATION_UNLINKED: _rule(WARN, WARN, "bản dịch chưa gắn với bài gốc"),
    Code.MARKUP_UNSAFE: _rule(BLOCK, BLOCK, "mã chạy được hoặc khung nhúng lọt vào bài"),
    Code.MARKUP_TANGLED: _rule(BLOCK, BLOCK, "bài lồng quá nhiều tầng, không kiểm tra hết được"),
    Code.PAGE_LARGE: _rule(WARN, WARN, "bài nặng hơn 150 KB, người đọc phải chờ"),
    Code.PAGE_HUGE: _rule(BLOCK, BLOCK, "bài nặng hơn 1 MB"),
}
_ORDER = (BLOCK, SECRECY, WARN)


def graded(hits: Iterable[Hit], grade: str) -> list[Finding]:
    """Give every hit its level; the gravest come first, equals stay in the order of the text, doubles go."""
    levels = {code.value: rule.level(grade) for code, rule in RULES.items()}
    found = dict.fromkeys(
        Finding(code=str(hit.code), level=levels[hit.code], where=hit.where, text=hit.text) for hit in hits
    )
    return sorted(found, key=lambda finding: _ORDER.index(finding.level))
