"""Pages for readers: home, sections, agencies, entries. Composes what the shelf offers and writes nothing.

Words owned: front (lead, trio, timeline), block, lede, family (an entry and its translations), introduction.
"""
