"""Whether what was found is an article; if not, why, in words for an operator."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape

from lxml.html import HtmlElement

from cong.harvest.enrich import jsonld
from cong.harvest.enrich.article import Article, Quality, Way
from cong.harvest.enrich.metadata import Head
from cong.harvest.parse.clean import text as plain
from cong.kernel.text import fold, nfc, one_line

_LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LINE = re.compile(r"<[^>]*>|\n")
# A login box stands on many real pages; only a page with little else is a login page.
_LOGIN, _ERROR, _CHALLENGE, _LOCKED = 300, 800, 500, 600
_FEW = {Way.SELECTOR: 15, Way.GENERAL: 100, Way.LONGEST: 200}
_MOST_LINKS = 0.6
_ERROR_TITLE = re.compile(
    r"^\W*(?:(?:error|loi|http)\W*)?(?:40[0-9]|410|50[0-9])\b|khong tim thay|khong ton tai|not found|access denied|"
    r"truy cap bi tu choi|forbidden|service unavailable|bad gateway|^\W*loi\W*$|dang bao tri|under maintenance"
)
_CHALLENGE_WORDS = re.compile(
    r"just a moment|checking your browser|attention required|verify you are human|are you a robot|"
    r"(?:enable|bat|turn on) javascript|xac minh (?:ban|rang ban) (?:la|khong phai)"
)
_LOCKED_WORDS = re.compile(
    r"danh (?:rieng )?cho (?:thue bao|hoi vien|thanh vien|nguoi dang ky)|"
    r"(?:dang nhap|dang ky|dat mua) de (?:doc|xem) tiep|"
    r"subscribe to (?:continue|read)|subscribers only|sign in to (?:continue|read)"
)
_READ = 4_000


def quality(html: str, text: str, links: Collection[str] = ()) -> Quality:
    """Measure a sanitised text; a line that reads as one of `links` counts as a link even when it is none any more."""
    letters = _letters(text)
    inside = sum(_letters(unescape(_TAG.sub("", one))) for one in _LINK.findall(html))
    if links:
        lines = (one_line(unescape(one)) for one in _LINE.split(_LINK.sub("", html)))
        inside += sum(_letters(one) for one in lines if one in links)
    return Quality(letters=letters, link_density=round(min(inside / letters, 1.0), 3) if letters else 0.0)


def links(root: HtmlElement) -> frozenset[str]:
    """Return the texts of the page's links."""
    return frozenset(nfc(one_line(one.text_content())) for one in root.iter("a"))


def is_enough(article: Article) -> bool:
    """Tell whether there is so much that no other way of finding the text needs to be tried."""
    if article.way is None:
        return False
    shows = bool(article.gallery or article.enclosures)
    few = _FEW[article.way] // (10 if shows else 1)
    return article.quality.letters >= few and (
        article.way is Way.SELECTOR or article.quality.link_density <= _MOST_LINKS
    )


def reason(article: Article, root: HtmlElement, said: Head) -> str:
    """Return in Vietnamese why there is no article here; empty when there is one."""
    if article.quality.letters < _ERROR and (why := _other_page(article, root, said)):
        return why
    if not is_enough(article):
        return _too_little(article)
    return ""


def _other_page(article: Article, root: HtmlElement, said: Head) -> str:
    letters = article.quality.letters
    heading = fold(f"{article.title} {' '.join(plain(one.text or '') for one in root.iter('title'))}"[:_READ])
    beginning = fold(article.text[:_READ])
    if letters < _LOGIN and _asks_for_password(root):
        return "Đây là trang đăng nhập, không phải bài viết; hãy xin cơ quan một địa chỉ công khai."
    if letters < _CHALLENGE and _CHALLENGE_WORDS.search(f"{heading} {beginning}"):
        return "Trang này đòi chứng minh không phải máy; hãy đề nghị cơ quan cho phép hệ thống đọc trang."
    if _ERROR_TITLE.search(heading):
        return "Đây là trang báo lỗi của cơ quan, không phải bài viết."
    if letters < _LOCKED and (jsonld.is_locked(said.nodes) or _LOCKED_WORDS.search(beginning)):
        return "Bài này chỉ dành cho người đăng ký của trang nguồn; chỉ đọc được phần mở đầu."
    return ""


def _too_little(article: Article) -> str:
    found = article.quality
    if found.link_density > _MOST_LINKS:
        return f"Trang này là danh sách, không phải bài viết: {found.link_density:.0%} số chữ tìm được là liên kết."
    return (
        f"Trang chỉ có {found.letters} chữ cái ngoài các danh sách liên kết; "
        "hãy đặt “content” cho nguồn này nếu trang có bài."
    )


def _asks_for_password(root: HtmlElement) -> bool:
    return any(one.get("type", "").lower() == "password" for one in root.iter("input"))


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
