"""The items that wait for a person: who may judge which, the riskiest first, and why each was held. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Exists, F, OuterRef, Subquery

from cong.agencies.models import Agency
from cong.agencies.rights import rights_of
from cong.entries.models import Entry
from cong.harvest.classifier import SURE
from cong.harvest.domains_seen import linked_hosts, own_addresses, strangers
from cong.harvest.models import Item, ItemRevision, Items, ItemState, Source, Trust
from cong.harvest.risk import Facts, Level, Risk, weigh
from cong.harvest.roles import REVIEWERS
from cong.harvest.sealed import Remembered
from cong.harvest.suspicion import sentences
from cong.publishing.checks import Directory, Known
from cong.publishing.checks.hosts import SHORTENERS, imitates
from cong.publishing.checks.reading import Reading
from cong.publishing.checks.secrecy import secrecy
from cong.publishing.models import Release
from cong.publishing.process import Content

# So many of the newest are weighed and sorted at a time; older ones are a page further.
WINDOW = 200
# From so many of the last releases it is learnt in which language a source writes.
_LATELY, _FEWEST, _SETTLED = 1_000, 5, 0.9
_LETTERS = 200_000
_NOBODY = Directory(())


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One item that waits. `content` is its sealed content without the text, `sha256` the seal over both."""

    item: Item
    content: Content
    snapshot: int
    sha256: str
    facts: Facts
    risk: Risk


@dataclass(frozen=True, kw_only=True)
class Window:
    """The newest that wait, the riskiest first; `older`: where the next window begins, None at the end."""

    rows: tuple[Waiting, ...]
    older: int | None

    def beside(self, number: int) -> tuple[int | None, int | None]:
        """Return the items before and after one; for one that is not among them, none and the first."""
        order = [one.item.pk for one in self.rows]
        if number not in order:
            return None, order[0] if order else None
        place = order.index(number)
        return (order[place - 1] if place else None), (order[place + 1] if place + 1 < len(order) else None)


@dataclass(frozen=True, kw_only=True)
class _Looked:
    """What a look into a sealed text finds."""

    hosts: tuple[str, ...]
    marks: tuple[str, ...]
    is_long: bool


def of(user: Any) -> Items:
    """Return the items that wait for this person: of the agencies in which they judge, at the centre of all."""
    return judged_by(user).awaiting_person()


def judged_by(user: Any) -> Items:
    """Return all items of the agencies in which the person may judge."""
    items, rights = Item.objects.select_related("source__agency"), rights_of(user)
    if rights.everywhere(*REVIEWERS):
        return items
    mine = Source.objects.filter(agency__in=rights.agencies(*REVIEWERS))
    return items.filter(source__in=mine.order_by())


def window(user: Any, *, at: datetime, before: int | None = None) -> Window:
    """Weigh the newest that wait, or the newest below an id, in a bounded number of queries."""
    waiting = of(user).order_by("-pk")
    if before is not None:
        waiting = waiting.filter(pk__lt=before)
    items = list(waiting[: WINDOW + 1])
    rows = weighed(items[:WINDOW], at=at)
    older = items[WINDOW - 1].pk if len(items) > WINDOW else None
    return Window(rows=tuple(sorted(rows, key=lambda one: (-one.risk.score, -one.item.pk))), older=older)


def weighed(items: Sequence[Item], *, at: datetime) -> list[Waiting]:
    """Weigh these items, in their order; one whose first revision is not written yet is left out."""
    if not items:
        return []
    said = ItemRevision.objects.filter(publication__item__in=[one.pk for one in items])
    last = said.filter(n=F("publication__item__revision")).values_list(
        "publication_id", "snapshot_id", "snapshot__sha256", "snapshot__content"
    )
    sealed = {publication: (snapshot, sha256, content) for publication, snapshot, sha256, content in last}
    looked = _LOOKED.of({snapshot: sha256 for snapshot, sha256, _ in sealed.values()})
    around = _around(items)
    rows = []
    for item in items:
        if item.publication_id not in sealed:
            continue
        snapshot, sha256, text = sealed[item.publication_id]
        content = Content.parse(text, "")
        facts = around.facts(item, content, looked[snapshot], at=at)
        rows.append(
            Waiting(item=item, content=content, snapshot=snapshot, sha256=sha256, facts=facts, risk=weigh(facts))
        )
    return rows


def _look(text: str, html: str) -> _Looked:
    content = Content.parse(text, html[:_LETTERS])
    reading = Reading(content=content, directory=_NOBODY, known=Known(), on=date.min)
    marks = tuple(dict.fromkeys(hit.text.partition("“")[2].partition("”")[0] for hit in secrecy(reading)))
    return _Looked(hosts=linked_hosts(html), marks=marks, is_long=len(html) > _LETTERS)


