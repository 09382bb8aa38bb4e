"""Pictures, video, sound and documents: checked by content, cleaned, private until released, then named by hash.

Words owned: Asset, File, Picture, Captions, rendition, pin, focal point, finding (hidden, dropped).
"""
