"""The registry of agencies as TOML text: read it, check it, write it. Pure: no database, no clock.

An entry names an agency by its slug; `former` lists slugs it had before (with or without its name then):

    [[agency]]
    slug = "bo-vi-du"
    name = "Bộ Ví dụ"
    category = "ministry"
    order = 10
    former = ["bo-cu", { slug = "bo-xua", name = "Bộ Xưa" }]
"""

from cong.agencies.registry.reading import parse
from cong.agencies.registry.rows import OFFICIAL, BadRegistry, Former, Problem, Row
from cong.agencies.registry.writing import write

__all__ = ["OFFICIAL", "BadRegistry", "Former", "Problem", "Row", "parse", "write"]
