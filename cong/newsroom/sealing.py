"""A draft becomes `Content`: plain values, our own HTML, hashes of its files. Nothing of Wagtail is left in it.

A block, a link or a file that has no sealed form is a problem that is told, never something left out in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from cong.agencies.models import Part
from cong.entries.models import Entry, Kind, Section
from cong.kernel.text import one_line, slug
from cong.newsroom.blocks import cells, lines
from cong.newsroom.files import Files
from cong.newsroom.markup import body, plain, rich
from cong.newsroom.process import tag_list
from cong.publishing.process import Content


class UnknownBlock(Exception):
    """A block that `sealing` has no form for: a fault of the program, never of the author."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What keeps a draft from being sealed, and where."""

    where: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What would be sealed now, and what is in the way."""

    content: Content
    problems: tuple[Problem, ...]


@dataclass(kw_only=True)
class _Reading:
    """One walk through a body."""

    lang: str
    files: Files = field(default_factory=Files)
    problems: list[Problem] = field(default_factory=list)
    where: str = ""

    def wrong(self, text: str) -> None:
        self.problems.append(Problem(where=self.where, text=text))

    def page_link(self, given: Mapping[str, str]) -> str:
        """Open the tag of a link to a page of the workspace: readers get the entry that came of it."""
        number = given.get("id", "")
        is_page = given["linktype"] == "page" and number.isascii() and number.isdigit()
        page = Page.objects.filter(pk=int(number)).first() if is_page and len(number) < 19 else None
        publication = getattr(page.specific, "publication_id", None) if page else None
        entry = Entry.objects.filter(pk=publication).first() if publication else None
        if entry is None:
            self.wrong(_("Liên kết dẫn tới một bài chưa công bố; bỏ liên kết hoặc chờ bài kia xuất bản."))
            return "<a>"
        return f'<a href="{escape(address(entry))}">'

    def rich(self, value: Any) -> str:
        return rich(value.source if value else "", self.page_link)

    def file(self, asset: Any, make: Callable[..., dict[str, Any]], *args: Any, **more: Any) -> dict[str, Any] | None:
        """Return the sealed form of a chosen file; a choice whose file is gone is a problem."""
        if asset is None:
            self.wrong(_("Chưa chọn tệp, hoặc tệp đã chọn không còn."))
            return None
        return make(asset, *args, **more)


def address(entry: Entry) -> str:
    """Return the entry's address in the portal's main language, whatever language the screen is in."""
    with override(settings.LANGUAGE_CODE):
        return entry.get_absolute_url()


def draft_of(page: Any, *, at: datetime) -> Draft:
    """Return what a page (article or standing page, with the values of its latest draft) would be sealed as."""
    reading = _Reading(lang=page.lang)
    with override(page.lang if page.lang in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        html = body([sealed for child in _numbered(page, reading) if (sealed := _block(child, reading))])
    cover = _cover(page, reading)
    title = one_line(plain(page.title))
    content = Content(
        agency=page.agency.pk, lang=page.lang, slug=slug(title), title=title, html=html,
        summary=one_line(plain(page.lead)), grade=page.grade, media=reading.files.used(),
        translation_of=page.translation_of.publication_id if page.translation_of_id else None,
        not_before=page.not_before, expires_at=page.expires_at, published_at=None,
        **cover, **_of_its_kind(page),
    )  # fmt: skip
    return Draft(content=content, problems=tuple(reading.problems))


def _of_its_kind(page: Any) -> dict[str, Any]:
    if not hasattr(page, "kind"):  # a standing page
        return {"kind": Kind.PAGE.value, "part": Part.ABOUT.value, "section": Section.ACTIVITY.value}
    return {
        "kind": page.kind, "part": page.part, "section": page.section, "tags": tag_list(page.tags),
        "author": one_line(plain(page.author)), "source_name": one_line(plain(page.source_name)),
        "source_url": page.source_url, "event_on": page.event_on,
    }  # fmt: skip


def _cover(page: Any, reading: _Reading) -> dict[str, Any]:
    if not page.cover_id:
        return {}
    reading.where = _("Ảnh bìa")
    made = reading.file(page.cover, reading.files.picture, one_line(plain(page.cover_alt)))
    if made is None:
        return {}
    return {
        "picture": made["sha256"], "picture_width": made["width"], "picture_height": made["height"],
        "picture_alt": made["alt"],
    }  # fmt: skip


def _numbered(page: Any, reading: _Reading) -> Any:
    for number, child in enumerate(page.body, 1):
        reading.where = _("Nội dung, khối %(number)d (%(name)s)") % {"number": number, "name": child.block.label}
        yield child


def _block(child: Any, reading: _Reading) -> dict[str, Any] | None:
    try:
        make = _BLOCKS[child.block_type]
    except KeyError:
        raise UnknownBlock(child.block_type) from None
    return make(child.value, reading)


def _text(value: Any, reading: _Reading) -> dict[str, Any]:
    return {"type": "text", "html": reading.rich(value)}


def _heading(value: Any, reading: _Reading) -> dict[str, Any]:
    return {"type": "heading", "text": _line(value["text"]), "level": value["level"]}


def _picture(value: Any, reading: _Reading) -> dict[str, Any] | None:
    words = {"caption": _line(value["caption"]), "credit": _line(value["credit"])}
    return reading.file(value["picture"], reading.files.picture, _line(value["alt"]), **words)


def _gallery(value: Any, reading: _Reading) -> dict[str, Any]:
    made = [_picture(one, reading) for one in value["pictures"]]
    return {"type": "gallery", "pictures": [one for one in made if one]}


def _quote(value: Any, reading: _Reading) -> dict[str, Any]:
    return {"type": "quote", "lines": _lines(value["text"]), "who": _line(value["who"])}


def _video(value: Any, reading: _Reading) -> dict[str, Any] | None:
    poster = value["poster"] and reading.files.picture(value["poster"], _line(value["poster_alt"]))
    caption = {"caption": _line(value["caption"])}
    if value["address"]:
        host = (urlsplit(value["address"]).hostname or "").removeprefix("www.")
        told = {"address": value["address"], "host": host, "credit": "", "lines": _lines(value.get("transcript"))}
        return {"type": "embed", "poster": poster, **told, **caption}
    made = reading.file(value["video"], reading.files.recording, reading.lang)
    if made is None:
        return None
    still = poster["sources"] if poster else made["poster"]
    words = {**caption, "lines": _lines(value.get("transcript") or made["transcript"])}
    return {"type": "video", **made, "still": still.largest if still else "", **words}


def _audio(value: Any, reading: _Reading) -> dict[str, Any] | None:
    made = reading.file(value["audio"], reading.files.recording, reading.lang)
    if made is None:
        return None
    words = {"caption": _line(value["caption"]), "lines": _lines(value["transcript"] or made["transcript"])}
    return {"type": "audio", **made, **words}


def _document(value: Any, reading: _Reading) -> dict[str, Any] | None:
    made = reading.file(value["document"], reading.files.document)
    if made is None:
        return None
    size = filesizeformat(made.pop("size"))
    return {"type": "document", **made, "title": _line(value["title"]) or made["title"], "size": plain(size)}


def _table(value: Any, reading: _Reading) -> dict[str, Any]:
    rows = [cells(plain(line)) for line in lines(value["rows"] or "")]
    header = cells(plain(value["header"] or ""))
    return {"type": "table", "caption": _line(value["caption"]), "header": header, "rows": rows}


def _related(value: Any, reading: _Reading) -> dict[str, Any]:
    found = Entry.objects.in_bulk([int(one) for one in value["entries"] if one and one.isdigit()])
    shown = []
    for one in value["entries"]:
        entry = found.get(int(one)) if one and one.isdigit() else None
        if entry is None:
            reading.wrong(
                _("Bài liên quan “%(number)s” không còn công khai; hãy bỏ hoặc thay bài khác.") % {"number": one}
            )
        else:
            shown.append({"address": address(entry), "title": entry.title})
    return {"type": "related", "entries": shown}


def _facts(value: Any, reading: _Reading) -> dict[str, Any]:
    return {"type": "facts", "title": _line(value["title"]), "html": reading.rich(value["text"])}


def _line(text: str | None) -> str:
    return one_line(plain(text or ""))


def _lines(text: str | None) -> list[str]:
    return [_line(line) for line in lines(plain(text or ""))]


_BLOCKS: Mapping[str, Callable[[Any, _Reading], dict[str, Any] | None]] = {
    "text": _text, "heading": _heading, "picture": _picture, "gallery": _gallery, "quote": _quote, "video": _video,
    "audio": _audio, "document": _document, "table": _table, "related": _related, "facts": _facts,
}  # fmt: skip
