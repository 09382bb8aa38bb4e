"""A portal with a photo story, a film with captions, a recording with its words and a translated article."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from math import sin
from pathlib import Path
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw
from wagtail.rich_text import RichText

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.entries.models import Entry
from cong.media import actions as media
from cong.media.models import Asset
from cong.newsroom.blocks import article_body
from cong.newsroom.sealing import draft_of
from cong.publishing import actions as publishing
from cong.publishing.models import Origin, Policy
from tests import makers
from tests.config.test_server import wait_until
from tests.journeys.site import is_ready
from tests.kept import ROOT
from tests.media import makers as files
from tests.media.recordings import recording
from tests.newsroom.makers import article, member
from tests.scratch import Scratch, scratch
from tests.services import free_port

SPOKEN = "Thư viện mở cửa"
_FILL = "import django; django.setup(); from tests.journeys.media_site import fill; fill({count})"
_COLOURS = (
    "#2f5d50",
    "#8a4b2a",
    "#31506e",
    "#6d5a1e",
    "#5b3a5e",
    "#1f6f78",
    "#7a2f2f",
    "#46603a",
    "#3d4f7c",
    "#8b6b3f",
)
_PARAGRAPH = (
    "<p>Phòng đọc của xã có thêm ghế, thêm đèn và giờ mở cửa mới. Bạn đọc mượn một nơi, trả mọi nơi; người cao tuổi"
    " được mang sách đến tận nhà, trẻ em có góc riêng với tranh và đồ chơi gỗ.</p>"
)


@dataclass(frozen=True, kw_only=True)
class MediaSite:
    """Where the portal answers, and the paths of what stands there, by name."""

    base: str
    paths: dict[str, str]
    scratch: Scratch

    def url(self, name: str) -> str:
        return self.base + self.paths.get(name, name)


@contextmanager
def media_site(folder: Path, *, pictures: int = 5) -> Iterator[MediaSite]:
    """Write, seal and release through the rooms' own acts, and serve it until the end of the block."""
    with scratch(folder) as made:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        environ = made.environ | {"DJANGO_SETTINGS_MODULE": "cong.config.settings", "SITE_URL": base}
        command = [sys.executable, "-c", _FILL.format(count=pictures)]
        done = subprocess.run(command, env=environ, cwd=ROOT, check=True, capture_output=True, text=True)
        made.start("web", PORT=str(port), HOST="127.0.0.1", SITE_URL=base)
        assert wait_until(lambda: is_ready(base), 60), made.log()
        yield MediaSite(base=base, paths=json.loads(done.stdout.splitlines()[-1]), scratch=made)


def fill(pictures: int) -> None:
    """Make everything, and say as the last line where it stands."""
    owner = makers.agency("Thư viện tỉnh Mẫu", slug="thu-vien-mau")
    by = member(Role.AUTHOR, owner)
    shown = [_photo(owner, by, number) for number in range(pictures)]
    told = {"photo": _photo_story(owner, by, shown), "video": _film(owner, by, shown[1]), "audio": _sound(owner, by)}
    told |= {"news": _news(owner, by, shown[2]), "page": _released(owner, by, "Chức năng, nhiệm vụ", kind="page")}
    number = int(told["news"].rpartition("-")[2])
    told["english"] = _released(
        owner,
        by,
        "The village library opens in the evening",
        lang="en",
        translation_of=number,
        html="<p>New hours.</p>",
    )
    told["document"] = _released(owner, by, "Quyết định về giờ mở cửa", kind="document", number="27/QĐ-TV")
    sys.stdout.write(json.dumps(told) + "\n")


def _photo_story(owner: Agency, by: User, shown: list[Asset]) -> str:
    pictures = [
        {"picture": one.pk, "alt": f"Cảnh số {n}", "credit": "Lê Văn Mẫu" if n % 2 else "",
         "caption": f"Chú thích của ảnh số {n}: bến đò lúc sáng sớm" if n % 3 else ""}
        for n, one in enumerate(shown, 1)
    ]  # fmt: skip
    body = [("text", RichText(_PARAGRAPH)), ("gallery", {"pictures": pictures}), ("text", RichText(_PARAGRAPH))]
    return _written(owner, by, "Sông lúc bình minh: chùm ảnh của bạn đọc", "photo", body, cover=shown[0])


