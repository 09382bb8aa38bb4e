"""What the fields of the query language are called, in Vietnamese and English. Pure."""

from __future__ import annotations

import re

from cong.kernel.text import fold
from cong.search.language.clauses import Field

NAMES: dict[Field, tuple[str, ...]] = {
    Field.NUMBER: ("số", "sốhiệu", "sốkýhiệu", "number"),
    Field.TITLE: ("tiêuđề", "title"),
    Field.KIND: ("loại", "type", "kind"),
    Field.AGENCY: ("cơquan", "đơnvị", "agency"),
    Field.TOPIC: ("lĩnhvực", "chủđề", "topic"),
    Field.SIGNER: ("ngườiký", "ngườikí", "signer"),
    Field.SECTION: ("chuyênmục", "section"),
    Field.DATE: ("ngày", "date"),
    Field.EFFECTIVE: ("hiệulực", "effective"),
    Field.STATUS: ("tìnhtrạng", "trạngthái", "status"),
    Field.LANG: ("ngônngữ", "lang", "language"),
    Field.HAS: ("có", "has"),
    Field.SOURCE: ("nguồn", "source"),
    Field.CITES: ("dẫn", "tríchdẫn", "cites"),
    Field.LIKE: ("giống", "tươngtự", "like"),
}
"""Every name of a field; the first is how it is shown. Case, marks, `-` and `_` are as one likes."""

DAYS = frozenset({Field.DATE, Field.EFFECTIVE})
"""Fields whose values are days."""

_LONGEST = 24
_JOINT = re.compile("[-_]")
_FIELDS = {fold(name): field for field, names in NAMES.items() for name in names}


def field_of(name: str) -> Field | None:
    """Return the field that is called so (`Số`, `coquan`, `cơ-quan`, `AGENCY`), None when none is."""
    return _FIELDS.get(_JOINT.sub("", fold(name))) if len(name) <= _LONGEST else None
