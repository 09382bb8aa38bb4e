"""Tests `cong/readership`: sums, the order made of them, and what is public among it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from cong.entries.models import Entry, Mode
from cong.publishing import actions as publishing
from cong.publishing.models import Publication
from cong.readership import actions
from cong.readership.models import MostRead, Read
from cong.readership.process import is_person
from cong.readership.queries import at_place
from tests import makers

pytestmark = pytest.mark.django_db
TODAY = makers.NOON.date()


def counted(*reads: tuple[Entry, int], days_ago: int = 0) -> None:
    actions.add({entry.pk: count for entry, count in reads}, on=TODAY - timedelta(days=days_ago))


def ranked(lang: str) -> list[Entry]:
    """Return the entries on the first five places."""
    return [entry for place in range(1, 6) for entry in at_place(place, lang)]


def test_reads_are_added_to_the_sum_of_their_day() -> None:
    actions.add({7: 2, 8: 1}, on=TODAY)
    actions.add({7: 3}, on=TODAY)
    actions.add({7: 5}, on=TODAY + timedelta(days=1))

    assert set(Read.objects.values_list("on", "entry_id", "count")) == {
        (TODAY, 7, 5), (TODAY, 8, 1), (TODAY + timedelta(days=1), 7, 5),
    }  # fmt: skip


def test_the_order_is_that_of_seven_days_and_of_each_language() -> None:
    owner = makers.agency()
    few, many, long_ago = (makers.entry(owner, f"Tin {number}") for number in range(3))
    foreign = makers.entry(owner, "News", lang="en")
    counted((few, 3), (foreign, 1))
    counted((many, 2), days_ago=6)
    counted((many, 2))
    counted((long_ago, 50), days_ago=7)

    assert actions.rank(at=makers.NOON) == 3
    assert ranked("vi") == [many, few]
    assert ranked("en") == [foreign]
    assert ranked("fr") == []


def test_the_home_page_shows_five_in_their_order_without_numbers() -> None:
    owner = makers.agency()
    made = [makers.entry(owner, f"Tin thứ {number}") for number in range(7)]
    counted(*((entry, 100 + entry.pk) for entry in made))
    actions.rank(at=makers.NOON)
    publication = Publication.objects.get(pk=made[5].pk)
    publishing.withdraw(publication, policy=makers.policy(), at=makers.NOON, note="Trùng.", mode=Mode.NOTICE)

    shown = Client().get("/").content.decode().partition('<ol class="ranking"')[2].partition("</ol>")[0]

    assert re.findall(r">(Tin thứ \d)</a>", shown) == [f"Tin thứ {number}" for number in (6, 4, 3, 2, 1)]
    assert not re.search(rf">\D*{100 + made[6].pk}\D*<", shown)


def test_sums_that_count_no_more_are_forgotten() -> None:
    counted((makers.entry(title="Tin"), 1), days_ago=8)

    actions.rank(at=makers.NOON)

    assert not Read.objects.exists()


def test_what_is_withdrawn_is_not_there_at_once_and_holds_no_place_later() -> None:
    owner = makers.agency()
    gone, stays = makers.entry(owner, "Tin gỡ"), makers.entry(owner, "Tin còn")
    counted((gone, 9), (stays, 1))
    actions.rank(at=makers.NOON)

    publication = Publication.objects.get(pk=gone.pk)
    publishing.withdraw(publication, policy=makers.policy(), at=makers.NOON, note="Trùng.", mode=Mode.NOTICE)

    assert ranked("vi") == [stays]
    actions.rank(at=makers.NOON)
    assert list(MostRead.objects.values_list("entry_id", "place")) == [(stays.pk, 1)]


@pytest.mark.parametrize(
    ("agent", "person"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
            True,
        ),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", True),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", True),
        ("Mozilla/5.0 (compatible; SomeBot/2.1; +http://example.org/bot.html)", False),
        ("curl/8.5.0", False),
        ("python-requests/2.32", False),
        ("Mozilla/5.0 AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36", False),
        ("", False),
    ],
)
def test_programs_are_known_by_what_they_call_themselves(agent: str, person: bool) -> None:
    assert is_person(agent) is person
