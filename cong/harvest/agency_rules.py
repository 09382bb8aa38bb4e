"""An agency's own rules of where its items go: written by its keepers, tried on its newest items before that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from cong.accounts.models import User
from cong.agencies.models import Agency
from cong.harvest import decide, registry, sorting
from cong.harvest.classifier import Model
from cong.harvest.learning import current_model
from cong.harvest.models import AgencyRules, Item, ItemRevision, ItemState, Lesson, Source
from cong.harvest.parse import RawItem
from cong.harvest.roles import KEEPERS
from cong.harvest.writing import SECTIONS
from cong.journal.actions import record
from cong.publishing.process import Content
from cong.publishing.rights import must

MOST_RULES, TRIED_ON = 100, 50
# A rule is right when a source's own `map` may say it: the registry judges both.
_NAME = "quy-tac"
_SHOWN = (ItemState.HELD, ItemState.PUBLISHED, ItemState.COPY)

Rule = Mapping[str, str]


class Overtaken(Exception):
    """Somebody else wrote the rules after they were shown."""

    def __init__(self) -> None:
        super().__init__("Người khác vừa sửa quy tắc của cơ quan này; hãy mở lại trang để xem bản mới rồi sửa.")


@dataclass(frozen=True, kw_only=True)
class Moved:
    """An item that other rules would have placed elsewhere; `stands` says where readers find it now."""

    item: Item
    title: str
    stands: tuple[str, str]
    before: decide.Place
    after: decide.Place


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What rules would have done to the newest items of an agency."""

    tried_on: int
    moved: tuple[Moved, ...]


def rules_of(agency: Agency) -> list[dict[str, str]]:
    """Return the rules in force, in their order."""
    return AgencyRules.objects.filter(agency=agency).values_list("map", flat=True).first() or []


def wrong(rules: Sequence[Rule]) -> str:
    """Return why these rules cannot be used, "" when they can."""
    if len(rules) > MOST_RULES:
        return f"Mỗi cơ quan có nhiều nhất {MOST_RULES} quy tắc."
    try:
        registry.drafted({"id": _NAME, "url": "https://example.com/", "map": [dict(rule) for rule in rules]})
    except registry.BadRegistry as refused:
        return str(refused).removeprefix(f"{_NAME}: ")
    return ""


@transaction.atomic
def write(agency: Agency, rules: Sequence[Rule], *, shown: Sequence[Rule], by: User, at: datetime) -> bool:
    """Put these rules in force, and tell whether they were others before. `shown`: those that the person began with.

    Raises PermissionDenied, BadRegistry, Overtaken.
    """
    must(by, agency, *KEEPERS, at=at)
    if problem := wrong(rules):
        raise registry.BadRegistry(problem)
    row, _ = AgencyRules.objects.select_for_update().get_or_create(agency=agency)
    before, after = row.map, [dict(rule) for rule in rules]
    if before != [dict(rule) for rule in shown]:
        raise Overtaken
    if before == after:
        return False
    row.map = after
    row.save(update_fields=["map"])
    record(
        "harvest.rules", f"agency:{agency.slug}", actor=by.username, at=at, agency=agency.pk, before=before, after=after
    )
    return True


def effect(agency: Agency, before: Sequence[Rule], after: Sequence[Rule]) -> Effect:
    """Place the agency's newest items under both sets of rules, and return those that come to stand elsewhere.

    What a person placed is left out: it stays. The items are compared as they were last sealed.
    """
    items = Item.objects.filter(source__agency=agency, state__in=_SHOWN, revision__gt=0)
    newest = list(items.select_related("source").order_by("-pk")[:TRIED_ON])
    taught = set(Lesson.objects.filter(item__in=newest).values_list("item_id", flat=True))
    said = ItemRevision.objects.filter(publication__item__in=newest, n=F("publication__item__revision"))
    sealed = {one.publication_id: one.snapshot for one in said.select_related("snapshot")}
    moved, model = [], current_model()
    for item in newest:
        snapshot = sealed.get(item.publication_id)
        if snapshot is None or item.pk in taught:
            continue
        content = Content.parse(snapshot.content, snapshot.html)
        old, new = (_place(content, item.source, rules, model) for rules in (before, after))
        if (old.part, old.section) != (new.part, new.section):
            stands = (content.part, content.section)
            moved.append(Moved(item=item, title=content.title, stands=stands, before=old, after=new))
    return Effect(tried_on=len(newest), moved=tuple(moved))


def _place(content: Content, source: Source, rules: Sequence[Rule], model: Model | None) -> decide.Place:
    raw = RawItem(
        url=content.source_url, title=content.title, summary=content.summary, html=content.html, tags=content.tags,
        number=content.number if content.kind == "document" else "",
    )  # fmt: skip
    default = decide.Place(
        part=source.part, section=source.section, kind=decide.kind_of(source.part), reason="default"
    )  # fmt: skip
    own = source.config.get("map", [])
    return sorting.choose(raw, default, rules=own, agency_rules=rules, sections=SECTIONS, model=model).place
