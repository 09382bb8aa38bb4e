"""One source, made or changed by a person: who may, what counts as trusted, and whether somebody else was quicker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cong.accounts.models import User
from cong.harvest import registry
from cong.harvest.models import Source, Trust
from cong.harvest.roles import KEEPERS, may_trust
from cong.journal.actions import record
from cong.kernel import chain
from cong.publishing.rights import must

# Words that say nothing about what a source publishes.
_HARMLESS = frozenset({"name", "every", "licence", "contact", "enabled", "policy"})
_COLUMNS = ("agency", "name", "kind", "url", "part", "section", "config", "trust")

Entry = Mapping[str, Any]
# What a word said before and says now; None where it was or is not said.
Differences = dict[str, tuple[Any, Any]]


class Overtaken(Exception):
    """The source is not what the person saw when they began; `current` is its entry now."""

    def __init__(self, current: Entry) -> None:
        super().__init__("Nguồn đã được người khác sửa trong lúc bạn đang sửa.")
        self.current = current


class Untrusted(ValueError):
    """Only keepers at the centre let a source publish by itself."""

    def __init__(self) -> None:
        super().__init__(
            "Chỉ người giữ nguồn ở Trung tâm được cho nguồn tự động xuất bản; hãy chọn “Chờ người duyệt”, hoặc đề nghị "
            "Trung tâm bật sau khi thu thử vài ngày."
        )


@dataclass(frozen=True, kw_only=True)
class Edited:
    """What a change came to. `fell_back`: the source published by itself, and waits for people from now on."""

    source: Source
    differences: Differences
    fell_back: bool = False


def token_of(entry: Entry) -> str:
    """Return what tells one version of an entry from another."""
    return chain.sha256(chain.canonical(dict(entry)))


def differences(before: Entry, after: Entry) -> Differences:
    """Return the words in which two entries differ."""
    words = [*after, *(word for word in before if word not in after)]
    return {
        word: (before.get(word), after.get(word))
        for word in words
        if word not in before or word not in after or not _is_same(before[word], after[word])
    }


def _is_same(one: Any, other: Any) -> bool:
    # TOML's true is not its 1.
    return chain.canonical({"": one}) == chain.canonical({"": other})


def as_if(source: Source, entry: Entry) -> Source:
    """Return the stored source as the entry would have it, in memory only; raises BadRegistry."""
    wanted, made = registry.drafted(entry), Source.objects.select_related("agency").get(pk=source.pk)
    for column in _COLUMNS:
        setattr(made, column, getattr(wanted, column))
    return made


@transaction.atomic
def add(entry: Entry, *, by: User, at: datetime) -> Source:
    """Make a new source. Raises PermissionDenied, Untrusted, BadRegistry."""
    must(by, registry.drafted(entry).agency, *KEEPERS, at=at)
    if _trust(entry) == Trust.AUTO and not may_trust(by, at=at):
        raise Untrusted
    made = registry.created(entry, at=at)
    told = registry.entry_of(made)
    record("source.add", f"source:{made.slug}", actor=by.username, at=at, agency=made.agency_id, entry=told)
    return made


@transaction.atomic
def change(source: Source, entry: Entry, *, shown: str, by: User, at: datetime) -> Edited:
    """Make a stored source what the entry says; it keeps its id. `shown`: the token of what the person saw.

    A source that publishes by itself waits for people again when a keeper of its agency changes what it is or how it
    is read. Raises PermissionDenied, Overtaken, Untrusted, BadRegistry.
    """
    held = Source.objects.select_for_update(of=("self",)).select_related("agency").get(pk=source.pk)
    before = registry.entry_of(held)
    must(by, held.agency, *KEEPERS, at=at)
    must(by, registry.drafted({**entry, "id": held.slug}).agency, *KEEPERS, at=at)
    if token_of(before) != shown:
        raise Overtaken(before)
    wanted, fell_back = _trusted({**entry, "id": held.slug}, before, may=may_trust(by, at=at))
    if not registry.changed(held, wanted, at=at):
        return Edited(source=held, differences={})
    made = Source.objects.select_related("agency").get(pk=held.pk)
    told = differences(before, registry.entry_of(made))
    if told:
        record(
            "source.change", f"source:{made.slug}", actor=by.username, at=at, agency=made.agency_id,
            before={word: old for word, (old, _) in told.items()}, after={word: new for word, (_, new) in told.items()},
        )  # fmt: skip
    return Edited(source=made, differences=told, fell_back=fell_back)


def _trusted(entry: dict[str, Any], before: Entry, *, may: bool) -> tuple[dict[str, Any], bool]:
    """Return the entry with the policy that it may have, and whether that is less than what it asks for."""
    if _trust(entry) != Trust.AUTO or may:
        return entry, False
    if _trust(before) != Trust.AUTO:
        raise Untrusted
    told = {word for word in differences(before, entry) if word not in _HARMLESS}
    return (entry | {"policy": Trust.REVIEW.value}, True) if told else (entry, False)


def _trust(entry: Entry) -> str:
    return str(entry.get("policy", Trust.AUTO))
