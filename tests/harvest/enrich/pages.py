"""Small pages for the tests, and the rules that they are read by. All content is made up."""

from __future__ import annotations

from datetime import UTC, datetime

from cong.harvest.enrich.article import Article, PageRules
from cong.harvest.enrich.extract import extract
from cong.harvest.parse.raw import Rules

RULES = PageRules(dates=Rules(now=datetime(2026, 11, 26, tzinfo=UTC)))
URL = "https://vidu.gov.vn/tin-tuc/bai-1.html"
FIRST = (
    "Sáng nay, ủy ban xã mở lớp tập huấn về chăm sóc cây trồng cho bà con trong vùng, với hơn một trăm người tham dự "
    "và nhiều câu hỏi thực tế về cách chọn giống, bón phân và phòng trừ sâu bệnh trên ruộng."
)
SECOND = (
    "Ban tổ chức cho biết lớp học sẽ được mở lại vào đầu năm sau tại nhà văn hóa của từng thôn, có cán bộ kỹ thuật đến "
    "tận nơi hướng dẫn và phát tài liệu in sẵn cho mỗi gia đình."
)
_MENU = "".join(f'<li><a href="/muc-{number}">Chuyên mục số {number}</a></li>' for number in range(30))
_RELATED = "".join(f'<li><a href="/khac-{number}">Bài khác số {number} trong tuần</a></li>' for number in range(10))


def page(inside: str = "", head: str = "", *, title: str = "Lớp tập huấn trồng trọt") -> bytes:
    """Return a page as agencies have them: menu, one article, related list, footer."""
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">
<title>{title} - Trang tin xã mẫu</title>{head}</head><body>
<div id="top"><img src="/logo.png" width="200" height="90"></div><nav><ul>{_MENU}</ul></nav>
<div class="main"><h1>{title}</h1><div class="post-date">Thứ Tư, 25/11/2026 | 08:00 GMT+7</div>
<div class="noi-dung"><p>{FIRST}</p>{inside}<p>{SECOND}</p></div>
<div class="related"><h3>Tin liên quan</h3><ul>{_RELATED}</ul></div></div>
<footer>Bản quyền xã mẫu</footer></body></html>""".encode()


def bare(inside: str) -> bytes:
    """Return a page that has only this."""
    return f"<html><head><title>Trang</title></head><body>{inside}</body></html>".encode()


def read(body: bytes, *, charset: str | None = None, rules: PageRules = RULES) -> Article:
    return extract(body, url=URL, charset=charset, rules=rules)
