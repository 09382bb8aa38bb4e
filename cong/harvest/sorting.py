"""Pure: which section an item belongs to, why, and how sure that is.

In order: the source's map, the agency's rules, the look of a document, word weights learned from editors, the source's
default. What is less sure than `SURE` is held for a person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from cong.harvest.classifier import SURE, Model, reading
from cong.harvest.decide import Place, place_named
from cong.harvest.parse import RawItem
from cong.kernel.text import clip, fold, nfc, one_line

Rules = Sequence[Mapping[str, str]]

_NUMBERED, _OPENED, _ATTACHED, _PERHAPS, _REASON = 0.99, 0.95, 0.9, 0.5, 120
_ACT = (
    "nghị định|thông tư(?: liên tịch)?|quyết định|chỉ thị|nghị quyết|kết luận|hướng dẫn|công văn|công điện|kế hoạch|"
    "quy định|quy chế|tờ trình|báo cáo|thông báo|thông tri|luật|pháp lệnh|lệnh|văn bản hợp nhất|dự thảo"
)
_NUMBER = (
    r"(?<![\w/.-])\d{1,5}(?:/\d{4})?[-/](?:(?:QĐ|CT|NQ|KL|HD|TT|TTLT|NĐ|CV|CĐ|KH|QC|TB|BC|TTr|VBHN|QH\d\d|L|PL)(?![\w])"
    r"(?:[-/][\w-]{1,20})?|[A-ZĐ]{2,10}-[A-ZĐ0-9]{2,15})(?![\w/])"
)
_HAS_NUMBER = re.compile(_NUMBER)
# News has the number too (“Nghị quyết 57-NQ/TW đi vào cuộc sống”): a document goes on with its date or its subject.
_OPENS = re.compile(
    rf"\W{{0,5}}(?:(?i:toàn văn)\W{{1,5}})?(?i:{_ACT})?\s?(?i:số)?\W{{0,5}}(?:{_NUMBER})"
    r"\W{0,5}(?:$|(?i:ngày|v/v|về|của|quy định|ban hành|sửa đổi|bổ sung|phê duyệt|hướng dẫn)\b)"
)
_OPENS_AS_ACT = re.compile(rf"\W{{0,5}}(?:{_ACT})\b", re.IGNORECASE)
_FILE = re.compile(r"\.(?:pdf|docx?|odt|rtf)$", re.IGNORECASE)
_FILE_TYPES = ("application/pdf", "application/msword", "application/rtf", "application/vnd.o")
_FILE_ENDS = re.compile(r"\.(?:pdf|docx?|odt|rtf)[\"'?#]", re.IGNORECASE)
_LINKED_FILE = re.compile(r"""href=["'][^"'?#<>]{1,500}\.(?:pdf|docx?|odt|rtf)["'?#]""", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Where an item goes (the place tells why), how sure that is, and whether a person must look first."""

    place: Place
    confidence: float
    hold: bool


def choose(
    item: RawItem,
    default: Place,
    *,
    rules: Rules,
    agency_rules: Rules = (),
    sections: Collection[str],
    model: Model | None = None,
) -> Choice:
    """Choose the place of an item.

    Without a model, and for sources of documents or introductions, the source's default stands without a second
    opinion. A model that is unsure and sees another section than the default has the item held there.
    """
    mapped = _mapped(item, rules, sections, "") or _mapped(item, agency_rules, sections, "agency:")
    if mapped:
        return Choice(place=mapped, confidence=1.0, hold=False)
    sure, why = _document(item)
    document = _placed("van-ban", sections, f"document:{why}") if sure else None
    if document and sure >= SURE:
        return Choice(place=document, confidence=sure, hold=False)
    chances = model.chances(reading(item.title, item.summary, item.html)) if model and default.kind == "news" else {}
    learned = _learned(chances, default, sections)
    if learned and not learned.hold:
        return learned
    if document and default.kind != "document":
        return Choice(place=document, confidence=sure, hold=True)
    return learned or Choice(place=default, confidence=SURE, hold=False)


def _mapped(item: RawItem, rules: Rules, sections: Collection[str], whose: str) -> Place | None:
    """Return the place of the first rule that names the item's path or one of its tags, and a known section."""
    path, tags = _path(item.url), {fold(tag) for tag in item.tags}
    for rule in rules:
        by_path = bool(rule.get("path")) and path.startswith(rule["path"])
        by_tag = bool(rule.get("tag")) and fold(rule["tag"]) in tags
        why = f"{whose}path:{rule['path']}" if by_path else f"{whose}tag:{rule.get('tag', '')}"
        found = _placed(rule.get("section", ""), sections, why) if by_path or by_tag else None
        if found:
            return found
    return None


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _placed(word: str, sections: Collection[str], why: str) -> Place | None:
    found = place_named(word, sections)
    return replace(found, reason=clip(why, _REASON)) if found else None


def _document(item: RawItem) -> tuple[float, str]:
    """Return how sure it is that the item is a document, and the sign of it; (0, "") without any sign."""
    title = nfc(one_line(item.title))
    said, attached = number[0] if (number := _HAS_NUMBER.search(title)) else "", _is_attached(item)
    signs = (
        (bool(item.number), _NUMBERED, f"number {item.number}"),
        (bool(said) and bool(_OPENS.match(title)), _OPENED, f"number {said}"),
        (bool(_FILE.search(_path(item.url))), _ATTACHED, "file"),
        (attached and bool(said), _ATTACHED, f"file, number {said}"),
        (attached and bool(_OPENS_AS_ACT.match(title)), _ATTACHED, "file, title"),
        (bool(said), _PERHAPS, f"perhaps number {said}"),
        (attached, _PERHAPS, "perhaps file"),
    )
    return next(((sure, why) for holds, sure, why in signs if holds), (0.0, ""))


def _is_attached(item: RawItem) -> bool:
    return (
        _links_a_file(item.html)
        or _links_a_file(item.summary)
        or any(one.type.lower().startswith(_FILE_TYPES) or _FILE.search(_path(one.url)) for one in item.enclosures)
    )


def _links_a_file(html: str) -> bool:
    # Few texts have such an ending, and it is found five times as fast as a link to it.
    return bool(_FILE_ENDS.search(html) and _LINKED_FILE.search(html))


def _learned(chances: Mapping[str, float], default: Place, sections: Collection[str]) -> Choice | None:
    """Return what the words say, None when they say nothing that there is a place for."""
    word = max(chances, key=lambda one: chances[one], default="")
    chance = chances.get(word, 0.0)
    found = _placed(word, sections, f"words:{word} {chance:.2f}")
    if found is None:
        return None
    if (found.part, found.section) == (default.part, default.section):
        return Choice(place=found, confidence=max(chance, SURE), hold=False)
    if chance >= SURE:
        return Choice(place=found, confidence=chance, hold=False)
    rest = chances.get(word_for(default.part, default.section), 0.0)
    unsure = replace(default, reason=clip(f"{default.reason}, words:{word} {chance:.2f}", _REASON))
    return Choice(place=unsure, confidence=rest, hold=True)


def word_for(part: str, section: str) -> str:
    """Return the word under which a place is learned: the one that names it in a registry."""
    return section if part == "tin-hoat-dong" else part
