"""Prints what a delivery benchmark found beside what it should be."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Report:
    """Prints each figure with its target and remembers what was missed."""

    smoke: bool
    missed: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        print(text, flush=True)

    def figure(self, name: str, value: float, target: float | None, *, more: str = "") -> None:
        """Print a figure; with a target it must not be above it."""
        met = target is None or value <= target
        said = "" if target is None else f"  target {target:g}  {'met' if met else 'MISSED'}"
        self.say(f"{name:46}{value:10.2f}{said}{'  ' + more if more else ''}")
        if not met:
            self.missed.append(name)
