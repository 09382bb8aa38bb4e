"""How sources of every kind are read: one adapter a kind, under the word that a registry writes for it."""

from __future__ import annotations

from cong.harvest.adapters import feed
from cong.harvest.adapters.contract import Adapter, Body, Reading, Spec

ADAPTERS: dict[str, Adapter] = {
    "feed": feed.ADAPTER,
}

__all__ = ["ADAPTERS", "Adapter", "Body", "Reading", "Spec"]
