"""What its keepers do with a source by hand: switch it, have it visited now, judge where it moved to, renew its secret.

Each verb checks rights, writes an event, and takes the lease away, so that a visit under way overwrites nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from cong.accounts.models import User
from cong.harvest import pushing, registry, standing
from cong.harvest.models import Fetch, Health, Source, Trust
from cong.harvest.roles import KEEPERS, may_trust
from cong.journal.actions import record
from cong.journal.models import Event
from cong.publishing.rights import must

_BETWEEN_VISITS = timedelta(minutes=1)
_LONGEST_REASON = 300
# What the old address said of itself, its hub too, means nothing at the new one.
_OF_THE_ADDRESS = ("etag", "last_modified", "body_hash", "cursor", "redirects", "moved_to")
# `process.learn_redirect` asks when the first sighting is a day old: this one never is.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Refused(ValueError):
    """It cannot be done now; the message says why and what to do."""


@transaction.atomic
def switch(source: Source, *, on: bool, reason: str, by: User, at: datetime) -> None:
    """Turn a source on or off; what was harvested stays. Raises Refused, PermissionDenied."""
    held, reason = _held(source, by, at), reason.strip()
    if not reason:
        raise Refused("Hãy ghi lý do: người sau cần biết vì sao nguồn được bật hay tắt.")
    if len(reason) > _LONGEST_REASON:
        raise Refused(f"Lý do dài quá {_LONGEST_REASON} ký tự; hãy viết gọn lại.")
    if on is not (held.state == Health.DISABLED):
        raise Refused("Nguồn này đang bật rồi." if on else "Nguồn này đang tắt rồi.")
    values = _released() | standing.switched(held, on=on, at=at)
    if on:
        values |= {
            "next_at": None if held.kind == pushing.PUSH else at, "fail_count": 0, "error_code": "",
            "error_text": "", "config": {name: said for name, said in held.config.items() if name != "enabled"},
        }  # fmt: skip
    else:
        values |= {"next_at": None, "config": held.config | {"enabled": False}}
        values["standing"]["reason"] += f" Lý do: {reason}"
    Source.objects.filter(pk=held.pk).update(**values)
    _told("source.on" if on else "source.off", held, by, at, reason=reason)


@transaction.atomic
def visit_now(source: Source, *, by: User, at: datetime) -> None:
    """Make a source due, at most once a minute; a rest that its host asked for is kept.

    Raises Refused, PermissionDenied.
    """
    held = _held(source, by, at)
    if held.kind == pushing.PUSH:
        raise Refused("Nguồn này do đơn vị tự gửi tới; hệ thống không đi thu.")
    if held.next_at is None:
        raise Refused("Nguồn đang tắt; hãy bật lại trước.")
    if held.lease_until and held.lease_until > at:
        raise Refused("Nguồn đang được thu; hãy tải lại trang sau ít giây.")
    if held.next_at <= at:
        raise Refused("Nguồn đã đến lượt và đang chờ thu; hãy tải lại trang sau ít giây.")
    since = at - _BETWEEN_VISITS
    asked = Event.objects.filter(subject=_subject(held), verb="source.visit", at__gt=since)
    if asked.exists() or Fetch.objects.filter(source=held, at__gt=since).exists():
        raise Refused("Nguồn vừa được thu chưa đầy một phút; hãy đợi một phút rồi thử lại.")
    Source.objects.filter(pk=held.pk).update(**_released() | {"next_at": at})
    _told("source.visit", held, by, at)


@transaction.atomic
def confirm_move(source: Source, target: str, *, by: User, at: datetime) -> bool:
    """Take the address that a source permanently leads to. `target` is what the person saw.

    A source that published by itself waits for people at another owner's address, unless a keeper at the centre says
    so; tells whether that happened. Raises Refused, PermissionDenied.
    """
    held = _asked(source, target, by, at)
    try:
        registry.drafted(registry.entry_of(held) | {"url": target})
    except registry.BadRegistry as problem:
        raise Refused(f"Không dùng được địa chỉ mới: {problem} Hãy sửa nguồn thay vì xác nhận.") from problem
    values = _released() | _unread() | {"url": target}
    if held.next_at:
        values["next_at"] = at
    falls_back = held.trust == Trust.AUTO and not may_trust(by, at=at)
    if falls_back:
        values["trust"] = Trust.REVIEW
    Source.objects.filter(pk=held.pk).update(**values)
    _told("source.moved", held, by, at, old=held.url, new=target)
    return falls_back


@transaction.atomic
def decline_move(source: Source, target: str, *, by: User, at: datetime) -> None:
    """Stay at the old address, and ask no more while the source leads to this same one.

    Raises Refused, PermissionDenied.
    """
    held = _asked(source, target, by, at)
    declined = {"moved_to": "", "redirects": [[target, _NEVER.isoformat()]]}
    Source.objects.filter(pk=held.pk).update(**_released() | declined)
    _told("source.stays", held, by, at, declined=target)


@transaction.atomic
def renew_secret(source: Source, *, by: User, at: datetime) -> str:
    """Return a fresh secret for what is pushed, the only time it is shown. Raises Refused, PermissionDenied."""
    held = _held(source, by, at)
    if held.kind != pushing.PUSH:
        raise Refused("Chỉ nguồn do đơn vị tự gửi tới mới có khóa gửi.")
    return pushing.new_secret(held, by=by, at=at)


def _held(source: Source, by: User, at: datetime) -> Source:
    """Return the source as it stands now, held until the end of the transaction, if the person keeps it."""
    held = Source.objects.select_for_update(of=("self",)).select_related("agency").get(pk=source.pk)
    must(by, held.agency, *KEEPERS, at=at)
    return held


def _asked(source: Source, target: str, by: User, at: datetime) -> Source:
    held = _held(source, by, at)
    if not target or held.moved_to != target:
        raise Refused("Địa chỉ mới đã khác hoặc đã có người xử lý; hãy tải lại trang rồi xem lại.")
    return held


def _unread() -> dict[str, Any]:
    fields = (one for one in Source._meta.concrete_fields if one.name in _OF_THE_ADDRESS or one.name.startswith("hub"))
    return {one.name: one.get_default() for one in fields}


def _released() -> dict[str, Any]:
    """Return what takes the lease away from a visit under way, which then writes nothing."""
    return {"lease_until": None, "lease_by": ""}


def _subject(source: Source) -> str:
    return f"source:{source.slug}"


def _told(verb: str, source: Source, by: User, at: datetime, **data: str) -> None:
    record(verb, _subject(source), actor=by.username, at=at, agency=source.agency_id, **data)
