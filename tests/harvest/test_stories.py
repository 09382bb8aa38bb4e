"""One story, told by several sources, is one entry; readers learn where else it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cong.entries.models import Copy, Entry, Tombstone
from cong.harvest import actions, pages, stories
from cong.harvest.actions import Visited
from cong.harvest.models import AgencyRules, Cluster, Item, ItemBand, ItemState, Source, Trust
from cong.harvest.parse import RawFeed, RawItem
from cong.harvest.reading import Gathered
from cong.publishing.queries import problems
from tests.harvest.makers import known_source, told
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_HOUR = timedelta(hours=1)
_STORY = " ".join(
    f"Câu thứ {n} kể rằng thư viện xã mở thêm phòng đọc cho trẻ em với {n * 7} cuốn sách mới và {n + 3} bàn học."
    for n in range(14)
)
_OTHER = " ".join(
    f"Đoạn {n} nói về tuyến đường liên thôn dài {n + 2} cây số vừa sửa xong, có {n * 5} cột đèn và rãnh thoát nước."
    for n in range(14)
)


def test_a_story_that_another_source_tells_again_is_one_entry() -> None:
    first, second = known_source("mot"), known_source("hai")
    [original] = told(first, _STORY)

    [copy] = told(second, _STORY.replace("bàn học", "bàn ghế"), at=NOON + _HOUR, title="Trẻ em xã có phòng đọc")

    assert (original.state, copy.state) == (ItemState.PUBLISHED, ItemState.COPY)
    entry = Entry.objects.get()
    assert entry.pk == original.publication_id
    assert list(Copy.objects.values_list("entry_id", "agency", "source_name", "url")) == [
        (entry.pk, second.agency_id, "hai", copy.url)
    ]
    assert not list(problems())


def test_different_stories_stay_apart() -> None:
    told(known_source("mot"), _STORY)

    told(known_source("hai"), _OTHER, at=NOON + _HOUR)

    assert Entry.objects.count() == 2
    assert Cluster.objects.count() == 2
    assert not Copy.objects.exists()


def test_the_address_of_the_one_that_was_first_never_changes() -> None:
    low, high = known_source("thap", category="partner"), known_source("cao", category="central")
    [original] = told(low, _STORY)
    address = Entry.objects.get().get_absolute_url()

    told(high, _STORY, at=NOON + _HOUR)

    assert Entry.objects.get().get_absolute_url() == address
    assert Entry.objects.get().pk == original.publication_id


def test_a_copy_that_its_source_edits_is_still_no_entry() -> None:
    first, second = known_source("mot"), known_source("hai")
    told(first, _STORY)
    [copy] = told(second, _STORY, at=NOON + _HOUR)
    feed = RawFeed(
        kind="rss", items=(RawItem(guid="13-0", url=copy.url, title="Tin sửa", html=f"<p>{_STORY} Thêm.</p>"),)
    )
    second.refresh_from_db()

    actions.absorb(second, Gathered(feed=feed), actions.plan(second, feed), Visited(at=NOON + 2 * _HOUR, status=200))

    copy.refresh_from_db()
    assert (copy.revision, copy.state) == (2, ItemState.COPY)
    assert Entry.objects.count() == 1


def test_copies_of_what_its_first_teller_takes_back_wait_for_a_person() -> None:
    first, second = known_source("mot"), known_source("hai")
    [original] = told(first, _STORY)
    [copy] = told(second, _STORY, at=NOON + _HOUR)

    actions.withdraw_item(original, at=NOON + 2 * _HOUR)

    copy.refresh_from_db()
    assert copy.state == ItemState.HELD
    assert not Entry.objects.exists()
    assert not Copy.objects.exists()


def test_a_daily_bulletin_with_the_same_frame_is_a_new_story_every_day() -> None:
    source = known_source("mot")
    told(source, _STORY)

    told(source, _STORY.replace("trẻ em", "người già").replace("sách", "báo"), at=NOON + _HOUR)

    assert Entry.objects.count() == 2


def test_what_waits_for_review_gives_way_to_what_is_public() -> None:
    reviewed, trusted = known_source("mot", Trust.REVIEW), known_source("hai")
    [held] = told(reviewed, _STORY)

    [public] = told(trusted, _STORY, at=NOON + _HOUR)

    assert (held.state, public.state) == (ItemState.HELD, ItemState.PUBLISHED)
    assert held.cluster_id == public.cluster_id or Item.objects.get(pk=held.pk).cluster_id == public.cluster_id


def test_two_places_in_one_frame_are_two_stories() -> None:
    frame = _STORY.replace("thư viện xã", "thư viện xã {}")
    told(known_source("mot"), frame.replace("{}", "An Hải"), title="Xã An Hải mở phòng đọc")

    told(known_source("hai"), frame.replace("{}", "Phú Mỹ"), at=NOON + _HOUR, title="Xã Phú Mỹ mở phòng đọc")

    assert Entry.objects.count() == 2


def test_documents_share_their_frames_and_are_each_its_own() -> None:
    for name, number in (("mot", "12/KH-UB"), ("hai", "34/KH-UB")):
        told(known_source(name), _STORY, title=f"Kế hoạch {number} về mở phòng đọc")

    assert Entry.objects.filter(kind="document").count() == 2


def test_what_a_first_visit_brought_is_compared_afterwards_and_gives_way_then() -> None:
    first, late = known_source("mot"), known_source("hai")
    [original] = told(first, _STORY)
    Source.objects.filter(pk=late.pk).update(first_ok_at=None)
    [copy] = told(late, _STORY, at=NOON + _HOUR)
    both = Entry.objects.count()

    compared, again = pages.compare_due(at=NOON + _HOUR), pages.compare_due(at=NOON + _HOUR)

    copy.refresh_from_db()
    assert (both, compared, again) == (2, 1, 0)
    assert copy.state == ItemState.COPY
    assert Entry.objects.get().pk == original.publication_id
    assert Tombstone.objects.get().target == Entry.objects.get().get_absolute_url()
    assert Copy.objects.get().url == copy.url
    assert not list(problems())


def test_an_agencys_own_rules_place_what_its_sources_map_does_not() -> None:
    source = known_source("mot")
    AgencyRules.objects.create(agency=source.agency, map=[{"path": f"/{NOON:%H}/", "section": "giao-duc"}])

    [item] = told(source, _STORY)

    assert Entry.objects.get().section == "giao-duc"
    assert item.reason.startswith("agency:path:")


def test_old_bands_are_forgotten() -> None:
    told(known_source("mot"), _STORY)

    kept = stories.forget_old_bands(at=NOON + timedelta(days=29))
    dropped = stories.forget_old_bands(at=NOON + timedelta(days=31))

    assert (kept, dropped) == (0, 32)
    assert not ItemBand.objects.exists()
