"""From words that people type for a kind, a section, a language … to codes and back. Pure: no shelf, no agency."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from cong.kernel.text import fold
from cong.search.language.clauses import Asked, Field, Term
from cong.search.language.shapes import with_terms

NOTHING = "0"
"""A value that no entry has: what an unknown word of a field of codes becomes."""

Codes: TypeAlias = Mapping[Field, Mapping[str, str]]
"""For each field whose values are codes: the code by every word for it, in whatever spelling."""


class Has(StrEnum):
    """What an entry may hold besides its text."""

    PHOTO = "anh"
    VIDEO = "video"
    AUDIO = "amthanh"
    FILE = "tep"


class Status(StrEnum):
    """Whether a document is in force: the five states in which Vietnamese registers of law know one."""

    IN_FORCE = "conhieuluc"
    EXPIRED = "hethieuluc"
    PARTLY_EXPIRED = "hethieulucmotphan"
    NOT_YET = "chuacohieuluc"
    SUSPENDED = "ngunghieuluc"


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """Return the letters and digits of a word without marks (`Văn-bản`, `van ban` → `vanban`): what is compared."""
    return "".join(filter(str.isalnum, fold(text)))


def codes_of(labels: Mapping[Field, Iterable[tuple[str, str]]]) -> Codes:
    """Return the codes of the shelf by themselves and by what they are called, from (code, label) pairs."""
    return {
        field: {bare(name): code for code, label in pairs for name in (code, label)} for field, pairs in labels.items()
    }


def code_of(field: Field, typed: str, codes: Codes | None = None) -> str | None:
    """Return the code that a word stands for in a field, None when nobody knows it or the field has no codes.

    `codes` adds to the words that are known here.
    """
    word = bare(typed)
    code = KNOWN.get(field, {}).get(word)
    if code is None and codes and word:
        code = next((one for name, one in codes.get(field, {}).items() if bare(name) == word), None)
    if code is None and field is Field.LANG and _LANGUAGE.fullmatch(typed.strip().lower()):
        code = typed.strip().lower().partition("-")[0]
    return code


def word_of(field: Field, code: str) -> str:
    """Return the word that is written for a code in a query (`news` → `tin`), the code itself where none is better."""
    names = _WORDS.get(field, {}).get(code)
    return bare(names[0]) if names and field in _WRITTEN else code


def spelled(asked: Asked, *, codes: Codes | None = None, slug_of: Callable[[str], str | None] = str) -> Asked:
    """Return the query as it is written whatever was typed: one word for a code, an agency's slug; the rest stays.

    `slug_of` returns the slug of the one agency that is meant, None when none or several are.
    """

    def change(field: Field, value: str) -> tuple[str, ...]:
        if field is Field.AGENCY:
            return (slug_of(value) or value,)
        code = code_of(field, value, codes)
        return (word_of(field, code) if code else value,)

    return _with_values(asked, change)


def resolved(asked: Asked, *, codes: Codes, agencies: Callable[[str], tuple[int, ...]]) -> Asked:
    """Return the query as an engine takes it: words of fields of codes are codes, agencies are ids.

    `agencies` returns the ids that a slug, a short name or a name as typed stands for, none for what it doesn't know.
    What nobody knows becomes `NOTHING`.
    """

    def change(field: Field, value: str) -> tuple[str, ...]:
        if field is Field.AGENCY:
            return tuple(map(str, agencies(value))) or (NOTHING,)
        is_coded = field in KNOWN or field in codes
        return (code_of(field, value, codes) or NOTHING,) if is_coded else (value,)

    return _with_values(asked, change)


def _with_values(asked: Asked, change: Callable[[Field, str], tuple[str, ...]]) -> Asked:
    def changed(term: Term) -> Term:
        found = (one for value in term.values for one in change(term.field, value))
        return Term(field=term.field, values=tuple(dict.fromkeys(found)))

    return Asked(clauses=with_terms(asked.clauses, changed))


# A language that has no word below is meant by its own code.
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
# Fields whose codes are not what is written: the first word for each is.
_WRITTEN = frozenset({Field.KIND})
_WORDS: dict[Field, dict[str, tuple[str, ...]]] = {
    Field.KIND: {
        "news": ("tin", "tin tức", "tin bài", "bài", "bài viết", "news", "article", "articles"),
        "document": ("văn bản", "vb", "document", "documents", "doc"),
        "photo": ("ảnh", "hình", "hình ảnh", "photo", "photos", "picture", "pictures", "image"),
        "video": ("video", "videos", "phim", "clip", "film"),
        "audio": ("âm thanh", "ghi âm", "audio", "sound", "recording", "podcast"),
        "page": ("giới thiệu", "trang giới thiệu", "trang", "page", "about"),
    },
    Field.SECTION: {
        "tin-hoat-dong": ("tin hoạt động", "hoạt động", "activity", "activities"),
        "xay-dung-dang": ("xây dựng đảng", "đảng", "party", "party building"),
        "kinh-te": ("kinh tế", "economy", "economics"),
        "van-hoa-xa-hoi": ("văn hóa xã hội", "văn hóa", "xã hội", "society", "culture"),
        "giao-duc": ("giáo dục", "education"),
        "khoa-hoc-cong-nghe": ("khoa học công nghệ", "khoa học", "công nghệ", "science", "technology"),
        "moi-truong": ("môi trường", "environment"),
        "quoc-phong-an-ninh": ("quốc phòng an ninh", "quốc phòng", "an ninh", "defence", "defense", "security"),
        "doi-ngoai": ("đối ngoại", "foreign", "foreign affairs"),
    },
    Field.LANG: {
        "vi": ("vi", "tiếng việt", "việt", "vietnamese"),
        "en": ("en", "tiếng anh", "anh", "english"),
        "fr": ("fr", "tiếng pháp", "pháp", "french", "français"),
        "zh": ("zh", "tiếng trung", "trung", "tiếng hoa", "hoa", "chinese", "中文"),
        "lo": ("lo", "tiếng lào", "lào", "lao", "ລາວ"),
        "km": ("km", "tiếng khmer", "khmer", "ខ្មែរ"),
        "ru": ("ru", "tiếng nga", "nga", "russian", "русский"),
        "es": ("es", "tiếng tây ban nha", "tây ban nha", "spanish", "español"),
        "ja": ("ja", "tiếng nhật", "nhật", "japanese", "日本語"),
        "ko": ("ko", "tiếng hàn", "hàn", "korean", "한국어"),
        "de": ("de", "tiếng đức", "đức", "german", "deutsch"),
        "th": ("th", "tiếng thái", "thái", "thai"),
        "pt": ("pt", "tiếng bồ đào nha", "bồ đào nha", "portuguese", "português"),
        "it": ("it", "tiếng ý", "ý", "italian", "italiano"),
        "ar": ("ar", "tiếng ả rập", "ả rập", "arabic"),
    },
    Field.HAS: {
        Has.PHOTO: ("ảnh", "hình", "hình ảnh", "photo", "photos", "picture", "pictures", "image"),
        Has.VIDEO: ("video", "videos", "phim", "clip", "film"),
        Has.AUDIO: ("âm thanh", "ghi âm", "audio", "sound", "recording"),
        Has.FILE: ("tệp", "tập tin", "tệp đính kèm", "đính kèm", "file", "files", "attachment"),
    },
    Field.STATUS: {
        Status.IN_FORCE: ("còn hiệu lực", "còn", "in force", "valid"),
        Status.EXPIRED: ("hết hiệu lực", "hết", "expired"),
        Status.PARTLY_EXPIRED: ("hết hiệu lực một phần", "một phần", "partly expired"),
        Status.NOT_YET: ("chưa có hiệu lực", "chưa hiệu lực", "chưa", "not yet in force"),
        Status.SUSPENDED: ("ngưng hiệu lực", "ngừng hiệu lực", "tạm ngưng", "suspended"),
    },
}  # fmt: skip
KNOWN: Codes = {
    field: {bare(word): str(code) for code, words in codes.items() for word in (code, *words)}
    for field, codes in _WORDS.items()
}
"""The codes by the Vietnamese and English words for them that are known without the shelf."""
