"""Pure: public addresses of released files. They name the content, so what is behind them never changes."""

from __future__ import annotations

from dataclasses import dataclass

from cong.media.clean.pictures import crop_name, crop_sizes
from cong.media.render import widths_for


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What `<picture>` needs: `srcset`s of AVIF and WebP, whole and cut to 16:9, and the fallback address.

    The cut ones are those of the whole picture when it has that shape already.
    """

    src: str
    webp: str
    avif: str
    cut_webp: str
    cut_avif: str
    largest: str
    width: int
    height: int


def file_address(sha256: str, ending: str) -> str:
    return f"/tep/{sha256}.{ending}"


def rendition_address(sha256: str, name: str) -> str:
    return f"/tep/{sha256}-{name}"


def sources(sha256: str, size: tuple[int, int], focal: tuple[int, int]) -> Sources:
    """Return the addresses of an asset's picture of that size, with the cuts that keep the focal point."""
    whole = [(width, str(width)) for width in widths_for(size[0])]
    cut = [(across, crop_name((across, down), focal)) for across, down in crop_sizes(*size)] or whole
    return Sources(
        src=rendition_address(sha256, f"{whole[0][1]}.webp"),
        webp=_set(sha256, whole, "webp"),
        avif=_set(sha256, whole, "avif"),
        cut_webp=_set(sha256, cut, "webp"),
        cut_avif=_set(sha256, cut, "avif"),
        largest=rendition_address(sha256, f"{whole[-1][1]}.webp"),
        width=size[0],
        height=size[1],
    )


def _set(sha256: str, names: list[tuple[int, str]], ending: str) -> str:
    return ", ".join(f"{rendition_address(sha256, f'{name}.{ending}')} {width}w" for width, name in names)
