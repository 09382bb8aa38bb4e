"""What stands in the letters to readers who saved a search."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from cong.design import dates
from cong.design.languages import UNKNOWN
from cong.design.words import site_name
from cong.entries.models import Entry
from cong.kernel.text import clip, one_line
from cong.search.addresses import address
from cong.search.asking import understood
from cong.search.models import Finding, Letter, LetterKind, SavedSearch
from cong.search.models.saved import Keyed, hashed
from cong.search.saved import saving
from cong.search.text.plain import plain_text
from cong.search.text.snippets import Highlighter

MOST_SHOWN = 20
"""Entries in one letter; the rest are counted, and are in the search itself."""

_IN_SUBJECT = 60
_IN_CONFIRMATION = 100
_MAKES_LINKS = re.compile(r"\.(?=[^\W\d])|://|@")
_LONGEST_BODY = 20_000


@dataclass(frozen=True, kw_only=True)
class Item:
    """An entry as a letter shows it."""

    title: str
    lang: str
    agency: str
    published: str
    address: str
    passage: Markup

    @property
    def plain_passage(self) -> str:
        return one_line(self.passage.striptags())


def public(letter: Letter, *, at: datetime) -> QuerySet[Entry]:
    """Return the entries of a letter that may be told at this moment: those that are still on the shelf."""
    told = Finding.objects.filter(in_letter=letter.pk, told_at__isnull=True).values("entry_id")
    return Entry.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), pk__in=told)


def compose(letter: Letter, *, at: datetime) -> EmailMultiAlternatives | None:
    """Return the letter in its search's language; None when there is nothing to say any more."""
    saved = SavedSearch.objects.select_related("subscriber").filter(pk=letter.saved_id).first()
    if saved is None:
        return None
    with translation.override(saved.lang):
        match letter.kind:
            case LetterKind.CONFIRM:
                return None if saved.confirmed_at else _confirm(letter, saved, at=at)
            case LetterKind.KNOWN:
                return _known(letter, saved)
            case _:
                return _hits(letter, saved, at=at)


def _confirm(letter: Letter, saved: SavedSearch, *, at: datetime) -> EmailMultiAlternatives:
    until = at + saving.CONFIRM_WITHIN
    confirm = _page("search:confirm", saving.confirmation(saved, at=at))
    more = {"query": harmless(saved.query), "confirm": confirm, "until": dates.day(until)}
    return _letter(letter, saved, _("Xác nhận lưu tìm kiếm"), more)


def harmless(query: str) -> str:
    """Return what a stranger may have typed so that no mail program makes a link of it: nobody asked for the letter."""
    return _MAKES_LINKS.sub(r" \g<0> ", clip(query, _IN_CONFIRMATION))


def _known(letter: Letter, saved: SavedSearch) -> EmailMultiAlternatives:
    return _letter(letter, saved, _("Tìm kiếm này đã được lưu"), {})


def _hits(letter: Letter, saved: SavedSearch, *, at: datetime) -> EmailMultiAlternatives | None:
    entries = public(letter, at=at)
    count = entries.count()
    shown = entries.select_related("agency").newest_first()[:MOST_SHOWN]  # type: ignore[attr-defined]
    items = _items(saved, shown, at=at)
    if not items:
        return None
    news = ngettext("%(count)s mục mới", "%(count)s mục mới", count) % {"count": count}
    subject = f"{news}: “{clip(saved.query, _IN_SUBJECT)}”"
    end = _page("search:end", _token(saved))
    made = _letter(letter, saved, subject, {"items": items, "count": count, "more": count - len(items), "end": end})
    made.extra_headers |= {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return made


def _items(saved: SavedSearch, entries: Iterable[Entry], *, at: datetime) -> list[Item]:
    told = understood(saved.query, lang=saved.lang, at=at)
    highlighter = Highlighter(told.asked.marked, alternatives=told.query.words.alternatives)
    return [
        Item(
            title=one_line(f"{entry.number}: {entry.title}" if _names_number(entry) else entry.title),
            lang="" if entry.lang == UNKNOWN else entry.lang,
            agency=entry.agency.short_name,
            published=dates.moment(entry.published_at),
            address=settings.SITE_URL + entry.get_absolute_url(),
            passage=highlighter.excerpt(entry.title, _text(entry), entry.lang).passage,
        )
        for entry in entries
    ]


def _names_number(entry: Entry) -> bool:
    return bool(entry.number) and entry.number not in entry.title


def _text(entry: Entry) -> str:
    body = plain_text(entry.html[:_LONGEST_BODY])
    return body if entry.summary and body.startswith(entry.summary.rstrip("….")) else f"{entry.summary}\n{body}".strip()


def _letter(letter: Letter, saved: SavedSearch, subject: str, more: dict[str, Any]) -> EmailMultiAlternatives:
    given = {
        "site": site_name(),
        "query": saved.query,
        "often": saved.get_often_display(),
        "search": settings.SITE_URL + address(saved.query),
        "manage": _page("search:saved", _token(saved.subscriber)),
        "lang": saved.lang,
    } | more
    name = f"search/mail/{letter.kind}"
    made = EmailMultiAlternatives(
        one_line(f"[{site_name()}] {subject}"),
        render_to_string(f"{name}.txt", given, using="django"),
        to=[saved.subscriber.email],
        # Sent again (a worker died in between) it has the same id, which mail programs fold into one.
        headers={"Message-ID": _id(letter, saved), "Auto-Submitted": "auto-generated"},
    )
    made.attach_alternative(render_to_string(f"{name}.html", given, using="django"), "text/html")
    return made


def _id(letter: Letter, saved: SavedSearch) -> str:
    host = settings.SITE_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    return f"<search-{letter.kind}.{letter.pk}.{saved.digest[:12]}@{host}>"


def _page(name: str, token: str) -> str:
    return f"{settings.SITE_URL}{reverse(name)}?{urlencode({'ma': token})}"


def _token(row: Keyed) -> str:
    """Return the row's token. When the portal's key is a new one, links in older letters end here."""
    token = row.token
    if row.digest != hashed(token):
        row.digest = hashed(token)
        row.save(update_fields=["digest"])
    return token
