"""Released files, straight from the store: no database, no session, cacheable for ever.

What was not released is not in the store, so it is told from what does not exist by nobody.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from cong.media.formats import FORMATS
from cong.media.sending import sent
from cong.media.store import public_file, public_rendition

_FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def rendition(request: HttpRequest, sha256: str, width: str) -> FileResponse:
    """Answer with one rendition of a picture; its address names its content, so it never changes."""
    return _picture(sha256, f"{width}.webp")


@require_safe
def variant(request: HttpRequest, sha256: str, name: str) -> FileResponse:
    """Answer with a rendition in AVIF, or one that was cut."""
    return _picture(sha256, name)


def _picture(sha256: str, name: str) -> FileResponse:
    try:
        file = public_rendition(sha256, name).open("rb")
    except OSError as error:
        raise Http404 from error
    headers = {"Cache-Control": _FOR_EVER, "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, content_type=FORMATS[name.rpartition(".")[2]].content_type, headers=headers)


@require_safe
def file(request: HttpRequest, sha256: str, ending: str) -> HttpResponseBase:
    """Answer with a released video, sound, document or captions, whole or the part that is asked for."""
    answer = sent(request, public_file(sha256, ending), ending, sha256)
    if answer.status_code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        answer.headers["Cache-Control"] = _FOR_EVER
    return answer
