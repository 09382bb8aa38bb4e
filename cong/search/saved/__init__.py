"""Searches that people keep: told by letter and feed, ended without signing in."""
