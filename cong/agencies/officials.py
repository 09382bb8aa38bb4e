"""The dated directory of officials: who holds which post on which day; add, end, import, export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.actions import NotAllowed
from cong.agencies.models import Agency, Official, Officials, Role
from cong.agencies.posts import Line, Post, parse, write
from cong.agencies.queries import holds
from cong.agencies.registry import BadRegistry, Problem
from cong.journal.actions import record
from cong.kernel.text import fold, nfc, one_line

_COLUMNS = ("name", "title", "agency__slug", "from_on", "to_on")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What an import of officials did."""

    added: int
    ended: int
    unchanged: int


def posts_on(agencies: Iterable[Agency] | None, day: date) -> list[Post]:
    """Return the posts held on a day in the agencies (None: in all), in one query."""
    return _posts(_of(agencies).on(day))


def all_posts(agencies: Iterable[Agency] | None = None) -> list[Post]:
    """Return the posts of all times, which the checks need to say that somebody *no longer* holds one."""
    return _posts(_of(agencies))


def _of(agencies: Iterable[Agency] | None) -> Officials:
    rows = Official.objects.all()
    return rows if agencies is None else rows.filter(agency__in=list(agencies))


def _posts(rows: Officials) -> list[Post]:
    found = rows.order_by("agency__order", "agency__slug", "from_on", "pk").values_list(*_COLUMNS)
    return [
        Post(name=name, title=title, agency=agency, from_on=from_on, to_on=to_on)
        for name, title, agency, from_on, to_on in found
    ]


def add_official(
    agency: Agency, *, name: str, title: str, from_on: date, by: User | None, at: datetime, to_on: date | None = None
) -> Official:
    """Enter a post; raises PermissionDenied, NotAllowed. `by` is empty for the operator at this machine."""
    _check_right(by, agency, at=at)
    post = Post(name=one_line(nfc(name)), title=one_line(nfc(title)), agency=agency.slug, from_on=from_on, to_on=to_on)
    try:
        parse(write([post]))
    except BadRegistry as error:
        raise NotAllowed(" ".join(problem.text for problem in error.problems)) from error
    try:
        with transaction.atomic():
            official = Official.objects.create(**_row(post, agency))
            record("official.add", f"agency:{agency.pk}", actor=_actor(by), at=at, official=official.pk,
                   name=official.name, title=official.title, from_on=str(from_on), to_on=_said(to_on))  # fmt: skip
    except IntegrityError as error:
        raise NotAllowed(f"“{official_label(post)}” đã có trong danh bạ từ ngày {from_on:%d/%m/%Y}.") from error
    return official


def end_official(official: Official, *, to_on: date, by: User | None, at: datetime) -> Official:
    """State the last day of a post; raises PermissionDenied, NotAllowed."""
    _check_right(by, official.agency, at=at)
    if to_on < official.from_on:
        raise NotAllowed(f"Ngày thôi giữ chức phải từ ngày {official.from_on:%d/%m/%Y} trở đi.")
    with transaction.atomic():
        current = Official.objects.select_for_update().get(pk=official.pk)
        before, current.to_on = current.to_on, to_on
        current.save(update_fields=["to_on"])
        record("official.end", f"agency:{current.agency_id}", actor=_actor(by), at=at, official=current.pk,
               name=current.name, title=current.title, before=_said(before), to_on=str(to_on))  # fmt: skip
    return current


def import_officials(source: str | Path, *, by: User | None, at: datetime) -> Taken:
    """Take in posts from TOML or CSV: new ones are added, ends are brought up to date, the others stay.

    Nothing is written when anything in the text is wrong. Raises BadRegistry, PermissionDenied, OSError.
    """
    lines = parse(_text(source))
    agencies = _agencies(lines)
    for agency in agencies.values():
        _check_right(by, agency, at=at)
    with transaction.atomic():
        taken = _take([line.post for line in lines], agencies)
        if taken.added or taken.ended:
            record("officials.import", "officials", actor=_actor(by), at=at, added=taken.added, ended=taken.ended,
                   agencies=sorted(agencies))  # fmt: skip
    return taken


def _text(source: str | Path) -> str:
    if isinstance(source, str):
        return source
    try:
        return source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRegistry([Problem(line=0, text=f"{source.name}: tệp phải ở mã UTF-8.")]) from error


def _agencies(lines: Sequence[Line]) -> dict[str, Agency]:
    known = {one.slug: one for one in Agency.objects.filter(slug__in={line.post.agency for line in lines})}
    problems = [
        Problem(line=line.number, text=f"{line.post.name}: không có cơ quan nào có địa chỉ “{line.post.agency}”.")
        for line in lines
        if line.post.agency not in known
    ]
    if problems:
        raise BadRegistry(problems)
    return known


def _take(posts: Sequence[Post], agencies: dict[str, Agency]) -> Taken:
    here = {
        (one.agency_id, one.name, one.title, one.from_on): one
        for one in Official.objects.select_for_update().filter(agency__in=agencies.values())
    }
    fresh, ended = [], []
    for post in posts:
        agency = agencies[post.agency]
        old = here.get((agency.pk, post.name, post.title, post.from_on))
        if old is None:
            fresh.append(Official(**_row(post, agency)))
        elif old.to_on != post.to_on:
            old.to_on = post.to_on
            ended.append(old)
    Official.objects.bulk_create(fresh)
    Official.objects.bulk_update(ended, ["to_on"])
    return Taken(added=len(fresh), ended=len(ended), unchanged=len(posts) - len(fresh) - len(ended))


def export_officials(agencies: Iterable[Agency] | None = None) -> str:
    """Return the directory as TOML text; importing it again changes nothing."""
    return write(all_posts(agencies))


def official_label(post: Post) -> str:
    """Return how a post is called for people, e.g. `Nguyễn Văn Mẫu, Vụ trưởng Vụ Ví dụ`."""
    return f"{post.name}, {post.title}"


def _row(post: Post, agency: Agency) -> dict[str, object]:
    return {"agency": agency, "name": post.name, "folded": fold(post.name), "title": post.title,
            "from_on": post.from_on, "to_on": post.to_on}  # fmt: skip


def _said(day: date | None) -> str:
    return day.isoformat() if day else ""


def _actor(by: User | None) -> str:
    return by.username if by else "cong"


def _check_right(by: User | None, agency: Agency, *, at: datetime) -> None:
    if by is not None and not holds(by, Role.AGENCY_ADMIN, agency, on=timezone.localtime(at).date()):
        raise PermissionDenied("Chỉ người quản trị của cơ quan (hoặc của trung tâm) mới được sửa danh bạ cán bộ.")
