"""Stories that several sources tell: find the cluster, keep one entry a story, tell readers where else it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from cong.agencies.models import Category
from cong.entries.models import Entry, Kind, Mode
from cong.harvest import similar
from cong.harvest.decide import plain
from cong.harvest.models import Cluster, Item, ItemBand, ItemRevision, ItemState, Source
from cong.kernel import bulk
from cong.kernel.text import fold
from cong.publishing import actions as publishing
from cong.publishing.models import Ledger, Policy, Publication
from cong.publishing.process import Content

BANDS_KEPT = timedelta(days=30)
# A text shorter than this is a summary: it is compared more strictly.
_FULL_TEXT = 600
# Detection finds rewrites from .20 on; hiding a story that is another one does more harm than showing one twice.
_SURE = 0.5
# Clusters that are not opened yet have numbers from here on; a database takes a limited number of parameters.
_NEW, _MANY = 1 << 62, 400
_EDGES = "()[]“”\"'‘’.,:;!?…–-"
_OPEN = (ItemState.PUBLISHED, ItemState.HELD, ItemState.COPY)
_RANK = {category: place for place, category in enumerate(Category.values)}


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where an item belongs. `is_copy`: another one tells its story to readers already, so it is not released."""

    signature: bytes = b""
    cluster: int | None = None
    is_copy: bool = False


class Stories:
    """Finds the stories of the items that one transaction writes, one after the other."""

    def __init__(self, source: Source, *, at: datetime) -> None:
        self.source, self.at = source, at
        self._numbers, self._new = count(-1, -1), count(_NEW)
        self._fresh: list[similar.Copy] = []
        self._told: set[int] = set()
        self._texts: dict[int, tuple[str, str]] = {}
        self._by_band: dict[int, set[int]] = {}
        self._held: dict[int, list[similar.Copy]] = {}

    def look_up(self, contents: Sequence[Content]) -> None:
        """Load what the stories of all these may be found by, in a few queries instead of some for each."""
        signed = [_signed(one, plain(one.html)) for one in contents]
        self._load({key for one in signed for key in similar.bands(one)})

    def place(self, content: Content, *, item: int = 0, goes_out: bool) -> Placed:
        """Find the cluster of what is about to be written, or open one. `goes_out`: it is released if it may be."""
        text = plain(content.html)
        signed = _signed(content, text)
        if not signed:
            return Placed()
        copy = self._copy(content, signed, item, short=len(text) < _FULL_TEXT)
        joining = similar.decide(copy, self._candidates(signed))
        joins = joining.likeness >= _SURE and self._names_the_same(content, text, joining.like)
        cluster = joining.cluster if joins else next(self._new)
        self._texts[copy.id] = (content.title, text)
        self._fresh.append(replace(copy, cluster=cluster))
        is_copy = cluster in self._told or (cluster < _NEW and standing(cluster, but=item) is not None)
        if goes_out and not is_copy:
            self._told.add(cluster)
        return Placed(signature=signed, cluster=cluster, is_copy=is_copy)

    def settle(self, written: Sequence[tuple[int, Placed]]) -> None:
        """Note where the written items (publication, place) belong; the first that is public stands for its story."""
        placed = {publication: one for publication, one in written if one.cluster}
        if not placed:
            return
        found = Item.objects.filter(publication__in=placed).order_by("pk")
        items = list(found.values_list("pk", "publication_id", "state"))
        public: dict[int, int] = {}
        for pk, publication, state in items:
            if state == ItemState.PUBLISHED:
                public.setdefault(placed[publication].cluster or 0, pk)
        made = self._opened(placed.values(), public)
        bulk.update(
            Item,
            ("signature", "cluster_id"),
            [
                (one.signature, made.get(one.cluster or 0, one.cluster), pk)
                for pk, one in ((pk, placed[publication]) for pk, publication, _ in items)
            ],
        )
        rows = [
            (band, pk, self.at) for pk, publication, _ in items for band in similar.bands(placed[publication].signature)
        ]
        bulk.insert(ItemBand, ("band", "item_id", "at"), rows)
        for cluster, pk in public.items():
            if cluster < _NEW:
                Cluster.objects.filter(pk=cluster, canonical=None).update(canonical=pk)
        copies = {one.cluster for one in placed.values() if one.cluster and one.is_copy}
        tell({made.get(one, one) for one in copies}, at=self.at)

    def _opened(self, placed: Iterable[Placed], public: Mapping[int, int]) -> dict[int, int]:
        """Open the clusters that are new, each with the item that stands for it; returns their numbers."""
        new = sorted({one.cluster for one in placed if one.cluster and one.cluster >= _NEW})
        made = Cluster.objects.bulk_create([Cluster(at=self.at, canonical_id=public.get(one)) for one in new])
        return dict(zip(new, [one.pk for one in made], strict=True))

    def _copy(self, content: Content, signed: bytes, item: int, *, short: bool) -> similar.Copy:
        agency = self.source.agency
        return similar.Copy(
            id=item or next(self._numbers), source=self.source.pk, category=_RANK[agency.category], order=agency.order,
            published_at=content.published_at or self.at, signature=signed, short=short,
        )  # fmt: skip

    def _candidates(self, signed: bytes) -> list[similar.Copy]:
        keys = set(similar.bands(signed))
        self._load(keys)
        clusters = {one for key in keys for one in self._by_band[key]}
        clusters |= {one.cluster for one in self._fresh if keys.intersection(similar.bands(one.signature))}
        held = [one for cluster in clusters for one in self._held.get(cluster, ())]
        known = {one.id for one in held}
        return held + [one for one in self._fresh if one.cluster in clusters and one.id not in known]

    def _load(self, keys: Collection[int]) -> None:
        """Load the clusters of bands that were not asked for yet, with all their items."""
        wanted = sorted(set(keys) - self._by_band.keys())
        self._by_band.update({key: set() for key in wanted})
        for start in range(0, len(wanted), _MANY):
            near = ItemBand.objects.filter(band__in=wanted[start : start + _MANY], at__gte=self.at - BANDS_KEPT)
            for band, cluster in near.filter(item__cluster__isnull=False).values_list("band", "item__cluster_id"):
                self._by_band[band].add(cluster)
        clusters = sorted({one for key in wanted for one in self._by_band[key]} - self._held.keys())
        self._held.update({cluster: [] for cluster in clusters})
        for start in range(0, len(clusters), _MANY):
            for one in _members(clusters[start : start + _MANY]):
                self._held[one.cluster].append(one)

    def _names_the_same(self, content: Content, text: str, like: int) -> bool:
        """Tell whether both texts have all names and numbers of each other's titles."""
        title, other = self._texts[like] if like in self._texts else _said(like)
        here, there = fold(f"{content.title} {content.summary} {text}"), fold(f"{title} {other}")
        return all(name in there for name in _named(content.title)) and all(name in here for name in _named(title))


