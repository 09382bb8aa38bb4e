"""Pictures (later more): checked by content, cleaned of what they should not tell, kept under their own hash.

Words owned: Picture, rendition.
"""
