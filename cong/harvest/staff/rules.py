"""Screens of the hub: rules."""

from __future__ import annotations

from django.urls import URLPattern

ADDRESSES: list[URLPattern] = []