def _signed(content: Content, text: str) -> bytes:
    """Return the signature of a text; b"" for what is no story.

    Documents have their frames in common and are each its own: their numbers tell them apart.
    """
    return similar.signature(f"{content.title}. {content.summary} {text}") if content.kind == Kind.NEWS else b""


def _named(title: str) -> list[str]:
    """Return the names in a title (two capitalised words or more in a row) and its numbers, folded.

    “Xã An Hải” and “Xã Phú Mỹ” in one frame are two stories.
    """
    named, run = [], list[str]()
    for word in [*(raw.strip(_EDGES) for raw in title.split()), ""]:
        if word[:1].isupper():
            run.append(word)
            continue
        if len(run) > 1:
            named.append(" ".join(run))
        run = []
        if any(letter.isdigit() for letter in word):
            named.append(word)
    return [fold(one) for one in named]


def _said(item: int) -> tuple[str, str]:
    """Return title and text of an item as its source said it last."""
    revision = ItemRevision.objects.filter(publication__item=item).select_related("snapshot").order_by("n").last()
    if revision is None:
        return "", ""
    content = Content.parse(revision.snapshot.content, revision.snapshot.html)
    return content.title, f"{content.summary} {plain(content.html)}"


def _members(clusters: Collection[int]) -> list[similar.Copy]:
    """Return all items of these clusters, as far as they still count."""
    if not clusters:
        return []
    found = Item.objects.filter(cluster__in=clusters, state__in=_OPEN, signature__isnull=False)
    agency = ("source__agency__category", "source__agency__order")
    rows = found.values_list("pk", "source_id", *agency, "published_at", "signature", "cluster_id")
    return [
        similar.Copy(
            id=pk, source=source, category=_RANK[category], order=order, published_at=at,
            signature=bytes(signed or b""), cluster=cluster,
        )
        for pk, source, category, order, at, signed, cluster in rows
    ]  # fmt: skip


def standing(cluster: int, *, but: int = 0) -> Item | None:
    """Return the public item that tells the story, other than `but`."""
    found = Item.objects.filter(pk__in=Cluster.objects.filter(pk=cluster).values("canonical"))
    return found.exclude(pk=but).filter(state=ItemState.PUBLISHED).first()


def give_way(copy: Item, to: Item, *, at: datetime, ledger: Ledger) -> None:
    """Make a public item a copy of another: its address leads there from now on."""
    Item.objects.filter(pk=copy.pk).update(state=ItemState.COPY)
    entry = Entry.objects.filter(pk=to.publication_id).first()
    if entry is None or not Entry.objects.filter(pk=copy.publication_id).exists():
        return
    publishing.withdraw(
        Publication.objects.get(pk=copy.publication_id), policy=Policy.objects.get(pk="harvest-duplicate"), at=at,
        note="Bài trùng với bài đã có.", mode=Mode.REDIRECT, target=entry.get_absolute_url(), ledger=ledger,
    )  # fmt: skip


def tell(clusters: Collection[int], *, at: datetime) -> None:
    """Tell readers anew, beside each story, where else it was published."""
    for cluster in Cluster.objects.filter(pk__in=clusters).select_related("canonical"):
        stands = cluster.canonical
        if stands is None or not Entry.objects.filter(pk=stands.publication_id).exists():
            continue
        copies = Item.objects.filter(cluster=cluster, state=ItemState.COPY).exclude(url="").select_related("source")
        rows = {
            one.url: (one.source.agency_id, one.source.name, one.url, one.published_at)
            for one in copies.order_by("published_at", "pk")
        }
        publishing.tell_copies(stands.publication_id, list(rows.values()), at=at)


def leave(item: Item, *, at: datetime) -> None:
    """Let an item that is gone leave its story; copies of what was public wait for a person's word."""
    if item.cluster_id is None:
        return
    stood = Cluster.objects.filter(pk=item.cluster_id, canonical=item.pk).update(canonical=None)
    others = Item.objects.filter(cluster=item.cluster_id, state=ItemState.COPY)
    if stood:
        # Whoever told it first has taken it back: that the others still tell it is no reason to go on unasked.
        others.update(state=ItemState.HELD)
    else:
        tell([item.cluster_id], at=at)


def forget_old_bands(*, at: datetime) -> int:
    """Drop the bands of items older than 30 days; returns how many."""
    return ItemBand.objects.filter(at__lt=at - BANDS_KEPT).delete()[0]
