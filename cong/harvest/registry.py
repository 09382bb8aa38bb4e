"""Sources as TOML and OPML: read a registry, make or change the sources, write it out again."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import IntegrityError, transaction

from cong.agencies.models import Agency, Category
from cong.harvest import decide, opml, standing, subscribing
from cong.harvest.adapters import ADAPTERS, Spec, selectors
from cong.harvest.fetch.robots import wrong_robots
from cong.harvest.models import Health, Source, Trust
from cong.harvest.writing import SECTIONS
from cong.journal.actions import record
from cong.kernel.text import clip

# The partner agency of sources that name none.
OTHERS, _RESERVED = "nguon-khac", "websub"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_EVERY = re.compile(r"([0-9]{1,9})([smhd])")
_SLOWEST = 30 * _SECONDS["d"]
_LONGEST_NAME = 300
# A visit that is under way must not write what it learnt from the old entry.
_NO_LEASE: dict[str, Any] = {"lease_until": None, "lease_by": ""}
_ORDERS = ("DMY", "MDY", "YMD")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_COLUMNS = ("id", "agency", "name", "section", "kind", "url", "policy")
# What every kind may say of the page of each item; a kind that uses such a word for its list checks it by itself.
_PAGE_WORDS = ("content", "title", "date", "author", "image", "number")
_OF_ALL_KINDS = frozenset({*_PAGE_WORDS, "remove"})
_READ_BY = frozenset({"timezone", "date_order", "charset"})
_PARTNER: dict[str, Any] = {
    "name": "Nguồn tin khác", "short_name": "Nguồn tin khác", "category": Category.PARTNER, "order": 10_000,
}  # fmt: skip


class BadRegistry(ValueError):
    """The file says something that cannot be; the message names the entry and what to write instead."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did, by source."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def import_registry(text: str, *, by: str, at: datetime) -> Imported:
    """Make or change one source for each entry; nothing is written when any entry is wrong. Never deletes."""
    return _import(_entries(text), Imported(), by=by, at=at)


def import_opml(text: str, *, by: str, at: datetime) -> Imported:
    """Do the same with a list in OPML: an outline of ours is the entry that it was.

    One from elsewhere becomes a new source whose items wait for a person; an address that we know already is left as
    it is.
    """
    try:
        listed = opml.parse(text)
    except opml.BadOpml as error:
        raise BadRegistry(str(error)) from error
    if not listed:
        raise BadRegistry("Tệp OPML không có nguồn nào.")
    known = dict(Source.objects.values_list("url", "slug"))
    done, wanted = Imported(), []
    for one in listed:
        if one.words or one.xml_url not in known:
            wanted.append(one)
            known.setdefault(one.xml_url, "")
        elif known[one.xml_url]:
            done.unchanged.append(known[one.xml_url])
    entries = _renamed(opml.entries(wanted), [not one.words for one in wanted])
    _check_once(entries)
    return _import(entries, done, by=by, at=at)


def _renamed(entries: Sequence[dict[str, Any]], foreign: Sequence[bool]) -> list[dict[str, Any]]:
    """Give entries from elsewhere ids that no source has yet, and hold their items until a person trusts them."""
    stored = set(Source.objects.values_list("slug", flat=True))
    taken, made = stored | {str(one.get("id", "")) for one in entries}, []
    for entry, is_foreign in zip(entries, foreign, strict=True):
        name = str(entry.get("id", ""))
        if is_foreign and name in stored:
            name = next(other for number in count(2) if (other := f"{name}-{number}") not in taken)
            taken.add(name)
        held = {"id": name, "name": clip(str(entry.get("name", "")), _LONGEST_NAME), "policy": Trust.REVIEW.value}
        made.append(entry | held if is_foreign else entry)
    return made


def _import(entries: Sequence[Mapping[str, Any]], done: Imported, *, by: str, at: datetime) -> Imported:
    agencies = {agency.slug: agency for agency in Agency.objects.all()}
    with transaction.atomic():
        for number, entry in enumerate(entries, 1):
            _import_one(entry, number, agencies, done, at)
        record("sources.import", "registry", actor=by, at=at, created=done.created, updated=done.updated)
    return done


