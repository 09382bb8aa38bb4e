"""Write what a source said: items with their revisions, sealed, and released where the source's trust allows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F

from cong.entries.models import Entry, Section, Tombstone
from cong.harvest import decide, sorting, suspicion
from cong.harvest.learning import current_model
from cong.harvest.models import AgencyRules, Item, ItemRevision, ItemState, Lesson, Source, Trust
from cong.harvest.parse import RawItem
from cong.harvest.reading import wants_pages
from cong.harvest.stories import Placed, Stories
from cong.harvest.waiting import dump
from cong.kernel import bulk
from cong.media.models import Picture
from cong.publishing import actions as publishing
from cong.publishing.models import Ledger, Origin, Policy, Release
from cong.publishing.process import Content

SECTIONS = frozenset(Section.values)
POLICY = {Trust.AUTO: "harvest-auto", Trust.LINK_ONLY: "harvest-link-only"}
_NAMES = ("key", "alias", "url_key", "content_hash")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What readers would see of an item, and whether a person must look first."""

    publication: int
    content: Content
    choice: sorting.Choice


class Writer:
    """Writes items of one visit, or one item whose page was read; holds what all of them share. The ledger is open."""

    def __init__(
        self, source: Source, *, lang: str, at: datetime, pictures: dict[str, Picture], ledger: Ledger
    ) -> None:
        self.source, self.lang, self.at, self.pictures, self.ledger = source, lang, at, pictures, ledger
        self.stories, self.model = Stories(source, at=at), current_model()
        self.taught: set[int] = set()
        self.suspect = bool(source.suspicion)
        own = AgencyRules.objects.filter(agency=source.agency_id).values_list("map", flat=True).first()
        self.agency_rules = own or []
        self.gallery = ""
        self.default = decide.Place(
            part=source.part, section=source.section, kind=decide.kind_of(source.part), reason="default"
        )

    def new(self, items: Sequence[decide.Seen]) -> None:
        """Make items. Where each item's own page is read, they wait for it; else they are written whole."""
        if not items:
            return
        ids = publishing.open_publications(
            self.source.agency, Origin.HARVEST, len(items), at=self.at, ledger=self.ledger
        )
        if wants_pages(self.source):
            self._await_pages(items, ids)
            return
        drafts = [self.draft(one.raw, number, self.at) for one, number in zip(items, ids, strict=True)]
        self.suspect = suspicion.look(self.source, [one.content for one in drafts], at=self.at)
        placed = self._placed(drafts)
        states = self._seal(drafts, placed)
        columns = ("source_id", *_NAMES, "url", "revision", "state", "publication_id", "published_at", "first_seen_at",
                   "enrich_at", "reason", "confidence")  # fmt: skip
        rows = [
            (self.source.pk, *(getattr(one, name) for name in _NAMES), draft.content.source_url, 1,
             states[draft.publication].value, draft.publication, draft.content.published_at, self.at,
             None if placed else self.at, draft.choice.place.reason, draft.choice.confidence)
            for one, draft in zip(items, drafts, strict=True)
        ]  # fmt: skip
        bulk.insert(Item, columns, rows)
        self.stories.settle(list(placed.items()))

    def finish(self, item: Item, raw: RawItem, *, gallery: str = "") -> None:
        """Write an item whose page was read: for the first time, or anew because its source changed it."""
        self.gallery = gallery
        if item.revision:
            known = decide.Known(
                id=item.pk, publication=item.publication_id, key=item.key, alias=item.alias, url_key=item.url_key,
                content_hash=item.content_hash, revision=item.revision, open=True, listed=True,
                published_at=item.published_at,
            )  # fmt: skip
            names = {name: getattr(item, name) for name in _NAMES}
            self.revise([(decide.Seen(raw=raw, **names), known)])
            return
        draft = self.draft(raw, item.publication_id, self.at)
        is_backlog = item.first_seen_at <= (self.source.first_ok_at or self.at)
        self.suspect = suspicion.look(self.source, [draft.content], at=self.at, is_backlog=is_backlog)
        placed = {draft.publication: self.stories.place(draft.content, item=item.pk, goes_out=self._goes_out(draft))}
        state = self._seal([draft], placed)[draft.publication]
        Item.objects.filter(pk=item.pk).update(
            revision=1, state=state, url=draft.content.source_url, published_at=draft.content.published_at,
            reason=draft.choice.place.reason, confidence=draft.choice.confidence,
        )  # fmt: skip
        self.stories.settle(list(placed.items()))

    def changed(self, pairs: Sequence[tuple[decide.Seen, decide.Known]]) -> int:
        """Take in what the source changed; returns how many items differ for a reader by now."""
        if not wants_pages(self.source):
            return self.revise(pairs)
        columns = (*_NAMES[1:], "waiting", "enrich_at", "enrich_tries")
        rows = [
            (*(getattr(seen, name) for name in _NAMES[1:]), dump(seen.raw), self.at, 0, known.id)
            for seen, known in pairs
        ]  # fmt: skip
        bulk.update(Item, columns, rows)
        return 0

    def revise(self, pairs: Sequence[tuple[decide.Seen, decide.Known]]) -> int:
        """Revise items and return how many differ for a reader; what was only written differently is just noted."""
        last = _last_contents([known.publication for _, known in pairs])
        taught = Lesson.objects.filter(item__publication__in=last)
        self.taught = set(taught.values_list("item__publication_id", flat=True))
        rows, edits = [], []
        for seen, known in pairs:
            before = last[known.publication]
            content = self.draft(seen.raw, known.publication, before.harvested_at or self.at, before).content
            fields = decide.differences(before, content)
            revision = known.revision + bool(fields)
            if fields:
                edits.append((known.publication, content, revision, ",".join(fields)))
            rows.append((*(getattr(seen, name) for name in _NAMES[1:]), revision, content.source_url,
                         content.published_at, known.id))  # fmt: skip
        bulk.update(Item, (*_NAMES[1:], "revision", "url", "published_at"), rows)
        if edits:
            self._seal_edits(edits)
        return len(edits)

    def _seal_edits(self, edits: Sequence[tuple[int, Content, int, str]]) -> None:
        """Seal revisions (publication, content, number, changed fields); those that do not go out wait for a person."""
        closed = _closed_to_sources([publication for publication, *_ in edits])
        sealed, released = self._publish([(publication, content) for publication, content, *_ in edits], closed=closed)
        _revisions([
            (publication, revision, one.id, fields, self.at)
            for one, (publication, _, revision, fields) in zip(sealed, edits, strict=True)
        ])  # fmt: skip
        Item.objects.filter(publication__in=released).update(held_revision=None)
        waiting = Item.objects.filter(publication__in={one[0] for one in edits} - released, state=ItemState.PUBLISHED)
        waiting.update(held_revision=F("revision"))

    def draft(self, raw: RawItem, publication: int, harvested_at: datetime, before: Content | None = None) -> Draft:
        """Say what readers would see of an item; what a person chose as its place stays."""
        choice = self._choice(raw)
        if before is not None and (choice.hold or publication in self.taught):
            choice = _stays(before)
        place = choice.place
        text = decide.text(raw, kind=place.kind, lang=self.lang, base=self.source.url)
        said = raw.published or raw.updated or (before and before.published_at) or self.at
        content = Content(
            agency=self.source.agency_id, kind=place.kind, part=place.part, section=place.section,
            source_name=self.source.name or self.source.agency.short_name, source_url=text.url,
            published_at=min(said, self.at), harvested_at=harvested_at, lang=text.lang, slug=text.slug,
            title=text.title, summary=text.summary, html=text.html + self.gallery, author=text.author,
            number=text.number, tags=text.tags,
        )  # fmt: skip
        if self.source.trust == Trust.LINK_ONLY:
            content = replace(content, html="")
        else:
            content = self._pictured(content, raw.image, before)
        return Draft(publication=publication, content=content, choice=choice)

    def _choice(self, raw: RawItem) -> sorting.Choice:
        return sorting.choose(
            raw,
            self.default,
            rules=self.source.config.get("map", []),
            agency_rules=self.agency_rules,
            sections=SECTIONS,
            model=self.model,
        )

    def _pictured(self, content: Content, image: str, before: Content | None) -> Content:
        picture = self.pictures.get(image)
        if picture:
            return replace(
                content, picture=picture.sha256, picture_width=picture.width, picture_height=picture.height
            )  # fmt: skip
        if before and before.picture and image:
            # A picture that could not be fetched this time is no reason to lose the one that we have.
            return replace(
                content, picture=before.picture, picture_width=before.picture_width,
                picture_height=before.picture_height, picture_alt=before.picture_alt,
            )  # fmt: skip
        return content

    def _goes_out(self, draft: Draft) -> bool:
        return self.source.trust in POLICY and not draft.choice.hold and not self.suspect

    def _placed(self, drafts: Sequence[Draft]) -> dict[int, Placed]:
        """Find whose story is told already. At a source's first visit that would take long: it is done afterwards."""
        if self.source.first_ok_at is None:
            return {}
        return {one.publication: self.stories.place(one.content, goes_out=self._goes_out(one)) for one in drafts}

    def _seal(self, drafts: Sequence[Draft], placed: dict[int, Placed]) -> dict[int, ItemState]:
        """Seal first revisions and release those that go out; returns the state of each."""
        copies = {number for number, one in placed.items() if one.is_copy}
        held = {one.publication for one in drafts if not self._goes_out(one)}
        sealed, _ = self._publish([(one.publication, one.content) for one in drafts], closed=copies | held, first=True)
        _revisions([(one.publication, 1, one.id, "", self.at) for one in sealed])
        return {
            one.publication: ItemState.COPY if one.publication in copies
            else ItemState.HELD if one.publication in held
            else ItemState.PUBLISHED
            for one in drafts
        }  # fmt: skip

    def _await_pages(self, items: Sequence[decide.Seen], ids: Sequence[int]) -> None:
        """Keep new items as they were said; what readers see is made once their own page has been read."""
        columns = ("source_id", *_NAMES, "url", "revision", "state", "publication_id", "published_at", "first_seen_at",
                   "waiting", "enrich_at")  # fmt: skip
        rows = [
            (self.source.pk, *(getattr(one, name) for name in _NAMES), one.raw.url, 0, ItemState.NEW.value, number,
             min(one.raw.published or self.at, self.at), self.at, dump(one.raw), self.at)
            for one, number in zip(items, ids, strict=True)
        ]  # fmt: skip
        bulk.insert(Item, columns, rows)

    def _publish(
        self, contents: Sequence[tuple[int, Content]], *, closed: Collection[int], first: bool = False
    ) -> tuple[list[publishing.Sealed], set[int]]:
        """Seal everything; release what the source's trust allows and is not closed to it. `first`: all are new.

        Returns what was sealed, and the publications of what was released.
        """
        sealed = publishing.seal_all(contents, by=None, at=self.at, ledger=self.ledger)
        policy = None if self.suspect else POLICY.get(Trust(self.source.trust))
        ready = [one for one in sealed if one.publication not in closed] if policy else []
        if ready:
            rule = Policy.objects.get(pk=policy)
            publishing.release_by_policy(ready, rule, at=self.at, ledger=self.ledger, first=first)
        return sealed, {one.publication for one in ready}


