"""Sources as OPML, the list that feed readers exchange; our own registry words travel along, so nothing is lost. Pure.

An outline that we wrote carries its entry of the registry: words that are plain text as attributes of our namespace,
all others as JSON in one more attribute, because OPML has no numbers, lists or tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from cong.harvest.parse import NotAFeed
from cong.harvest.parse.tree import Malformed, tree
from cong.kernel.text import slug

_SPACE = "urn:cong:harvest"
_MORE = "more"
_PLAIN_WORDS = ("id", "agency", "name", "section", "kind", "policy")
_MOST_BYTES = 10_000_000
_DEEPEST = 50
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class BadOpml(ValueError):
    """The list cannot be read or written; the message (Vietnamese) says why."""


@dataclass(frozen=True, kw_only=True)
class Outline:
    """One source of a list. `folders` is its path, outermost first; `words` its registry entry, {} from elsewhere."""

    title: str
    xml_url: str
    html_url: str = ""
    folders: tuple[str, ...] = ()
    words: Mapping[str, Any] = field(default_factory=dict)


def parse(text: str) -> list[Outline]:
    """Read every outline that is a source, in order; raises BadOpml. Folders without sources are left out."""
    document = text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace")
    if len(document) > _MOST_BYTES:
        raise BadOpml(f"Tệp OPML lớn hơn {_MOST_BYTES // 1_000_000} MB.")
    try:
        root = tree(document)
    except Malformed as broken:
        raise BadOpml(f"Tệp OPML sai cú pháp XML: {broken.reason}") from broken
    except NotAFeed as refused:
        raise BadOpml(f"Không đọc được tệp OPML: {refused.message}") from refused
    if etree.QName(root).localname.lower() != "opml":
        raise BadOpml("Tệp XML không phải OPML: thẻ gốc phải là <opml>.")
    return list(_sources(root))


def _sources(root: etree._Element) -> Iterator[Outline]:
    folders: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end"), tag=("outline", "{*}outline")):
        if event == "end":
            folders.pop()
            continue
        said = {key.lower(): value for key, value in element.attrib.items()}
        title = said.get("title") or said.get("text") or ""
        words = _words(element, said, title)
        if words or said.get("xmlurl"):
            yield Outline(
                title=title, xml_url=said.get("xmlurl", ""), html_url=said.get("htmlurl", ""),
                folders=tuple(folders), words=words,
            )  # fmt: skip
        folders.append(title)
        if len(folders) > _DEEPEST:
            raise BadOpml(f"Tệp OPML lồng quá {_DEEPEST} tầng thư mục.")


def _words(element: etree._Element, said: Mapping[str, str], title: str) -> dict[str, Any]:
    """Return the registry entry that an outline carries."""
    ours = {str(key).partition("}")[2]: str(value) for key, value in element.attrib.items() if _is_ours(str(key))}
    if not ours:
        return {}
    more = _decoded(ours.pop(_MORE, "{}"), title)
    words: dict[str, Any] = {word: ours[word] for word in _PLAIN_WORDS if word in ours}
    if said.get("xmlurl"):
        words["url"] = said["xmlurl"]
    return words | more


def _is_ours(key: str) -> bool:
    return key.startswith(f"{{{_SPACE}}}")


def _decoded(said: str, title: str) -> dict[str, Any]:
    try:
        more = json.loads(said, parse_constant=_refuse)
        json.dumps(more, ensure_ascii=False).encode()  # half a surrogate pair passes for text until it is written
    except (ValueError, RecursionError) as error:
        raise BadOpml(f"Nguồn “{title[:100]}”: thuộc tính {_MORE} không phải JSON đúng.") from error
    if not isinstance(more, dict):
        raise BadOpml(f"Nguồn “{title[:100]}”: thuộc tính {_MORE} phải là một bảng JSON.")
    return more


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def write(outlines: Iterable[Outline]) -> str:
    """Write a list that `parse` reads back as the same outlines in the same order; raises BadOpml for what cannot be.

    Neighbours with the same folders share them. Characters that XML forbids are left out of titles and addresses.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"cong": _SPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Nguồn tin"
    open_folders: list[etree._Element] = [etree.SubElement(root, "body")]
    path: list[str] = []
    for outline in outlines:
        if len(outline.folders) >= _DEEPEST:
            raise BadOpml(f"Nguồn “{outline.title[:100]}” nằm sâu quá {_DEEPEST} tầng thư mục.")
        shared = _shared(path, outline.folders)
        del open_folders[shared + 1 :], path[shared:]
        for folder in outline.folders[shared:]:
            open_folders.append(etree.SubElement(open_folders[-1], "outline", {"text": _clean(folder)}))
            path.append(folder)
        etree.SubElement(open_folders[-1], "outline", _attributes(outline))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="unicode", pretty_print=True)


