"""A person's word on what was held: it counts for exactly what they saw, once, and only where it is theirs to give."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.entries.models import Copy, Entry
from cong.harvest import actions, reviewing
from cong.harvest.actions import Visited
from cong.harvest.models import Cluster, Item, ItemRevision, ItemState, Lesson, Source, Trust
from cong.harvest.parse import RawFeed, RawItem
from cong.harvest.reading import Gathered
from cong.harvest.reviewing import Came, NotDone, NotWaiting
from cong.journal.models import Event
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Release, Snapshot
from cong.publishing.process import Content
from cong.publishing.queries import problems
from tests import makers
from tests.harvest.makers import known_source, told
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_LATER = NOON + timedelta(hours=1)
_STORY = " ".join(
    f"Câu thứ {n} kể rằng thư viện xã mở thêm phòng đọc cho trẻ em với {n * 7} cuốn sách mới và {n + 3} bàn học."
    for n in range(14)
)


@pytest.fixture
def source(db: None) -> Source:
    return known_source("mau", Trust.REVIEW)


@pytest.fixture
def approver(source: Source) -> User:
    return makers.person("duyet", Role.APPROVER, source.agency)


def sha(item: Item) -> str:
    return Snapshot.objects.filter(publication=item.publication_id).latest("pk").sha256


def said(item: Item) -> Content:
    last = Snapshot.objects.filter(publication=item.publication_id).latest("pk")
    return Content.parse(last.content, last.html)


def state(item: Item) -> str:
    return Item.objects.get(pk=item.pk).state


def revised(source: Source, item: Item, text: str) -> None:
    source.refresh_from_db()
    raw = RawItem(guid=item.key[2:], url=item.url, title="Thư viện xã mở phòng đọc", html=f"<p>{text}</p>",
                  published=NOON)  # fmt: skip
    feed = RawFeed(kind="rss", items=(raw,))
    actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), Visited(at=_LATER, status=200))


def test_what_an_approver_saw_is_released_and_the_record_names_them(source: Source, approver: User) -> None:
    [item] = told(source, _STORY)
    seen = sha(item)

    done = reviewing.approve(item.pk, sha256=seen, by=approver, at=_LATER)

    assert (done.came, state(item)) == (Came.RELEASED, ItemState.PUBLISHED)
    assert Entry.objects.get().pk == item.publication_id
    release = Release.objects.get()
    assert (release.policy_id, release.sha256) == ("harvest-reviewed", seen)
    event = Event.objects.get(verb="harvest.approve")
    assert (event.actor, event.subject, event.agency) == ("duyet", f"item:{item.pk}", source.agency_id)
    assert seen in event.data
    assert not list(problems())


@pytest.fixture
def changed_item(source: Source) -> Item:
    """Give an item that is public, and that its source, which is not trusted any more, has changed since."""
    Source.objects.filter(pk=source.pk).update(trust=Trust.AUTO)
    [item] = told(source, _STORY)
    Source.objects.filter(pk=source.pk).update(trust=Trust.REVIEW)
    revised(source, item, _STORY.replace("bàn học", "ghế mây"))
    return item


def test_what_a_source_changed_of_a_public_item_is_released_as_a_correction(changed_item: Item, approver: User) -> None:
    assert "ghế mây" not in Entry.objects.get().html

    reviewing.approve(changed_item.pk, sha256=sha(changed_item), by=approver, at=_LATER)

    assert "ghế mây" in Entry.objects.get().html
    assert not Item.objects.awaiting_person().exists()
    assert not list(problems())


def test_the_public_version_may_be_kept_until_the_source_changes_again(
    source: Source, changed_item: Item, approver: User
) -> None:
    with pytest.raises(NotDone):
        reviewing.reject(changed_item.pk, sha256=sha(changed_item), reason="Thôi.", by=approver, at=_LATER)
    reviewing.keep(changed_item.pk, sha256=sha(changed_item), by=approver, at=_LATER)

    assert "ghế mây" not in Entry.objects.get().html
    assert not Item.objects.awaiting_person().exists()
    revised(source, changed_item, _STORY.replace("bàn học", "ghế tre"))
    assert Item.objects.awaiting_person().get() == changed_item
    assert Event.objects.filter(verb="harvest.keep").count() == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.APPROVER, Role.DUTY_EDITOR}))
def test_no_other_role_of_the_agency_suffices(source: Source, role: Role) -> None:
    [item] = told(source, _STORY)
    somebody = makers.person("ai-do", role, source.agency)

    for act in (
        lambda: reviewing.approve(item.pk, sha256=sha(item), by=somebody, at=_LATER),
        lambda: reviewing.reject(item.pk, sha256=sha(item), reason="Không hợp.", by=somebody, at=_LATER),
        lambda: reviewing.move(item.pk, word="giao-duc", sha256=sha(item), by=somebody, at=_LATER),
    ):
        with pytest.raises(PermissionDenied):
            act()

    assert state(item) == ItemState.HELD
    assert not Entry.objects.exists()


def test_an_approver_of_another_agency_may_not_and_the_centre_may(source: Source) -> None:
    [item] = told(source, _STORY)
    stranger = makers.person("nguoi-la", Role.APPROVER, makers.agency())
    centre = makers.person("truc", Role.DUTY_EDITOR, makers.agency("Trung tâm", is_centre=True))

    with pytest.raises(PermissionDenied):
        reviewing.approve(item.pk, sha256=sha(item), by=stranger, at=_LATER)
    reviewing.approve(item.pk, sha256=sha(item), by=centre, at=_LATER)

    assert state(item) == ItemState.PUBLISHED


def test_a_superuser_has_no_shortcut(source: Source) -> None:
    [item] = told(source, _STORY)
    root = makers.person("goc")
    root.is_superuser = True  # in memory: the database refuses to store it

    with pytest.raises(PermissionDenied):
        reviewing.approve(item.pk, sha256=sha(item), by=root, at=_LATER)


def test_what_the_source_changed_meanwhile_has_to_be_seen_first(source: Source, approver: User) -> None:
    [item] = told(source, _STORY)
    seen = sha(item)
    revised(source, item, _STORY.replace("bàn học", "ghế mây"))

    with pytest.raises(OutOfDate):
        reviewing.approve(item.pk, sha256=seen, by=approver, at=_LATER)

    assert state(item) == ItemState.HELD
    assert not Release.objects.exists()


def test_the_second_of_two_people_is_told(source: Source, approver: User) -> None:
    [item] = told(source, _STORY)
    seen = sha(item)
    other = makers.person("truc", Role.DUTY_EDITOR, source.agency)
    reviewing.approve(item.pk, sha256=seen, by=approver, at=_LATER)

    with pytest.raises(NotWaiting, match="người khác vừa duyệt"):
        reviewing.approve(item.pk, sha256=seen, by=other, at=_LATER)
    with pytest.raises(NotWaiting):
        reviewing.reject(item.pk, sha256=seen, reason="Không hợp.", by=other, at=_LATER)

    assert Release.objects.count() == 1


def test_what_was_rejected_is_never_made_again_nor_approved(source: Source, approver: User) -> None:
    [item] = told(source, _STORY)
    reviewing.reject(item.pk, sha256=sha(item), reason=" Tin  quảng cáo. ", by=approver, at=_LATER)

    revised(source, item, _STORY.replace("bàn học", "ghế mây"))

    assert (Item.objects.count(), state(item)) == (1, ItemState.REJECTED)
    assert ItemRevision.objects.count() == 1
    with pytest.raises(NotWaiting):
        reviewing.approve(item.pk, sha256=sha(item), by=approver, at=_LATER)
    assert '"Tin quảng cáo."' in Event.objects.get(verb="harvest.reject").data


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501])
def test_a_rejection_says_why_in_a_sentence(source: Source, approver: User, reason: str) -> None:
    [item] = told(source, _STORY)

    with pytest.raises(NotDone):
        reviewing.reject(item.pk, sha256=sha(item), reason=reason, by=approver, at=_LATER)

    assert state(item) == ItemState.HELD


def test_what_the_source_took_back_cannot_be_approved(source: Source, approver: User) -> None:
    [item] = told(source, _STORY)
    actions.withdraw_item(item, at=NOON)

    with pytest.raises(NotWaiting, match="gỡ"):
        reviewing.approve(item.pk, sha256=sha(item), by=approver, at=_LATER)


def test_an_item_that_was_moved_is_sealed_anew_taught_and_then_approved(source: Source, approver: User) -> None:
    [item] = told(source, _STORY)
    seen = sha(item)

    reviewing.move(item.pk, word="giao-duc", sha256=seen, by=approver, at=_LATER)

    assert (state(item), sha(item) != seen) == (ItemState.HELD, True)
    lesson = Lesson.objects.get()
    assert (lesson.item_id, lesson.section, lesson.by) == (item.pk, "giao-duc", approver)
    assert ItemRevision.objects.get(n=2).changed == "section"
    with pytest.raises(OutOfDate):
        reviewing.approve(item.pk, sha256=seen, by=approver, at=_LATER)
    reviewing.approve(item.pk, sha256=sha(item), by=approver, at=_LATER)
    assert Entry.objects.get().section == "giao-duc"


def test_what_a_person_moved_stays_there_when_the_source_changes_it(source: Source, approver: User) -> None:
    [item] = told(source, _STORY)
    reviewing.move(item.pk, word="giao-duc", sha256=sha(item), by=approver, at=_LATER)

    revised(source, item, _STORY.replace("bàn học", "ghế mây"))

    assert said(item).section == "giao-duc"


def test_what_is_moved_to_the_documents_leaves_its_story_and_finds_it_again(source: Source, approver: User) -> None:
    [item] = told(source, _STORY, title="Lịch trực phòng đọc")
    story = Item.objects.get(pk=item.pk).cluster_id

    reviewing.move(item.pk, word="van-ban", sha256=sha(item), by=approver, at=_LATER)
    moved, alone = said(item), Item.objects.get(pk=item.pk).cluster_id
    reviewing.move(item.pk, word="kinh-te", sha256=sha(item), by=approver, at=_LATER)

    assert (moved.kind, moved.part, alone) == ("document", "van-ban", None)
    assert (said(item).kind, said(item).section) == ("news", "kinh-te")
    assert story is not None
    assert Item.objects.get(pk=item.pk).cluster_id is not None
    assert Lesson.objects.get().section == "kinh-te"


def test_a_document_that_is_moved_to_the_news_keeps_no_number(source: Source, approver: User) -> None:
    [item] = told(source, _STORY, title="Quyết định 27-QĐ/VD về lịch trực phòng đọc")
    before = said(item)

    reviewing.move(item.pk, word="tin-hoat-dong", sha256=sha(item), by=approver, at=_LATER)

    assert (before.kind, before.number) == ("document", "27-QĐ/VD")
    assert (said(item).kind, said(item).number) == ("news", "")


def test_a_place_that_does_not_exist_and_the_one_where_it_stands_are_refused(source: Source, approver: User) -> None:
    [item] = told(source, _STORY)

    for word in ("khong-co", "", "tin-hoat-dong"):
        with pytest.raises(NotDone):
            reviewing.move(item.pk, word=word, sha256=sha(item), by=approver, at=_LATER)

    assert not Lesson.objects.exists()
    assert Snapshot.objects.count() == 1


def test_a_copy_whose_first_telling_was_withdrawn_can_stand_for_the_story(approver: User, source: Source) -> None:
    first, second = known_source("mot"), source
    [original] = told(first, _STORY)
    [copy] = told(second, _STORY.replace("bàn học", "bàn ghế"), at=_LATER, title="Trẻ em xã có phòng đọc")
    assert state(copy) == ItemState.COPY
    actions.withdraw_item(original, at=_LATER)
    assert state(copy) == ItemState.HELD

    done = reviewing.approve(copy.pk, sha256=sha(copy), by=approver, at=_LATER)

    assert done.came is Came.RELEASED
    assert Cluster.objects.get().canonical_id == copy.pk
    assert Entry.objects.get().pk == copy.publication_id
    assert not list(problems())


def test_a_story_that_became_public_meanwhile_is_not_published_twice(source: Source, approver: User) -> None:
    [item] = told(source, _STORY)
    told(known_source("mot"), _STORY.replace("bàn học", "bàn ghế"), at=_LATER, title="Trẻ em xã có phòng đọc")

    done = reviewing.approve(item.pk, sha256=sha(item), by=approver, at=_LATER)

    assert (done.came, state(item)) == (Came.COPY, ItemState.COPY)
    assert Entry.objects.count() == 1
    assert list(Copy.objects.values_list("url", flat=True)) == [item.url]


def test_of_two_that_wait_with_one_story_the_other_is_named_beside_the_approved(source: Source, approver: User) -> None:
    [item] = told(source, _STORY)
    [other] = told(known_source("hai", Trust.REVIEW), _STORY.replace("bàn học", "bàn ghế"), at=_LATER,
                   title="Trẻ em xã có phòng đọc")  # fmt: skip

    done = reviewing.approve(item.pk, sha256=sha(item), by=approver, at=_LATER)

    assert (done.others, state(other)) == (1, ItemState.COPY)
    assert list(Copy.objects.values_list("url", flat=True)) == [other.url]


def _trusted(source: Source, approver: User) -> None:
    """Release something of the source, so that it is no stranger."""
    [first] = told(source, "Hội làng mở vào mùa xuân, có thi nấu cơm và kéo co.", title="Hội làng mùa xuân")
    reviewing.approve(first.pk, sha256=sha(first), by=approver, at=NOON)


def test_calm_items_are_approved_together_and_each_outcome_is_told(source: Source, approver: User) -> None:
    _trusted(source, approver)
    calm, changed, linked = told(
        source, "Chợ phiên mở sớm hơn một giờ.", "Đường liên thôn đã sửa xong.",
        '<a href="https://la.example.com/">Xem thêm</a> về vườn cây.', at=_LATER,
    )  # fmt: skip

    done = reviewing.approve_several(
        [(calm.pk, sha(calm)), (changed.pk, "0" * 64), (linked.pk, sha(linked)), (10**9, "0" * 64)],
        by=approver, at=_LATER,
    )  # fmt: skip

    assert [one.came for one in done] == [Came.RELEASED, Came.REFUSED, Came.REFUSED, Came.REFUSED]
    assert [state(one) for one in (calm, changed, linked)] == [ItemState.PUBLISHED, ItemState.HELD, ItemState.HELD]
    assert "rủi ro" in done[2].problem
    assert all(one.problem for one in done[1:])


def test_nobody_approves_more_together_than_can_be_looked_at(approver: User) -> None:
    with pytest.raises(NotDone):
        reviewing.approve_several([(n, "") for n in range(51)], by=approver, at=_LATER)


def test_together_too_everybody_approves_only_what_is_theirs(source: Source, approver: User) -> None:
    _trusted(source, approver)
    [item] = told(source, "Chợ phiên mở sớm hơn một giờ.", at=_LATER)
    stranger = makers.person("nguoi-la", Role.APPROVER, _another())

    [done] = reviewing.approve_several([(item.pk, sha(item))], by=stranger, at=_LATER)

    assert (done.came, done.title, state(item)) == (Came.REFUSED, "", ItemState.HELD)


def _another() -> Agency:
    return makers.agency("Cơ quan khác")
