"""How a file of the media room stands in a sealed body: by the hash that its public address is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from cong.design import lengths
from cong.media.models import Asset
from cong.media.queries import Shown, shown

_ADDRESS = re.compile(r"""(?<=["\s,])/tep/(?=[0-9a-f]{64}[-.])""")


@dataclass(kw_only=True)
class Files:
    """Collects the hashes of everything that a text refers to."""

    hashes: set[str] = field(default_factory=set)

    def _shown(self, asset: Asset, *, lang: str = "") -> Shown:
        made = shown(asset, lang=lang)
        self.hashes.update(made.hashes)
        return made

    def picture(self, asset: Asset, alt: str, **words: str) -> dict[str, Any]:
        made = self._shown(asset)
        words["credit"] = words.get("credit") or made.credit
        return {
            "type": "picture", "sha256": made.sha256, "sources": made.sources, "alt": alt or made.alt,
            "width": made.width, "height": made.height, **words,
        }  # fmt: skip

    def recording(self, asset: Asset, lang: str) -> dict[str, Any]:
        made = self._shown(asset, lang=lang)
        seconds = round(made.duration)
        return {
            "address": made.src, "mime": made.content_type, "tracks": made.tracks, "width": made.width,
            "height": made.height, "poster": made.poster, "transcript": made.transcript, "credit": made.credit,
            "length": {"iso": lengths.iso(seconds), "clock": lengths.clock(seconds)} if seconds else None,
        }  # fmt: skip

    def document(self, asset: Asset) -> dict[str, Any]:
        made = self._shown(asset)
        said = {"ending": made.ending.upper(), "size": made.size, "title": made.title}
        return {"address": made.src, "mime": made.content_type, **said}

    def used(self) -> tuple[str, ...]:
        return tuple(sorted(self.hashes))


def private(html: str) -> str:
    """Lead the addresses of files that are not public yet to where staff may see them under the same name."""
    return _ADDRESS.sub(reverse("media_named", args=["x"]).removesuffix("x"), html)