def _shared(path: Sequence[str], folders: Sequence[str]) -> int:
    """Return how many folders, from the outside, both paths have in common."""
    pairs = zip(path, folders, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(path), len(folders)))


def _attributes(outline: Outline) -> dict[str, str]:
    said = {"text": _clean(outline.title), "title": _clean(outline.title), "type": "rss"}
    said |= {"xmlUrl": _clean(outline.xml_url)} if outline.xml_url else {}
    said |= {"htmlUrl": _clean(outline.html_url)} if outline.html_url else {}
    if not outline.words:
        return said
    carried = {word: outline.words[word] for word in _PLAIN_WORDS if _is_plain(outline.words.get(word))}
    more = {word: value for word, value in outline.words.items() if word not in carried}
    if outline.xml_url and more.get("url") == outline.xml_url and _is_plain(more["url"]):
        del more["url"]
    said |= {f"{{{_SPACE}}}{word}": value for word, value in carried.items()}
    return said | ({f"{{{_SPACE}}}{_MORE}": _encoded(more, outline.title)} if more or not carried else {})


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and not _NOT_XML.search(value)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _encoded(words: Mapping[str, Any], title: str) -> str:
    """Return readable JSON; only signs that XML cannot hold are written as their numbers."""
    try:
        whole = json.dumps(words, ensure_ascii=False, allow_nan=False)
        whole.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise BadOpml(
            f"Nguồn “{title[:100]}” có giá trị không ghi được vào OPML; ngày giờ thì viết trong nháy."
        ) from error
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", whole)


def outlines(entries: Iterable[Mapping[str, Any]]) -> list[Outline]:
    """Turn entries of a registry into outlines; `site` and `folder` are the words that came from somebody's list."""
    return [
        Outline(
            title=_clean(_said(entry, "name") or _said(entry, "id")), xml_url=_clean(_said(entry, "url")),
            html_url=_clean(_said(entry, "site")), folders=_folders(entry), words=dict(entry),
        )
        for entry in entries
    ]  # fmt: skip


def _folders(entry: Mapping[str, Any]) -> tuple[str, ...]:
    said = entry.get("folder", ())
    return tuple(_clean(str(one)) for one in said) if isinstance(said, list | tuple) else ()


def _said(entry: Mapping[str, Any], word: str) -> str:
    value = entry.get(word)
    return value if isinstance(value, str) else ""


def entries(outlines: Iterable[Outline]) -> list[dict[str, Any]]:
    """Turn outlines into entries of a registry: our own as they were, others with an id made from their title."""
    listed = list(outlines)
    taken = {str(one.words.get("id", "")) for one in listed}
    made = []
    for one in listed:
        if one.words:
            made.append(dict(one.words))
            continue
        identity = _unused(slug(one.title or one.xml_url), taken)
        taken.add(identity)
        entry: dict[str, Any] = {"id": identity, "name": one.title, "kind": "feed", "url": one.xml_url}
        entry |= {"site": one.html_url} if one.html_url else {}
        made.append(entry | ({"folder": list(one.folders)} if one.folders else {}))
    return made


def _unused(wanted: str, taken: set[str]) -> str:
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
