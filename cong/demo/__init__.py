"""A simulated network of 108 publishers on loopback, for development only: made-up news, drawn pictures, real quirks.

Words owned: Site (one publisher), Story (what can be told), Item (one piece of news), Scene (a drawn picture).
"""
