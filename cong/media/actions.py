"""Taking pictures in."""

from __future__ import annotations

import hashlib
from datetime import datetime

from cong.media.models import Picture
from cong.media.render import NotAPicture, render
from cong.media.store import write_renditions

__all__ = ["NotAPicture", "keep_picture"]


def keep_picture(data: bytes, *, at: datetime) -> Picture:
    """Keep a clean copy of a picture, once; raises NotAPicture. The files are there before the row is."""
    source = hashlib.sha256(data).hexdigest()
    known = Picture.objects.filter(source_sha256=source).first()
    if known:
        return known
    made = render(data)
    write_renditions(made.sha256, made.renditions)
    given = {
        "source_sha256": source,
        "width": made.width,
        "height": made.height,
        "widths": sorted(made.renditions),
        "at": at,
    }
    picture, _ = Picture.objects.get_or_create(sha256=made.sha256, defaults=given)
    return picture
