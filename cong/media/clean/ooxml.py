"""Pure: DOCX, XLSX and PPTX: macros and outside templates refused, personal data dropped, hidden things reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, splitext

from cong.media.clean.package import pack, parse, text_of, written
from cong.media.clean.segments import without_metadata
from cong.media.clean.traces import Dropped, Findings, Hidden, Refused

_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_MAIN = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
}
_MACRO = re.compile(
    r"vbaProject|vbaData|activeX|macrosheets|\.(?:exe|dll|js|vbs|bat|cmd|ps1|jar|hta|lnk|scr)$", re.IGNORECASE
)
_DROPPED = (
    (re.compile(r"^docProps/(?!thumbnail)"), Dropped.METADATA),
    (re.compile(r"^docProps/thumbnail|^thumbnail\."), Dropped.THUMBNAIL),
    (re.compile(r"^_xmlsignatures/"), Dropped.SIGNATURES),
    (re.compile(r"printerSettings", re.IGNORECASE), Dropped.PRINTER),
    (re.compile(r"^customXml/|^customUI/|(?:^|/)people\.xml$|/persons/"), Dropped.METADATA),
)
_PICTURES = (".jpg", ".jpeg", ".jpe", ".png")
_EXTERNAL = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_TARGETS_OUT = re.compile(rb"""TargetMode\s*=\s*["']External["']""")
_TYPE = re.compile(rb"""\bType\s*=\s*["'][^"']*/([^"'/]+)["']""")
_TARGET = re.compile(rb"""\bTarget\s*=\s*["']\s*([^"']*)["']""")
_LINK = re.compile(rb"(?:https?:|mailto:|tel:|#)", re.IGNORECASE)
_DDE = re.compile(rb"<(?:\w+:)?instrText\b[^>]*>\s*DDE|\bw:instr\s*=\s*[\"']\s*DDE|<(?:\w+:)?ddeLink\b", re.IGNORECASE)
_OFF = rb"(?:\s[^>]*)?(?:/>|>)"


def _mark(*names: str, attribute: str = "") -> re.Pattern[bytes]:
    tag = "|".join(names)
    inner = rb"\s[^>]*?" + attribute.encode() + rb"[^>]*>" if attribute else rb"[\s/>]"
    return re.compile(rb"<(?:\w+:)?(?:" + tag.encode() + rb")" + inner)


# Where → what is looked for → what it means.
_SIGNS = (
    (r"^word/", _mark("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange"), Hidden.CHANGES),
    (r"^word/", re.compile(rb"<(?:\w+:)?vanish(?:\s*/>|\s*>|\s+\w*:?val\s*=\s*[\"'](?:1|true|on)[\"'])"), Hidden.TEXT),
    (r"^word/comments\w*\.xml$", _mark("comment"), Hidden.COMMENTS),
    (r"^xl/(?:comments|threadedComments)", _mark("comment", "threadedComment"), Hidden.COMMENTS),
    (r"^xl/revisions/", re.compile(rb"<"), Hidden.CHANGES),
    (r"^xl/worksheets/", _mark("row", "col", attribute=r"""\bhidden\s*=\s*["'](?:1|true)["']"""), Hidden.CELLS),
    (r"^xl/externalLinks/", re.compile(rb"<"), Hidden.LINKED_DATA),
    (r"^ppt/comments/", _mark("cm"), Hidden.COMMENTS),
    (r"^ppt/slides/[^/]+\.xml$", _mark("sld", attribute=r"""\bshow\s*=\s*["'](?:0|false)["']"""), Hidden.SLIDES),
    (r"^ppt/notesSlides/[^/]+\.xml$", re.compile(rb"<a:t>[^<]*\D[^<]*</a:t>"), Hidden.NOTES),
)
_SIGNS_IN = tuple((re.compile(where), what, meant) for where, what, meant in _SIGNS)


def ending_of(parts: dict[str, bytes]) -> str:
    """Return `docx`, `xlsx` or `pptx` by the type of the main part; raises Refused for macro files and templates."""
    types = text_of(parts[_TYPES]).decode("utf-8", "replace")
    if "macroEnabled" in types or any(_MACRO.search(name) for name in parts):
        raise Refused("Tệp có macro hoặc thành phần chạy được. Hãy lưu lại thành DOCX, XLSX hoặc PPTX không có macro.")
    for kind, ending in _MAIN.items():
        if kind in types:
            return ending
    raise Refused("Tệp Office này không phải DOCX, XLSX hoặc PPTX thường. Hãy lưu lại ở một trong ba dạng đó.")


def clean_ooxml(parts: dict[str, bytes], findings: Findings) -> bytes:
    """Return the document without what tells who made it, where and how; raises Refused."""
    dropped = {name: why for name in parts if (why := _why_dropped(name))}
    kept = {name: part for name, part in parts.items() if name not in dropped}
    for why in dropped.values():
        findings.drops(why)
    for name, part in kept.items():
        _look(name, part, findings)
        kept[name] = _cleaned(name, part, dropped)
    _hidden_sheets(kept, findings)
    return pack(kept)


def _why_dropped(name: str) -> Dropped | None:
    return next((why for pattern, why in _DROPPED if pattern.search(name)), None)


def _look(name: str, part: bytes, findings: Findings) -> None:
    if "/embeddings/" in name:
        findings.hides(Hidden.EMBEDDED, basename(name))
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    text = text_of(part)
    if name.endswith(".rels"):
        _refuse_outside(text)
    if _DDE.search(text):
        raise Refused("Tệp có trường DDE gọi chương trình khác, không được nhận. Hãy xóa trường đó rồi lưu lại.")
    for where, what, meant in _SIGNS_IN:
        if where.search(name) and what.search(text):
            findings.hides(meant)


def _refuse_outside(relations: bytes) -> None:
    """Let links lead out, and nothing else: no template, picture or object is fetched from elsewhere."""
    for found in _EXTERNAL.findall(relations):
        if not _TARGETS_OUT.search(found):
            continue
        kind, target = _TYPE.search(found), _TARGET.search(found)
        if kind and kind[1] in (b"externalLinkPath", b"externalLink"):
            continue
        if not (kind and kind[1] == b"hyperlink" and target and _LINK.match(target[1])):
            raise Refused(
                "Tệp tự tải nội dung từ nơi khác (mẫu, ảnh hoặc đối tượng liên kết). Hãy nhúng hẳn vào rồi lưu lại."
            )


def _cleaned(name: str, part: bytes, dropped: dict[str, Dropped]) -> bytes:
    if name == _TYPES:
        return _without(part, "PartName", {f"/{gone}" for gone in dropped})
    if name.endswith(".rels"):
        folder = name.rpartition("_rels/")[0]
        return _without(part, "Target", set(_spellings(folder, dropped)))
    if splitext(name)[1].lower() in _PICTURES:
        return without_metadata(part)
    return part


def _spellings(folder: str, dropped: dict[str, Dropped]) -> Iterator[str]:
    """Yield every way in which a relation in `folder` may name a dropped part."""
    for gone in dropped:
        yield f"/{gone}"
        if gone.startswith(folder):
            yield gone.removeprefix(folder)
        up, above = folder.rstrip("/"), ""
        while up:
            up, above = up.rpartition("/")[0], f"{above}../"
            if gone.startswith(f"{up}/" if up else ""):
                yield above + gone.removeprefix(f"{up}/" if up else "")


def _without(part: bytes, attribute: str, gone: set[str]) -> bytes:
    root = parse(part)
    for child in list(root):
        if child.get(attribute) in gone:
            root.remove(child)
    return written(root)


def _hidden_sheets(parts: dict[str, bytes], findings: Findings) -> None:
    book = parts.get("xl/workbook.xml")
    if book is None:
        return
    for one in parse(book).iter("{*}sheet"):
        if one.get("state") in ("hidden", "veryHidden"):
            findings.hides(Hidden.SHEETS, one.get("name", ""))
