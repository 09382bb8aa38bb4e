"""Pure: ODT and ODS: macros and outside objects refused, personal data dropped, hidden things reported."""

from __future__ import annotations

import re
from posixpath import splitext
from typing import Any

from cong.media.clean.package import Element, pack, parse, text_of, written
from cong.media.clean.segments import without_metadata
from cong.media.clean.traces import Dropped, Findings, Hidden, Refused

_TYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_MANIFEST = "META-INF/manifest.xml"
_SCRIPTED = re.compile(r"^(?:Basic|Scripts|Dialogs)/")
_DROPPED = (
    (re.compile(r"^meta\.xml$"), Dropped.METADATA),
    (re.compile(r"^Thumbnails/"), Dropped.THUMBNAIL),
    (re.compile(r"^META-INF/.*signatures", re.IGNORECASE), Dropped.SIGNATURES),
    (re.compile(r"^manifest\.rdf$|^layout-cache$"), Dropped.METADATA),
)
_RUNS = re.compile(
    rb"<(?:script:event-listener|office:dde-source|text:dde-connection|table:dde-link)\b|vnd\.sun\.star\.script:"
)
_OUTSIDE = re.compile(
    rb"""<(?:draw:(?:image|object|object-ole|plugin|applet|floating-frame)|text:section-source|table:table-source)\b"""
    rb"""[^>]*xlink:href\s*=\s*["'](?:[a-z][a-z0-9+.-]*:|//|\.\./)""",
    re.IGNORECASE,
)
_SIGNS = (
    (
        re.compile(rb"<text:changed-region[\s/>]|<table:(?:cell-content-change|insertion|deletion|movement)[\s/>]"),
        Hidden.CHANGES,
    ),
    (re.compile(rb"<office:annotation[\s/>]"), Hidden.COMMENTS),
    (re.compile(rb"<text:hidden-(?:text|paragraph)[\s>]|text:display\s*=\s*[\"']none[\"']"), Hidden.TEXT),
    (re.compile(rb"""table:visibility\s*=\s*["'](?:collapse|filter)["']"""), Hidden.CELLS),
    (re.compile(rb"<draw:object(?:-ole)?[\s>]"), Hidden.EMBEDDED),
)
_PICTURES = (".jpg", ".jpeg", ".png")
_AUTHOR_SETTINGS = re.compile(
    rb"<config:config-item\b[^>]*config:name=\"Printer(?:Name|Setup)\"[^>]*>[^<]*</config:config-item>"
)


def ending_of(parts: dict[str, bytes]) -> str:
    """Return `odt` or `ods`; raises Refused for other kinds and for files with macros."""
    ending = _TYPES.get(parts["mimetype"].strip())
    if ending is None:
        raise Refused("Tệp OpenDocument này không phải ODT hoặc ODS. Hãy lưu lại ở một trong hai dạng đó.")
    if any(_SCRIPTED.match(name) and not name.endswith(("script-lc.xml", "script-lb.xml")) for name in parts):
        raise Refused("Tệp có macro. Hãy xóa macro rồi lưu lại.")
    return ending


def clean_odf(parts: dict[str, bytes], findings: Findings) -> bytes:
    """Return the document without what tells who made it, where and how; raises Refused."""
    if "content.xml" not in parts:
        raise Refused("Tệp OpenDocument thiếu nội dung. Hãy lấy lại tệp gốc.")
    kept = {}
    for name, part in parts.items():
        why = next((why for pattern, why in _DROPPED if pattern.search(name)), None)
        if why:
            findings.drops(why)
        elif not _SCRIPTED.match(name):
            kept[name] = _cleaned(name, part, findings)
    if _MANIFEST in kept:
        kept[_MANIFEST] = _listing(kept)
    return pack(kept, stored="mimetype")


def _cleaned(name: str, part: bytes, findings: Findings) -> bytes:
    if splitext(name)[1].lower() in _PICTURES:
        return without_metadata(part)
    if not name.endswith(".xml"):
        return part
    text = text_of(part)
    if _RUNS.search(text) or _OUTSIDE.search(text):
        raise Refused("Tệp tự chạy lệnh hoặc tải nội dung từ nơi khác. Hãy bỏ các liên kết đó rồi lưu lại.")
    for sign, meant in _SIGNS:
        if sign.search(text):
            findings.hides(meant)
    if name == "content.xml":
        _hidden_tables(parse(part), findings)
    if name == "settings.xml" and _AUTHOR_SETTINGS.search(part):
        findings.drops(Dropped.PRINTER)
        return _AUTHOR_SETTINGS.sub(b"", part)
    return part


def _hidden_tables(root: Element, findings: Findings) -> None:
    """Report sheets whose style says that they are not shown."""
    spaces = {"style": _STYLE, "table": _TABLE}
    unseen: Any = root.xpath(
        '//style:style[style:table-properties[@table:display="false"]]/@style:name', namespaces=spaces
    )
    for table in root.iter(f"{{{_TABLE}}}table"):
        if table.get(f"{{{_TABLE}}}style-name") in unseen:
            findings.hides(Hidden.SHEETS, table.get(f"{{{_TABLE}}}name", ""))


def _listing(kept: dict[str, bytes]) -> bytes:
    """Return the manifest with the entries of what is still there."""
    root = parse(kept[_MANIFEST])
    for child in list(root):
        path = next((value for key, value in child.attrib.items() if str(key).endswith("full-path")), "")
        if str(path) not in kept and path != "/" and not str(path).endswith("/"):
            root.remove(child)
        if any(str(one.tag).endswith("encryption-data") for one in child):
            raise Refused("Tệp đặt mật khẩu. Hãy bỏ mật khẩu rồi tải lên.")
    return written(root)
