"""The staff home: one inbox out of all rooms, and the frame that every staff screen stands in.

Words owned: desk, inbox, remark, digest.
"""
