"""Sources and items of the hub, made by the hub's own actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from html import escape

from cong.agencies.models import Agency, Role
from cong.entries.models import Entry
from cong.harvest import actions
from cong.harvest.actions import Taken, Visited
from cong.harvest.models import Item, ItemState, Source, Trust
from cong.harvest.parse import RawFeed, RawItem, Rules, discover
from cong.harvest.reading import Gathered
from cong.journal.actions import broken
from cong.media.models import Picture
from cong.publishing import actions as publishing
from cong.publishing.models import Publication, Snapshot, Step
from cong.publishing.process import Content
from cong.publishing.queries import problems
from tests import makers
from tests.makers import NOON


def known_source(name: str, trust: Trust = Trust.AUTO, *, agency: Agency | None = None, **given: object) -> Source:
    """Return a source that was visited before: its new items are compared at once."""
    agency = agency or makers.agency(f"Cơ quan {name}", **given)
    return Source.objects.create(
        slug=name, url=f"https://{name}.vn/rss", agency=agency, trust=trust, next_at=NOON, first_ok_at=NOON, name=name
    )


def told(source: Source, *texts: str, at: datetime = NOON, title: str = "Thư viện xã mở phòng đọc") -> list[Item]:
    """Have the source tell items with these texts, and return them."""
    source.refresh_from_db()
    items = tuple(
        RawItem(
            guid=f"{at:%H}-{n}",
            url=f"https://{source.slug}.vn/{at:%H}/{n}",
            title=title,
            html=f"<p>{text}</p>",
            published=at,
        )
        for n, text in enumerate(texts)
    )
    feed = RawFeed(kind="rss", items=items)
    actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), Visited(at=at, status=200))
    return list(Item.objects.filter(source=source, first_seen_at=at).order_by("pk"))


def a_source(trust: Trust = Trust.AUTO, agency: Agency | None = None, **given: object) -> Source:
    """Return a source of a village that was never visited."""
    owner = agency or makers.agency("Xã Mẫu")
    values: dict[str, object] = {"slug": "xa", "url": "https://xa.vn/rss"} | given
    return Source.objects.create(trust=trust, next_at=NOON, agency=owner, **values)


def rss_item(number: int = 1, title: str = "", body: str = "", **given: str) -> str:
    """Return one item of an RSS body."""
    words = {
        "title": title or f"Tin số {number}", "link": f"https://xa.vn/tin/{number}", "guid": f"https://xa.vn/?p={number}",
        "description": body or f"<p>Nội dung của bài số {number}.</p>",
        "pubDate": f"Tue, 24 Nov 2026 {number % 24:02}:00:00 +0700",
    } | given  # fmt: skip
    return "<item>" + "".join(f"<{name}>{escape(said)}</{name}>" for name, said in words.items() if said) + "</item>"


def rss_of(*items: str) -> bytes:
    """Return an RSS body with these items."""
    return f'<rss version="2.0"><channel><title>Tin xã</title>{"".join(items)}</channel></rss>'.encode()


def visit(source: Source, body: bytes, at: datetime = NOON, pictures: dict[str, Picture] | None = None) -> Taken:
    """Take in a body as the poller does."""
    source.refresh_from_db()
    feed = discover(body, url=source.url, charset=None, rules=Rules(now=at))
    return actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), Visited(at=at, status=200), pictures)


def titles() -> list[str]:
    """Return the titles of all entries."""
    return list(Entry.objects.order_by("title").values_list("title", flat=True))


def is_sound() -> bool:
    """Tell whether ledger and journal hold together."""
    return not list(problems()) and not list(broken())


def state_of(number: int = 1) -> ItemState:
    """Return the state of the item with that number."""
    return ItemState(Item.objects.get(url__endswith=f"/{number}").state)


def release_by_people(snapshot: Snapshot) -> None:
    """Take a snapshot through appraisal and approval to its release."""
    owner = snapshot.publication.agency
    for step, role in ((Step.APPRAISE, Role.APPRAISER), (Step.APPROVE, Role.APPROVER)):
        who = makers.person(role.value, role, owner)
        publishing.decide(snapshot, step, sha256=snapshot.sha256, by=who, at=NOON)
    publishing.release(snapshot, by=makers.person("truc", Role.DUTY_EDITOR, owner), at=NOON)


def edit_by_people(publication: int, title: str) -> None:
    """Have people release their own version of an item."""
    owner = Publication.objects.get(pk=publication).agency
    last = Snapshot.objects.filter(publication=publication).latest("id")
    edited = replace(Content.parse(last.content, last.html), title=title)
    author = makers.person("tacgia", Role.AUTHOR, owner)
    sealed = publishing.seal_all([(publication, edited)], by=author, at=NOON)[0]
    release_by_people(Snapshot.objects.get(pk=sealed.id))
