"""Makes small Office files, plain ones and such that hide or do something."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.media.pictures import SECRET, telling_picture

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PPTX_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"


def zipped(parts: dict[str, bytes | str], *, before: bytes = b"", behind: bytes = b"") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return before + out.getvalue() + behind


def relation(number: int, kind: str, target: str, *, outside: bool = False, base: str = _OFFICE) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="rId{number}" Type="{base}/{kind}" Target="{target}"{mode}/>'


def relations(*given: str) -> str:
    return f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">{"".join(given)}</Relationships>'


def types(main: str, *parts: tuple[str, str]) -> str:
    rows = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts)
    return f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{main}"/>{rows}</Types>'  # noqa: E501


def docx_parts(
    body: str = "<w:p><w:r><w:t>Nội dung</w:t></w:r></w:p>", main: str = _DOCX_MAIN
) -> dict[str, bytes | str]:
    """Return a document with an author, a photo that knows its place, and custom data."""
    core = f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{SECRET}</dc:creator></cp:coreProperties>'
    return {
        "[Content_Types].xml": types(
            main, ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")
        ),
        "_rels/.rels": relations(
            relation(1, "officeDocument", "word/document.xml"),
            relation(2, "metadata/core-properties", "docProps/core.xml", base=_PACKAGE + "/relationships"),
            relation(3, "metadata/thumbnail", "docProps/thumbnail.jpeg", base=_PACKAGE + "/relationships"),
        ),
        "docProps/core.xml": core,
        "docProps/app.xml": f"<Properties><Company>{SECRET}</Company></Properties>",
        "docProps/thumbnail.jpeg": telling_picture(),
        "customXml/item1.xml": f"<a>{SECRET}</a>",
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        "word/media/image1.jpeg": telling_picture(),
        "word/people.xml": f"<w:people>{SECRET}</w:people>",
        "word/_rels/document.xml.rels": relations(
            relation(1, "image", "media/image1.jpeg"),
            relation(2, "hyperlink", "https://vidu.vn/", outside=True),
            relation(3, "customXml", "../customXml/item1.xml"),
            relation(4, "people", "people.xml"),
        ),
    }


def docx(
    body: str = "<w:p><w:r><w:t>Nội dung</w:t></w:r></w:p>", *, extra: Mapping[str, bytes | str] | None = None
) -> bytes:
    return zipped(docx_parts(body) | dict(extra or {}))


def xlsx(*, hidden_sheet: bool = False, hidden_row: bool = False, comment: bool = False) -> bytes:
    book = Workbook()
    book.properties.creator = SECRET
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "Số sách"
    sheet["A2"] = 12
    if hidden_row:
        sheet.row_dimensions[2].hidden = True
    if comment:
        sheet["A1"].comment = Comment("Xem lại số này", "Người góp ý")
    if hidden_sheet:
        book.create_sheet("Lương").sheet_state = "veryHidden"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def pptx(*, show: str = "", notes: str = "") -> bytes:
    slide = f'<p:sld xmlns:p="p" xmlns:a="a"{show}><a:t>Trang</a:t></p:sld>'
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types(_PPTX_MAIN),
        "_rels/.rels": relations(relation(1, "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": "<p:presentation xmlns:p='p'/>",
        "ppt/slides/slide1.xml": slide,
    }
    if notes:
        parts["ppt/notesSlides/notesSlide1.xml"] = f'<p:notes xmlns:p="p" xmlns:a="a"><a:t>{notes}</a:t></p:notes>'
    return zipped(parts)


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def odf_parts(
    body: str = "<text:p>Nội dung</text:p>", *, kind: str = "text", styles: str = ""
) -> dict[str, bytes | str]:
    names = " ".join(
        f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "text", "table", "style", "script", "manifest")
    )
    drawing = (
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type=""/>'
        for name in ("/", "content.xml", "meta.xml", "Thumbnails/thumbnail.png")
    )
    return {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {names} {drawing}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>{body}</office:body></office:document-content>",
        "meta.xml": f"<office:document-meta {names}><office:meta>{SECRET}</office:meta></office:document-meta>",
        "Thumbnails/thumbnail.png": telling_picture(),
        "Pictures/photo.jpg": telling_picture(),
        "META-INF/manifest.xml": f"<manifest:manifest {names}>{entries}</manifest:manifest>",
    }


def odt(body: str = "<text:p>Nội dung</text:p>", **options: str) -> bytes:
    return zipped(odf_parts(body, **options))


def ods(*, hidden_sheet: bool = False) -> bytes:
    shown = "false" if hidden_sheet else "true"
    inner = f'<style:table-properties table:display="{shown}"/>'
    style = f'<style:style style:name="ta1" style:family="table">{inner}</style:style>'
    return zipped(
        odf_parts('<table:table table:name="Lương" table:style-name="ta1"/>', kind="spreadsheet", styles=style)
    )
