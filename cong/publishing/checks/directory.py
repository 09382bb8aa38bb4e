"""The directory of officials, arranged for looking up names and titles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from cong.agencies.posts import Post
from cong.kernel.text import fold

# How a title may begin when the body is left out: `Bộ trưởng Nguyễn Văn Mẫu`. Folded.
RANKS = frozenset({
    "bo truong", "thu truong", "vu truong", "cuc truong", "tong cuc truong", "chu tich", "bi thu", "truong ban",
    "giam doc", "tong giam doc", "chanh van phong", "vien truong", "chanh an", "tong thu ky", "tong bien tap",
    "hieu truong", "thu tuong", "chu nhiem", "truong phong", "chu tich nuoc", "tong bi thu", "thong doc",
    "tong thanh tra", "chanh thanh tra", "dai su", "tu lenh", "bi thu thu nhat", "doan truong", "chu tich quoc hoi",
})  # fmt: skip
LONGEST_TITLE, _LONGEST_RANK = 14, 5
_NOT_WORD = re.compile(r"[\W_]+")
_SHORT = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "tp": "thanh pho", "tw": "trung uong",
          "ubmttq": "uy ban mat tran to quoc", "ubtw": "uy ban trung uong", "bch": "ban chap hanh"}  # fmt: skip


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """Return words in small letters without marks, abbreviations written out: for comparing names and titles."""
    return " ".join(_SHORT.get(word, word) for word in _NOT_WORD.sub(" ", fold(text)).split())


class Directory:
    """All posts, by folded name and by folded title. Making one costs time: keep it for many checks."""

    def __init__(self, posts: Iterable[Post]) -> None:
        self.by_name: dict[str, list[Post]] = defaultdict(list)
        self.by_title: dict[str, list[Post]] = defaultdict(list)
        self.by_rank: dict[str, list[Post]] = defaultdict(list)
        # Most words beside a name end or begin no title: these sets tell so at once.
        self.first_words = {rank.partition(" ")[0] for rank in RANKS} | {"pho"}
        self.last_words = {rank.rpartition(" ")[2] for rank in RANKS}
        for post in posts:
            self.by_name[plain(post.name)].append(post)
            for title in _titles(post):
                self.by_title[title].append(post)
                self.first_words.add(title.partition(" ")[0])
                self.last_words.add(title.rpartition(" ")[2])
                if rank := _rank(title):
                    self.by_rank[rank].append(post)

    def __bool__(self) -> bool:
        return bool(self.by_name)

    def is_title(self, words: str) -> bool:
        """Tell whether folded words are a title that somebody held once, or a bare rank."""
        return words in self.by_title or words.removeprefix("pho ") in RANKS

    def holders(self, title: str, day: date) -> list[Post]:
        """Return the posts of that very title, or of that bare rank, that are held on the day."""
        posts = self.by_title.get(title) or self.by_rank.get(title) or []
        return [post for post in posts if post.is_held(day)]


def _rank(title: str) -> str:
    """Return the rank that a folded title begins with; empty when there is none."""
    words = title.split()
    heads = (" ".join(words[:size]) for size in range(_LONGEST_RANK, 1, -1))
    return next((head for head in heads if head.removeprefix("pho ") in RANKS), "")


def _titles(post: Post) -> list[str]:
    """Return the titles that a post joins: `Ủy viên Thường vụ, Trưởng Ban A` are two."""
    return [words for part in post.title.split(",") if (words := plain(part))]


def fits(post: Post, title: str) -> bool:
    """Tell whether a folded title names that post, in full or without the body it belongs to."""
    return any(words == title or words.startswith(f"{title} ") for words in _titles(post))
