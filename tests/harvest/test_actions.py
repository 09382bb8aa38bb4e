"""From the bytes of a body to items, entries, corrections and graves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cong.entries.models import Change, Entry
from cong.harvest import actions
from cong.harvest.actions import LeaseLost, Taken, Visited
from cong.harvest.models import Fetch, Health, Item, ItemRevision, Outcome, Source
from cong.harvest.parse import Rules, discover
from cong.harvest.reading import Gathered
from cong.media.models import Picture
from cong.publishing.models import Publication, Release
from tests import makers
from tests.harvest.makers import (
    a_source,
    is_sound,
    rss_item,
    rss_of,
    titles,
    visit,
)
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_HOUR = timedelta(hours=1)
_LATER = NOON + _HOUR


# ---- taking in ------------------------------------------------------------------------------------------------------


def test_a_first_visit_makes_entries_that_a_reader_can_open() -> None:
    source = a_source()

    taken = visit(source, rss_of(rss_item(1), rss_item(2)))

    entry = Entry.objects.get(title="Tin số 1")
    assert taken == Taken(seen=2, new=2)
    assert (entry.html, entry.source_url) == ("<p>Nội dung của bài số 1.</p>", "https://xa.vn/tin/1")
    assert (entry.agency, entry.source_name, entry.lang) == (source.agency, "Xã Mẫu", "vi")
    assert Release.objects.filter(policy="harvest-auto").count() == 2
    assert is_sound()


def test_the_same_bytes_again_change_nothing() -> None:
    source, body = a_source(), rss_of(rss_item(1), rss_item(2))
    visit(source, body)
    changes = Change.objects.count()

    taken = [visit(source, body, NOON + number * _HOUR) for number in range(1, 4)]

    assert taken == [Taken(seen=2)] * 3
    assert (Item.objects.count(), ItemRevision.objects.count(), Change.objects.count()) == (2, 2, changes)


_BODIES = st.lists(st.lists(st.integers(1, 5), max_size=5), min_size=1, max_size=4)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_BODIES, st.randoms(use_true_random=False))
def test_bodies_in_any_order_any_number_of_times_give_the_same_items(bodies: list[list[int]], random: object) -> None:
    mixed = bodies * 2
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    agency = makers.agency()
    sources = [a_source(slug=f"xa-{Source.objects.count()}", agency=agency) for _ in range(2)]

    for source, order in zip(sources, (bodies, mixed), strict=True):
        for number, body in enumerate(order):
            visit(source, rss_of(*map(rss_item, body)), NOON + number * _HOUR)

    kept = [
        list(Item.objects.filter(source=one).order_by("key").values_list("key", "content_hash", "revision", "state"))
        for one in sources
    ]
    assert kept[0] == kept[1]
    assert len(kept[0]) == len({number for body in bodies for number in body})


def test_an_item_of_the_future_is_dated_by_its_harvest() -> None:
    visit(a_source(), rss_of(rss_item(pubDate="Thu, 26 Nov 2026 06:00:00 +0700")))

    assert Entry.objects.get().published_at == NOON


def test_an_undated_item_keeps_the_moment_of_its_first_harvest() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(pubDate="")))

    visit(source, rss_of(rss_item(pubDate="", title="Sửa")), _LATER)

    entry = Entry.objects.get()
    assert (entry.title, entry.published_at, entry.harvested_at) == ("Sửa", NOON, NOON)


def test_hostile_markup_never_reaches_a_reader() -> None:
    body = '<p onclick="x()">Chào<script>alert(1)</script> <a href="javascript:alert(1)">xem</a></p>'

    visit(a_source(), rss_of(rss_item(title="<script>x</script>Tin", body=body)))

    entry = Entry.objects.get()
    assert all(bad not in entry.html for bad in ("script", "onclick", "javascript"))
    assert "Chào" in entry.html
    assert "xem" in entry.html


def test_the_sources_map_chooses_part_and_kind() -> None:
    source = a_source(config={"map": [{"path": "/van-ban/", "section": "van-ban"}]})

    visit(source, rss_of(rss_item(title="Quyết định 27-QĐ/TW", link="https://xa.vn/van-ban/27")))

    entry = Entry.objects.get()
    assert (entry.part, entry.kind, entry.number) == ("van-ban", "document", "27-QĐ/TW")


# ---- edits ----------------------------------------------------------------------------------------------------------


def test_an_edit_at_the_source_is_a_correction_at_the_same_address() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(1), rss_item(2)))
    before = Entry.objects.get(title="Tin số 1")

    taken = visit(source, rss_of(rss_item(1, "Tin số 1 (đã sửa)"), rss_item(2)), _LATER)

    after = Entry.objects.get(pk=before.pk)
    item = Item.objects.get(publication=before.pk)
    assert taken == Taken(seen=2, changed=1)
    assert (after.title, after.corrections, after.corrected_at) == ("Tin số 1 (đã sửa)", 1, _LATER)
    assert item.revision == 2
    assert list(item.publication.item_revisions.order_by("n").values_list("n", "changed")) == [(1, ""), (2, "title")]
    assert is_sound()


def test_what_no_reader_can_see_is_no_correction() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(body="<p>Nội dung.</p>")))

    taken = visit(source, rss_of(rss_item(body='<p class="moi" onclick="dem(7)">Nội dung.</p>')), _LATER)
    again = visit(source, rss_of(rss_item(body='<p class="moi" onclick="dem(7)">Nội dung.</p>')), _LATER + _HOUR)

    assert taken == again == Taken(seen=1)
    assert Entry.objects.get().corrections == 0
    assert ItemRevision.objects.count() == 1


def test_a_date_that_moves_at_every_visit_is_no_correction() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(pubDate="2 giờ trước")))

    visit(source, rss_of(rss_item(pubDate="3 giờ trước")), _LATER + timedelta(minutes=7))

    assert Entry.objects.get().corrections == 0


def test_an_item_is_recognised_by_the_address_it_moved_to() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(guid="a")))
    visit(source, rss_of(rss_item(guid="a", link="https://xa.vn/moi/1")), _LATER)

    taken = visit(source, rss_of(rss_item(guid="b", link="https://xa.vn/moi/1")), _LATER + _HOUR)

    assert taken.new == 0
    assert Item.objects.get().key == "g:b"
    assert Entry.objects.count() == 1


def test_a_picture_that_fails_to_come_again_is_not_lost() -> None:
    source, address = a_source(), "https://xa.vn/anh.jpg"
    picture = Picture(sha256="a" * 64, width=800, height=600)
    body = f'<p>Nội dung</p><img src="{address}">'
    visit(source, rss_of(rss_item(body=body)), NOON, {address: picture})

    visit(source, rss_of(rss_item(title="Sửa", body=body)), _LATER)

    entry = Entry.objects.get()
    assert (entry.title, entry.picture, entry.picture_width) == ("Sửa", "a" * 64, 800)


def test_a_picture_that_the_source_takes_out_goes() -> None:
    source, address = a_source(), "https://xa.vn/anh.jpg"
    picture = Picture(sha256="a" * 64, width=800, height=600)
    visit(source, rss_of(rss_item(body=f'<p>Nội dung</p><img src="{address}">')), NOON, {address: picture})

    visit(source, rss_of(rss_item(body="<p>Nội dung</p>")), _LATER)

    assert Entry.objects.get().picture == ""


# ---- removal --------------------------------------------------------------------------------------------------------


def test_a_visit_is_recorded_and_the_next_one_planned() -> None:
    source = a_source(lease_by="w", lease_until=_LATER)
    feed = discover(rss_of(rss_item(1)), url=source.url, charset=None, rules=Rules(now=NOON))

    actions.absorb(
        source, Gathered(feed=feed), actions.plan(source, feed),
        Visited(at=NOON, status=200, ms=7, received=99, etag='"1"'),
    )  # fmt: skip

    source.refresh_from_db()
    fetch = Fetch.objects.get()
    assert (fetch.outcome, fetch.status, fetch.new, fetch.ms, fetch.bytes) == (Outcome.NEW, 200, 1, 7, 99)
    assert (source.state, source.etag, source.lease_by, source.lease_until) == (Health.OK, '"1"', "", None)
    assert (source.first_ok_at, source.last_ok_at, source.last_new_at) == (NOON, NOON, NOON)
    assert source.next_at is not None
    assert source.next_at > NOON


def test_who_lost_the_lease_writes_nothing() -> None:
    source = a_source(lease_by="a", lease_until=_LATER)
    Source.objects.update(lease_by="b")
    feed = discover(rss_of(rss_item(1)), url=source.url, charset=None, rules=Rules(now=NOON))

    with pytest.raises(LeaseLost):
        actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), Visited(at=NOON, status=200))

    assert not Item.objects.exists()
    assert not Entry.objects.exists()
    assert not Publication.objects.exists()
    assert not Fetch.objects.exists()
    assert Source.objects.get().lease_by == "b"


def test_who_lost_the_lease_reports_no_failure_and_closes_nothing() -> None:
    source = a_source(lease_by="a", lease_until=_LATER)
    Source.objects.update(lease_by="b")

    with pytest.raises(LeaseLost):
        actions.fail(source, Visited(at=NOON), code="timeout", text="Nguồn trả lời quá chậm.")
    actions.close_quiet([(source, Visited(at=NOON, status=304))])

    assert not Fetch.objects.exists()
    assert Source.objects.get().lease_by == "b"


@pytest.mark.parametrize(("status", "outcome"), [(304, Outcome.NOT_MODIFIED), (200, Outcome.SAME_BYTES)])
def test_a_visit_that_brings_nothing_heals_a_failing_source(status: int, outcome: Outcome) -> None:
    source = a_source(lease_by="a", state=Health.FAILING, fail_count=3, error_code="timeout", error_text="Chậm.")

    actions.close_quiet([(source, Visited(at=NOON, status=status))])

    source.refresh_from_db()
    assert Fetch.objects.get().outcome == outcome
    assert (source.state, source.fail_count, source.error_code, source.lease_by) == (Health.OK, 0, "", "")


def test_a_failure_keeps_everything_that_was_harvested() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(1)))
    source.refresh_from_db()
    before = (source.etag, source.body_hash, source.last_ok_at)

    for number in range(1, 6):
        actions.fail(source, Visited(at=NOON + number * _HOUR, status=500), code="http-500", text="Nguồn trả lời lỗi.")
        source.refresh_from_db()

    assert titles() == ["Tin số 1"]
    assert (source.etag, source.body_hash, source.last_ok_at) == before
    assert (source.state, source.fail_count, source.error_code) == (Health.BROKEN, 5, "http-500")
    assert Fetch.objects.filter(outcome=Outcome.FAILED).count() == 5


def test_a_partner_takes_the_name_that_its_feed_gives() -> None:
    source = a_source(agency=makers.agency("Báo bạn", category="partner"))

    visit(source, rss_of(rss_item(1)))

    assert (Source.objects.get().name, Entry.objects.get().source_name) == ("Tin xã", "Tin xã")
