"""Makes small PDF files, plain ones and such that tell or do too much."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.media.pictures import SECRET, telling_picture


def plain() -> Pdf:
    pdf = Pdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    pdf.pages[0].Contents = pdf.make_stream(b"BT ET")
    return pdf


def saved(pdf: Pdf, **options: Any) -> bytes:
    out = BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def telling_pdf() -> bytes:
    """Return a PDF whose author, scripts, attachment, photo and actions all hold the secret, or run."""
    pdf = plain()
    pdf.docinfo["/Author"] = SECRET
    with pdf.open_metadata() as meta:
        meta["dc:creator"] = [SECRET]
    script = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{SECRET}')"))
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))
    pdf.attachments["luong.txt"] = SECRET.encode()
    page = pdf.pages[0]
    page.obj.PieceInfo = Dictionary(App=Dictionary(Private=String(SECRET)))
    photo = pdf.make_stream(telling_picture(), Type=Name.XObject, Subtype=Name.Image, Width=300, Height=200,
                            ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode)  # fmt: skip
    page.obj.Resources = Dictionary(XObject=Dictionary(Im0=photo))
    page.Contents = pdf.make_stream(b"q 200 0 0 200 0 0 cm /Im0 Do Q")
    page.obj.Annots = Array([
        link(Dictionary(S=Name.Launch, F=String("calc.exe"))),
        link(Dictionary(S=Name.URI, URI=String("javascript:alert(1)"))),
        link(Dictionary(S=Name.URI, URI=String("https://vidu.vn/"))),
        link(Dictionary(S=Name.GoTo, D=String("a"), Next=script)),
        Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), Contents=String(SECRET)),
    ])  # fmt: skip
    return saved(pdf)


def link(action: Dictionary) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)


def with_note() -> bytes:
    pdf = plain()
    pdf.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=String("Sửa chỗ này"))]
    )
    return saved(pdf)


def revised() -> bytes:
    """Return a PDF whose first revision, still in the file, holds the secret."""
    pdf = plain()
    pdf.pages[0].Contents = pdf.make_stream(b"BT (" + SECRET.encode() + b") Tj ET")
    first = saved(pdf, compress_streams=False)
    start = first.rfind(b"startxref")
    number = int(first[start:].split()[1])
    with Pdf.open(BytesIO(first)) as read:
        size, root = len(read.objects) + 1, read.Root.objgen[0]
        at = read.pages[0].Contents.objgen[0]
    body = f"\n{at} 0 obj\n<</Length 5>>\nstream\nBT ET\nendstream\nendobj\n".encode()
    place = len(first) + 1
    table = f"xref\n{at} 1\n{place:010} 00000 n \ntrailer\n<</Size {size} /Root {root} 0 R /Prev {number}>>\n".encode()
    return first + body + table + f"startxref\n{len(first) + len(body)}\n%%EOF\n".encode()


def locked(user: str = "", owner: str = "chu") -> bytes:
    return saved(plain(), encryption=pikepdf.Encryption(user=user, owner=owner))


def bytes_within(data: bytes) -> bytes:
    """Return everything that stands in a PDF, unpacked."""
    with Pdf.open(BytesIO(data)) as pdf:
        streams = [bytes(one.read_raw_bytes()) for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        out = BytesIO()
        pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable,
                 stream_decode_level=pikepdf.StreamDecodeLevel.generalized)  # fmt: skip
    return out.getvalue() + b"".join(streams) + data
