"""Send a cleaned file to a browser: our own content type, never sniffed, whole or in part, without any rights."""

from __future__ import annotations

import os
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

from cong.media.formats import FORMATS, AssetKind
from cong.media.ranges import Part, Unsatisfiable, part_of

_BLOCK = 1 << 16
# A file shown on its own may load nothing and run nothing, whatever is found in it one day.
_ALONE = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
)


class Slice:
    """A part of an open file, block by block; closes the file."""

    def __init__(self, file: BinaryIO, part: Part) -> None:
        self.file, self.left = file, part.size
        file.seek(part.start)

    def __iter__(self) -> Iterator[bytes]:
        while self.left and (block := self.file.read(min(_BLOCK, self.left))):
            self.left -= len(block)
            yield block

    def close(self) -> None:
        self.file.close()


def sent(request: HttpRequest, path: Path, ending: str, sha256: str) -> HttpResponseBase:
    """Answer with the file or the part of it that was asked for: 200, 206, 304, 416; raises Http404."""
    tag = f'"{sha256}"'
    try:
        file = path.open("rb")
    except OSError as error:
        raise Http404 from error
    answer = _answer(request, file, tag)
    answer.headers["ETag"] = tag
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Content-Security-Policy"] = _ALONE
    if answer.status_code in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        _describe(answer, ending, sha256)
    return answer


def _answer(request: HttpRequest, file: BinaryIO, tag: str) -> HttpResponseBase:
    if tag in request.headers.get("If-None-Match", ""):
        file.close()
        return HttpResponseNotModified()
    total = os.fstat(file.fileno()).st_size
    try:
        part = _asked(request, tag, total)
    except Unsatisfiable:
        file.close()
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{total}"}
        )
    if part is None:
        return FileResponse(file)
    headers = {"Content-Range": part.told, "Content-Length": str(part.size)}
    return StreamingHttpResponse(Slice(file, part), status=HTTPStatus.PARTIAL_CONTENT, headers=headers)


def _asked(request: HttpRequest, tag: str, total: int) -> Part | None:
    # Parts are for GET alone, and not when the browser holds the beginning of another file.
    if request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        return None
    return part_of(request.headers.get("Range", ""), total)


def _describe(answer: HttpResponseBase, ending: str, sha256: str) -> None:
    one = FORMATS[ending]
    answer.headers["Content-Type"] = one.content_type
    if one.kind in (AssetKind.DOCUMENT, AssetKind.CAPTIONS):
        manner = "inline" if one.is_inline else "attachment"
        answer.headers["Content-Disposition"] = f'{manner}; filename="{sha256[:12]}.{ending}"'
