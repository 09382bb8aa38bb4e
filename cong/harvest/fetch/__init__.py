"""The one way out: HTTP that refuses internal addresses, bombs, endless bodies and haste. No Django."""

from __future__ import annotations

from cong.harvest.fetch.client import Client
from cong.harvest.fetch.guard import host_key
from cong.harvest.fetch.hosts import HostRest
from cong.harvest.fetch.limits import FetchFailed, Limits
from cong.harvest.fetch.response import Response

__all__ = ["Client", "FetchFailed", "HostRest", "Limits", "Response", "host_key"]
