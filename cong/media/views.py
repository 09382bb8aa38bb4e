"""Released files, straight from the store: no database, no session, cacheable for ever."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from cong.media.store import rendition_path


@require_safe
def rendition(request: HttpRequest, sha256: str, width: str) -> FileResponse:
    """Answer with one rendition of a picture; its address names its content, so it never changes."""
    try:
        file = rendition_path(sha256, int(width)).open("rb")
    except OSError as error:
        raise Http404 from error
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    return FileResponse(file, content_type="image/webp", headers=headers)
