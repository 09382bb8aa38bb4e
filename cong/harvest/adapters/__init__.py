"""How sources of every kind are read: one adapter a kind, under the word that a registry writes for it."""

from __future__ import annotations

from dataclasses import replace

from cong.harvest.adapters import feed, htmllist, jsonapi, oai, pushed, sitemap
from cong.harvest.adapters.contract import Adapter, Body, Reading, Spec, nothing_wrong
from cong.harvest.parse import Rules


def _pushed(body: Body, _spec: Spec, rules: Rules) -> Reading:
    return Reading(feed=pushed.read(body.content, url=body.url, charset=body.charset, rules=rules))


# Maps, archives and pushes tell what there is or what changed: an item that they do not name may well be there.
ADAPTERS: dict[str, Adapter] = {
    "feed": feed.ADAPTER,
    "htmllist": htmllist.ADAPTER,
    "jsonapi": jsonapi.ADAPTER,
    "sitemap": replace(sitemap.ADAPTER, lists_newest=False, carries_text=False),
    "oai": replace(oai.ADAPTER, lists_newest=False),
    "push": Adapter(start=lambda _spec: (), read=_pushed, wrong=nothing_wrong, lists_newest=False),
}

__all__ = ["ADAPTERS", "Adapter", "Body", "Reading", "Spec"]
