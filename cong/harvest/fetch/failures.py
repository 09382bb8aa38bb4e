"""Turns the many ways in which aiohttp fails into one of our codes and a sentence for the operator."""

from __future__ import annotations

import errno

import aiohttp

from cong.harvest.fetch.guard import Refused, address_refused, port_refused
from cong.harvest.fetch.limits import FetchFailed


def explain(error: Exception, host: str, *, total_s: float) -> FetchFailed:
    """Return the failure that `error` means for a fetch from `host`."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchFailed("dns", f"Không tìm thấy máy chủ “{host}” trong DNS. Hãy kiểm tra tên miền của nguồn.")
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ClientConnectorCertificateError):
        return _tls(error, host)
    if isinstance(error, aiohttp.ClientConnectorError):
        return _connecting(error, host)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return FetchFailed("timeout", f"{host} không nhận kết nối (quá lâu). Hệ thống sẽ tự thử lại.")
    if isinstance(error, aiohttp.InvalidURL):
        return address_refused(host)
    if isinstance(error, TimeoutError):
        return too_slow(host, total_s)
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ClientResponseError):
        return _unreadable(error, host)
    return FetchFailed("connection", f"Mất kết nối với {host}: {_cause(error)}. Hệ thống sẽ tự thử lại.")


def too_slow(host: str, total_s: float) -> FetchFailed:
    message = f"{host} không trả lời xong trong {total_s:g} giây. Hệ thống tự thử lại; nếu kéo dài, hãy báo nguồn."
    return FetchFailed("timeout", message)


def too_big(host: str, limit: int) -> FetchFailed:
    size = f"{limit / 1_000_000:g} MB"
    message = f"{host} trả về nhiều hơn {size} (sau giải nén). Hãy chọn địa chỉ khác của nguồn, ngắn hơn."
    return FetchFailed("too-big", message)


def bad_encoding(host: str) -> FetchFailed:
    return FetchFailed("encoding", f"{host} gửi nội dung nén hỏng hoặc nén bằng cách không hỗ trợ. Hãy báo nguồn.")


def _tls(error: aiohttp.ClientSSLError | aiohttp.ClientConnectorCertificateError, host: str) -> FetchFailed:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        reason = getattr(error.certificate_error, "verify_message", "") or _cause(error.certificate_error)
        return FetchFailed("tls", f"Chứng chỉ của {host} không hợp lệ: {reason}. Hãy báo nguồn sửa chứng chỉ.")
    reason = _cause(error.os_error)
    return FetchFailed("tls", f"Không lập được kết nối bảo mật với {host}: {reason}. Hãy kiểm tra địa chỉ nguồn.")


def _connecting(error: aiohttp.ClientConnectorError, host: str) -> FetchFailed:
    cause = error.os_error
    # Several refused addresses come back as one plain OSError with their common errno.
    if isinstance(cause, Refused) and cause.code == "port":
        return port_refused(host)
    if cause.errno == errno.EACCES:
        return address_refused(host)
    return FetchFailed("connection", f"Không kết nối được {host}: {_cause(cause)}. Hệ thống sẽ tự thử lại.")


def _unreadable(error: aiohttp.ClientError, host: str) -> FetchFailed:
    if isinstance(error, aiohttp.ClientPayloadError):
        return FetchFailed("connection", f"{host} ngắt kết nối khi chưa gửi hết nội dung. Hệ thống sẽ tự thử lại.")
    return FetchFailed("connection", f"{host} trả lời không đúng giao thức HTTP. Hãy kiểm tra địa chỉ nguồn.")


def _cause(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.replace("\n", " ")[:200]
