"""Pure: zip files read with suspicion: every byte counted while it is unpacked, written anew from the parts kept."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from lxml import etree

from cong.media.clean.traces import Refused

_MOST_PARTS = 5_000
_MOST_BYTES = 300_000_000
_MOST_RATIO = 120
_RATIO_FROM = 5_000_000  # below this a high ratio is ordinary: white bitmaps, empty sheets
_BLOCK = 1 << 20
_PLAIN_NAME = re.compile(r"[^\\:\x00-\x1f]{1,300}")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_EXECUTABLE = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, LookupError)

Element = etree._Element


def unpack(data: bytes) -> dict[str, bytes]:
    """Return name → bytes of every part; raises Refused for bombs, secrets, odd names and programs."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return _unpacked(package, len(data))
    except Refused:
        raise
    except (*_BROKEN, RuntimeError) as error:  # an unknown compression is told by the latter
        raise Refused("Tệp bị hỏng hoặc bị cắt ngang, không mở được. Hãy lấy lại tệp gốc.") from error


def _unpacked(package: zipfile.ZipFile, size: int) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    if len(package.infolist()) > _MOST_PARTS:
        raise Refused(f"Tệp có hơn {_MOST_PARTS} phần bên trong, giống bom nén; không được nhận.")
    left = min(_MOST_BYTES, max(size * _MOST_RATIO, _RATIO_FROM))
    for info in package.infolist():
        if info.is_dir():
            continue
        _check_name(info, parts)
        parts[info.filename] = _read(package, info, left)
        left -= len(parts[info.filename])
    return parts


def _check_name(info: zipfile.ZipInfo, parts: Mapping[str, bytes]) -> None:
    steps = info.filename.split("/")
    if info.flag_bits & 1:
        raise Refused("Tệp đặt mật khẩu. Hãy bỏ mật khẩu rồi tải lên.")
    if not _PLAIN_NAME.fullmatch(info.filename) or ".." in steps or steps[0] == "" or info.filename in parts:
        raise Refused("Tệp có cấu trúc lạ bên trong, không được nhận. Hãy mở bằng phần mềm văn phòng rồi lưu lại.")


def _read(package: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    read, blocks = 0, []
    with package.open(info) as part:
        while block := part.read(_BLOCK):
            read += len(block)
            if read > left:
                raise Refused("Tệp giải nén ra quá lớn, giống bom nén; không được nhận.")
            blocks.append(block)
    whole = b"".join(blocks)
    if whole.startswith(_EXECUTABLE):
        raise Refused("Tệp chứa chương trình chạy được bên trong, không được nhận.")
    return whole


def pack(parts: Mapping[str, bytes], *, stored: str = "") -> bytes:
    """Return a zip of the parts, without moments or owners; `stored` names a part that goes first, not compressed."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda name: (name != stored, name != "[Content_Types].xml")):
            kind = zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.create_system = kind, 0
            package.writestr(info, parts[name])
    return out.getvalue()


def parse(data: bytes) -> Element:
    """Return the root of an XML part; raises Refused for a document type, entities or broken markup."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("Tệp có phần XML bị hỏng bên trong. Hãy mở bằng phần mềm văn phòng rồi lưu lại.") from error
    if data.count(b"<!DOCTYPE") or str(root.getroottree().docinfo.doctype):  # type: ignore[union-attr]
        raise Refused("Tệp có khai báo DTD bên trong, không được nhận. Hãy mở bằng phần mềm văn phòng rồi lưu lại.")
    return root


def written(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def text_of(part: bytes) -> bytes:
    """Return an XML part as UTF-8, so that it can be searched for marks; raises Refused for a document type."""
    if part.startswith((b"\xff\xfe", b"\xfe\xff")):
        part = part.decode("utf-16", "replace").encode()
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise Refused("Tệp có khai báo DTD bên trong, không được nhận. Hãy mở bằng phần mềm văn phòng rồi lưu lại.")
    return part
