"""Pure: which item of a body is which known item, what changed, and what a new entry will say."""

from __future__ import annotations

import hashlib
import html as entities
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cong.harvest.parse import RawItem, addresses, clean
from cong.kernel.text import clip, one_line, slug
from cong.publishing.process import Content, moment

_KEY_LIMIT = 500
_SUMMARY = 400
_NUMBER = re.compile(r"\b\d{1,5}(?:/\d{4})?[-/](?:[A-ZĐ]{1,10})(?:[-/][A-ZĐ0-9]{1,15})*(?![\w/-])")
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"<(?:br|/?(?:p|li|ul|ol|tr|td|th|table|h[1-6]|blockquote|dd|dt|pre|hr|figure|figcaption))\b[^>]*>")
_PICTURE = re.compile(r"\[Ảnh(?:: [^\]]*)?\]")
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset((
    "the", "of", "and", "in", "to", "for", "is", "are", "was", "were", "with", "on", "at", "by", "from", "has", "have",
    "that", "this", "an", "will", "their", "its", "as",
))  # fmt: skip
# Letters; of all words the share with a mark in Vietnamese, the most in a text where only names are, English ones.
_LONG_ENOUGH, _MARKED_ENOUGH, _ONLY_NAMES, _ENGLISH_ENOUGH = 80, 0.4, 0.25, 0.15


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An item of the body with its identity."""

    raw: RawItem
    key: str
    alias: str
    url_key: str
    content_hash: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """What we hold of an item: enough to recognise it and to see that it changed."""

    id: int
    publication: int
    key: str
    alias: str
    url_key: str
    content_hash: str
    revision: int
    open: bool
    listed: bool
    published_at: datetime


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one body means: items to make, to revise, to re-key; known ids that it no longer lists."""

    new: list[Seen] = field(default_factory=list)
    changed: list[tuple[Seen, Known]] = field(default_factory=list)
    rekeyed: list[tuple[Seen, Known]] = field(default_factory=list)
    listed: set[int] = field(default_factory=set)
    relisted: list[int] = field(default_factory=list)
    removed: list[Known] = field(default_factory=list)

    def written(self) -> list[Seen]:
        """Return what will be written: the new items and the changed ones."""
        return [*self.new, *(seen for seen, _ in self.changed)]


def identify(items: Sequence[RawItem]) -> list[Seen]:
    """Give every item of a body its key: the guid if it is unique in the body, else the address, else title and date.

    The same item twice in one body is one item; of two versions the later one counts.
    """
    once = _once(items)
    guids = Counter(item.guid for item, _, _ in once)
    urls = Counter(url_key for _, url_key, _ in once)
    named = [
        _Named(item, url_key if urls[url_key] == 1 else "", content_hash, guids[item.guid] == 1)
        for item, url_key, content_hash in once
    ]
    keys = Counter(one.key for one in named)
    return [one.seen(alone=keys[one.key] == 1) for one in named]


class _Named:
    """An item and the key that it would like to have."""

    def __init__(self, item: RawItem, url_key: str, content_hash: str, unique_guid: bool) -> None:  # noqa: FBT001 (ours)
        self.item, self.url_key, self.content_hash = item, url_key, content_hash
        self.guid = item.guid if unique_guid else ""
        self.key = _key(item, url_key, self.guid)

    def seen(self, *, alone: bool) -> Seen:
        """Return the item with its identity; those that share title and date are told apart by what they say."""
        exact = "" if self.guid or self.url_key else f"t#{_digest(self.key, self.item.guid, self.content_hash)}"
        return Seen(
            raw=self.item, key=self.key if alone else exact, content_hash=self.content_hash,
            alias=exact or _bounded(addresses.guid_alias(self.guid)), url_key=_bounded(self.url_key),
        )  # fmt: skip


def _once(items: Sequence[RawItem]) -> list[tuple[RawItem, str, str]]:
    """Return (item, key of its address, content hash) without repetitions, before anything is counted."""
    kept: dict[tuple[str, str, str], tuple[RawItem, str, str]] = {}
    for item in items:
        url_key = _page_key(item.url)
        content_hash = _content_hash(item, url_key)
        same = (item.guid, url_key, "" if item.guid and url_key else content_hash)
        this = (item, url_key, content_hash)
        # One article under two headings has one date: which of them counts must not depend on their order.
        kept[same] = max(kept.get(same, this), this, key=lambda one: (_version(one[0]), one[2]))
    return list(kept.values())


def _page_key(url: str) -> str:
    """Return the key of an item's own page. The bare address of the site, which some feeds give every item, is none."""
    key = addresses.url_key(url) if url else ""
    return "" if key.endswith("/") and key.count("/") == 1 else key


def _version(item: RawItem) -> float:
    at = item.updated or item.published
    return at.timestamp() if at else 0.0


def _key(item: RawItem, url_key: str, guid: str) -> str:
    if guid:
        return _bounded(f"g:{guid}")
    if url_key:
        return _bounded(f"u:{url_key}")
    said = item.published.isoformat() if item.published else item.date_text
    return f"t#{_digest(item.title or item.html, said)}"


def _bounded(text: str) -> str:
    """Keep short keys readable; longer than the column becomes a hash."""
    return text if len(text) <= _KEY_LIMIT else f"{text[:2]}#{_digest(text)}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _content_hash(item: RawItem, url_key: str) -> str:
    # Tracking parameters, signed picture addresses and dates like “2 giờ trước”, or dates that are just the moment
    # of asking, change at every poll without any news in them.
    return _digest(
        item.title, item.summary, item.html, url_key, item.author, ",".join(item.tags), item.image.partition("?")[0]
    )


