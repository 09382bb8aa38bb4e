"""The fixtures of this room's tests."""

from __future__ import annotations

from tests.jobs.makers import clock

__all__ = ["clock"]
