"""See whether SEARCH_URL may be an address of a search server."""

from __future__ import annotations

from urllib.parse import urlsplit


def search_url(url: str) -> str:
    """Return the address as it is, empty for the embedded engine. Raises ValueError."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("SEARCH_URL: cần https://máy:9200 hoặc http://máy:9200; trống: tìm kiếm nhúng.")
    return url
