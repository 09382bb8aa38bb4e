"""Addresses of a released picture's renditions."""

from __future__ import annotations

from dataclasses import dataclass

WIDTHS = (640, 1280)


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What `<img>` needs: the fallback address and the widths to choose from."""

    src: str
    srcset: str
    largest: str


def picture_sources(sha256: str, width: int) -> Sources:
    """Return the renditions of a picture that was `width` pixels wide; none is wider than the picture."""
    widths = [step for step in WIDTHS if step < width] + [width] if width < WIDTHS[-1] else list(WIDTHS)
    addresses = [(step, f"/tep/{sha256}-{step}.webp") for step in widths]
    return Sources(
        src=addresses[0][1],
        srcset=", ".join(f"{address} {step}w" for step, address in addresses),
        largest=addresses[-1][1],
    )
