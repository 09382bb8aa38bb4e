"""Addresses of a released picture's renditions."""

from __future__ import annotations

from dataclasses import dataclass

WIDTHS = (640, 1280)


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What `<picture>` needs: the fallback address, and the widths to choose from in WebP and in AVIF."""

    src: str
    srcset: str
    avif: str
    largest: str


def picture_sources(sha256: str, width: int) -> Sources:
    """Return the renditions of a picture that was `width` pixels wide; none is wider than the picture."""
    widths = [step for step in WIDTHS if step < width] + [width] if width < WIDTHS[-1] else list(WIDTHS)
    return Sources(
        src=f"/tep/{sha256}-{widths[0]}.webp",
        srcset=", ".join(f"/tep/{sha256}-{step}.webp {step}w" for step in widths),
        avif=", ".join(f"/tep/{sha256}-{step}.avif {step}w" for step in widths),
        largest=f"/tep/{sha256}-{widths[-1]}.webp",
    )
