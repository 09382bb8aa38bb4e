"""Screens of the hub: domains."""

from __future__ import annotations

from django.urls import URLPattern

ADDRESSES: list[URLPattern] = []
