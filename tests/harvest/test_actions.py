"""From the bytes of a body to items, entries, corrections and graves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cong.agencies.models import Agency, Role
from cong.entries.models import Change, Entry, Tombstone
from cong.harvest import actions
from cong.harvest.actions import LeaseLost, Taken, Visited
from cong.harvest.models import Fetch, Health, Item, ItemRevision, ItemState, Outcome, Source, Trust
from cong.harvest.parse import Rules, discover
from cong.harvest.reading import Gathered
from cong.journal.actions import broken
from cong.media.models import Picture
from cong.publishing import actions as publishing
from cong.publishing.models import Publication, Release, Snapshot, Step
from cong.publishing.process import Content
from cong.publishing.queries import problems
from tests import makers
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_HOUR = timedelta(hours=1)
_LATER = NOON + _HOUR


def _source(trust: Trust = Trust.AUTO, agency: Agency | None = None, **given: object) -> Source:
    owner = agency or makers.agency("Xã Mẫu")
    values: dict[str, object] = {"slug": "xa", "url": "https://xa.vn/rss"} | given
    return Source.objects.create(trust=trust, next_at=NOON, agency=owner, **values)


def _item(number: int = 1, title: str = "", body: str = "", **given: str) -> str:
    words = {
        "title": title or f"Tin số {number}", "link": f"https://xa.vn/tin/{number}", "guid": f"https://xa.vn/?p={number}",
        "description": body or f"<p>Nội dung của bài số {number}.</p>",
        "pubDate": f"Tue, 24 Nov 2026 {number % 24:02}:00:00 +0700",
    } | given  # fmt: skip
    return "<item>" + "".join(f"<{name}>{escape(said)}</{name}>" for name, said in words.items() if said) + "</item>"


def _rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>Tin xã</title>{"".join(items)}</channel></rss>'.encode()


def _visit(source: Source, body: bytes, at: datetime = NOON, pictures: dict[str, Picture] | None = None) -> Taken:
    """Take in a body as the poller does."""
    source.refresh_from_db()
    feed = discover(body, url=source.url, charset=None, rules=Rules(now=at))
    return actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), Visited(at=at, status=200), pictures)


def _titles() -> list[str]:
    return list(Entry.objects.order_by("title").values_list("title", flat=True))


def _sound() -> bool:
    return not list(problems()) and not list(broken())


def _state(number: int = 1) -> ItemState:
    return ItemState(Item.objects.get(url__endswith=f"/{number}").state)


# ---- taking in ------------------------------------------------------------------------------------------------------


def test_a_first_visit_makes_entries_that_a_reader_can_open() -> None:
    source = _source()

    taken = _visit(source, _rss(_item(1), _item(2)))

    entry = Entry.objects.get(title="Tin số 1")
    assert taken == Taken(seen=2, new=2)
    assert (entry.html, entry.source_url) == ("<p>Nội dung của bài số 1.</p>", "https://xa.vn/tin/1")
    assert (entry.agency, entry.source_name, entry.lang) == (source.agency, "Xã Mẫu", "vi")
    assert Release.objects.filter(policy="harvest-auto").count() == 2
    assert _sound()


def test_the_same_bytes_again_change_nothing() -> None:
    source, body = _source(), _rss(_item(1), _item(2))
    _visit(source, body)
    changes = Change.objects.count()

    taken = [_visit(source, body, NOON + number * _HOUR) for number in range(1, 4)]

    assert taken == [Taken(seen=2)] * 3
    assert (Item.objects.count(), ItemRevision.objects.count(), Change.objects.count()) == (2, 2, changes)


_BODIES = st.lists(st.lists(st.integers(1, 5), max_size=5), min_size=1, max_size=4)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_BODIES, st.randoms(use_true_random=False))
def test_bodies_in_any_order_any_number_of_times_give_the_same_items(bodies: list[list[int]], random: object) -> None:
    mixed = bodies * 2
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    agency = makers.agency()
    sources = [_source(slug=f"xa-{Source.objects.count()}", agency=agency) for _ in range(2)]

    for source, order in zip(sources, (bodies, mixed), strict=True):
        for number, body in enumerate(order):
            _visit(source, _rss(*map(_item, body)), NOON + number * _HOUR)

    kept = [
        list(Item.objects.filter(source=one).order_by("key").values_list("key", "content_hash", "revision", "state"))
        for one in sources
    ]
    assert kept[0] == kept[1]
    assert len(kept[0]) == len({number for body in bodies for number in body})


def test_an_item_of_the_future_is_dated_by_its_harvest() -> None:
    _visit(_source(), _rss(_item(pubDate="Thu, 26 Nov 2026 06:00:00 +0700")))

    assert Entry.objects.get().published_at == NOON


def test_an_undated_item_keeps_the_moment_of_its_first_harvest() -> None:
    source = _source()
    _visit(source, _rss(_item(pubDate="")))

    _visit(source, _rss(_item(pubDate="", title="Sửa")), _LATER)

    entry = Entry.objects.get()
    assert (entry.title, entry.published_at, entry.harvested_at) == ("Sửa", NOON, NOON)


def test_hostile_markup_never_reaches_a_reader() -> None:
    body = '<p onclick="x()">Chào<script>alert(1)</script> <a href="javascript:alert(1)">xem</a></p>'

    _visit(_source(), _rss(_item(title="<script>x</script>Tin", body=body)))

    entry = Entry.objects.get()
    assert all(bad not in entry.html for bad in ("script", "onclick", "javascript"))
    assert "Chào" in entry.html
    assert "xem" in entry.html


def test_the_sources_map_chooses_part_and_kind() -> None:
    source = _source(config={"map": [{"path": "/van-ban/", "section": "van-ban"}]})

    _visit(source, _rss(_item(title="Quyết định 27-QĐ/TW", link="https://xa.vn/van-ban/27")))

    entry = Entry.objects.get()
    assert (entry.part, entry.kind, entry.number) == ("van-ban", "document", "27-QĐ/TW")


# ---- edits ----------------------------------------------------------------------------------------------------------


def test_an_edit_at_the_source_is_a_correction_at_the_same_address() -> None:
    source = _source()
    _visit(source, _rss(_item(1), _item(2)))
    before = Entry.objects.get(title="Tin số 1")

    taken = _visit(source, _rss(_item(1, "Tin số 1 (đã sửa)"), _item(2)), _LATER)

    after = Entry.objects.get(pk=before.pk)
    item = Item.objects.get(publication=before.pk)
    assert taken == Taken(seen=2, changed=1)
    assert (after.title, after.corrections, after.corrected_at) == ("Tin số 1 (đã sửa)", 1, _LATER)
    assert item.revision == 2
    assert list(item.publication.item_revisions.order_by("n").values_list("n", "changed")) == [(1, ""), (2, "title")]
    assert _sound()


def test_what_no_reader_can_see_is_no_correction() -> None:
    source = _source()
    _visit(source, _rss(_item(body="<p>Nội dung.</p>")))

    taken = _visit(source, _rss(_item(body='<p class="moi" onclick="dem(7)">Nội dung.</p>')), _LATER)
    again = _visit(source, _rss(_item(body='<p class="moi" onclick="dem(7)">Nội dung.</p>')), _LATER + _HOUR)

    assert taken == again == Taken(seen=1)
    assert Entry.objects.get().corrections == 0
    assert ItemRevision.objects.count() == 1


def test_a_date_that_moves_at_every_visit_is_no_correction() -> None:
    source = _source()
    _visit(source, _rss(_item(pubDate="2 giờ trước")))

    _visit(source, _rss(_item(pubDate="3 giờ trước")), _LATER + timedelta(minutes=7))

    assert Entry.objects.get().corrections == 0


def test_an_item_is_recognised_by_the_address_it_moved_to() -> None:
    source = _source()
    _visit(source, _rss(_item(guid="a")))
    _visit(source, _rss(_item(guid="a", link="https://xa.vn/moi/1")), _LATER)

    taken = _visit(source, _rss(_item(guid="b", link="https://xa.vn/moi/1")), _LATER + _HOUR)

    assert taken.new == 0
    assert Item.objects.get().key == "g:b"
    assert Entry.objects.count() == 1


def test_a_picture_that_fails_to_come_again_is_not_lost() -> None:
    source, address = _source(), "https://xa.vn/anh.jpg"
    picture = Picture(sha256="a" * 64, width=800, height=600)
    body = f'<p>Nội dung</p><img src="{address}">'
    _visit(source, _rss(_item(body=body)), NOON, {address: picture})

    _visit(source, _rss(_item(title="Sửa", body=body)), _LATER)

    entry = Entry.objects.get()
    assert (entry.title, entry.picture, entry.picture_width) == ("Sửa", "a" * 64, 800)


def test_a_picture_that_the_source_takes_out_goes() -> None:
    source, address = _source(), "https://xa.vn/anh.jpg"
    picture = Picture(sha256="a" * 64, width=800, height=600)
    _visit(source, _rss(_item(body=f'<p>Nội dung</p><img src="{address}">')), NOON, {address: picture})

    _visit(source, _rss(_item(body="<p>Nội dung</p>")), _LATER)

    assert Entry.objects.get().picture == ""


# ---- trust ----------------------------------------------------------------------------------------------------------


def test_nothing_of_a_source_under_review_is_public() -> None:
    source = _source(Trust.REVIEW)

    _visit(source, _rss(_item(1)))
    _visit(source, _rss(_item(1, "Sửa")), _LATER)

    assert not Entry.objects.exists()
    assert not Release.objects.exists()
    assert not Change.objects.exists()
    assert (_state(), Item.objects.get().revision) == (ItemState.HELD, 2)
    assert Snapshot.objects.count() == 2


def test_a_link_only_source_shows_title_and_summary_but_no_text() -> None:
    _visit(_source(Trust.LINK_ONLY), _rss(_item(body="<p>Nội dung đầy đủ.</p>")))

    entry = Entry.objects.get()
    assert (entry.html, entry.summary) == ("", "Nội dung đầy đủ.")
    assert entry.source_url
    assert Release.objects.get().policy_id == "harvest-link-only"


def test_what_was_held_waits_on_when_its_source_is_trusted_and_speaks_again() -> None:
    source = _source(Trust.REVIEW)
    _visit(source, _rss(_item(1)))
    Source.objects.update(trust=Trust.AUTO)

    _visit(source, _rss(_item(1, "Sửa")), _LATER)

    assert not Entry.objects.exists()
    assert _state() == ItemState.HELD


def test_what_a_source_under_review_changes_of_a_public_item_waits_for_a_person() -> None:
    source = _source()
    _visit(source, _rss(_item(1)))
    Source.objects.update(trust=Trust.REVIEW)

    _visit(source, _rss(_item(1, "Sửa")), _LATER)

    assert _titles() == ["Tin số 1"]
    assert (Item.objects.awaiting_person().get().held_revision, _state()) == (2, ItemState.PUBLISHED)


def test_what_a_trusted_source_changes_afterwards_needs_no_person_any_more() -> None:
    source = _source()
    _visit(source, _rss(_item(1)))
    Source.objects.update(trust=Trust.REVIEW)
    _visit(source, _rss(_item(1, "Sửa")), _LATER)
    Source.objects.update(trust=Trust.AUTO)

    _visit(source, _rss(_item(1, "Sửa lần nữa")), _LATER + timedelta(hours=1))

    assert _titles() == ["Sửa lần nữa"]
    assert not Item.objects.awaiting_person().exists()


def _release_by_people(snapshot: Snapshot) -> None:
    owner = snapshot.publication.agency
    for step, role in ((Step.APPRAISE, Role.APPRAISER), (Step.APPROVE, Role.APPROVER)):
        who = makers.person(role.value, role, owner)
        publishing.decide(snapshot, step, sha256=snapshot.sha256, by=who, at=NOON)
    publishing.release(snapshot, by=makers.person("truc", Role.DUTY_EDITOR, owner), at=NOON)


def _edit_by_people(publication: int, title: str) -> None:
    owner = Publication.objects.get(pk=publication).agency
    last = Snapshot.objects.filter(publication=publication).latest("id")
    edited = replace(Content.parse(last.content, last.html), title=title)
    author = makers.person("tacgia", Role.AUTHOR, owner)
    sealed = publishing.seal_all([(publication, edited)], by=author, at=NOON)[0]
    _release_by_people(Snapshot.objects.get(pk=sealed.id))


def test_what_a_person_released_is_not_overwritten_by_the_source() -> None:
    source = _source()
    _visit(source, _rss(_item(1)))
    item = Item.objects.get()
    _edit_by_people(item.publication_id, "Bản do người sửa")

    taken = _visit(source, _rss(_item(1, "Nguồn sửa")), _LATER)

    item.refresh_from_db()
    assert taken.changed == 1
    assert _titles() == ["Bản do người sửa"]
    assert (item.revision, item.held_revision, ItemRevision.objects.latest("n").changed) == (2, 2, "title")
    assert _sound()


def test_what_a_person_withdrew_does_not_come_back_with_the_sources_next_edit() -> None:
    source = _source()
    _visit(source, _rss(_item(1)))
    publication = Item.objects.get().publication
    editor = makers.person("truc", Role.DUTY_EDITOR, source.agency)
    publishing.withdraw(publication, by=editor, at=NOON, note="Sai sự thật.")

    _visit(source, _rss(_item(1, "Nguồn sửa")), _LATER)

    assert not Entry.objects.exists()
    assert Tombstone.objects.get().note == "Sai sự thật."
    assert _sound()


# ---- removal --------------------------------------------------------------------------------------------------------


def test_a_visit_is_recorded_and_the_next_one_planned() -> None:
    source = _source(lease_by="w", lease_until=_LATER)
    feed = discover(_rss(_item(1)), url=source.url, charset=None, rules=Rules(now=NOON))

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
    source = _source(lease_by="a", lease_until=_LATER)
    Source.objects.update(lease_by="b")
    feed = discover(_rss(_item(1)), url=source.url, charset=None, rules=Rules(now=NOON))

    with pytest.raises(LeaseLost):
        actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), Visited(at=NOON, status=200))

    assert not Item.objects.exists()
    assert not Entry.objects.exists()
    assert not Publication.objects.exists()
    assert not Fetch.objects.exists()
    assert Source.objects.get().lease_by == "b"


def test_who_lost_the_lease_reports_no_failure_and_closes_nothing() -> None:
    source = _source(lease_by="a", lease_until=_LATER)
    Source.objects.update(lease_by="b")

    with pytest.raises(LeaseLost):
        actions.fail(source, Visited(at=NOON), code="timeout", text="Nguồn trả lời quá chậm.")
    actions.close_quiet([(source, Visited(at=NOON, status=304))])

    assert not Fetch.objects.exists()
    assert Source.objects.get().lease_by == "b"


@pytest.mark.parametrize(("status", "outcome"), [(304, Outcome.NOT_MODIFIED), (200, Outcome.SAME_BYTES)])
def test_a_visit_that_brings_nothing_heals_a_failing_source(status: int, outcome: Outcome) -> None:
    source = _source(lease_by="a", state=Health.FAILING, fail_count=3, error_code="timeout", error_text="Chậm.")

    actions.close_quiet([(source, Visited(at=NOON, status=status))])

    source.refresh_from_db()
    assert Fetch.objects.get().outcome == outcome
    assert (source.state, source.fail_count, source.error_code, source.lease_by) == (Health.OK, 0, "", "")


def test_a_failure_keeps_everything_that_was_harvested() -> None:
    source = _source()
    _visit(source, _rss(_item(1)))
    source.refresh_from_db()
    before = (source.etag, source.body_hash, source.last_ok_at)

    for number in range(1, 6):
        actions.fail(source, Visited(at=NOON + number * _HOUR, status=500), code="http-500", text="Nguồn trả lời lỗi.")
        source.refresh_from_db()

    assert _titles() == ["Tin số 1"]
    assert (source.etag, source.body_hash, source.last_ok_at) == before
    assert (source.state, source.fail_count, source.error_code) == (Health.BROKEN, 5, "http-500")
    assert Fetch.objects.filter(outcome=Outcome.FAILED).count() == 5


def test_a_partner_takes_the_name_that_its_feed_gives() -> None:
    source = _source(agency=makers.agency("Báo bạn", category="partner"))

    _visit(source, _rss(_item(1)))

    assert (Source.objects.get().name, Entry.objects.get().source_name) == ("Tin xã", "Tin xã")
