"""The query language: what is written, read, and changed by facets and forms."""
