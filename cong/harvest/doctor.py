"""What commonly goes wrong with harvesting, looked for one by one, each with what to do about it. Writes nothing."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db.models import Max, Min, Q

from cong.agencies.models import Agency, Category
from cong.harvest import raw_store, reading, subscribing
from cong.harvest.fetch import FetchFailed, host_key
from cong.harvest.fetch.guard import is_local_name, read_url
from cong.harvest.models import BodyKind, Health, HostRest, Item, RawBody, Source
from cong.harvest.writing import POLICY
from cong.publishing.models import Policy

_LATE = timedelta(minutes=10)
_AHEAD = timedelta(minutes=2)
_STUCK = timedelta(hours=1)
_FREE_BYTES = 1_000_000_000
# Of a host's time at most so much may be taken by visits: its items' pages and pictures want theirs.
_BUSY = 0.5
_LOOKED_AT = 100
_SHOWN = 8
_NEEDED = ("harvest-withdraw", *POLICY.values())


class Verdict(StrEnum):
    """`NOTE` is worth knowing and nothing is broken."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check found (`told`) and what is to be done (`advice`, "" when nothing is); both Vietnamese."""

    check: str
    verdict: Verdict
    told: str
    advice: str = ""


def examine(*, at: datetime) -> list[Finding]:
    """Look at everything, in the order in which one would mend it."""
    return [check(at) for check in _CHECKS]


def _good(check: str, told: str) -> Finding:
    return Finding(check=check, verdict=Verdict.GOOD, told=told)


def _wrong(check: str, told: str, advice: str) -> Finding:
    return Finding(check=check, verdict=Verdict.WRONG, told=told, advice=advice)


def _clock(at: datetime) -> Finding:
    seen = Source.objects.aggregate(newest=Max("last_ok_at"))["newest"]
    if seen and seen > at + _AHEAD:
        return _wrong(
            "clock", f"Đồng hồ máy này chậm hơn lần thu gần nhất ({seen:%d/%m/%Y %H:%M} UTC).",
            "Đồng bộ giờ của mọi máy chạy hệ thống (NTP) rồi khởi động lại.",
        )  # fmt: skip
    return _good("clock", "Đồng hồ không lệch với các lần thu.")


def _poller(at: datetime) -> Finding:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    late = Source.objects.filter(free, next_at__lt=at - _LATE)
    oldest = late.aggregate(oldest=Min("next_at"))["oldest"]
    if oldest:
        return _wrong(
            "poller", f"{late.count()} nguồn đến hạn mà không ai thu, lâu nhất từ {oldest:%d/%m/%Y %H:%M} UTC.",
            "Xem cong serve hoặc cong harvest run có đang chạy không; nếu có, xem nhật ký của tiến trình đó.",
        )  # fmt: skip
    return _good("poller", "Không có nguồn nào quá hạn.")


def _folder(_at: datetime) -> Finding:
    folder = Path(settings.HARVEST_DIR)
    stands = next(one for one in (folder, *folder.parents) if one.exists())
    if not os.access(stands, os.W_OK | os.X_OK):
        return _wrong("folder", f"Không ghi được vào {folder}.", f"Cấp quyền ghi thư mục {stands} cho người chạy cong.")
    free = shutil.disk_usage(stands).free
    if free < _FREE_BYTES:
        return _wrong(
            "folder", f"Ổ đĩa của {folder} chỉ còn {free // 1_000_000} MB.", "Dọn bớt ổ đĩa hoặc chuyển DATA_DIR."
        )
    return _good("folder", f"Ghi được vào {folder}, ổ đĩa còn {free // 1_000_000_000} GB.")


def _policies(at: datetime) -> Finding:
    in_force = Policy.objects.filter(Q(to_at__isnull=True) | Q(to_at__gt=at), from_at__lte=at)
    missing = sorted(set(_NEEDED) - set(in_force.values_list("pk", flat=True)))
    if missing:
        return _wrong(
            "policies", f"Thiếu quyết định thường trực: {', '.join(missing)}.",
            "Chạy cong migrate; quyết định đã hết hạn thì ban hành lại, nếu không tin không tự xuất bản hay gỡ được.",
        )  # fmt: skip
    return _good("policies", "Đủ các quyết định thường trực.")


