"""Names and titles against the dated directory: who held which post on the day of the event, and how one writes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cong.agencies.posts import Post
from cong.kernel.text import one_line
from cong.publishing.checks.directory import LONGEST_TITLE, Directory, fits, plain
from cong.publishing.checks.findings import Hit
from cong.publishing.checks.reading import Reading
from cong.publishing.checks.rules import Code
from cong.publishing.checks.spelling import distance

_UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_RUN = re.compile(rf"\b[{_UPPER}]\w*(?:[ \u00a0][{_UPPER}]\w*)+")
_WORD = re.compile(r"\w+")
_CUT = re.compile(r"[,;:.!?()\n“”\"–]|\s-\s")
_POLITE = re.compile(
    r"(?:\s*\b(?:đồng chí|đ/c|ông|bà|anh|chị|GS|PGS|TS|ThS|BS|TSKH|đại tướng|thượng tướng|trung tướng|"
    r"thiếu tướng)\b[.,]?)+\s*$",
    re.IGNORECASE,
)
_POLITE_ENDS = {"chí", "đ/c", "ông", "bà", "anh", "chị", "gs", "pgs", "ts", "ths", "bs", "tskh", "tướng"}
_FORMER = re.compile(r"\b(?:nguyên|cựu|cố)\s*$", re.IGNORECASE)
_FOR_ANOTHER = re.compile(r"\b(?:trợ lý|thư ký|phu nhân|phu quân|thay mặt|thừa lệnh)\s*$", re.IGNORECASE)
_OPENING = re.compile(r"\s*(?:(nguyên|cựu|cố)\s+)?(?:là\s+)?", re.IGNORECASE)
_BESIDE = re.compile(r"\s*[,(–]|\s+-\s")
_GOES_ON = re.compile(rf"\s+(?:đồng chí |ông |bà )?[{_UPPER}]")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SURNAMES = frozenset({
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong",
    "ly", "dinh", "trinh", "doan", "luong", "mai", "truong", "dao", "cao", "luu", "ha", "ta", "chau", "to", "tang",
    "quach", "tong", "lam", "vuong", "thai", "phung", "kieu", "thach", "bach", "chu", "khuat", "tieu", "la", "nong",
    "hua", "ma", "lo", "quang", "giang", "be", "sung", "giap", "an", "nghiem", "kim", "diep", "ung", "lai",
})  # fmt: skip
_SHORTEST, _LONGEST, _BEFORE, _AFTER, _MOST_TITLES, _SURE = 2, 5, 120, 200, 3, 8


@dataclass(frozen=True, kw_only=True)
class Title:
    """A title beside a name: as it stands, folded, and whether it is said to be over."""

    text: str
    folded: str
    former: bool = False


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A name in the text: the words that may be one, and the titles that stand beside them."""

    where: str
    words: str
    posts: Sequence[Post]
    titles: Sequence[Title]


def names_and_titles(reading: Reading) -> Iterator[Hit]:
    """Check every name that stands beside a title, in title, lead and body."""
    if not reading.directory:
        return
    for where, text in reading.prose:
        for run in _RUN.finditer(text):
            for mention in _mentions(where, text, run, reading.directory):
                yield from _judged(mention, reading)


def _mentions(where: str, text: str, run: re.Match[str], directory: Directory) -> Iterator[Mention]:
    """Yield the known name within a run of capitalised words, or else the ends of the run that touch a title."""
    spans = [(word.start(), word.end()) for word in _WORD.finditer(text, run.start(), run.end())]
    while spans and text[spans[0][0] : spans[0][1]].lower() in _POLITE_ENDS:
        spans = spans[1:]
    if len(spans) < _SHORTEST:
        return
    known = _known(text, spans, directory)
    if known:
        begin, end = known
        words = text[begin:end]
        titles = [*_titles_before(text, begin, directory), *_titles_after(text, end, directory)]
        yield Mention(where=where, words=words, posts=directory.by_name[plain(words)], titles=titles)
        return
    for part, titles in _by_title(text, spans, directory):
        if titles:
            yield Mention(where=where, words=text[part[0] : part[1]], posts=(), titles=titles)


def _known(text: str, spans: Sequence[tuple[int, int]], directory: Directory) -> tuple[int, int] | None:
    for size in range(min(_LONGEST, len(spans)), _SHORTEST - 1, -1):
        for first in range(len(spans) - size + 1):
            begin, end = spans[first][0], spans[first + size - 1][1]
            if plain(text[begin:end]) in directory.by_name:
                return begin, end
    return None


def _by_title(
    text: str, spans: Sequence[tuple[int, int]], directory: Directory
) -> Iterator[tuple[tuple[int, int], list[Title]]]:
    """Yield what may be a name because a title stands before it (also within the run) or after it."""
    if len(spans) <= _LONGEST:
        whole = (spans[0][0], spans[-1][1])
        yield whole, [*_titles_before(text, whole[0], directory), *_titles_after(text, whole[1], directory)]
    for first in range(1, len(spans) - 1):
        if len(spans) - first <= _LONGEST and (before := _titles_before(text, spans[first][0], directory)):
            yield (spans[first][0], spans[-1][1]), before
            return


def _titles_before(text: str, end: int, directory: Directory) -> list[Title]:
    """Return the titles that end where the name begins: the last stretch may only end in one, others must be one."""
    start = max(0, end - _BEFORE)
    window = text[start:end].rstrip(" ,:(\u00a0")
    if window.rpartition(" ")[2].lower().strip(".") in _POLITE_ENDS:
        window = _POLITE.sub("", window).rstrip(" ,:(\u00a0")
    stretches = _CUT.split(window)
    found = []
    for place, stretch in enumerate(reversed(stretches)):
        title = _suffix(stretch, directory, whole=place > 0)
        if title is None or place >= _MOST_TITLES:
            break
        found.append(title)
    return found


