"""How editors compose the home page and the sections' pages: which entry stands in which slot, and what warns above.

Words owned: Composition, Slot, Pin, Notice, Place. Slots hold ids of entries and nothing else; what is not filled, or
not public any more, is filled by itself with the newest. A composition goes through `publishing`, like a text.
"""
