"""Where every room's addresses hang."""

from __future__ import annotations

urlpatterns: list[object] = []
