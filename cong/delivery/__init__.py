"""How a public page gets to a reader: static files, then kept pages, then Django; and what is shown when Django cannot.

Words owned: front (the WSGI callable), page (a kept answer), address (path and the parameters that count), tag and
purge (hard: never shown again; soft: shown a moment longer while it is renewed), ground (what all processes share),
mirror (every public page as a file, for the time without a database).
"""