def drafted(entry: Mapping[str, Any]) -> Source:
    """Return the source that an entry describes without storing anything; raises BadRegistry."""
    agencies = {agency.slug: agency for agency in Agency.objects.all()}
    agencies.setdefault(OTHERS, Agency(pk=0, slug=OTHERS, **_PARTNER))
    return Source(slug=str(entry.get("id", "")), **_values(entry, _named(entry), agencies))


def created(entry: Mapping[str, Any], *, at: datetime) -> Source:
    """Make the one source that an entry describes; raises BadRegistry, also when its id is taken."""
    values = _values(entry, _named(entry), {agency.slug: agency for agency in Agency.objects.all()})
    try:
        with transaction.atomic():
            return _created(entry, values, at)
    except IntegrityError as error:
        raise BadRegistry(f"{_named(entry)}: id này đã có nguồn khác dùng; hãy chọn id khác.") from error


def changed(source: Source, entry: Mapping[str, Any], *, at: datetime) -> bool:
    """Make a stored source what an entry describes, and tell whether it was another before; raises BadRegistry."""
    values = _values(entry, _named(entry), {agency.slug: agency for agency in Agency.objects.all()})
    return _changed(source, entry, values, at)


def _named(entry: Mapping[str, Any]) -> str:
    return str(entry.get("id") or "Nguồn")


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        entries = tomllib.loads(text).get("source", [])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadRegistry(f"Tệp không đúng TOML: {error}") from error
    if not entries:
        raise BadRegistry("Tệp không có mục [[source]] nào.")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadRegistry("Mỗi nguồn phải là một mục [[source]] (hai ngoặc vuông), không phải [source] hay source = …")
    _check_once(entries)
    return entries


def _check_once(entries: Sequence[Mapping[str, Any]]) -> None:
    counts = Counter(str(entry.get("id", "")) for entry in entries)
    twice = sorted(slug for slug, count in counts.items() if slug and count > 1)
    if twice:
        raise BadRegistry(f"Tệp ghi hai lần cùng một id: {', '.join(twice)}.")


def _import_one(
    entry: Mapping[str, Any], number: int, agencies: dict[str, Agency], done: Imported, at: datetime
) -> None:
    slug = str(entry.get("id", ""))
    values = _values(entry, f"Mục {number} ({slug or 'không có id'})", agencies)
    source = Source.objects.filter(slug=slug).first()
    if source is None:
        _created(entry, values, at)
        done.created.append(slug)
    elif _changed(source, entry, values, at):
        done.updated.append(slug)
    else:
        done.unchanged.append(slug)


def _created(entry: Mapping[str, Any], values: Mapping[str, Any], at: datetime) -> Source:
    on = entry.get("enabled", True)
    visited = on and values["kind"] != "push"
    return Source.objects.create(
        slug=str(entry["id"]), next_at=at if visited else None, state=Health.NEW if on else Health.DISABLED, **values
    )


def _changed(source: Source, entry: Mapping[str, Any], values: dict[str, Any], at: datetime) -> bool:
    if all(getattr(source, name) == value for name, value in values.items()):
        return False
    values = values | _read_afresh(source, values, at)
    values |= _switched(source, entry, moved=source.url != values["url"], at=at)
    Source.objects.filter(pk=source.pk).update(**values)
    return True