def _film(owner: Agency, by: User, poster: Asset) -> str:
    film = files.asset(recording("mp4", seconds=3, size=(640, 360)), agency=owner, by=by, title="Chuyến xe", alt="")
    cues = f"1\n00:00:00,200 --> 00:00:01,800\n{SPOKEN}\n\n2\n00:00:01,900 --> 00:00:02,900\nvào buổi tối.\n"
    media.caption(film, files.upload(cues.encode(), "loi.srt"), lang="vi", label="Tiếng Việt", by=by, at=timezone.now())
    own = {"video": film.pk, "address": "", "poster": poster.pk, "poster_alt": "Xe thư viện", "caption": "Chuyến xe"}
    elsewhere = {
        "video": None,
        "address": "https://vimeo.com/123",
        "poster": poster.pk,
        "poster_alt": "Xe",
        "caption": "",
    }
    body = [
        ("video", {**own, "transcript": ""}),
        ("text", RichText(_PARAGRAPH)),
        ("video", {**elsewhere, "transcript": ""}),
    ]
    return _written(owner, by, "Một ngày trên chuyến xe thư viện", "video", body, cover=poster)


def _sound(owner: Agency, by: User) -> str:
    sound = files.asset(tone(seconds=3), agency=owner, by=by, title="Bản tin", alt="")
    body = [("audio", {"audio": sound.pk, "caption": "Bản tin sáng", "transcript": f"{SPOKEN}.\nCảm ơn đã nghe."})]
    return _written(owner, by, "Bản tin sáng của thư viện", "audio", [*body, ("text", RichText(_PARAGRAPH))])


def _news(owner: Agency, by: User, cover: Asset) -> str:
    texts = [("text", RichText(_PARAGRAPH)), ("heading", {"text": "Giờ mở cửa", "level": "2"})]
    return _written(owner, by, "Thư viện xã mở cửa buổi tối", "news", [*texts, *texts], cover=cover)


def _written(owner: Agency, by: User, title: str, kind: str, body: list[tuple[str, Any]], **given: Any) -> str:
    page: Any = article(owner, by, title, kind=kind, cover_alt="Bến đò" if given.get("cover") else "", **given)
    blocks = [
        (name, value if name == "text" else article_body.child_blocks[name].to_python(value)) for name, value in body
    ]
    page.body = blocks
    draft = draft_of(page, at=timezone.now())
    assert draft.problems == (), draft.problems
    return _release(owner, draft.content)


def _released(owner: Agency, by: User, title: str, **given: Any) -> str:
    told = {"harvested_at": None, "source_url": "", **given}
    if given.get("kind") == "page":
        told["part"] = "gioi-thieu"
    return _release(owner, makers.content(owner, title, **told))


def _release(owner: Agency, content: Any) -> str:
    at = timezone.now() - timedelta(minutes=5)
    ids = publishing.open_publications(owner, Origin.HARVEST, 1, at=at)
    sealed = publishing.seal_all([(ids[0], content)], by=None, at=at)
    publishing.release_by_policy(sealed, Policy.objects.get(pk="harvest-auto"), at=at)
    entry = Entry.objects.get(pk=ids[0])
    path: str = entry.get_absolute_url()
    return path


def _photo(owner: Agency, by: User, number: int) -> Asset:
    tall = number % 4 == 3
    size = (900, 1200) if tall else (1400, 933)
    image = Image.new("RGB", size, _COLOURS[number % len(_COLOURS)])
    pen = ImageDraw.Draw(image)
    for wave_ in range(14):
        level = size[1] * (wave_ + 4) // 18
        points = [(x, level + int(18 * sin(x / 60 + wave_ + number))) for x in range(0, size[0] + 20, 20)]
        pen.line(points, fill=(255, 240 - wave_ * 8, 200), width=5)
    pen.ellipse((size[0] // 2 - 90, 90, size[0] // 2 + 90, 270), fill="#f3d9a0")
    data = BytesIO()
    image.save(data, "JPEG")
    return files.asset(
        data.getvalue(), agency=owner, by=by, title=f"Ảnh {number}", alt=f"Bến đò số {number}", credit=""
    )


def tone(*, seconds: int) -> bytes:
    """Return a WAV of a soft note."""
    out = BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(16_000)
        samples = (int(6000 * sin(place / 12)) for place in range(16_000 * seconds))
        made.writeframes(b"".join(one.to_bytes(2, "little", signed=True) for one in samples))
    return out.getvalue()
