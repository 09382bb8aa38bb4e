"""The sources of the simulated network, as the registry text that `cong harvest` takes."""

from __future__ import annotations

import json
import socket
from functools import lru_cache

from cong.demo.answers import PREFIX, base
from cong.demo.sites import Site, sites

_MAP = {
    "Văn bản – tài liệu": "van-ban",
    "Giới thiệu": "gioi-thieu",
    "Xây dựng Đảng": "xay-dung-dang",
    "Kinh tế": "kinh-te",
    "Văn hóa – Xã hội": "van-hoa-xa-hoi",
    "Giáo dục": "giao-duc",
    "Khoa học – Công nghệ": "khoa-hoc-cong-nghe",
    "Môi trường": "moi-truong",
    "Quốc phòng – An ninh": "quoc-phong-an-ninh",
    "Đối ngoại": "doi-ngoai",
    "Tin hoạt động": "tin-hoat-dong",
}


def registry(port: int, *, addresses: bool | None = None) -> str:
    """Return one source for each site. `addresses`: each on its own loopback address; None asks this machine."""
    own = has_addresses() if addresses is None else addresses
    return "\n".join(_source(site, port, addresses=own) for site in sites())


@lru_cache(maxsize=1)
def has_addresses() -> bool:
    """Tell whether all of 127.0.0.0/8 is this machine (Linux) or 127.0.0.1 alone."""
    with socket.socket() as probe:
        try:
            probe.bind((f"{PREFIX}{len(sites())}", 0))
        except OSError:
            return False
    return True


def _source(site: Site, port: int, *, addresses: bool) -> str:
    rules = ", ".join(f"{{ tag = {_quoted(tag)}, section = {_quoted(section)} }}" for tag, section in _MAP.items())
    values = {
        "id": f"{site.slug}-tin",
        "agency": site.slug,
        "section": "tin-hoat-dong",
        "kind": "feed",
        "url": base(site, port, addresses=addresses) + site.path,
        "timezone": "Asia/Ho_Chi_Minh",
        "date_order": site.date_order,
        "every": "5m",
        "policy": site.policy,
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items()]
    return "\n".join(["[[source]]", *lines, f"map = [{rules}]", ""])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