def _broken(_at: datetime) -> Finding:
    bad = Source.objects.filter(state__in=(Health.BROKEN, Health.CHANGED)).exclude(error_code="robots")
    slugs = list(bad.order_by("slug").values_list("slug", flat=True))
    if slugs:
        return _wrong(
            "sources", f"{len(slugs)} nguồn hỏng hoặc đã đổi trang: {_named(slugs)}.",
            "Xem lý do bằng cong harvest status, rồi sửa quy tắc và xem trước bằng cong harvest test NGUỒN.",
        )  # fmt: skip
    return _good("sources", "Không có nguồn nào hỏng.")


def _suspected(_at: datetime) -> Finding:
    slugs = list(Source.objects.exclude(suspicion={}).order_by("slug").values_list("slug", flat=True))
    if slugs:
        return _wrong(
            "suspicion", f"{len(slugs)} nguồn có dấu hiệu bị chiếm quyền, tin mới đang được giữ lại: {_named(slugs)}.",
            "Xem lý do bằng cong harvest status, xem trang nguồn; nếu đúng của cơ quan thì xác nhận ở trang nguồn tin.",
        )  # fmt: skip
    return _good("suspicion", "Không nguồn nào khác thường đến mức phải giữ tin.")


def _never(at: datetime) -> Finding:
    tried = Q(fail_count__gt=0) | Q(next_at__lt=at - _STUCK)
    found = Source.objects.filter(tried, first_ok_at__isnull=True, next_at__isnull=False)
    slugs = list(found.order_by("slug").values_list("slug", flat=True))
    if slugs:
        return _wrong(
            "never", f"{len(slugs)} nguồn chưa lần nào thu được: {_named(slugs)}.",
            "Kiểm tra địa chỉ bằng cong harvest test NGUỒN.",
        )  # fmt: skip
    return _good("never", "Nguồn nào cũng đã thu được ít nhất một lần, hoặc mới thêm.")


def _robots(at: datetime) -> Finding:
    slugs = list(Source.objects.filter(error_code="robots").order_by("slug").values_list("slug", flat=True))
    resting = list(HostRest.objects.filter(until__gt=at).order_by("key").values_list("key", flat=True))
    if slugs:
        return _wrong(
            "robots", f"robots.txt của nguồn không cho thu: {_named(slugs)}.",
            "Đề nghị cơ quan chủ trang mở robots.txt, hoặc ghi văn bản đồng ý vào licence và đặt robots = “ignore”.",
        )  # fmt: skip
    if resting:
        told = f"Máy chủ đang xin nghỉ: {_named(resting)}."
        return Finding(check="robots", verdict=Verdict.NOTE, told=told, advice="Chờ; hệ thống tự gọi lại.")
    return _good("robots", "Không nguồn nào bị robots.txt chặn.")


def _moved(_at: datetime) -> Finding:
    slugs = list(Source.objects.exclude(moved_to="").order_by("slug").values_list("slug", flat=True))
    if slugs:
        return _wrong(
            "moved", f"Nguồn chuyển hẳn sang máy chủ khác, chờ xác nhận: {_named(slugs)}.",
            "Hỏi cơ quan chủ trang; nếu đúng thì sửa url của nguồn.",
        )  # fmt: skip
    return _good("moved", "Không nguồn nào chờ xác nhận địa chỉ mới.")


def _hubs(_at: datetime) -> Finding:
    hubs = Source.objects.exclude(hub="").order_by("slug")
    if hubs and not subscribing.may_be_called():
        return Finding(
            check="hubs", verdict=Verdict.NOTE,
            told=f"{len(hubs)} nguồn có hub WebSub nhưng không đăng ký được: SITE_URL không phải https công khai.",
            advice="Đặt SITE_URL là địa chỉ https mà máy ngoài gọi được; trong khi chờ, các nguồn được thu theo lịch.",
        )  # fmt: skip
    silent = [f"{one.slug} ({one.hub_error.rstrip('.')})" for one in hubs if one.hub_error]
    if silent:
        return Finding(
            check="hubs", verdict=Verdict.NOTE, told=f"{len(silent)} hub không nhận đăng ký: {_named(silent)}.",
            advice="Nguồn vẫn được thu theo lịch, hub được hỏi lại. Nếu kéo dài, hãy báo đơn vị quản trị nguồn.",
        )  # fmt: skip
    return _good("hubs", f"{sum(one.hub_until is not None for one in hubs)} nguồn báo tin mới qua hub WebSub.")


