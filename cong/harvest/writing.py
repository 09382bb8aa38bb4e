"""Write what a source said: items with their revisions, sealed, and released where the source's trust allows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cong.entries.models import Entry, Section, Tombstone
from cong.harvest import decide
from cong.harvest.models import Item, ItemRevision, ItemState, Source, Trust
from cong.harvest.reading import wants_pages
from cong.harvest.stories import Placed, Stories
from cong.harvest.waiting import dump
from cong.kernel import bulk
from cong.media.models import Picture
from cong.publishing import actions as publishing
from cong.publishing.models import Ledger, Origin, Policy, Release
from cong.publishing.process import Content

SECTIONS = frozenset(Section.values)
_POLICY = {Trust.AUTO: "harvest-auto", Trust.LINK_ONLY: "harvest-link-only"}


class Writer:
    """Writes items of one visit; holds what all of them share. The ledger is open."""

    def __init__(
        self, source: Source, *, lang: str, at: datetime, pictures: dict[str, Picture], ledger: Ledger
    ) -> None:
        self.source, self.lang, self.at, self.pictures, self.ledger = source, lang, at, pictures, ledger
        self.stories = Stories(source, at=at)
        self.default = decide.Place(
            part=source.part, section=source.section, kind=decide.kind_of(source.part), reason="default"
        )

    def new(self, items: Sequence[decide.Seen]) -> None:
        if not items:
            return
        if wants_pages(self.source):
            self._await_pages(items)
            return
        ids = publishing.open_publications(
            self.source.agency, Origin.HARVEST, len(items), at=self.at, ledger=self.ledger
        )
        contents = [(number, self._content(one, self.at)) for number, one in zip(ids, items, strict=True)]
        placed = self._placed(contents)
        copies = {number for number, one in placed.items() if one.is_copy}
        sealed = self._publish(contents, closed=copies)
        columns = ("source_id", "key", "alias", "url_key", "url", "content_hash", "revision", "state",
                   "publication_id", "published_at", "first_seen_at", "enrich_at")  # fmt: skip
        rows = [
            (self.source.pk, one.key, one.alias, one.url_key, content.source_url, one.content_hash, 1,
             self._state(number, copies).value, number, content.published_at, self.at,
             None if placed else self.at)
            for one, (number, content) in zip(items, contents, strict=True)
        ]  # fmt: skip
        bulk.insert(Item, columns, rows)
        _revisions([(one.publication, 1, one.id, "", self.at) for one in sealed])
        self.stories.settle(list(placed.items()))

    def _placed(self, contents: Sequence[tuple[int, Content]]) -> dict[int, Placed]:
        """Find whose story is told already. At a source's first visit that would take long: it is done afterwards."""
        if self.source.first_ok_at is None:
            return {}
        goes_out = self.source.trust in _POLICY
        return {number: self.stories.place(content, goes_out=goes_out) for number, content in contents}

    def _state(self, publication: int, copies: Collection[int]) -> ItemState:
        if publication in copies:
            return ItemState.COPY
        return ItemState.PUBLISHED if self.source.trust in _POLICY else ItemState.HELD

    def changed(self, pairs: Sequence[tuple[decide.Seen, decide.Known]]) -> int:
        """Revise items and return how many differ for a reader; what was only written differently is just noted."""
        if wants_pages(self.source):
            self._await_pages_again(pairs)
            return 0
        last = _last_contents([known.publication for _, known in pairs])
        rows, edits = [], []
        for seen, known in pairs:
            before = last[known.publication]
            content = self._content(seen, before.harvested_at or self.at, before)
            fields = decide.differences(before, content)
            revision = known.revision + bool(fields)
            if fields:
                edits.append((known.publication, content, revision, ",".join(fields)))
            rows.append((seen.content_hash, revision, seen.alias, seen.url_key, content.source_url,
                         content.published_at, known.id))  # fmt: skip
        bulk.update(Item, ("content_hash", "revision", "alias", "url_key", "url", "published_at"), rows)
        if edits:
            closed = _closed_to_sources([publication for publication, *_ in edits])
            sealed = self._publish([(publication, content) for publication, content, *_ in edits], closed=closed)
            _revisions([
                (publication, revision, one.id, fields, self.at)
                for one, (publication, _, revision, fields) in zip(sealed, edits, strict=True)
            ])  # fmt: skip
        return len(edits)

    def _await_pages(self, items: Sequence[decide.Seen]) -> None:
        """Keep new items as they were said; what readers see is made once their own page has been read."""
        ids = publishing.open_publications(
            self.source.agency, Origin.HARVEST, len(items), at=self.at, ledger=self.ledger
        )
        columns = ("source_id", "key", "alias", "url_key", "url", "content_hash", "revision", "state",
                   "publication_id", "published_at", "first_seen_at", "waiting", "enrich_at")  # fmt: skip
        rows = [
            (self.source.pk, one.key, one.alias, one.url_key, one.raw.url, one.content_hash, 0, ItemState.NEW.value,
             number, min(one.raw.published or self.at, self.at), self.at, dump(one.raw), self.at)
            for one, number in zip(items, ids, strict=True)
        ]  # fmt: skip
        bulk.insert(Item, columns, rows)

    def _await_pages_again(self, pairs: Sequence[tuple[decide.Seen, decide.Known]]) -> None:
        columns = ("content_hash", "alias", "url_key", "waiting", "enrich_at", "enrich_tries")
        rows = [
            (seen.content_hash, seen.alias, seen.url_key, dump(seen.raw), self.at, 0, known.id)
            for seen, known in pairs
        ]  # fmt: skip
        bulk.update(Item, columns, rows)

    def _publish(self, contents: Sequence[tuple[int, Content]], *, closed: set[int]) -> list[publishing.Sealed]:
        """Seal everything; release what the source's trust allows and is not closed to it."""
        sealed = publishing.seal_all(contents, by=None, at=self.at, ledger=self.ledger)
        policy = _POLICY.get(Trust(self.source.trust))
        if policy:
            ready = [one for one in sealed if one.publication not in closed]
            publishing.release_by_policy(ready, Policy.objects.get(pk=policy), at=self.at, ledger=self.ledger)
            # An operator may trust a source later than its first items were held.
            held = Item.objects.filter(publication__in=[one.publication for one in ready], state=ItemState.HELD)
            held.update(state=ItemState.PUBLISHED)
        return sealed

    def _content(self, seen: decide.Seen, harvested_at: datetime, before: Content | None = None) -> Content:
        place = decide.place(seen.raw, self.default, self.source.config.get("map", []), SECTIONS)
        text = decide.text(seen.raw, kind=place.kind, lang=self.lang, base=self.source.url)
        said = seen.raw.published or seen.raw.updated or (before and before.published_at) or self.at
        content = Content(
            agency=self.source.agency_id, kind=place.kind, part=place.part, section=place.section,
            source_name=self.source.name or self.source.agency.short_name, source_url=text.url,
            published_at=min(said, self.at), harvested_at=harvested_at, lang=text.lang, slug=text.slug,
            title=text.title, summary=text.summary, html=text.html, author=text.author, number=text.number,
            tags=text.tags,
        )  # fmt: skip
        if self.source.trust == Trust.LINK_ONLY:
            return replace(content, html="")
        picture = self.pictures.get(seen.raw.image)
        if picture:
            return replace(
                content, picture=picture.sha256, picture_width=picture.width, picture_height=picture.height
            )  # fmt: skip
        if before and before.picture and seen.raw.image:
            # A picture that could not be fetched this time is no reason to lose the one that we have.
            return replace(
                content, picture=before.picture, picture_width=before.picture_width,
                picture_height=before.picture_height, picture_alt=before.picture_alt,
            )  # fmt: skip
        return content


def _revisions(rows: list[tuple[Any, ...]]) -> None:
    bulk.insert(ItemRevision, ("publication_id", "n", "snapshot_id", "changed", "at"), rows)


def _last_contents(publications: Sequence[int]) -> dict[int, Content]:
    """Return what the source said last of each."""
    revisions = ItemRevision.objects.filter(publication__in=publications).select_related("snapshot").order_by("n")
    return {one.publication_id: Content.parse(one.snapshot.content, one.snapshot.html) for one in revisions}


def _closed_to_sources(publications: Sequence[int]) -> set[int]:
    """Return the publications that a source does not change: a person released them, or they are not to be seen."""
    live = Entry.objects.filter(pk__in=publications).values("release_id")
    by_people = Release.objects.filter(pk__in=live, by__isnull=False).values_list("publication_id", flat=True)
    graves = Tombstone.objects.filter(pk__in=publications).values_list("pk", flat=True)
    copies = Item.objects.filter(publication__in=publications, state=ItemState.COPY)
    return {*by_people, *graves, *copies.values_list("publication_id", flat=True)}
