"""Make things through the product's own actions: no test starts in a state that the product cannot reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from cong.accounts.models import User
from cong.agencies.models import Agency, Category, Membership, Part, Role
from cong.entries.models import Entry, Kind, Section
from cong.kernel.text import slug
from cong.publishing import actions
from cong.publishing.models import Origin, Policy, Publication, Snapshot
from cong.publishing.process import Content

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # 12:00 in Hà Nội
_numbers = count(1)


def agency(name: str = "", **given: object) -> Agency:
    name = name or f"Cơ quan mẫu {next(_numbers)}"
    values = {"name": name, "short_name": name, "slug": slug(name), "category": Category.MINISTRY} | given
    return Agency.objects.create(**values)


def person(username: str, role: Role | None = None, at: Agency | None = None) -> User:
    user = User.objects.create_user(username, name=username.title())
    if role and at:
        Membership.objects.create(user=user, agency=at, role=role, from_on=NOON.date() - timedelta(days=30))
    return user


def content(owner: Agency, title: str = "Thư viện xã mở cửa buổi tối", **given: object) -> Content:
    base = Content(
        agency=owner.pk,
        kind=Kind.NEWS.value,
        part=Part.ACTIVITY.value,
        section=Section.ACTIVITY.value,
        lang="vi",
        slug=slug(title),
        title=title,
        summary="Phòng đọc có thêm ghế, thêm đèn và giờ mở cửa mới.",
        html="<p>Phòng đọc có thêm ghế, thêm đèn và giờ mở cửa mới từ thứ Hai.</p>",
        source_name=owner.short_name,
        source_url=f"https://vidu.vn/{slug(title)}",
        published_at=NOON - timedelta(hours=1),
        harvested_at=NOON,
    )
    return replace(base, **given)  # type: ignore[arg-type]


def policy() -> Policy:
    return Policy.objects.get(pk="harvest-auto")


def entries(contents: Sequence[Content], *, at: datetime = NOON) -> list[Entry]:
    """Release each content as a new publication, in order."""
    made = []
    for one in contents:
        owner = Agency.objects.get(pk=one.agency)
        ids = actions.open_publications(owner, Origin.HARVEST, 1, at=at)
        actions.release_by_policy(actions.seal_all([(ids[0], one)], by=None, at=at), policy(), at=at)
        made += ids
    found = Entry.objects.select_related("agency").in_bulk(made)
    return [found[number] for number in made]


def entry(owner: Agency | None = None, title: str = "Thư viện xã mở cửa buổi tối", **given: object) -> Entry:
    return entries([content(owner or agency(), title, **given)])[0]


def correct(existing: Entry, *, at: datetime = NOON + timedelta(hours=1), note: str = "", **given: object) -> Entry:
    snapshot = Snapshot.objects.filter(publication=existing.pk).latest("id")
    changed = replace(Content.parse(snapshot.content, snapshot.html), **given)  # type: ignore[arg-type]
    actions.release_by_policy(actions.seal_all([(existing.pk, changed)], by=None, at=at), policy(), at=at, note=note)
    return Entry.objects.get(pk=existing.pk)


def withdraw(existing: Entry, *, at: datetime = NOON + timedelta(hours=2), note: str = "Nguồn đã gỡ bài.") -> None:
    actions.withdraw(Publication.objects.get(pk=existing.pk), policy=policy(), at=at, note=note)
