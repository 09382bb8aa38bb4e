from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cong.media.clean import odf, ooxml
from cong.media.clean.package import unpack
from cong.media.clean.traces import Dropped, Findings, Hidden, Refused, blocking
from tests.media import packages
from tests.media.packages import docx, docx_parts, ods, odt, pptx, relation, relations, xlsx, zipped
from tests.media.pictures import SECRET


def cleaned(data: bytes) -> tuple[str, bytes, Findings]:
    findings, parts = Findings(), unpack(data)
    room = ooxml if "[Content_Types].xml" in parts else odf
    clean = room.clean_ooxml if room is ooxml else room.clean_odf
    return room.ending_of(parts), clean(parts, findings), findings


def within(data: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return b"\n".join(name.encode() + package.read(name) for name in package.namelist())


@pytest.mark.parametrize(
    ("ending", "data"),
    [("docx", docx()), ("xlsx", xlsx()), ("pptx", pptx()), ("odt", odt()), ("ods", ods())],
    ids=["docx", "xlsx", "pptx", "odt", "ods"],
)
def test_no_part_tells_who_made_the_file(ending: str, data: bytes) -> None:
    found, clean, findings = cleaned(data)

    assert found == ending
    assert SECRET.encode() not in within(clean)
    assert findings.hidden == []
    assert (Dropped.METADATA.value in findings.dropped) == (ending != "pptx")


def test_what_is_dropped_is_no_longer_spoken_of() -> None:
    _, clean, _ = cleaned(docx())

    text = within(clean)
    assert b"docProps" not in text
    assert b"customXml" not in text
    assert b"people.xml" not in text
    assert b"media/image1.jpeg" in text
    assert b"https://vidu.vn/" in text


def test_a_cleaned_workbook_still_opens() -> None:
    _, clean, _ = cleaned(xlsx())

    book = load_workbook(BytesIO(clean))

    assert book.worksheets[0]["A2"].value == 12
    assert book.properties.creator in (None, "openpyxl")


def test_an_open_document_begins_with_its_bare_type() -> None:
    _, clean, _ = cleaned(odt())

    assert clean[30:69] == b"mimetypeapplication/vnd.oasis.opendocum"
    with zipfile.ZipFile(BytesIO(clean)) as package:
        assert b"meta.xml" not in package.read("META-INF/manifest.xml")


_W = "<w:p>{}</w:p>"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (xlsx(hidden_sheet=True), "hidden-sheets:Lương"),
        (xlsx(hidden_row=True), Hidden.CELLS),
        (xlsx(comment=True), Hidden.COMMENTS),
        (docx(_W.format('<w:ins w:author="a"><w:r/></w:ins>')), Hidden.CHANGES),
        (docx(_W.format('<w:del w:author="a"><w:r/></w:del>')), Hidden.CHANGES),
        (docx(_W.format("<w:r><w:rPr><w:vanish/></w:rPr></w:r>")), Hidden.TEXT),
        (docx(extra={"word/comments.xml": "<w:comment w:id='1'/>"}), Hidden.COMMENTS),
        (docx(extra={"word/embeddings/bang.xlsx": b"PK"}), "embedded-files:bang.xlsx"),
        (pptx(show=' show="0"'), Hidden.SLIDES),
        (pptx(notes="Đừng nói điều này"), Hidden.NOTES),
        (ods(hidden_sheet=True), "hidden-sheets:Lương"),
        (odt("<text:tracked-changes><text:changed-region/></text:tracked-changes>"), Hidden.CHANGES),
        (odt("<office:annotation>a</office:annotation>"), Hidden.COMMENTS),
    ],
)
def test_what_readers_would_find_is_reported(data: bytes, found: str) -> None:
    _, _, findings = cleaned(data)

    assert findings.hidden == [str(found)]


def test_hidden_sheets_and_tracked_changes_forbid_to_submit_comments_only_warn() -> None:
    assert blocking(["hidden-sheets:Lương", "comments", "tracked-changes"]) == [
        "hidden-sheets:Lương",
        "tracked-changes",
    ]


def _with_relation(text: str) -> bytes:
    return zipped(docx_parts() | {"word/_rels/settings.xml.rels": relations(text)})


@pytest.mark.parametrize(
    "data",
    [
        docx(extra={"word/vbaProject.bin": b"\x01"}),
        docx(extra={"word/activeX/activeX1.xml": b"<a/>"}),
        docx(extra={"word/embeddings/a.exe": b"a"}),
        docx(extra={"word/embeddings/a.bin": b"MZ\x90"}),
        zipped(docx_parts(main="application/vnd.ms-word.document.macroEnabled.main+xml")),
        zipped(docx_parts(main="application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml")),
        _with_relation(relation(1, "attachedTemplate", "https://xau.vn/a.dotm", outside=True)),
        _with_relation(relation(1, "oleObject", "file:///c:/a", outside=True)),
        _with_relation(relation(1, "hyperlink", "javascript:alert(1)", outside=True)),
        docx('<w:p><w:instrText xml:space="preserve"> DDEAUTO c:\\\\a "b"</w:instrText></w:p>'),
        zipped(
            docx_parts() | {"word/document.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}
        ),
        zipped(
            docx_parts()
            | {"word/document.xml": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")}
        ),
        zipped(packages.odf_parts() | {"Basic/Standard/Module1.xml": "<a/>"}),
        odt('<script:event-listener script:event-name="dom:load"/>'),
        odt('<draw:image xlink:href="https://xau.vn/a.png"/>'),
        zipped(packages.odf_parts(kind="presentation")),
        zipped({"a.txt": "a", "mimetype": "application/epub+zip"}),
    ],
)
def test_what_runs_or_reaches_out_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        cleaned(data)

    assert str(caught.value).endswith(".")


def _repeated() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.xml", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            package.writestr("a.xml", "2")
    return out.getvalue()


def _locked() -> bytes:
    data = bytearray(docx())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + place] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        zipped({"a.xml": bytes(40_000_000)}),
        zipped({f"{n}.xml": b"" for n in range(5_001)}),
        zipped({"../a.xml": "a"}),
        zipped({"/a.xml": "a"}),
        zipped({"a\\b.xml": "a"}),
        docx()[:-60],
        docx()[: len(docx()) // 2],
        _locked(),
        b"PK\x03\x04" + bytes(50),
    ],
)
def test_bombs_broken_zips_and_odd_names_are_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        unpack(data)


def test_two_parts_of_one_name_are_refused() -> None:
    data = _repeated()

    with pytest.raises(Refused):
        unpack(data)


def test_a_bomb_that_lies_about_its_size_is_stopped_by_counting() -> None:
    data = bytearray(zipped({"a.xml": bytes(40_000_000)}))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")

    with pytest.raises(Refused):
        unpack(bytes(data))


def test_what_stands_before_and_behind_the_package_is_gone() -> None:
    data = zipped(docx_parts(), before=b"<html><script>alert(1)</script>", behind=b"<script>alert(2)</script>")

    _, clean, _ = cleaned(data)

    assert clean.startswith(b"PK\x03\x04")
    assert b"<script>" not in clean


@given(places=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=20))
@pytest.mark.parametrize("data", [docx(), xlsx(), odt()], ids=["docx", "xlsx", "odt"])
def test_damaged_packages_are_cleaned_or_refused_but_never_break_us(data: bytes, places: list[tuple[int, int]]) -> None:
    hurt = bytearray(data)
    for place, value in places:
        hurt[place % len(hurt)] = value

    try:
        parts = unpack(bytes(hurt))
        if "[Content_Types].xml" in parts or "mimetype" in parts:
            cleaned(bytes(hurt))
    except Refused:
        return