def _hosts(_at: datetime) -> Finding:
    load: defaultdict[str, float] = defaultdict(float)
    for source in Source.objects.filter(next_at__isnull=False):
        host = _host(source)
        every = int(source.config.get("every_s") or source.interval_s)
        if host and every:
            load[host] += len(reading.start(source)) * settings.HARVEST_HOST_GAP / every
    busy = sorted(host for host, share in load.items() if share > _BUSY)
    if busy:
        return _wrong(
            "hosts", f"Quá nhiều nguồn trên một máy chủ so với nhịp gọi cho phép: {_named(busy)}.",
            "Đặt every dài hơn cho các nguồn của máy chủ đó, hoặc bỏ bớt nguồn trùng nhau.",
        )  # fmt: skip
    return _good("hosts", "Nhịp gọi mỗi máy chủ đủ cho các nguồn của nó.")


def _host(source: Source) -> str:
    """Return the host of a source, "" where no pause is kept or there is none."""
    try:
        local = settings.HARVEST_LOOPBACK and is_local_name(read_url(source.url))
        return "" if local else host_key(source.url)
    except FetchFailed:
        return ""


def _agencies(at: datetime) -> Finding:
    served = Source.objects.filter(next_at__isnull=False).values("agency")
    bare = Agency.objects.active_on(at.date()).exclude(category=Category.PARTNER).exclude(pk__in=served)
    slugs = list(bare.in_order().values_list("slug", flat=True))
    if slugs:
        told = f"{len(slugs)} cơ quan chưa có nguồn nào: {_named(slugs)}."
        advice = "Tìm nguồn trên trang của cơ quan rồi nạp bằng cong harvest import."
        return Finding(check="agencies", verdict=Verdict.NOTE, told=told, advice=advice)
    return _good("agencies", "Cơ quan nào cũng có nguồn.")


def _items(at: datetime) -> Finding:
    stuck = Item.objects.filter(enrich_at__lt=at - _STUCK).count()
    if stuck:
        return _wrong(
            "items", f"{stuck} mục chờ đọc trang đã quá một giờ.",
            "Tiến trình thu tin dừng hoặc không kịp: xem cong harvest run và nhật ký của nó.",
        )  # fmt: skip
    return _good("items", "Không mục nào chờ quá lâu.")


def _bodies(_at: datetime) -> Finding:
    newest = RawBody.objects.filter(kind=BodyKind.PAGE).order_by("-pk").values_list("sha256", flat=True)[:_LOOKED_AT]
    lost = sum(not _is_kept(sha256) for sha256 in newest)
    if lost:
        return _wrong(
            "bodies", f"{lost} trong {len(newest)} trang đã lưu gần nhất bị mất hoặc hỏng.",
            f"Khôi phục {settings.HARVEST_DIR} từ bản sao lưu; tin đã xuất bản không bị ảnh hưởng.",
        )  # fmt: skip
    return _good("bodies", "Các trang đã lưu gần nhất đều còn nguyên.")


def _is_kept(sha256: str) -> bool:
    try:
        raw_store.load(settings.HARVEST_DIR, sha256)
    except raw_store.NotKept:
        return False
    return True


def _any(_at: datetime) -> Finding:
    on = Source.objects.filter(next_at__isnull=False).count()
    if on:
        return _good("any", f"{on} nguồn đang bật.")
    return _wrong("any", "Không có nguồn nào đang bật.", "Nạp nguồn bằng cong harvest import TỆP.")


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" và {len(listed) - _SHOWN} nữa" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more


_CHECKS: tuple[Callable[[datetime], Finding], ...] = (
    _clock, _folder, _policies, _any, _poller, _broken, _suspected, _never, _robots, _moved, _hubs, _hosts, _items,
    _bodies, _agencies,
)  # fmt: skip
