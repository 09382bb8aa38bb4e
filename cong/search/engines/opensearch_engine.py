"""OpenSearch as the portal's engine: what `engines` loads where SEARCH_URL names a server."""

from __future__ import annotations

from pathlib import Path

from cong.search.engines.opensearch_matcher import OpenSearchMatcher
from cong.search.engines.opensearch_reader import OpenSearchEngine
from cong.search.engines.opensearch_server import Server, read_address
from cong.search.engines.opensearch_versions import OpenSearchVersions


def versions(*, url: str, root: Path) -> OpenSearchVersions:
    """Return the versions on a server; `root`: what this machine keeps of them. Raises BadAddress."""
    return OpenSearchVersions(Server(read_address(url)), root)


def reader(versions: OpenSearchVersions) -> OpenSearchEngine:
    """Return the engine over whatever version is current when it is asked."""
    return OpenSearchEngine(versions.server, versions.server.base)


def matcher(versions: OpenSearchVersions) -> OpenSearchMatcher:
    """Return what tells which kept queries new entries meet."""
    return OpenSearchMatcher(versions.server)
