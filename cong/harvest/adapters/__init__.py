"""How sources of every kind are read: one adapter a kind, under the word that a registry writes for it."""

from __future__ import annotations

from dataclasses import replace

from cong.harvest.adapters import feed, htmllist, jsonapi, oai, sitemap
from cong.harvest.adapters.contract import Adapter, Body, Reading, Spec

# Maps and archives tell what there is or what changed: an item that they do not name now may well be there.
ADAPTERS: dict[str, Adapter] = {
    "feed": feed.ADAPTER,
    "htmllist": htmllist.ADAPTER,
    "jsonapi": jsonapi.ADAPTER,
    "sitemap": replace(sitemap.ADAPTER, lists_newest=False, carries_text=False),
    "oai": replace(oai.ADAPTER, lists_newest=False),
}

__all__ = ["ADAPTERS", "Adapter", "Body", "Reading", "Spec"]
