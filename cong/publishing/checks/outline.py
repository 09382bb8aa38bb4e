"""The frame of a text: title, lead, byline, the order of headings, its dates of validity, its weight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from cong.kernel.text import clip
from cong.publishing.checks.blocks import DEEPEST
from cong.publishing.checks.findings import Hit
from cong.publishing.checks.reading import ABOUT, LEAD, TITLE, WHOLE, Reading
from cong.publishing.checks.rules import Code

LARGE, HUGE = 150_000, 1_000_000
_LONGEST_TITLE, _SHORTEST_CAPS = 25, 8
_HANOI = timezone(timedelta(hours=7))


def headings(reading: Reading) -> Iterator[Hit]:
    """Check that headings say something and go down step by step, from level 2."""
    last = 1
    for block in reading.body.blocks:
        if not block.level:
            continue
        if not block.text.strip():
            yield Hit(code=Code.HEADING_EMPTY, where=block.where, text="trống; hãy viết chữ hoặc bỏ tiêu đề này.")
        if block.level == 1:
            yield Hit(code=Code.HEADING_ONE, where=block.where,
                      text="là cấp 1, đã dành cho tên bài; hãy chuyển thành cấp 2.")  # fmt: skip
        elif block.level > last + 1:
            said = f"“{clip(block.text, 60)}” nhảy từ cấp {last} xuống cấp {block.level}; hãy dùng cấp {last + 1}."
            yield Hit(code=Code.HEADING_SKIP, where=block.where, text=said)
        last = block.level


def frame(reading: Reading) -> Iterator[Hit]:
    """Check title, lead and byline."""
    content = reading.content
    title = content.title.strip()
    letters = [char for char in title if char.isalpha()]
    if not title:
        yield Hit(code=Code.TITLE_EMPTY, where=TITLE, text="chưa có; bài phải có tiêu đề.")
    if (length := len(title.split())) > _LONGEST_TITLE:
        yield Hit(code=Code.TITLE_LONG, where=TITLE, text=f"dài {length} âm tiết, nên không quá {_LONGEST_TITLE}.")
    if len(letters) >= _SHORTEST_CAPS and all(char.isupper() for char in letters):
        yield Hit(code=Code.TITLE_CAPS, where=TITLE, text="viết hoa toàn bộ; hãy viết như một câu thường.")
    if not content.summary.strip():
        yield Hit(code=Code.LEAD_MISSING, where=LEAD, text="chưa có; hãy tóm tắt bài trong một, hai câu.")
    if not (content.author.strip() or content.source_name.strip()):
        yield Hit(code=Code.BYLINE_MISSING, where=ABOUT, text="chưa ghi tác giả hoặc nguồn.")


def validity(reading: Reading) -> Iterator[Hit]:
    """Check embargo against expiry, and that a translation names what it translates."""
    content = reading.content
    begin, end = content.not_before, content.expires_at
    if begin and end and end <= begin:
        said = f"hết hạn lúc {_clock(end)}, trước khi được công bố lúc {_clock(begin)}."
        yield Hit(code=Code.EXPIRY_ORDER, where=ABOUT, text=said)
    if content.lang != "vi" and content.translation_of is None:
        yield Hit(code=Code.TRANSLATION_UNLINKED, where=ABOUT,
                  text=f"bài tiếng nước ngoài ({content.lang}) chưa gắn với bài gốc tiếng Việt.")  # fmt: skip


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(_HANOI):%H:%M ngày %d/%m/%Y}"


def weight(reading: Reading) -> Iterator[Hit]:
    """Check how heavy the text is."""
    size = len(reading.content.html.encode("utf-8", "replace"))
    if size > HUGE:
        yield Hit(code=Code.PAGE_HUGE, where=WHOLE,
                  text=f"nặng {size // 1000} KB, tối đa {HUGE // 1000} KB; hãy tách bài.")  # fmt: skip
    elif size > LARGE:
        yield Hit(code=Code.PAGE_LARGE, where=WHOLE, text=f"nặng {size // 1000} KB; người đọc phải chờ lâu.")


def markup(reading: Reading) -> Iterator[Hit]:
    """Refuse what runs in the reader's browser, and what is too tangled to be examined."""
    for where, what in reading.body.unsafe:
        yield Hit(code=Code.MARKUP_UNSAFE, where=where, text=f"chứa mã chạy được ({what}); hãy bỏ.")
    if reading.body.depth > DEEPEST:
        yield Hit(code=Code.MARKUP_TANGLED, where=WHOLE,
                  text="lồng quá nhiều tầng, không kiểm tra hết được; hãy xóa định dạng rồi dán lại.")  # fmt: skip
