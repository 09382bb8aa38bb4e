"""Tests `cong/portal/home.py`: what stands on the home page and at the top of a section, in which language."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cong.entries.models import Entry
from cong.frontpage.overview import filled
from cong.frontpage.process import Composition, Layout, Pin
from cong.frontpage.queries import Place, looking
from cong.kernel.tags import tags_of
from cong.portal import home
from tests import makers
from tests.frontpage.makers import HOME, SHA, centre, entries, live, notice, pinned
from tests.makers import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def read(address: str = "/", composition: Composition | None = None, place: Place = HOME) -> str:
    with looking(NOON, {place: composition} if composition else {}):
        return Client().get(address).content.decode()


def shown(text: str) -> list[int]:
    """Return the ids of the entries in the order of the page."""
    main = text.split("<main")[1].split("</main>")[0]
    return [int(number) for number in re.findall(r'href="(?:/en)?/tin-tuc/[a-z-]+/[-a-z0-9]+-(\d+)"', main)]


def test_nothing_stands_twice_on_the_home_page() -> None:
    made = entries(8)
    made += entries(6, kind="document", number="7/QĐ")
    made += entries(3, kind="photo") + entries(3, kind="video") + entries(3, kind="audio")
    made += entries(8, section="kinh-te") + entries(8, section="moi-truong")

    numbers = Counter(shown(read("/", pinned(made[-1], made[-2], made[0]))))

    assert [number for number, times in numbers.items() if times > 1] == []
    assert len(numbers) > 25


def test_documents_and_media_keep_to_their_own_places_and_editors_are_told_the_same() -> None:
    news = entries(4)
    documents = entries(3, kind="document", number="7/QĐ")
    [photo] = entries(1, kind="photo")

    with translation.override("vi"):
        page = home.home(NOON)
    told = filled(HOME, Composition(), NOON)

    assert [one.pk for one in page.documents] == [one.pk for one in documents]
    assert [one.pk for one in page.photos] == [photo.pk]
    assert {one.pk for one in (*page.front.large(), *page.front.timeline)} == {one.pk for one in news}
    assert [one.pk for one in told.front.large()] == [one.pk for one in page.front.large()]


def test_what_editors_pinned_stands_where_they_put_it() -> None:
    one, two, three, four, five = entries(5)

    text = read("/", pinned(four, three, five, layout=Layout.COLUMNS, notice=notice("Mưa lớn", link="/tro-nang/")))

    lead = text.split("entry-card-lead")[1]
    assert f"-{four.pk}" in lead.split("</article>")[0]
    region = text.split('id="h-picks"')[1].split("</section>")[0]
    assert shown(f"<main{region}</main>") == [three.pk, five.pk]
    assert '<a href="/tro-nang/">Mưa lớn</a>' in text
    assert {one.pk, two.pk} <= set(shown(text))


@pytest.mark.parametrize("layout", list(Layout))
def test_every_layout_shows_every_pick(layout: Layout) -> None:
    one, *picks = entries(5)

    region = read("/", pinned(one, *picks, layout=layout)).split('id="h-picks"')[1].split("</section>")[0]

    assert shown(f"<main{region}</main>") == [one.pk for one in picks]


def test_a_withdrawn_lead_is_gone_at_once_and_its_slot_fills_itself() -> None:
    room, made = centre(), entries(4)
    live(room, pinned(made[2]))
    assert shown(read())[0] == made[2].pk

    makers.withdraw(made[2])

    assert shown(read())[0] == made[0].pk
    assert made[2].pk not in shown(read())


def test_an_expired_entry_leaves_before_the_worker_comes() -> None:
    made = entries(3)
    [short] = entries(1, expires_at=NOON + HOUR)
    composition = pinned(short)

    with looking(NOON, {HOME: composition}):
        now = home.home(NOON)
    with looking(NOON + HOUR, {HOME: composition}):
        later = home.home(NOON + HOUR)

    assert now.front.lead == short
    assert now.until == NOON + HOUR
    assert later.front.lead == made[0]


def test_a_page_is_kept_until_the_next_pin_or_notice_ends() -> None:
    room, [_, two] = centre(), entries(2)
    pin = Pin(entry=two.pk, until=NOON + 2 * HOUR)
    live(room, Composition(lead=pin, notice=notice(until=NOON + 3 * HOUR)), expires_at=NOON + 5 * HOUR)

    ends = []
    for at in (NOON, NOON + 2 * HOUR, NOON + 3 * HOUR, NOON + 5 * HOUR):
        with looking(at):
            kept = tags_of(Client().get("/"))
        ends.append(kept.until if kept else None)

    assert ends == [NOON + 2 * HOUR, NOON + 3 * HOUR, NOON + 5 * HOUR, None]


def test_the_vietnamese_page_is_vietnamese_and_the_rest_has_its_own_place() -> None:
    foreign = entries(3, lang="en")
    own = _older(3)

    text = read()

    place = text.split('id="h-other"')[1].split("</section>")[0]
    assert shown(f"<main{place}</main>") == [one.pk for one in foreign]
    assert shown(text)[0] in {one.pk for one in own}
    assert [number for number in shown(text) if number in {one.pk for one in foreign}] == [one.pk for one in foreign]


def test_the_english_page_begins_in_english_and_is_filled_up_in_vietnamese() -> None:
    own = _older(2, lang="en")
    main = entries(6)

    text = read("/en/")

    assert shown(text)[0] == own[0].pk
    assert {one.pk for one in main} <= set(shown(text))
    assert text.count('lang="vi"') >= len(main)


def test_a_language_without_entries_shows_the_others() -> None:
    made = entries(3, lang="en")

    assert set(shown(read("/"))) == {one.pk for one in made}


def _older(count: int, **given: Any) -> list[Entry]:
    contents = [
        makers.content(
            makers.agency(), f"Chợ hoa dời chỗ lần {number}", picture=f"{number:04x}{SHA[4:]}", picture_width=1280,
            picture_height=720, published_at=NOON - timedelta(days=2, minutes=number), **given,
        )
        for number in range(count)
    ]  # fmt: skip
    return makers.entries(contents)


def test_a_section_stays_a_list_until_somebody_pins_something_there() -> None:
    made = entries(6, section="moi-truong")
    place = Place(section="moi-truong", lang="vi")
    address = "/tin-tuc/moi-truong/"

    plain = read(address, Composition(notice=notice("Triều cường")), place)
    composed = read(address, pinned(made[4]), place)

    assert shown(plain) == [one.pk for one in made]
    assert "Triều cường" in plain
    assert 'id="h-lead"' not in plain
    assert shown(composed)[0] == made[4].pk
    assert sorted(shown(composed)) == sorted(one.pk for one in made)


def test_further_pages_of_a_section_are_the_list_alone() -> None:
    room, made = centre(), entries(25, section="moi-truong")
    live(room, pinned(made[24]), Place(section="moi-truong", lang="vi"))

    first = read("/tin-tuc/moi-truong/")
    [older] = set(re.findall(r'href="(\?truoc=[^"]+)"', first))

    assert shown(first)[0] == made[24].pk
    assert shown(read(f"/tin-tuc/moi-truong/{older}")) == [one.pk for one in made[20:]]


def test_a_composed_page_costs_one_query_more_and_no_more_for_its_media() -> None:
    room, made = centre(), entries(6)
    strip = entries(2, kind="video", html="<p>Phim.</p>")
    live(room, pinned(made[3], made[2], notice=notice()))

    with CaptureQueriesContext(connection) as asked:
        text = read()

    assert len(asked.captured_queries) == 4
    assert {one.pk for one in strip} <= set(shown(text))


def test_each_language_reads_its_own_composition() -> None:
    room, made = centre(), entries(4)
    live(room, pinned(made[3]), Place(lang="en"))

    with translation.override("vi"):
        assert shown(read("/"))[0] == made[0].pk
    assert shown(read("/en/"))[0] == made[3].pk
