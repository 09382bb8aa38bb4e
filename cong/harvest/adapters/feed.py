"""Feeds: RSS, RDF, Atom and JSON Feed, whichever it turns out to be."""

from __future__ import annotations

from cong.harvest.adapters.contract import Adapter, Body, Reading, Spec, nothing_wrong, only_its_address
from cong.harvest.parse import Rules, discover


def read(body: Body, _spec: Spec, rules: Rules) -> Reading:
    """Read one feed; it is the whole visit."""
    return Reading(feed=discover(body.content, url=body.url, charset=body.charset, rules=rules))


ADAPTER = Adapter(start=only_its_address, read=read, wrong=nothing_wrong)
