"""The way of one fetch through its redirects: where it stands, what it may cost, what it must not do."""

from __future__ import annotations

from yarl import URL

from cong.harvest.fetch.guard import key_of, read_url
from cong.harvest.fetch.limits import FetchFailed

_PERMANENT = frozenset({301, 308})


class Trail:
    """Starts at the address asked for and follows Location headers."""

    def __init__(self, url: URL, *, left_s: float) -> None:
        self.url = url
        self.left_s = left_s
        self.spent_s = 0.0
        self.permanent_url = ""
        self._seen = [url]
        self._permanent = True

    @property
    def public_url(self) -> str:
        """Where the trail stands, without a name and password."""
        return str(_bare(self.url))

    def spend(self, seconds: float) -> None:
        self.spent_s += seconds
        self.left_s = max(self.left_s - seconds, 0.0)

    def follow(self, location: str, status: int, *, limit: int) -> None:
        """Move to where `location` points; raises FetchFailed for a loop, too many hops or an unsafe turn."""
        target = self._target(location)
        if target in self._seen or len(self._seen) > limit:
            message = (
                f"{key_of(self._seen[0])} chuyển hướng vòng tròn hoặc quá {limit} lần (tới {_bare(target)}). "
                "Hãy dùng địa chỉ cuối cùng làm địa chỉ nguồn, hoặc báo nguồn sửa."
            )
            raise FetchFailed("redirects", message)
        if self.url.scheme == "https" and target.scheme == "http":
            message = f"{key_of(self.url)} chuyển từ https xuống http ({_bare(target)}). Hãy báo nguồn sửa."
            raise FetchFailed("downgrade", message)
        self._permanent = self._permanent and status in _PERMANENT
        if self._permanent:
            self.permanent_url = str(target)
        self._seen.append(target)
        self.url = target

    def _target(self, location: str) -> URL:
        try:
            joined = str(self.url.join(URL(location)))
        except ValueError as error:
            message = f"{key_of(self.url)} chuyển hướng tới một địa chỉ không đọc được. Hãy báo nguồn sửa."
            raise FetchFailed("redirects", message) from error
        target = _bare(read_url(joined))
        # A name and password stay with the host they were written for, and are never taken from a redirect.
        if target.origin() == self.url.origin() and self.url.raw_user is not None:
            return target.with_user(self.url.user).with_password(self.url.password)
        return target


def _bare(url: URL) -> URL:
    return url.with_user(None) if url.raw_user is not None or url.raw_password is not None else url
