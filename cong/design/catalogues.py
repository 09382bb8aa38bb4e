"""Message catalogues: what must be translated, and `.po` made into the `.mo` that Django reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

METHODS = [
    ("**/jinja2/**.html", "jinja2.ext:babel_extract"),
    ("**/templates/**.html", "cong.design.catalogues:from_template"),
    ("**/templates/**.txt", "cong.design.catalogues:from_template"),
    ("**.py", "python"),
]
OPTIONS = {"**/jinja2/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def extracted(package: Path) -> Catalog:
    """Return every message that the package's templates and modules hold."""
    found = Catalog(charset="utf-8")
    for name, line, message, comments, context in extract_from_dir(
        package, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS
    ):
        found.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return found


def from_template(
    source: BinaryIO, keywords: Mapping[str, Any], comment_tags: Collection[str], options: Any
) -> Iterator[tuple[Any, ...]]:
    """Yield the messages of a Django template, with plurals and contexts, as Babel asks for them.

    Django turns a template into calls of gettext between words; they keep the template's indents, which Python refuses.
    """
    calls = "\n".join(line.strip() for line in templatize(source.read().decode()).split("\n"))
    yield from extract_python(BytesIO(calls.encode()), keywords, comment_tags, options)


def sources() -> list[Path]:
    """Return every `.po` file of the project."""
    return sorted(po for place in settings.LOCALE_PATHS for po in Path(place).glob("*/LC_MESSAGES/*.po"))


def translations() -> list[Path]:
    """Return the `.po` files that translate the program's own messages.

    That of the main language is none of them: our messages are written in it, so it holds those of libraries alone.
    """
    return [path for path in sources() if path.parent.parent.name != settings.LANGUAGE_CODE]


def read(path: Path) -> Catalog:
    """Read a `.po` file."""
    with path.open("rb") as source:
        return read_po(source)


def compiled(path: Path) -> bytes:
    """Return the binary catalogue of a `.po` file, without what is marked fuzzy."""
    out = BytesIO()
    write_mo(out, read(path))
    return out.getvalue()


def missing(package: Path, catalogue: Catalog) -> list[str]:
    """Return the messages of the package that the catalogue leaves untranslated or only guesses."""
    return [_name(message) for message in extracted(package) if message.id and not _translated(catalogue, message)]


def update(path: Path, package: Path) -> list[str]:
    """Rewrite a `.po` file to hold exactly the package's messages; returns those left to translate."""
    catalogue = read(path)
    catalogue.update(extracted(package), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with path.open("wb") as target:
        write_po(target, catalogue, width=0, sort_output=True, include_lineno=False)
    return missing(package, catalogue)


def _translated(catalogue: Catalog, wanted: Message) -> bool:
    found = catalogue.get(wanted.id, wanted.context)
    if found is None or found.fuzzy:
        return False
    return all(found.string) if isinstance(found.string, (tuple, list)) else bool(found.string)


def _name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]
