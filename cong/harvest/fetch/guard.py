"""Which addresses may be asked: read from the URL first, then judged on the very socket being connected.

Only the second check counts against an attacker: it sees literals, odd spellings, redirects and changed DNS
answers alike, because it is given the address that the kernel is about to connect to.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from yarl import URL

from cong.harvest.fetch.limits import FetchFailed

PORTS = frozenset({80, 443, 8080, 8443})
LONGEST = 8_000

_GLOBAL_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
# Not public, though `ipaddress` may call them global: protocol assignments, 6to4 relays, documentation.
_ODD_V4 = tuple(ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24"))
_ODD_V6 = IPv6Network("3fff::/20")


class Refused(OSError):
    """The socket would lead where we do not go. An OSError, so that the next address of the host is tried."""

    def __init__(self, code: str, address: str) -> None:
        super().__init__(errno.EACCES, f"refused {address}")
        self.code = code


def read_url(text: str) -> URL:
    """Parse an address without its fragment; raises FetchFailed when it cannot be asked for at all."""
    if len(text) > LONGEST:
        raise FetchFailed("address", f"Địa chỉ dài hơn {LONGEST} ký tự. Hãy kiểm tra lại địa chỉ nguồn.")
    try:
        url = URL(text.strip()).with_fragment(None)
        host, _ = url.raw_host, url.port
    except ValueError as error:
        raise FetchFailed("address", f"Không đọc được địa chỉ “{text[:200]}”. Hãy sửa địa chỉ nguồn.") from error
    if url.scheme not in {"http", "https"}:
        message = f"Địa chỉ “{text[:200]}” không bắt đầu bằng http:// hay https://. Hãy sửa địa chỉ nguồn."
        raise FetchFailed("scheme", message)
    if not host:
        raise FetchFailed("address", f"Địa chỉ “{text[:200]}” thiếu tên máy chủ. Hãy sửa địa chỉ nguồn.")
    return url


def key_of(url: URL) -> str:
    """Return host:port, the unit of politeness."""
    host = (url.raw_host or "").rstrip(".").lower()
    return f"[{host}]:{url.port}" if ":" in host else f"{host}:{url.port}"


def host_key(url: str) -> str:
    """Return host:port of an address, with the scheme's port when none is written; raises FetchFailed."""
    return key_of(read_url(url))


def check_port(url: URL, *, allow_loopback: bool) -> None:
    """Refuse an unusual port before anything is sent; with loopback allowed the socket decides."""
    if url.port not in PORTS and not allow_loopback:
        raise port_refused(key_of(url))


def port_refused(host: str) -> FetchFailed:
    return FetchFailed("port", f"Không gọi “{host}”: chỉ dùng các cổng 80, 443, 8080, 8443. Hãy sửa địa chỉ nguồn.")


def address_refused(host: str) -> FetchFailed:
    message = (
        f"Không gọi “{host}”: tên này dẫn tới địa chỉ nội bộ hoặc không công khai. "
        "Hãy kiểm tra địa chỉ nguồn và bản ghi DNS của nó."
    )
    return FetchFailed("address", message)


def is_local_name(url: URL) -> bool:
    """Tell whether the URL itself names this machine."""
    host = (url.raw_host or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is on the public internet, looking inside IPv6 forms that carry an IPv4 one."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    if address.is_multicast or not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in net for net in _ODD_V4)
    return address in _GLOBAL_V6 and address not in _ODD_V6


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _is_loopback(address: IPv4Address | IPv6Address) -> bool:
    mapped = None if isinstance(address, IPv4Address) else address.ipv4_mapped
    return (mapped or address).is_loopback


def verdict(host: str, port: int, *, allow_loopback: bool) -> str:
    """Return "" when a numeric host and port may be connected, else the code of the refusal."""
    address = ip_address(host)
    if allow_loopback and _is_loopback(address):
        return ""
    if not is_public(address):
        return "address"
    return "" if port in PORTS else "port"


def socket_factory(*, allow_loopback: bool) -> Callable[[tuple[Any, ...]], socket.socket]:
    """Return what makes aiohttp's sockets: it refuses the address about to be connected, or opens one."""

    def make(info: tuple[Any, ...]) -> socket.socket:
        family, kind, proto, _, address = info
        code = verdict(address[0], address[1], allow_loopback=allow_loopback)
        if code:
            raise Refused(code, f"{address[0]} port {address[1]}")
        return socket.socket(family, kind, proto)

    return make
