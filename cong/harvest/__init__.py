"""The integration hub: fetch, parse, decide, release what the agencies' own sites publish.

Words owned: Source, Fetch, Item, ItemRevision, Cluster, trust, health, suspicion, keeper, reviewer.
"""
