"""Cổng: a portal of portals for a large institution and its member agencies."""

__version__ = "0.1.0"
