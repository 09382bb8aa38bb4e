"""How the fake OpenSearch answers a search: hits in order with what was asked of them, and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.search.fake_opensearch_index import Bad, Fields, Snapshot, Stored, as_float, one, only

Answer = dict[str, Any]
_ASKED = (
    "query", "from", "size", "sort", "track_total_hits", "stored_fields", "docvalue_fields", "_source", "aggs",
    "timeout",
)  # fmt: skip


@dataclass(kw_only=True)
class Index:
    """Documents by id with their sequence numbers, the aliases, and what searches see."""

    name: str
    fields: Fields
    window: int
    legacy: bool
    aliases: set[str] = field(default_factory=set)
    documents: dict[str, Stored] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    writes: int = 0
    seen: Snapshot = field(init=False)

    def __post_init__(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        self.seen = Snapshot(self.fields, self.documents.values(), legacy=self.legacy)

    def write(self, number: str, source: Mapping[str, Any] | None) -> int:
        if source is not None:
            self.fields.check(source)
            self.documents[number] = Stored(id=number, source=source)
        else:
            self.documents.pop(number, None)
        self.places[number] = self.writes
        self.writes += 1
        return self.places[number]


def searched(index: Index, body: Mapping[str, Any]) -> Answer:
    """Return what a search answers."""
    only(body, *_ASKED)
    seen, first, size = index.seen, body.get("from", 0), body.get("size", 10)
    if first + size > index.window:
        raise Bad("Result window is too large")
    if body.get("stored_fields") not in (None, "_none_") or ("stored_fields" in body and body.get("_source")):
        raise Bad("[stored_fields] cannot be disabled if [_source] is requested")
    seen.slots.clear()
    sort = body.get("sort", [{"_score": "desc"}])
    by_score = any("_score" in each for each in sort)
    scores = {number: as_float(score) for number, score in seen.run(body["query"], scored=by_score).items()}
    keys = _keys(index, sort, scores)
    ordered = sorted(scores, key=lambda number: ([key(number) for key in keys], number))[first : first + size]
    hits = [_hit(index, body, number, scores[number] if by_score else None) for number in ordered]
    told: Answer = {"timed_out": False, "hits": {"hits": hits}}
    if body.get("track_total_hits", True):
        told["hits"]["total"] = {"value": len(scores), "relation": "eq"}
    return told | ({"aggregations": _counted(index, body["aggs"], scores)} if "aggs" in body else {})


def _keys(index: Index, sort: Iterable[Mapping[str, Any]], scores: Mapping[int, float]) -> list[Callable[[int], Any]]:
    return [_key(index, *one(each), scores) for each in sort]


def _key(index: Index, name: str, given: Any, scores: Mapping[int, float]) -> Callable[[int], Any]:
    about = given if isinstance(given, dict) else {"order": given}
    only(about, "order", "missing")
    if about["order"] not in ("asc", "desc") or about.get("missing", "_last") != "_last":
        raise Bad(f"sort {given}")
    sign = -1 if about["order"] == "desc" else 1
    if name == "_score":
        return lambda number: sign * scores[number]
    index.fields.columns([name])
    values = index.seen.values
    return lambda number: (not values(number, name), *(sign * value for value in values(number, name)))


def _hit(index: Index, body: Mapping[str, Any], number: int, score: float | None) -> Answer:
    stored, names = index.seen.documents[number], body.get("docvalue_fields", [])
    index.fields.columns(names)
    listed = {name: index.seen.values(number, name) for name in names}
    shown = {name: values for name, values in listed.items() if values}
    if number in index.seen.slots:
        shown["_percolator_document_slot"] = index.seen.slots[number]
    hit: Answer = {"_index": index.name, "_score": score, "fields": shown}
    if body.get("stored_fields") == "_none_":
        return hit
    wanted, kept = body.get("_source", True), index.fields.kept
    source = {name: value for name, value in stored.source.items() if kept is None or name in kept}
    if isinstance(wanted, list):
        source = {name: value for name, value in source.items() if name in wanted}
    return hit | {"_id": stored.id} | ({"_source": source} if wanted else {})


def _counted(index: Index, aggs: Mapping[str, Any], numbers: Iterable[int]) -> Answer:
    told: Answer = {}
    for name, asked in aggs.items():
        kind, about = one(asked)
        only(about, "field", "size")
        if kind != "terms":
            raise Bad(f"aggregation {kind}")
        index.fields.columns([about["field"]])
        counts: dict[Any, int] = {}
        for number in numbers:
            for value in index.seen.values(number, about["field"]):
                counts[value] = counts.get(value, 0) + 1
        rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))[: about["size"]]
        told[name] = {"buckets": [{"key": value, "doc_count": count} for value, count in rows]}
    return told
