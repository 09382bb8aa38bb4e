"""The OpenSearch server: where it is, how long it is waited for, and what its refusals mean in words."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext as _
from opensearchpy import (
    AuthenticationException,
    AuthorizationException,
    ConnectionTimeout,
    NotFoundError,
    OpenSearch,
    OpenSearchException,
    SSLError,
    TransportError,
)
from opensearchpy import ConnectionError as Unreachable
from urllib3 import Timeout

from cong.search.engines.engine import Failed, NotReady

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a search may take."""

CONNECTING = 0.5
"""Seconds in which a server must take a connection."""

_WRITING = 60.0
_CONNECTIONS = 16
_PORT = 9200
_BASE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_K1 = 1.2
_WITHOUT_CONSTANT = 3


class BadAddress(ValueError):
    """An address of a search server that cannot be read; the message names no password."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a server is. `base`: what the names of our indexes begin with; `ca`: a file of certificates to trust."""

    host: str
    port: int = _PORT
    secure: bool = False
    base: str = "cong"
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""


def read_address(url: str) -> Address:
    """Read `https://user:password@host:9200/base?ca=/file.pem`; all but the host may be left out. Raises BadAddress."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(_("Địa chỉ máy chủ tìm kiếm không đọc được.")) from error
    base = parts.path.strip("/") or Address.base
    if parts.scheme not in ("http", "https") or not host or not _BASE.fullmatch(base):
        raise BadAddress(_("Địa chỉ máy chủ tìm kiếm cần có dạng https://tên:mật-khẩu@máy:9200/tên-chỉ-mục."))
    return Address(
        host=host,
        port=port or _PORT,
        secure=parts.scheme == "https",
        base=base,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca=parse_qs(parts.query).get("ca", [""])[0],
    )


class Server:
    """A server that many threads may ask at once. Makes no connection before it is asked."""

    def __init__(self, address: Address, *, patience: float = PATIENCE) -> None:
        self.base = address.base
        self.patience, self.long_patience = patience, _WRITING / 2
        self.asking = _client(address, Timeout(connect=CONNECTING, read=patience))
        self.writing = _client(address, Timeout(connect=CONNECTING * 4, read=_WRITING))
        self._name = f"{address.host}:{address.port}"

    @cached_property
    def scale(self) -> float:
        """What BM25 is multiplied by to be that of the embedded engine: since 3.0 OpenSearch leaves out k1 + 1.

        Raises what the client does.
        """
        told = self.asking.info()["version"]
        major = int(str(told["number"]).partition(".")[0])
        return _K1 + 1 if told.get("distribution") == "opensearch" and major >= _WITHOUT_CONSTANT else 1.0

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turn whatever the server refuses a reader into NotReady."""
        try:
            yield
        except OpenSearchException as error:
            log.warning("search.server error=%s", error)
            raise NotReady(self.said(error)) from error

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Turn whatever the server refuses a writer into Failed, in words."""
        try:
            yield
        except OpenSearchException as error:
            raise Failed(self.said(error)) from error

    @contextmanager
    def weighing(self) -> Iterator[None]:
        """Tell an index that is not there, NotReady, from a server that is away, Failed: only one is to be built."""
        with self.failing():
            try:
                yield
            except NotFoundError as error:
                raise NotReady(self.said(error)) from error

    def said(self, error: OpenSearchException) -> str:
        """Return in words for whoever runs the portal what is the matter."""
        for kind, words in _trouble():
            if isinstance(error, kind):
                return f"{words} ({self._name})"
        reason = _reason(error.info) if isinstance(error, TransportError) else str(error)
        return _("Máy chủ tìm kiếm không làm được: %(reason)s") % {"reason": f"{reason} ({self._name})"}


def _client(address: Address, timeout: Timeout) -> OpenSearch:
    given: dict[str, Any] = {"http_auth": (address.user, address.password)} if address.user else {}
    if address.ca:
        given["ca_certs"] = address.ca
    # One more try is for a connection that the server closed while it was idle; all that we send may be sent twice.
    return OpenSearch(
        hosts=[{"host": address.host, "port": address.port}],
        use_ssl=address.secure,
        timeout=timeout,
        max_retries=1,
        pool_maxsize=_CONNECTIONS,
        **given,
    )


def _trouble() -> list[tuple[type[OpenSearchException], str]]:
    """Return what errors mean, the special ones first."""
    return [
        (ConnectionTimeout, _("Máy chủ tìm kiếm không trả lời kịp")),
        (SSLError, _("Không tin được chứng thư của máy chủ tìm kiếm")),
        (Unreachable, _("Không kết nối được máy chủ tìm kiếm")),
        (AuthenticationException, _("Máy chủ tìm kiếm không nhận tên hoặc mật khẩu")),
        (AuthorizationException, _("Tài khoản thiếu quyền trên máy chủ tìm kiếm")),
        (NotFoundError, _("Chỉ mục không có trên máy chủ tìm kiếm")),
    ]


def _reason(info: object) -> str:
    """Return what a server says of an error, whatever shape it has."""
    error = info.get("error", info) if isinstance(info, dict) else info
    if not isinstance(error, dict):
        return str(error)
    causes = error.get("root_cause") or [error]
    return f"{causes[0].get('type')}: {causes[0].get('reason')}"
