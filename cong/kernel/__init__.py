"""Plain helpers with no tables: Vietnamese text, slugs, keyset pages, bulk writes.

Words owned: fold, slug, cursor, page.
"""