def _read_afresh(source: Source, values: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return what makes the next visit read everything, when the source is another or is read by other words."""
    moved = source.url != values["url"]
    words = ADAPTERS[values["kind"]].keys | _READ_BY
    same_words = all(source.config.get(word) == values["config"].get(word) for word in words)
    if not moved and source.kind == values["kind"] and same_words:
        return {}
    soon = {"next_at": at} if moved or source.next_at else {}
    elsewhere: dict[str, Any] = {"redirects": [], "moved_to": ""} | subscribing.FORGOTTEN if moved else {}
    return {"etag": "", "last_modified": "", "body_hash": "", "cursor": ""} | soon | elsewhere | _NO_LEASE


def _switched(source: Source, entry: Mapping[str, Any], *, moved: bool, at: datetime) -> dict[str, Any]:
    """Return what turning a source on or off changes besides its entry.

    One that turned itself off, because its address is gone, goes on at a new address.
    """
    if not entry.get("enabled", True):
        return {"next_at": None} | standing.switched(source, on=False, at=at) | _NO_LEASE
    was_off = source.state == Health.DISABLED and (moved or "enabled" in entry)
    if not was_off and source.config.get("enabled", True):
        return {}
    soon = None if source.kind == "push" else at
    return {"next_at": soon, "fail_count": 0} | standing.switched(source, on=True, at=at)


def _values(entry: Mapping[str, Any], where: str, agencies: dict[str, Agency]) -> dict[str, Any]:
    _check_identity(entry, where)
    kind, trust = str(entry.get("kind", "feed")), str(entry.get("policy", Trust.AUTO))
    if kind not in ADAPTERS:
        raise BadRegistry(f"{where}: kind “{kind}” không có; dùng một trong: {', '.join(ADAPTERS)}.")
    if trust not in Trust.values:
        raise BadRegistry(f"{where}: policy “{trust}” không có; dùng một trong: {', '.join(Trust.values)}.")
    place = decide.place_named(str(entry.get("section", "tin-hoat-dong")), SECTIONS)
    if place is None:
        raise BadRegistry(f"{where}: section “{entry['section']}” không có.")
    _check_details(entry, where)
    _check_words(entry, kind, where)
    config = {name: value for name, value in entry.items() if name not in _COLUMNS} | {
        "section": entry.get("section", "")
    }
    if problem := ADAPTERS[kind].wrong(Spec(url=str(entry["url"]), config=config)) or wrong_robots(config):
        raise BadRegistry(f"{where}: {problem}")
    if "every" in entry:
        config["every_s"] = _every(str(entry["every"]), where)
    # A source without a name takes one at its first visit; importing again must not forget it.
    named = {"name": str(entry["name"])} if entry.get("name") else {}
    return named | {
        "agency": _agency(str(entry.get("agency", "")), where, agencies),
        "kind": kind, "url": str(entry["url"]), "trust": trust, "part": place.part, "section": place.section,
        "config": config,
    }  # fmt: skip


def _check_identity(entry: Mapping[str, Any], where: str) -> None:
    for name in ("id", "url"):
        if not entry.get(name):
            raise BadRegistry(f"{where}: thiếu “{name}”.")
    if not re.fullmatch(r"[-\w]{1,120}", str(entry["id"]), re.ASCII):
        raise BadRegistry(f"{where}: id chỉ gồm chữ không dấu, số, gạch nối, nhiều nhất 120 ký tự.")
    if entry["id"] == _RESERVED:
        raise BadRegistry(f"{where}: id “{_RESERVED}” đã dùng cho địa chỉ nhận tin của hub; hãy chọn id khác.")
    if not re.match(r"https?://[^/?#\s]", str(entry["url"])):
        raise BadRegistry(f"{where}: url phải bắt đầu bằng http:// hoặc https:// và có tên miền.")
    if len(str(entry.get("name", ""))) > _LONGEST_NAME:
        raise BadRegistry(f"{where}: name dài quá {_LONGEST_NAME} ký tự.")


def _every(text: str, where: str) -> int:
    match = _EVERY.fullmatch(text)
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 0 < seconds <= _SLOWEST:
        raise BadRegistry(f"{where}: every “{text}” không hiểu được; viết như 15m, 2h, 1d, lâu nhất là 30d.")
    return seconds


def _check_details(entry: Mapping[str, Any], where: str) -> None:
    """Refuse what would only be found out at the next visit, or never."""
    if not isinstance(entry.get("enabled", True), bool):
        raise BadRegistry(f"{where}: enabled phải là true hoặc false.")
    if entry.get("date_order", "DMY") not in _ORDERS:
        raise BadRegistry(
            f"{where}: date_order “{entry['date_order']}” không có; dùng một trong: {', '.join(_ORDERS)}."
        )
    try:
        ZoneInfo(str(entry.get("timezone", "UTC")))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadRegistry(f"{where}: timezone “{entry['timezone']}” không có; viết như Asia/Ho_Chi_Minh.") from error
    _check_map(entry.get("map", []), where)
    for name, value in entry.items():
        if not _is_storable(value):
            raise BadRegistry(
                f"{where}: “{name}” phải là chữ, số, true/false, danh sách hay bảng; ngày giờ thì viết trong nháy."
            )


def _check_words(entry: Mapping[str, Any], kind: str, where: str) -> None:
    """Refuse words that only another kind knows, and selectors of pages that cannot be used; keep unknown words."""
    own = ADAPTERS[kind].keys
    for word in entry:
        others = [name for name, adapter in ADAPTERS.items() if word in adapter.keys]
        if others and word not in own | _OF_ALL_KINDS:
            raise BadRegistry(
                f"{where}: “{word}” chỉ dùng với kind {' hoặc '.join(others)}, kind “{kind}” không hiểu; "
                "hãy bỏ từ này hoặc đổi kind."
            )
    for word in _PAGE_WORDS:
        if word in entry and word not in own and (problem := selectors.wrong(entry[word])):
            raise BadRegistry(f"{where}: {word}: {problem}")
    if "remove" in entry and "remove" not in own and (problem := _wrong_remove(entry["remove"])):
        raise BadRegistry(f"{where}: remove: {problem}")


def _wrong_remove(said: Any) -> str:
    listed = said if isinstance(said, list) else [said]
    return next((problem for one in listed if (problem := selectors.wrong(one))), "")


def _check_map(rules: Any, where: str) -> None:
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise BadRegistry(
            f'{where}: map phải là danh sách, ví dụ map = [{{ path = "/van-ban/", section = "van-ban" }}].'
        )
    for rule in rules:
        if not (isinstance(rule.get("path"), str) or isinstance(rule.get("tag"), str)):
            raise BadRegistry(f"{where}: mỗi dòng của map phải có path hoặc tag.")
        if decide.place_named(str(rule.get("section", "")), SECTIONS) is None:
            raise BadRegistry(f"{where}: map ghi section “{rule.get('section', '')}” không có.")


def _is_storable(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_storable, value.values()))
    if isinstance(value, list):
        return all(map(_is_storable, value))
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, str | int) and "\0" not in str(value)


def _agency(slug: str, where: str, agencies: dict[str, Agency]) -> Agency:
    """Find the agency; a source that names none belongs to the partner agency for other sources."""
    if slug and slug not in agencies:
        raise BadRegistry(f"{where}: không có cơ quan “{slug}”; xem danh sách bằng lệnh cong agencies export.")
    if not slug and OTHERS not in agencies:
        agencies[OTHERS] = Agency.objects.create(slug=OTHERS, **_PARTNER)
    return agencies[slug or OTHERS]


def export_registry() -> str:
    """Write every source as TOML that `import_registry` reads back without a change."""
    return "\n".join(map(_written, _exported()))


def export_opml() -> str:
    """Write every source as OPML that `import_opml` reads back without a change, and any feed reader in part."""
    try:
        return opml.write(opml.outlines(_exported()))
    except opml.BadOpml as error:
        raise BadRegistry(str(error)) from error


def _exported() -> list[dict[str, Any]]:
    return [entry_of(source) for source in Source.objects.select_related("agency").order_by("slug")]


def entry_of(source: Source) -> dict[str, Any]:
    """Return the entry of a registry that describes the source."""
    config = {name: value for name, value in source.config.items() if name != "every_s"}
    named = {
        "id": source.slug, "agency": "" if source.agency.slug == OTHERS else source.agency.slug, "name": source.name,
        "section": config.pop("section", ""), "kind": source.kind, "url": source.url, "policy": source.trust,
    }  # fmt: skip
    return {name: value for name, value in named.items() if value} | config


def _written(entry: Mapping[str, Any]) -> str:
    return "\n".join(("[[source]]", *map(word_as_toml, entry, entry.values()), ""))


def word_as_toml(name: str, value: Any) -> str:
    """Return one line of TOML that says a word of an entry."""
    return f"{_toml_key(name)} = {_toml(value)}"


def _toml_key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _toml(name)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml_key(name)} = {_toml(one)}" for name, one in value.items()) + " }"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'
