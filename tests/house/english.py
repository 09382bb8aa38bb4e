"""What the libraries say to staff, and which of it a screen still says in English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import django
import django_filters
import lxml.html
from babel.messages.catalog import Message
from django.apps import apps
from django.contrib import humanize
from django.utils.translation import trans_real

from cong.design import catalogues

DOMAINS = ("django", "djangojs")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0+-]*\d*(?:\.\d+)?[diouxXeEfFgGcrs%]|\{\w*\}")
TAG = re.compile(r"<[^>]+>")
# The same in both languages: abbreviations, names, punctuation, and lines of nothing but placeholders.
SAME = frozenset(
    {"%s KB", "%s MB", "%s GB", "%s TB", "%s PB", "%(size)d byte", ":?.!", ":", ", ", "…", "%(truncated_text)s…"}
    | {"Email", "ID", "%(value)s googol", "IPv4", "IPv6", "%(field_label)s:", "%(range_start)s - %(range_end)s"}
    | {"%(status_display)s %(task_name)s %(started_at)s", "%(time_zone_option)s: %(localized_time_zone_label)s"}
)
# A language names itself where it is chosen.
_OWN_NAMES = {"English"}
_READ_ALOUD = {"aria-label", "aria-description", "title", "placeholder", "alt", "label"}
_BUTTONS = {"submit", "button", "reset"}


@dataclass(frozen=True, kw_only=True)
class Word:
    """One message of a library and what Vietnamese readers get for it."""

    english: tuple[str, ...]
    vietnamese: str

    @property
    def lacking(self) -> bool:
        return self.vietnamese in self.english and self.vietnamese not in SAME


def homes() -> Iterator[tuple[str, Path]]:
    """Yield name and catalogue folder of Django, of every installed app that is not ours, and of what they need."""
    yield "django", Path(django.__file__).parent / "conf" / "locale"
    yield "django_filters", Path(django_filters.__file__).parent / "locale"
    yield "humanize", Path(humanize.__file__).parent / "locale"
    for app in apps.get_app_configs():
        if not app.name.startswith("cong.") and (folder := Path(app.path) / "locale").exists():
            yield app.name, folder


@cache
def messages(folder: Path, domain: str) -> tuple[Message, ...]:
    """Return what a library says; one without an English catalogue is read through its French one."""
    for language in ("en", "fr"):
        path = folder / language / "LC_MESSAGES" / f"{domain}.po"
        if path.exists():
            return tuple(message for message in catalogues.read(path) if message.id)
    return ()


def spoken(domain: str) -> trans_real.DjangoTranslation:
    """Return the Vietnamese catalogue as pages, or scripts, get it."""
    if domain == "django":
        return trans_real.translation("vi")
    return trans_real.DjangoTranslation("vi", domain=domain, localedirs=[str(folder) for _, folder in homes()])


@cache
def words(folder: Path, domain: str) -> tuple[Word, ...]:
    return tuple(_word(message, spoken(domain)) for message in messages(folder, domain))


def english_left(html: str) -> set[str]:
    """Return the texts of a page that are a library's English: seen, read aloud, or handed to a script to show."""
    exact, patterns = _english()
    said = {text for raw in _said(html) if (text := _plain(raw)) not in _OWN_NAMES}
    return {
        text
        for text in said
        if text in exact
        or text.rstrip(" :*") in exact
        or any(sure in text and pattern.fullmatch(text) for sure, pattern in patterns)
    }


def _word(message: Message, catalogue: trans_real.DjangoTranslation) -> Word:
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    keys = [f"{message.context}\x04{said}" if message.context else said for said in ids]
    found = catalogue.gettext(keys[0]) if len(keys) == 1 else catalogue.ngettext(keys[0], keys[1], 2)
    return Word(english=ids, vietnamese=found.rpartition("\x04")[2])


@cache
def _english() -> tuple[frozenset[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    """Return whole texts, and (longest fixed part, pattern) of those with placeholders."""
    pieces = {
        _plain(piece)
        for _, folder in homes()
        for domain in DOMAINS
        for word in words(folder, domain)
        if word.vietnamese not in word.english or word.lacking
        for said in word.english
        for piece in TAG.split(said)
    }
    pieces = {piece for piece in pieces if len(re.findall("[A-Za-z]", PLACEHOLDER.sub("", piece))) > 2}
    exact = frozenset(piece for piece in pieces if not PLACEHOLDER.search(piece))
    return exact, tuple(_pattern(piece) for piece in sorted(pieces - exact))


def _pattern(said: str) -> tuple[str, re.Pattern[str]]:
    fixed = PLACEHOLDER.split(said)
    return max(fixed, key=len), re.compile(".*".join(re.escape(part) for part in fixed))


def _said(html: str) -> Iterator[str]:
    page = lxml.html.document_fromstring(html)
    for element in page.iter(lxml.html.etree.Element):
        if element.tag == "script" and "json" in element.get("type", ""):
            yield from _strings(json.loads(element.text or "null"))
        elif element.tag not in ("script", "style"):
            yield element.text or ""
        yield element.tail or ""
        for name, value in element.attrib.items():
            yield from _in_attribute(element, str(name), str(value))


def _in_attribute(element: Any, name: str, value: str) -> Iterator[str]:
    is_label = name == "value" and (element.tag == "button" or element.get("type") in _BUTTONS)
    if name in _READ_ALOUD or is_label:
        yield value
    elif name.startswith("data-") and value[:1] in "[{":
        yield from _strings(_loaded(value))
    elif name.startswith("data-"):
        yield from _strings(value)


def _loaded(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return None


def _strings(value: object) -> Iterator[str]:
    """Yield what reads like a text, not like a name for machines."""
    if isinstance(value, str):
        if " " in value or value[:1].isupper():
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _plain(text: str) -> str:
    return " ".join(text.split())