_LOOKED = Remembered(_look)


@dataclass(frozen=True, kw_only=True)
class _Around:
    """What is known around some items, read once for all of them."""

    released: frozenset[int]
    langs: dict[int, str]
    withdrawn: frozenset[int]
    edited: frozenset[int]
    sites: frozenset[str]

    def facts(self, item: Item, content: Content, looked: _Looked, *, at: datetime) -> Facts:
        source = item.source
        foreign = strangers(looked.hosts, own_addresses(source, content.source_url))
        disguised = {host: how for host in foreign if (how := self._disguise(host))}
        return Facts(
            trust=source.trust, state=source.state, suspicion=sentences(source),
            is_first=source.pk not in self.released, confidence=item.confidence, marks=looked.marks,
            strangers=tuple(host for host in foreign if host not in disguised),
            disguised=tuple(f"{host} ({how})" for host, how in disguised.items()),
            lang=content.lang, usual_lang=self.langs.get(source.pk, ""),
            was_copy=item.state == ItemState.HELD and item.cluster_id in self.withdrawn,
            is_edited=item.publication_id in self.edited, is_long=looked.is_long, kind=content.kind,
            number=content.number, age_days=max((at - item.published_at).days, 0),
        )  # fmt: skip

    def _disguise(self, host: str) -> str:
        return "địa chỉ rút gọn" if host in SHORTENERS else imitates(host, self.sites)


def _around(items: Iterable[Item]) -> _Around:
    found = list(items)
    sources = {one.source_id for one in found}
    released = Item.objects.filter(source=OuterRef("pk"), state=ItemState.PUBLISHED)
    known = Source.objects.filter(Exists(released), pk__in=sources)
    clusters = {one.cluster_id for one in found if one.cluster_id}
    gone = Item.objects.filter(cluster__in=clusters, state=ItemState.GONE)
    revised = [one.publication_id for one in found if one.is_revised]
    live = Entry.objects.filter(pk__in=revised).values("release_id")
    by_people = Release.objects.filter(pk__in=live, by__isnull=False) if revised else Release.objects.none()
    sites = Agency.objects.exclude(site="").values_list("site", flat=True)
    return _Around(
        released=frozenset(known.values_list("pk", flat=True)), langs=_usual_langs(sources),
        withdrawn=frozenset(one for one in gone.values_list("cluster_id", flat=True) if one),
        edited=frozenset(by_people.values_list("publication_id", flat=True)),
        sites=frozenset(host for site in sites if (host := urlsplit(site).hostname)),
    )  # fmt: skip


def _usual_langs(sources: Collection[int]) -> dict[int, str]:
    """Return the language of nearly all that each source published lately; sources without one are left out."""
    lang = Entry.objects.filter(pk=OuterRef("publication_id")).values("lang")
    lately = Item.objects.filter(source__in=sources, state=ItemState.PUBLISHED).order_by("-pk")
    rows = lately.annotate(lang=Subquery(lang[:1])).values_list("source_id", "lang")[:_LATELY]
    counts: dict[int, dict[str, int]] = {}
    for source, said in rows:
        if said:
            of_source = counts.setdefault(source, {})
            of_source[said] = of_source.get(said, 0) + 1
    usual = {source: max(langs, key=lambda one: langs[one]) for source, langs in counts.items()}
    return {
        source: said
        for source, said in usual.items()
        if (total := sum(counts[source].values())) >= _FEWEST and counts[source][said] >= _SETTLED * total
    }


def why_held(waiting: Waiting) -> list[str]:
    """Return why a source's word alone did not release the item, as sentences."""
    facts, reasons = waiting.facts, list[str]()
    if waiting.item.is_revised:
        reasons.append("Nguồn đã sửa bài đang công khai; người đọc vẫn thấy bản cũ cho tới khi có người quyết định.")
    if facts.was_copy:
        reasons.append("Tin này từng là bản đăng lại; nơi đăng đầu tiên đã gỡ bài nên cần người quyết định.")
    if facts.trust == Trust.REVIEW:
        reasons.append("Nguồn này chỉ được đăng khi có người duyệt.")
    if facts.confidence < SURE:
        reasons.append("Hệ thống chưa chắc tin thuộc mục nào.")
    reasons += facts.suspicion
    return reasons or ["Lúc thu tin, nguồn chưa được phép tự đăng."]


def low(rows: Iterable[Waiting]) -> list[Waiting]:
    """Keep those that may be approved together."""
    return [one for one in rows if one.risk.level is Level.LOW]