def _stays(before: Content) -> sorting.Choice:
    place = decide.Place(part=before.part, section=before.section, kind=before.kind, reason="")
    return sorting.Choice(place=place, confidence=1, hold=False)


def _revisions(rows: list[tuple[Any, ...]]) -> None:
    bulk.insert(ItemRevision, ("publication_id", "n", "snapshot_id", "changed", "at"), rows)


def _last_contents(publications: Sequence[int]) -> dict[int, Content]:
    """Return what the source said last of each."""
    revisions = ItemRevision.objects.filter(publication__in=publications).select_related("snapshot").order_by("n")
    return {one.publication_id: Content.parse(one.snapshot.content, one.snapshot.html) for one in revisions}


def _closed_to_sources(publications: Sequence[int]) -> set[int]:
    """Return the publications that a source does not change: a person released them, or none is to see them (yet)."""
    live = Entry.objects.filter(pk__in=publications).values("release_id")
    by_people = Release.objects.filter(pk__in=live, by__isnull=False).values_list("publication_id", flat=True)
    graves = Tombstone.objects.filter(pk__in=publications).values_list("pk", flat=True)
    unseen = Item.objects.filter(publication__in=publications).exclude(state=ItemState.PUBLISHED)
    return {*by_people, *graves, *unseen.values_list("publication_id", flat=True)}
