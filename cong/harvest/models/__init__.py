"""Sources, what they said, and where it goes."""

from __future__ import annotations

from cong.harvest.models.items import BodyKind, Cluster, Item, ItemBand, ItemRevision, Items, ItemState, RawBody
from cong.harvest.models.placing import AgencyRules, Classifier, Lesson
from cong.harvest.models.sources import (
    Delivery,
    Fetch,
    Health,
    HostRest,
    Outcome,
    RobotsDoubt,
    Source,
    SourceAlarm,
    SourceDay,
    Sources,
    Trust,
)

__all__ = [
    "AgencyRules",
    "BodyKind",
    "Classifier",
    "Cluster",
    "Delivery",
    "Fetch",
    "Health",
    "HostRest",
    "Item",
    "ItemBand",
    "ItemRevision",
    "ItemState",
    "Items",
    "Lesson",
    "Outcome",
    "RawBody",
    "RobotsDoubt",
    "Source",
    "SourceAlarm",
    "SourceDay",
    "Sources",
    "Trust",
]
