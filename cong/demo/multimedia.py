"""The demo's photo stories, film and recording: written in the sandbox agency, released through the whole process."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cong.accounts.models import User
from cong.agencies.models import Agency
from cong.demo import recordings, scenes
from cong.demo.staff import SANDBOX
from cong.demo.walk import Judges, person, walk
from cong.media import actions as media
from cong.media.actions import Upload, Words
from cong.media.models import Asset
from cong.newsroom import actions as newsroom
from cong.newsroom.blocks import article_body
from cong.newsroom.models import AgencyPage, ArticlePage

_TEXTS = Path(__file__).parent / "data" / "multimedia.toml"
_JUDGES = Judges(appraiser="thamdinh", approver="duyet")


@dataclass(frozen=True, kw_only=True)
class _Writer:
    """Who writes for which agency, at which moment."""

    by: User
    agency: Agency
    at: datetime

    def add(self, name: str, data: bytes, words: Words) -> Asset:
        return media.add(Upload(name=name, chunks=[data]), words, agency=self.agency, by=self.by, at=self.at)

    def drawing(self, scene: str) -> Asset:
        """Take in a drawn scene, or the one that was taken in before."""
        title, alt = f"Tranh {scene}", scenes.ALTS[scene.partition("-")[0]]
        known = Asset.objects.filter(agency=self.agency, title=title).first()
        words = Words(title=title, alt=alt[:1].upper() + alt[1:], credit="Chương trình vẽ")
        return known or self.add(f"{scene}.jpg", scenes.picture(scene), words)


def release_multimedia(*, at: datetime) -> int:
    """Write and release what is not there yet; returns how many."""
    room = AgencyPage.objects.get(agency__slug=SANDBOX)
    writer = _Writer(by=person("bientap"), agency=room.agency, at=at)
    items: list[dict[str, Any]] = tomllib.loads(_TEXTS.read_text())["item"]
    known = set(ArticlePage.objects.child_of(room).values_list("title", flat=True))
    wanted = [item for item in items if item["title"] not in known]
    for item in wanted:
        walk(newsroom.submit(_written(room, writer, item), by=writer.by, at=at), _JUDGES, at=at)
    return len(wanted)


def _written(room: AgencyPage, writer: _Writer, item: dict[str, Any]) -> ArticlePage:
    blocks, cover = _MADE[item["kind"]](writer, item)
    text = {"type": "text", "value": f"<p>{item['text']}</p>"}
    page = ArticlePage(
        title=item["title"], lead=item["lead"], kind=item["kind"], section=item["section"], live=False,
        owner=writer.by, cover=cover, cover_alt=cover.alt if cover else "",
        body=article_body.to_python([*blocks, text]),
    )  # fmt: skip
    room.add_child(instance=page)
    page.save_revision(user=writer.by)
    return page


_Made = tuple[list[dict[str, Any]], Asset | None]


def _photos(writer: _Writer, item: dict[str, Any]) -> _Made:
    drawings = [writer.drawing(scene) for scene in item["scenes"]]
    pictures = [
        {"picture": one.pk, "alt": one.alt, "caption": caption, "credit": one.credit}
        for one, caption in zip(drawings, item["captions"], strict=True)
    ]
    return [{"type": "gallery", "value": {"pictures": pictures}}], drawings[0]


def _film(writer: _Writer, item: dict[str, Any]) -> _Made:
    poster = writer.drawing(item["scenes"][0])
    data = recordings.film(item["scenes"], item["seconds"])
    film = writer.add("phim.mp4", data, Words(title=item["title"], poster=poster))
    cues = _cues(item["cues"], item["seconds"])
    media.caption(
        film, Upload(name="loi.vtt", chunks=[cues.encode()]), lang="vi", label="Tiếng Việt", by=writer.by, at=writer.at
    )
    value = {"video": film.pk, "address": "", "poster": poster.pk, "poster_alt": poster.alt,
             "caption": item["caption"], "transcript": ""}  # fmt: skip
    return [{"type": "video", "value": value}], poster


def _sound(writer: _Writer, item: dict[str, Any]) -> _Made:
    sound = writer.add("nhac.ogg", recordings.tune(item["seconds"]), Words(title=item["title"]))
    value = {"audio": sound.pk, "caption": item["caption"], "transcript": item["transcript"]}
    return [{"type": "audio", "value": value}], None


_MADE = {"photo": _photos, "video": _film, "audio": _sound}


def _cues(said: list[str], seconds: int) -> str:
    """Return WebVTT in which each sentence stands as long as the others."""
    each = seconds / len(said)
    told = [
        f"{_moment(place * each)} --> {_moment((place + 1) * each - 0.2)}\n{text}" for place, text in enumerate(said)
    ]
    return "WEBVTT\n\n" + "\n\n".join(told) + "\n"


def _moment(seconds: float) -> str:
    return f"00:00:{seconds:06.3f}"
