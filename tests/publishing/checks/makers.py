"""A text that no check has anything against, and ways to spoil it. All names are made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from cong.agencies.posts import Post
from cong.publishing.checks import Finding, Known, check
from cong.publishing.process import Content

TODAY = date(2026, 11, 25)  # a Wednesday
SHA = "a" * 64
FINE = "<p>Thư viện xã mở cửa buổi tối từ tuần này. Bạn đọc mượn sách miễn phí.</p>"
POSTS = (
    Post(name="Nguyễn Văn Mẫu", title="Thứ trưởng Bộ Ví dụ", agency="bo-vi-du", from_on=date(2020, 1, 1),
         to_on=date(2026, 2, 28)),
    Post(name="Nguyễn Văn Mẫu", title="Bộ trưởng Bộ Ví dụ", agency="bo-vi-du", from_on=date(2026, 3, 1)),
    Post(name="Trần Thị Hoà Ví", title="Thứ trưởng Bộ Ví dụ", agency="bo-vi-du", from_on=date(2021, 5, 1)),
    Post(name="Lê Đình Thử", title="Ủy viên Thường vụ, Chủ tịch Ủy ban nhân dân tỉnh Mẫu", agency="tinh-mau",
         from_on=date(2024, 1, 1)),
)  # fmt: skip


def article(html: str = FINE, **given: object) -> Content:
    base = Content(
        agency=1, kind="news", part="tin-hoat-dong", section="giao-duc", lang="vi", slug="thu-vien",
        title="Thư viện xã mở cửa buổi tối", summary="Phòng đọc có thêm ghế và giờ mở cửa mới.", html=html,
        author="Bạn Đọc", published_at=datetime(2026, 11, 25, 5, tzinfo=UTC),
    )  # fmt: skip
    return replace(base, **given)  # type: ignore[arg-type]


def findings(
    html: str = FINE,
    *,
    known: Known | None = None,
    officials: Sequence[Post] = POSTS,
    on: date = TODAY,
    **given: object,
) -> list[Finding]:
    return check(article(html, **given), officials=officials, known=known or Known(), on=on)


def codes(html: str = FINE, **given: object) -> list[str]:
    return sorted({finding.code for finding in findings(html, **given)})  # type: ignore[arg-type]
