"""Sources as TOML: read a registry, make or change the sources, write it out again."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from cong.agencies.models import Agency, Category
from cong.harvest import decide
from cong.harvest.actions import SECTIONS
from cong.harvest.models import Source, Trust
from cong.journal.actions import record

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_EVERY = re.compile(r"^(\d+)([smhd])$")
_COLUMNS = ("id", "agency", "name", "section", "kind", "url", "policy")
_KINDS = ("feed",)
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
    try:
        entries = tomllib.loads(text).get("source", [])
    except tomllib.TOMLDecodeError as error:
        raise BadRegistry(f"Tệp không đúng TOML: {error}") from error
    if not entries:
        raise BadRegistry("Tệp không có mục [[source]] nào.")
    agencies = {agency.slug: agency for agency in Agency.objects.all()}
    done = Imported()
    with transaction.atomic():
        for number, entry in enumerate(entries, 1):
            _import_one(entry, number, agencies, done, at)
        record("sources.import", "registry", actor=by, at=at, created=done.created, updated=done.updated)
    return done


def _import_one(
    entry: Mapping[str, Any], number: int, agencies: dict[str, Agency], done: Imported, at: datetime
) -> None:
    slug = str(entry.get("id", ""))
    values = _values(entry, f"Mục {number} ({slug or 'không có id'})", agencies)
    source = Source.objects.filter(slug=slug).first()
    if source is None:
        Source.objects.create(slug=slug, next_at=at if entry.get("enabled", True) else None, **values)
        done.created.append(slug)
        return
    if all(getattr(source, name) == value for name, value in values.items()):
        done.unchanged.append(slug)
        return
    if source.url != values["url"]:
        values |= {"etag": "", "last_modified": "", "body_hash": "", "next_at": at}
    Source.objects.filter(pk=source.pk).update(**values)
    done.updated.append(slug)


def _values(entry: Mapping[str, Any], where: str, agencies: dict[str, Agency]) -> dict[str, Any]:
    for name in ("id", "url"):
        if not entry.get(name):
            raise BadRegistry(f"{where}: thiếu “{name}”.")
    if not re.fullmatch(r"[-\w]{1,120}", str(entry["id"]), re.ASCII):
        raise BadRegistry(f"{where}: id chỉ gồm chữ không dấu, số, gạch nối, nhiều nhất 120 ký tự.")
    if not str(entry["url"]).startswith(("http://", "https://")):
        raise BadRegistry(f"{where}: url phải bắt đầu bằng http:// hoặc https://.")
    kind, trust = str(entry.get("kind", "feed")), str(entry.get("policy", Trust.AUTO))
    if kind not in _KINDS:
        raise BadRegistry(f"{where}: kind “{kind}” chưa có; dùng một trong: {', '.join(_KINDS)}.")
    if trust not in Trust.values:
        raise BadRegistry(f"{where}: policy “{trust}” không có; dùng một trong: {', '.join(Trust.values)}.")
    place = decide.place_named(str(entry.get("section", "tin-hoat-dong")), SECTIONS)
    if place is None:
        raise BadRegistry(f"{where}: section “{entry['section']}” không có.")
    config = {name: value for name, value in entry.items() if name not in _COLUMNS} | {
        "section": entry.get("section", "")
    }
    if "every" in entry:
        config["every_s"] = _every(str(entry["every"]), where)
    # A source without a name takes one at its first visit; importing again must not forget it.
    named = {"name": str(entry["name"])} if entry.get("name") else {}
    return named | {
        "agency": _agency(str(entry.get("agency", "")), where, agencies),
        "kind": kind, "url": str(entry["url"]), "trust": trust, "part": place.part, "section": place.section,
        "config": config,
    }  # fmt: skip


def _every(text: str, where: str) -> int:
    match = _EVERY.match(text)
    if not match:
        raise BadRegistry(f"{where}: every “{text}” không hiểu được; viết như 15m, 2h, 1d.")
    return int(match[1]) * _SECONDS[match[2]]


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
    lines = [f"{name} = {_toml(value)}" for name, value in (named | config).items() if value not in ("", None)]
    return "\n".join(("[[source]]", *lines, ""))


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + " }"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'
