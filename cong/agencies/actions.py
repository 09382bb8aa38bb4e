"""Take in the registry, give it out, rename and merge agencies; each act goes into the journal."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.intake import LINKS, PLAIN, Import, Outcome, move
from cong.agencies.models import Agency, FormerSlug, Membership, Role
from cong.agencies.queries import holds
from cong.agencies.registry import BadRegistry, Former, Problem, Row, parse, write
from cong.agencies.registry.checks import entry_problems
from cong.journal.actions import record


class NotAllowed(ValueError):
    """The act would break a promise; the text says which, in Vietnamese."""


def import_registry(source: str | Path, *, by: User | None, at: datetime) -> Outcome:
    """Bring the agencies to what the text (or file) says; nothing is written when anything in it is wrong.

    `by` is empty for the operator at this machine's command line. Raises BadRegistry, OSError.
    """
    if by is not None and not _operates(by, on=_day(at)):
        raise PermissionDenied("Chỉ người giữ vai trò vận hành mới được nhập danh bạ cơ quan.")
    rows = parse(_text(source))
    with transaction.atomic():
        before = _centre()
        outcome = Import(rows).run()
        if by is not None and _centre() != before:
            raise PermissionDenied("Chỉ đổi được cơ quan trung tâm bằng lệnh ở máy chủ.")
        if outcome.created or outcome.updated:
            record("agencies.import", "agencies", actor=_actor(by), at=at, created=list(outcome.created),
                   updated={one.slug: list(one.fields) for one in outcome.updated})  # fmt: skip
    return outcome


def _text(source: str | Path) -> str:
    if isinstance(source, str):
        return source
    try:
        return source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRegistry([Problem(line=0, text=f"{source.name}: tệp phải ở mã UTF-8.")]) from error


def _centre() -> int | None:
    return Agency.objects.filter(is_centre=True).values_list("pk", flat=True).first()


def _operates(by: User, *, on: date) -> bool:
    return by.is_active and Membership.objects.on(on).filter(user=by, role=Role.OPERATOR).exists()


def _actor(by: User | None) -> str:
    return by.username if by else "cong"


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def export_registry() -> str:
    """Return all agencies as registry text; importing it again changes nothing."""
    agencies = Agency.objects.in_order().select_related(*LINKS).prefetch_related("former")
    return write(_row(agency) for agency in agencies)


def _row(agency: Agency) -> Row:
    plain: dict[str, Any] = {name: getattr(agency, name) or None for name in PLAIN}
    links = {name: above.slug for name in LINKS if (above := getattr(agency, name))}
    former = sorted(agency.former.all(), key=lambda one: one.slug)
    told = tuple(Former(slug=one.slug, name=one.name) for one in former)
    return Row(**plain, **links, centre=agency.is_centre or None, former=told)


def rename_agency(agency: Agency, *, slug: str, name: str, by: User | None, at: datetime) -> Agency:
    """Give the agency a new name and address; the old address redirects for ever. Raises NotAllowed."""
    _check_right(by, agency, at=at)
    wrong = [
        *entry_problems({"slug": slug, "name": name, "short_name": name[:120].strip(), "category": agency.category})
    ]
    if wrong:
        raise NotAllowed(" ".join(wrong))
    with transaction.atomic():
        current = Agency.objects.select_for_update().get(pk=agency.pk)
        _check_free(slug, current)
        before = (current.slug, current.name)
        if (slug, name) == before:
            return current
        move(current, slug)
        if current.short_name == current.name:
            current.short_name = name[:120].strip()
        current.name = name
        current.save()
        record(
            "agency.rename",
            f"agency:{current.pk}",
            actor=_actor(by),
            at=at,
            before=list(before),
            after=[slug, name],
        )
    return current


def _check_free(slug: str, agency: Agency) -> None:
    taken = Agency.objects.filter(slug=slug).exclude(pk=agency.pk).exists()
    if taken or FormerSlug.objects.filter(slug=slug).exclude(agency=agency).exists():
        raise NotAllowed(f"Địa chỉ “{slug}” đang hoặc đã từng thuộc về cơ quan khác.")


def merge_agencies(old: Agency, into: Agency, *, by: User | None, at: datetime) -> Agency:
    """End an agency today and lead its address to the one that takes over; returns it. Raises NotAllowed."""
    _check_right(by, old, at=at)
    with transaction.atomic():
        ending, heir = (Agency.objects.select_for_update().get(pk=one.pk) for one in (old, into))
        if ending.merged_into_id is not None:
            raise NotAllowed(f"“{ending}” đã được gộp trước đó.")
        if ending.pk in _line_of_merges(heir):
            raise NotAllowed(f"Không thể gộp “{ending}” vào chính nó hoặc vào cơ quan đã gộp về nó.")
        if ending.active_from and ending.active_from > _day(at):
            raise NotAllowed(f"“{ending}” chưa bắt đầu hoạt động nên chưa thể gộp.")
        ending.merged_into, ending.active_to = heir, _day(at)
        ending.save(update_fields=["merged_into", "active_to"])
        record("agency.merge", f"agency:{ending.pk}", actor=_actor(by), at=at, old=ending.slug, into=heir.slug)
    return ending


def _line_of_merges(agency: Agency) -> list[int]:
    line = [agency.pk]
    while agency.merged_into is not None:
        agency = agency.merged_into
        line.append(agency.pk)
    return line


def _check_right(by: User | None, agency: Agency, *, at: datetime) -> None:
    if by is not None and not holds(by, Role.OPERATOR, agency, on=_day(at)):
        raise PermissionDenied("Chỉ người vận hành của cơ quan mới được đổi tên hoặc gộp cơ quan.")
