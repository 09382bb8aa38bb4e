"""Run the checks on a content, at submission and again at the moment of release, with what they must know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from cong.agencies.models import Agency
from cong.agencies.officials import all_posts
from cong.agencies.posts import Post
from cong.entries.models import Entry
from cong.media.models import Asset
from cong.media.queries import findings_in
from cong.publishing.checks import Directory, Finding, Known, Level, addresses, check
from cong.publishing.models import LinkState
from cong.publishing.process import Content

_LOOK_COUNTS = timedelta(days=7)
_ENTRY = re.compile(r"-(\d{1,18})/?$")


class Blocked(Exception):
    """The content may not go on as it is; `findings` say what and where."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(str(one) for one in findings))
        self.findings = tuple(findings)


def checked(content: Content, *, at: datetime) -> Content:
    """Return the content, marked for the secrecy officer when a check says so; raises Blocked."""
    found = findings(content, at=at)
    if blocking := [one for one in found if one.level is Level.BLOCK]:
        raise Blocked(blocking)
    if any(one.level is Level.SECRECY for one in found):
        return replace(content, secrecy=True)
    return content


def findings(content: Content, *, at: datetime) -> list[Finding]:
    """Return all that the checks say of a content, the gravest first."""
    on = timezone.localtime(at).date()
    return check(content, officials=_directory(tuple(all_posts())), known=_known(content, at), on=on)


@lru_cache(maxsize=2)
def _directory(posts: tuple[Post, ...]) -> Directory:
    return Directory(posts)


def page_of(link: str) -> str:
    """Return an address as LinkState keeps it: without the place within the page."""
    return link.strip().partition("#")[0]


def _known(content: Content, at: datetime) -> Known:
    shas = {*content.media, *([content.picture] if content.picture else [])}
    files = list(Asset.objects.filter(file__sha256__in=shas).values_list("file__sha256", "alt", "credit", "title"))
    bodies = list(Agency.objects.values_list("site", "phone", "mail"))
    links = addresses(content)
    return Known(
        hidden=findings_in(shas) if shas else {},
        broken=_broken(links, at),
        known_entries=_released(links),
        hosts=frozenset(_hosts([settings.SITE_URL])),
        neighbours=frozenset(_hosts(site for site, _, _ in bodies)),
        alts={sha256: alt for sha256, alt, _, _ in files},
        credits={sha256: credit for sha256, _, credit, _ in files},
        files={sha256: title for sha256, _, _, title in files},
        phones=frozenset(phone for _, phone, _ in bodies if phone),
        mails=frozenset(mail for _, _, mail in bodies if mail),
    )


def _broken(links: Iterable[str], at: datetime) -> dict[str, str]:
    """Return why those among them do not open that somebody looked at lately."""
    pages = {link: page for link in links if "//" in (page := page_of(link))}
    if not pages:
        return {}
    lately = LinkState.objects.filter(address__in=set(pages.values()), at__gte=at - _LOOK_COUNTS)
    problems = dict(lately.exclude(problem="").values_list("address", "problem"))
    return {link: problems[page] for link, page in pages.items() if page in problems}


def _released(links: Iterable[str]) -> frozenset[str]:
    """Return the addresses among them whose entry is public."""
    numbers = {link: int(found[1]) for link in links if (found := _ENTRY.search(_path(link)))}
    live = set(Entry.objects.filter(pk__in=numbers.values()).values_list("pk", flat=True)) if numbers else set()
    return frozenset(link for link, number in numbers.items() if number in live)


def _path(link: str) -> str:
    # What is no address is told by the checks; here it is only no entry.
    try:
        return urlsplit(link).path
    except ValueError:
        return ""


def _hosts(urls: Iterable[str]) -> Iterator[str]:
    for url in urls:
        try:
            host = urlsplit(url).hostname
        except ValueError:
            continue
        if host:
            yield host
