"""Be Vietnam Pro cut down to Latin and Vietnamese and written as WOFF2. Pure but for reading the font."""

from __future__ import annotations

from io import BytesIO

import fontpkg
from fontTools import subset

FAMILY = "Be Vietnam Pro"
WEIGHTS = (400, 700)

# ASCII, Latin-1, Latin Extended-A, ơ ư, combining marks, Vietnamese, dashes and quotes, ₫ €, arrows, minus.
_KEPT = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x1A0, 0x1A1),
    (0x1AF, 0x1B0),
    (0x300, 0x303),
    (0x309, 0x309),
    (0x323, 0x323),
    (0x1EA0, 0x1EF9),
    (0x2010, 0x2026),
    (0x2030, 0x203A),
    (0x20AB, 0x20AC),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
)
_FEATURES = ("ccmp", "locl", "mark", "mkmk", "kern", "liga", "ordn", "tnum", "case")


def file_name(weight: int) -> str:
    """Return the name under which the style sheet asks for a weight."""
    return f"be-vietnam-pro-{weight}.woff2"


def cut(weight: int) -> bytes:
    """Return the weight as a WOFF2 file; the same package gives the same bytes."""
    options = subset.Options(flavor="woff2", layout_features=list(_FEATURES))
    options.recalc_timestamp = False
    font = subset.load_font(BytesIO(fontpkg.path(FAMILY, weight).read_bytes()), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in _KEPT for code in range(first, last + 1)])
    cutter.subset(font)
    out = BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()
