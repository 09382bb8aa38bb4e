"""The index of OpenSearch: its settings, its fields, and an entry as its document. Pure."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from cong.search.engines.engine import DEEPEST, Mark
from cong.search.engines.opensearch_nodes import MARK_ID
from cong.search.meaning.rows import CODES, NUMBERS, TOKENS, VERSION, Row

_OPTIONS = {"freq": "freqs", "position": "positions", "basic": "docs"}
# Lengths of texts count where terms score.
_WITH_NORMS = ("ax", "fx", "t")
# The embedded engine counts the mark among all texts when it tells how rare a term is; so does this one when the mark
# has a token, which no query holds.
FILLER = "."
_FILLED = ("ax", "fx", "t")

Source = dict[str, Any]


def settings() -> dict[str, Any]:
    """Return the settings: one shard, so that terms are as rare for all; seen when told, not on a clock."""
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "max_result_window": DEEPEST,
        "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
    }


def properties() -> dict[str, Any]:
    """Return the fields, as `rows` has them."""
    fields: dict[str, Any] = {name: {"type": "long"} for name in NUMBERS}
    for name, option in TOKENS.items():
        fields[name] = {
            "type": "text", "analyzer": "whitespace", "index_options": _OPTIONS[option], "norms": name in _WITH_NORMS,
        }  # fmt: skip
    fields |= {name: {"type": "keyword"} for name in CODES}
    unsearched = {"type": "keyword", "index": False, "doc_values": False}
    return fields | {"seq": {"type": "long", "index": False}, "change": unsearched, "version": unsearched}


def mappings() -> dict[str, Any]:
    """Return the mapping. Of what was sent only ids and the mark are kept; texts are not."""
    kept = ["id", "seq", "change", "version"]
    return {"dynamic": "strict", "_source": {"includes": kept}, "properties": properties()}


PROGRAM = sha256(repr((VERSION, settings(), mappings(), _FILLED)).encode()).hexdigest()[:16]
"""Changes whenever an index written by an older program would answer differently."""


def source(row: Row) -> Source:
    """Return what is sent of an entry."""
    tokens, codes, numbers = row
    filled = {name: text for name, text in tokens.items() if text}
    return filled | {name: list(values) for name, values in codes.items() if values} | numbers


def mark_source(mark: Mark) -> Source:
    """Return the document that tells how far an index goes."""
    told = {"seq": mark.seq, "change": mark.change, "version": mark.version}
    return {"id": MARK_ID} | told | dict.fromkeys(_FILLED, FILLER)
