"""Message catalogues: what must be translated, and `.po` made into the `.mo` that Django reads."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

METHODS = [("**/jinja2/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
OPTIONS = {"**/jinja2/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def extracted(package: Path) -> Catalog:
    """Return every message that the package's templates and modules hold."""
    found = Catalog(charset="utf-8")
    for name, line, message, comments, context in extract_from_dir(
        package, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS
    ):
        found.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return found


def read(path: Path) -> Catalog:
    """Read a `.po` file."""
    with path.open("rb") as source:
        return read_po(source)


def compiled(path: Path) -> bytes:
    """Return the binary catalogue of a `.po` file, without what is marked fuzzy."""
    out = BytesIO()
    write_mo(out, read(path))
    return out.getvalue()
