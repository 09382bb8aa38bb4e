"""Hash chains: each link covers its own content and the link before. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import Any

GENESIS = "0" * 64
# Made once: `json.dumps` would make one for every link of a chain of millions.
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, characters as they are."""
    return _JSON.encode(value)


def sha256(text: str) -> str:
    """Return the hex SHA-256 of the UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def link(prev: str, *parts: object) -> str:
    """Return the hash of a link: SHA-256 over the canonical list of the link before and the parts."""
    return sha256(canonical([prev, *map(str, parts)]))
