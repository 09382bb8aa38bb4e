"""Sources as TOML: read a registry, make or change the sources, write it out again."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from cong.agencies.models import Agency, Category
from cong.harvest import decide
from cong.harvest.adapters import ADAPTERS, Spec
from cong.harvest.models import Health, Source, Trust
from cong.harvest.writing import SECTIONS
from cong.journal.actions import record

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_EVERY = re.compile(r"([0-9]{1,9})([smhd])")
_SLOWEST = 30 * _SECONDS["d"]
_LONGEST_NAME = 300
# A visit that is under way must not write what it learnt from the old entry.
_NO_LEASE: dict[str, Any] = {"lease_until": None, "lease_by": ""}
_ORDERS = ("DMY", "MDY", "YMD")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_COLUMNS = ("id", "agency", "name", "section", "kind", "url", "policy")
_OTHERS = "nguon-khac"


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
    entries = _entries(text)
    agencies = {agency.slug: agency for agency in Agency.objects.all()}
    done = Imported()
    with transaction.atomic():
        for number, entry in enumerate(entries, 1):
            _import_one(entry, number, agencies, done, at)
        record("sources.import", "registry", actor=by, at=at, created=done.created, updated=done.updated)
    return done


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        entries = tomllib.loads(text).get("source", [])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadRegistry(f"Tệp không đúng TOML: {error}") from error
    if not entries:
        raise BadRegistry("Tệp không có mục [[source]] nào.")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadRegistry("Mỗi nguồn phải là một mục [[source]] (hai ngoặc vuông), không phải [source] hay source = …")
    counts = Counter(str(entry.get("id", "")) for entry in entries)
    twice = sorted(slug for slug, count in counts.items() if slug and count > 1)
    if twice:
        raise BadRegistry(f"Tệp ghi hai lần cùng một id: {', '.join(twice)}.")
    return entries


def _import_one(
    entry: Mapping[str, Any], number: int, agencies: dict[str, Agency], done: Imported, at: datetime
) -> None:
    slug = str(entry.get("id", ""))
    values = _values(entry, f"Mục {number} ({slug or 'không có id'})", agencies)
    source = Source.objects.filter(slug=slug).first()
    if source is None:
        on = entry.get("enabled", True)
        Source.objects.create(
            slug=slug, next_at=at if on else None, state=Health.NEW if on else Health.DISABLED, **values
        )
        done.created.append(slug)
        return
    if all(getattr(source, name) == value for name, value in values.items()):
        done.unchanged.append(slug)
        return
    if source.url != values["url"]:
        values |= {"etag": "", "last_modified": "", "body_hash": "", "next_at": at} | _NO_LEASE
    values |= _switched(source, on=entry.get("enabled", True), at=at)
    Source.objects.filter(pk=source.pk).update(**values)
    done.updated.append(slug)


def _switched(source: Source, *, on: bool, at: datetime) -> dict[str, Any]:
    """Return what turning a source on or off changes besides its entry."""
    if not on:
        return {"next_at": None, "state": Health.DISABLED} | _NO_LEASE
    if source.config.get("enabled", True):
        return {}
    return {"next_at": at, "state": Health.NEW if source.first_ok_at is None else Health.OK, "fail_count": 0}


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
    config = {name: value for name, value in entry.items() if name not in _COLUMNS} | {
        "section": entry.get("section", "")
    }
    if problem := ADAPTERS[kind].wrong(Spec(url=str(entry["url"]), config=config)):
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
    if not slug and _OTHERS not in agencies:
        agencies[_OTHERS] = Agency.objects.create(
            name="Nguồn tin khác",
            short_name="Nguồn tin khác",
            slug=_OTHERS,
            category=Category.PARTNER,
            order=10_000,
        )
    return agencies[slug or _OTHERS]


def export_registry() -> str:
    """Write every source as TOML that `import_registry` reads back without a change."""
    sources = Source.objects.select_related("agency").order_by("slug")
    return "\n".join(map(_exported, sources))


def _exported(source: Source) -> str:
    config = {name: value for name, value in source.config.items() if name != "every_s"}
    named = {
        "id": source.slug, "agency": "" if source.agency.slug == _OTHERS else source.agency.slug, "name": source.name,
        "section": config.pop("section", ""), "kind": source.kind, "url": source.url, "policy": source.trust,
    }  # fmt: skip
    told = {name: value for name, value in named.items() if value} | config
    lines = [f"{_toml_key(name)} = {_toml(value)}" for name, value in told.items()]
    return "\n".join(("[[source]]", *lines, ""))


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
