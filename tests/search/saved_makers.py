"""Saved searches made through the product's own actions, a matcher by titles, and a mail server with moods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from pytest_django.fixtures import Settings

from cong.entries.models import Entry
from cong.search.engines.engine import Document, Query
from cong.search.language.clauses import Asked, Clause, Word
from cong.search.meaning import wording
from cong.search.models import SavedSearch
from cong.search.saved import alerting, posting, saving
from cong.search.saved.rhythm import Often
from cong.search.saved.saving import Wish
from cong.search.text import analysis
from tests import makers
from tests.makers import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HERE = "192.0.2.0/24"
QUERY = "quy chế mượn sách"
TITLE = "Quy chế mượn sách mới"


def asked(text: str, lang: str, at: datetime) -> Query:
    """Read a text as plain words."""
    clauses = tuple(Clause(unit=Word(text=word)) for word in text.split())
    return Query(asked=Asked(clauses=clauses), words=wording.read(text, lang=lang), at=at)


class TitleMatcher:
    """A Matcher that looks at titles alone: all syllables of the query stand in it, whatever their marks."""

    def matches(self, documents: Sequence[Document], queries: Sequence[Query]) -> list[tuple[int, ...]]:
        held = {one.id: set(analysis.folded(analysis.forms(one.title))) for one in documents}
        wanted = [{form.folded for form in query.words.forms} for query in queries]
        return [tuple(pk for pk, words in held.items() if one <= words) for one in wanted]


def find(*, at: datetime = NOON + HOUR, most: int = alerting.BATCH) -> int:
    """Look at everything that is new; returns how many changes there were."""
    read = 0
    while more := alerting.find(matcher=TitleMatcher(), ask=asked, at=at, most=most):
        read += more
    return read


def send(*, at: datetime = NOON + HOUR, most: int = posting.MOST) -> int:
    """Send what is due at a moment; returns how many letters."""
    return posting.send_due(clock=lambda: at, most=most)


def wish(email: str = "lan@vidu.vn", query: str = QUERY, *, lang: str = "vi", often: Often = Often.HOURLY) -> Wish:
    return Wish(email=email, query=query, lang=lang, often=often)


def asked_for(
    email: str = "lan@vidu.vn",
    query: str = QUERY,
    *,
    lang: str = "vi",
    often: Often = Often.HOURLY,
    at: datetime = NOON,
    network: str = HERE,
) -> SavedSearch:
    """Fill in the form; nothing is confirmed."""
    saving.ask(wish(email, query, lang=lang, often=often), network=network, at=at)
    return SavedSearch.objects.get(subscriber__email=email.lower(), query=query, lang=lang)


def kept(
    email: str = "lan@vidu.vn",
    query: str = QUERY,
    *,
    lang: str = "vi",
    often: Often = Often.HOURLY,
    at: datetime = NOON,
    network: str = HERE,
) -> SavedSearch:
    """Fill in the form and open the link of the letter."""
    saved = asked_for(email, query, lang=lang, often=often, at=at, network=network)
    saving.confirm(saving.confirmation(saved, at=at), at=at)
    saved.refresh_from_db()
    return saved


def released(*titles: str, at: datetime = NOON + timedelta(minutes=5), **given: object) -> list[Entry]:
    """Release entries with these titles after searches were saved."""
    owner = makers.agency()
    return makers.entries([makers.content(owner, title, **given) for title in titles], at=at)


class Killed(BaseException):
    """The worker is gone: nothing catches this."""


class MoodyServer(EmailBackend):
    """Takes letters as `moods` say, then all: None takes one, an error refuses it, Killed takes it and dies."""

    moods: ClassVar[list[BaseException | None]] = []

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        mood = self.moods.pop(0) if self.moods else None
        if mood is not None and not isinstance(mood, Killed):
            raise mood
        sent: int = super().send_messages(messages)
        if mood is not None:
            raise mood
        return sent


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[None]:
    """Let letters of a portal at cong.vidu.vn go through a server that starts in a good mood."""
    settings.EMAIL_BACKEND = f"{MoodyServer.__module__}.{MoodyServer.__name__}"
    settings.SITE_URL, settings.SITE_NAME = "https://cong.vidu.vn", "Cổng"
    MoodyServer.moods.clear()
    yield
    MoodyServer.moods.clear()


def outbox() -> list[EmailMultiAlternatives]:
    return list(mail.outbox)  # type: ignore[arg-type]


def to() -> list[str]:
    return [one.to[0] for one in mail.outbox]


def html(letter: EmailMultiAlternatives) -> str:
    return str(letter.alternatives[0][0])


def found(*emails: str, titles: int = 1) -> list[SavedSearch]:
    """Keep a search for each address and find something for all of them."""
    searches = [kept(email, network=email) for email in emails]
    released(*[f"{TITLE} {number}" for number in range(titles)])
    find()
    return searches