def compare(seen: Sequence[Seen], deleted: Sequence[str], known: Iterable[Known]) -> Plan:
    """Match the body with what is held. A match on an alias re-keys the item; absence is not removal."""
    held = list(known)
    by_key = {one.key: one for one in held}
    taken = {one.key for one in seen if one.key in by_key}
    spare = [one for one in held if one.key not in taken]
    by_alias, by_url = _unique(spare, "alias"), _unique(spare, "url_key")
    plan = Plan()
    for one in seen:
        match = by_key.get(one.key)
        if match is None:
            match = by_alias.get(one.alias) or by_url.get(one.url_key)
            if match is None or match.id in plan.listed:
                plan.new.append(one)
                continue
            plan.rekeyed.append((one, match))
        plan.listed.add(match.id)
        if not match.listed:
            plan.relisted.append(match.id)
        if match.open and match.content_hash != one.content_hash:
            plan.changed.append((one, match))
    plan.removed.extend(_removed(deleted, held))
    return plan


# What follows from other fields, or is ours and not the source's.
_NOT_SAID = frozenset({"harvested_at", "slug"})


def differences(before: Content, after: Content) -> list[str]:
    """Return the names of the fields in which a reader would see a difference."""
    old, new = (
        vars(one) | {"published_at": one.published_at and moment(one.published_at)} for one in (before, after)
    )  # fmt: skip
    return [name for name in old if name not in _NOT_SAID and old[name] != new[name]]


def _unique(known: Sequence[Known], name: str) -> dict[str, Known]:
    counts = Counter(getattr(one, name) for one in known)
    return {value: one for one in known if (value := getattr(one, name)) and counts[value] == 1}


def deleted_keys(deleted: Sequence[str]) -> list[str]:
    """Return the keys under which removed guids would be held."""
    return [_bounded(f"g:{guid}") for guid in deleted]


def _removed(deleted: Sequence[str], held: Sequence[Known]) -> list[Known]:
    keys = set(deleted_keys(deleted))
    aliases = {_bounded(addresses.guid_alias(guid)) for guid in deleted}
    return [one for one in held if one.key in keys or (one.alias and one.alias in aliases)]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an item goes: the agency's part, the portal's section, the kind; and why."""

    part: str
    section: str
    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Text:
    """What the entry will say."""

    slug: str
    title: str
    summary: str
    html: str
    lang: str
    number: str
    url: str
    author: str
    tags: tuple[str, ...]


# The registry's words for an agency's parts; any other word must be a section of the portal.
_PARTS = {
    "gioi-thieu": ("gioi-thieu", "tin-hoat-dong", "page"),
    "tin-hoat-dong": ("tin-hoat-dong", "tin-hoat-dong", "news"),
    "xay-dung": ("xay-dung-dang", "xay-dung-dang", "news"),
    "xay-dung-dang": ("xay-dung-dang", "xay-dung-dang", "news"),
    "van-ban": ("van-ban", "tin-hoat-dong", "document"),
}


def place_named(word: str, sections: Collection[str]) -> Place | None:
    """Turn the `section` word of a registry into a place; None when the word is neither part nor section."""
    if word in _PARTS:
        part, section, kind = _PARTS[word]
        return Place(part=part, section=section, kind=kind, reason="")
    if word in sections:
        return Place(part="tin-hoat-dong", section=word, kind="news", reason="")
    return None


def kind_of(part: str) -> str:
    """Return the kind of the entries that stand in an agency's part."""
    return _PARTS[part][2]


def text(item: RawItem, *, kind: str, lang: str, base: str) -> Text:
    """Turn the raw item into what readers see: sanitised, in NFC, with a title whatever happens."""
    body = item.html or item.summary
    html = clean.body(body, item.url or base)
    said = clean.text(item.summary) if item.summary and item.summary != body else plain(html)
    title = one_line(item.title) or clip(plain(html), 120) or "(Không có tiêu đề)"
    found = _NUMBER.search(title) if kind == "document" else None
    number = one_line(item.number) or (found[0] if found else "")
    return Text(
        slug=slug(title), title=title, summary=clip(said, _SUMMARY), html=html,
        lang=language(f"{title} {said}", item.lang or lang), number=number[:100] if kind == "document" else "",
        url=item.url if item.url.startswith(("http://", "https://")) else "",
        author=one_line(item.author), tags=tuple(dict.fromkeys(tag for raw in item.tags if (tag := one_line(raw)))),
    )  # fmt: skip


def plain(fragment: str) -> str:
    """Return the text of a fragment that is already clean, without the marks that stand for pictures."""
    bare = _TAG.sub("", _BLOCK.sub(" ", fragment))
    return one_line(_PICTURE.sub(" ", entities.unescape(bare)))


def language(said: str, declared: str) -> str:
    """Return a language code: what the words say when there are enough of them, else what is declared, else `und`.

    Vietnamese names stand in texts of every language, so that words are counted and not letters.
    """
    start = said[:300]
    words = _WORD.findall(start.lower())
    marked = sum(bool(_VIETNAMESE.search(word)) for word in words)
    if words and marked / len(words) >= _MARKED_ENOUGH:
        return "vi"
    if len(start) >= _LONG_ENOUGH and marked / max(len(words), 1) <= _ONLY_NAMES:
        if sum(word in _ENGLISH for word in words) / max(len(words), 1) >= _ENGLISH_ENOUGH:
            return "en"
        if declared.strip().lower().startswith("vi"):
            # A Vietnamese site's feed with a text in another language: nobody writes that much with so few marks.
            return "und"
    code = declared.strip().lower().replace("_", "-").partition("-")[0]
    return code if code.isalpha() and 2 <= len(code) <= 3 else "und"
