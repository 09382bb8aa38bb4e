from __future__ import annotations

import re
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, String

from cong.media.clean.pdf import clean_pdf
from cong.media.clean.traces import Dropped, Findings, Hidden, Refused
from tests.media import pdfs
from tests.media.pictures import SECRET


def cleaned(data: bytes) -> tuple[bytes, Findings]:
    findings = Findings()
    return clean_pdf(data, findings), findings


def test_nothing_that_runs_or_tells_is_left() -> None:
    data = pdfs.telling_pdf()
    assert SECRET.encode() in pdfs.bytes_within(data)

    clean, findings = cleaned(data)

    left = pdfs.bytes_within(clean)
    for told in (SECRET.encode(), SECRET.encode("utf-16-be"), b"/JavaScript", b"/JS", b"/Launch", b"javascript:",
                 b"/EmbeddedFile", b"/OpenAction", b"/AA", b"/Metadata", b"calc.exe", b"luong.txt"):  # fmt: skip
        assert told not in left, told
    assert b"https://vidu.vn/" in left
    assert b"/GoTo" in left
    assert set(findings.dropped) == {Dropped.METADATA, Dropped.ATTACHMENTS, Dropped.SCRIPTS}


def test_the_pages_stay() -> None:
    clean, _ = cleaned(pdfs.telling_pdf())

    with Pdf.open(BytesIO(clean)) as pdf:
        assert len(pdf.pages) == 1
        assert b"/Im0 Do" in pdf.pages[0].Contents.read_bytes()


def test_an_earlier_revision_is_not_written_again() -> None:
    data = pdfs.revised()
    assert SECRET.encode() in data

    clean, _ = cleaned(data)

    assert SECRET.encode() not in pdfs.bytes_within(clean)


def test_cleaning_twice_gives_the_same_bytes() -> None:
    data = pdfs.telling_pdf()

    assert cleaned(data)[0] == cleaned(data)[0]


def test_remarks_layers_and_forms_are_reported() -> None:
    layered = pdfs.plain()
    layer = layered.make_indirect(Dictionary(Type=Name.OCG, Name=String("Nháp")))
    layered.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    layered.Root.AcroForm = Dictionary(Fields=Array([Dictionary(T=String("a"))]))

    assert cleaned(pdfs.with_note())[1].hidden == [Hidden.COMMENTS]
    assert cleaned(pdfs.saved(layered))[1].hidden == [Hidden.LAYERS, Hidden.FORM]


@pytest.mark.parametrize(
    "data",
    [pdfs.locked(), pdfs.locked(user="mat"), b"%PDF-1.7\n", pdfs.saved(Pdf.new()), b"%PDF-1.7\n%%EOF" + bytes(99)],
)
def test_locked_broken_and_empty_files_are_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        cleaned(data)

    assert str(caught.value).endswith(".")


def test_what_stands_before_and_behind_is_gone() -> None:
    clean, _ = cleaned(pdfs.saved(pdfs.plain()) + b"PK\x03\x04<script>alert(1)</script>")

    assert clean.startswith(b"%PDF-")
    assert b"<script>" not in clean


@example(places=[(5671, 0)])
@given(places=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=20))
def test_damaged_bytes_are_cleaned_or_refused_but_never_break_us(places: list[tuple[int, int]]) -> None:
    hurt = bytearray(pdfs.telling_pdf())
    for place, value in places:
        hurt[place % len(hurt)] = value

    try:
        clean, _ = cleaned(bytes(hurt))
    except Refused:
        return

    assert not re.search(rb"/S /JavaScript[\s/<>\]]|/JS[\s(</]", pdfs.bytes_within(clean))
