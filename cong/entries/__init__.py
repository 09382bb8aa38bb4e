"""The public shelf: what a reader can see, and nothing else.

Words owned: Entry, Section, Kind, FrontPage, Judgement, Correction, Tombstone, Change, Stream.
Everything public is an Entry, and an Entry exists only because a Release says so.
"""
