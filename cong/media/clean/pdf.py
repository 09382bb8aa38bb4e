"""Pure: PDF files opened and written anew: nothing that runs, nothing attached, no earlier revision, no author."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from cong.media.clean.segments import without_metadata
from cong.media.clean.traces import Dropped, Findings, Hidden, Refused

_MOST_OBJECTS = 500_000
# Actions that only move the reader about, or follow a link of the web.
_HARMLESS = {"/GoTo", "/URI", "/Named", "/Thread", "/Trans", "/SetOCGState"}
_RUNNING = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/RichMediaExecute",
}
_ACTIONS = ("/A", "/OpenAction", "/PA", "/Next")
_WEB = ("http:", "https:", "mailto:", "tel:")
_RUNS = ("/JS", "/JavaScript", "/AA", "/XFA")
_TELLS = ("/Metadata", "/PieceInfo", "/LastModified", "/SpiderInfo")
_ATTACHES = ("/EF", "/AF", "/EmbeddedFiles", "/RichMediaContent")
_ROOT_EXTRAS = {"/Collection": Dropped.ATTACHMENTS, "/Perms": Dropped.SIGNATURES, "/Legal": Dropped.SIGNATURES,
                "/DSS": Dropped.SIGNATURES}  # fmt: skip
_SIGNED = {"/Contents", "/ByteRange", "/Cert", "/Name", "/Location", "/ContactInfo", "/Reason", "/M"}
_BAD_ANNOTATIONS = {"/FileAttachment", "/Movie", "/Screen", "/RichMedia", "/3D", "/Sound"}
_REMARKS = {"/Text", "/FreeText", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Caret", "/Ink", "/Popup",
            "/Stamp", "/Redact"}  # fmt: skip


def clean_pdf(data: bytes, findings: Findings) -> bytes:
    """Return a PDF with the same pages; raises Refused for one that is locked, broken or without pages."""
    try:
        with Pdf.open(BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise _locked()
            clean = _cleaned(pdf, findings)
        # A damaged file may be opened, and yet be written as one that nobody can open.
        with Pdf.open(BytesIO(clean)):
            return clean
    except pikepdf.PasswordError as error:
        raise _locked() from error
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, LookupError, RuntimeError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("Tệp PDF bị hỏng hoặc bị cắt ngang. Hãy xuất lại PDF từ tệp gốc.") from error


def _locked() -> Refused:
    return Refused("Tệp PDF đặt mật khẩu hoặc khóa quyền. Hãy xuất lại PDF không khóa.")


def _cleaned(pdf: Pdf, findings: Findings) -> bytes:
    if len(pdf.objects) > _MOST_OBJECTS:
        raise Refused(f"Tệp PDF có hơn {_MOST_OBJECTS} đối tượng. Hãy chia nhỏ.")
    if not pdf.pages:
        raise Refused("Tệp PDF không có trang nào.")
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
        findings.drops(Dropped.METADATA)
    _clean_root(pdf.Root, findings)
    for page in pdf.pages:
        _clean_annotations(page.obj, findings)
    for one in pdf.objects:
        for inner in _dictionaries(one):
            _clean_dictionary(inner, findings)
        if isinstance(one, Stream):
            _clean_picture(one)
    pdf.remove_unreferenced_resources()
    out = BytesIO()
    # What no page needs any more, earlier revisions too, is not written.
    pdf.save(
        out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, fix_metadata_version=False
    )
    return out.getvalue()


def _clean_root(root: Any, findings: Findings) -> None:
    for key, why in _ROOT_EXTRAS.items():
        if key in root:
            del root[key]
            findings.drops(why)
    layers = root.get("/OCProperties")
    if layers is not None and len(layers.get("/D", Dictionary()).get("/OFF", Array())):
        findings.hides(Hidden.LAYERS)
    form = root.get("/AcroForm")
    if form is not None and len(form.get("/Fields", Array())):
        findings.hides(Hidden.FORM)


def _clean_annotations(page: Any, findings: Findings) -> None:
    notes = page.get("/Annots")
    if notes is None:
        return
    kept = []
    for note in notes:
        kind = str(note.get("/Subtype", "")) if isinstance(note, Dictionary) else ""
        if kind in _BAD_ANNOTATIONS:
            findings.drops(Dropped.ATTACHMENTS)
            continue
        if kind in _REMARKS:
            findings.hides(Hidden.COMMENTS)
        kept.append(note)
    page["/Annots"] = Array(kept)


def _dictionaries(one: Any) -> Iterator[Any]:
    """Yield a top-level object's dictionaries, those written inside of it too; references are objects of their own."""
    waiting, seen = [(one, True)], 0
    while waiting:
        here, is_top = waiting.pop()
        seen += 1
        if seen > _MOST_OBJECTS or (here is None) or not isinstance(here, (Dictionary, Stream, Array)):
            continue
        if here.is_indirect and not is_top:
            continue
        if isinstance(here, Array):
            waiting.extend((child, False) for child in here)
            continue
        yield here
        waiting.extend((here.get(key), False) for key in list(here.keys()))


def _clean_dictionary(one: Any, findings: Findings) -> None:
    for keys, why in ((_RUNS, Dropped.SCRIPTS), (_TELLS, Dropped.METADATA), (_ATTACHES, Dropped.ATTACHMENTS)):
        if _without(one, keys):
            findings.drops(why)
    if _actions_dropped(one):
        findings.drops(Dropped.SCRIPTS)
    # A signature over other bytes than these would be called false; better none.
    if "/ByteRange" in one and _without(one, _SIGNED):
        findings.drops(Dropped.SIGNATURES)


def _without(one: Any, keys: Iterable[str]) -> bool:
    """Delete the keys that are there; tell whether any was."""
    there = [key for key in keys if key in one]
    for key in there:
        del one[key]
    return bool(there)


def _actions_dropped(one: Any) -> bool:
    if str(one.get("/S", "")) in _RUNNING:
        # An action under whichever name: in a broken file a reader may still find its way to it.
        return _without(one, list(one.keys()))
    bad = [key for key in _ACTIONS if isinstance(one.get(key), Dictionary) and not _is_harmless(one[key])]
    return _without(one, bad)


def _is_harmless(action: Any) -> bool:
    kind = str(action.get("/S", ""))
    if kind == "/URI":
        return bytes(action.get("/URI", b"")).decode("latin-1").strip().lower().startswith(_WEB)
    return kind in _HARMLESS


def _clean_picture(stream: Any) -> None:
    """Drop camera data from a photo that lies in the file as JPEG."""
    if stream.get("/Filter") == Name("/DCTDecode") and "/DecodeParms" not in stream:
        raw = stream.read_raw_bytes()
        clean = without_metadata(raw)
        if clean != raw:
            stream.write(clean, filter=Name("/DCTDecode"))