def _suffix(stretch: str, directory: Directory, *, whole: bool) -> Title | None:
    words = list(_WORD.finditer(stretch))
    folded = [plain(word[0]) for word in words]
    if not folded or folded[-1].rpartition(" ")[2] not in directory.last_words:
        return None
    for first in range(max(0, len(words) - LONGEST_TITLE), 1 if whole else len(words) - 1):
        title = " ".join(folded[first:])
        if directory.is_title(title):
            ahead = stretch[: words[first].start()]
            said = one_line(stretch[words[first].start() :])
            return None if _FOR_ANOTHER.search(ahead) else Title(
                text=said, folded=title, former=bool(_FORMER.search(ahead))
            )  # fmt: skip
    return None


def _titles_after(text: str, begin: int, directory: Directory) -> list[Title]:
    """Return the titles that follow the name after a comma, a dash or a bracket."""
    window = text[begin : begin + _AFTER]
    if not _BESIDE.match(window):
        return []
    found = []
    for stretch in [one for one in _CUT.split(window)[1:] if one.strip()][:_MOST_TITLES]:
        title = _prefix(stretch, directory)
        if title is None:
            break
        found.append(title)
    return found


def _prefix(stretch: str, directory: Directory) -> Title | None:
    opening = _OPENING.match(stretch)
    begin = opening.end() if opening else 0
    words = list(_WORD.finditer(stretch, begin))[:LONGEST_TITLE]
    folded = [plain(word[0]) for word in words]
    if not folded or folded[0].partition(" ")[0] not in directory.first_words:
        return None
    for last in range(len(words), 1, -1):
        title = " ".join(folded[:last])
        if title in directory.by_title or (last == len(words) and directory.is_title(title)):
            end = words[last - 1].end()
            # What goes on with a name is the title of that person: `Nguyễn Văn Mẫu, Thứ trưởng Trần Thị Ví …`.
            goes_on = _GOES_ON.match(stretch, end)
            return None if goes_on else Title(
                text=one_line(stretch[begin:end]), folded=title, former=bool(opening and opening[1])
            )  # fmt: skip
    return None


def _judged(mention: Mention, reading: Reading) -> Iterator[Hit]:
    for title in mention.titles:
        if mention.posts:
            yield from _held(mention, title, reading)
        elif not title.former:
            yield from _spelled(mention, title, reading)


def _held(mention: Mention, title: Title, reading: Reading) -> Iterator[Hit]:
    fitting = [post for post in mention.posts if fits(post, title.folded)]
    day = reading.day
    if title.former:
        right = [post for post in fitting if post.from_on <= day]
    else:
        right = [post for post in fitting if post.is_held(day)]
    if not right and _is_covered(mention, title, reading):
        yield Hit(
            code=Code.TITLE_NOT_HELD, where=mention.where,
            text=f"“{mention.words}” không giữ chức “{title.text}” vào ngày {day:%d/%m/%Y}; "
            f"danh bạ ghi {_record(mention.posts)}.",
        )  # fmt: skip
    elif right and not any(_same(mention.words, post.name) for post in mention.posts):
        yield _misspelt(mention, right[0])


def _is_covered(mention: Mention, title: Title, reading: Reading) -> bool:
    """Tell whether the directory knows enough: of bare ranks it judges those within the person's own agencies."""
    if title.folded in reading.directory.by_title:
        return True
    agencies = {post.agency for post in mention.posts}
    return any(post.agency in agencies for post in reading.directory.by_rank.get(title.folded, ()))


def _record(posts: Sequence[Post]) -> str:
    last = sorted(posts, key=lambda post: post.from_on)[-2:]
    return "; ".join(
        f"{post.title} (từ {post.from_on:%d/%m/%Y}{f' đến {post.to_on:%d/%m/%Y}' if post.to_on else ''})"
        for post in last
    )


def _spelled(mention: Mention, title: Title, reading: Reading) -> Iterator[Hit]:
    """Compare a name that is not known with those who hold the title on the day."""
    holders = reading.directory.holders(title.folded, reading.day)
    words, in_full = plain(mention.words), title.folded in reading.directory.by_title
    for post in holders:
        name = plain(post.name)
        if distance(words, name, 2) <= (2 if in_full and len(name) >= _SURE else 1):
            yield _misspelt(mention, post)
            return
    if in_full and len(holders) == 1 and words.split()[0] in _SURNAMES and words != "ho chi minh":
        yield Hit(
            code=Code.TITLE_OF_ANOTHER, where=mention.where,
            text=f"“{title.text}” đứng cạnh “{one_line(mention.words)}”, "
            f"nhưng danh bạ ngày {reading.day:%d/%m/%Y} ghi là {holders[0].name}.",
        )  # fmt: skip


def _misspelt(mention: Mention, post: Post) -> Hit:
    return Hit(
        code=Code.NAME_MISSPELT, where=mention.where,
        text=f"“{one_line(mention.words)}” gần giống nhưng khác “{post.name}”, {post.title}; hãy kiểm tra tên.",
    )  # fmt: skip


def _same(said: str, name: str) -> bool:
    """Tell whether two spellings are one, wherever in its syllable a tone stands (`Hòa`, `Hoà`)."""
    return _syllables(said) == _syllables(name)


@lru_cache(maxsize=10_000)
def _syllables(name: str) -> list[tuple[str, list[str]]]:
    signs = [unicodedata.normalize("NFD", word.lower()) for word in name.split()]
    return [
        ("".join(sign for sign in word if sign not in _TONES), [sign for sign in word if sign in _TONES])
        for word in signs
    ]
