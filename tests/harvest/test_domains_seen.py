"""The report of foreign hosts: which ones, how often, since when; and no harvested link passes on our good name."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from cong.harvest import domains_seen
from cong.harvest.domains_seen import linked_hosts, report, strangers
from cong.harvest.models import Source, Trust
from cong.harvest.parse import clean
from tests.harvest.makers import known_source, told
from tests.makers import NOON

_WEEK = timedelta(days=7)
_TAG = st.sampled_from(["a", "A", "area", "img", "form", "link", "iframe", "svg", "p"])
_SCHEME = st.sampled_from(["https://", "http://", "//", "/", "javascript:", "data:text/html,", ""])
_REL = st.sampled_from(["", ' rel="opener"', " rel=dofollow", ' target="_blank"', " REL='me follow'"])


@st.composite
def _linked(draw: st.DrawFn) -> str:
    tag, where = draw(_TAG), draw(_SCHEME) + draw(st.text(max_size=20))
    quote = draw(st.sampled_from(['"', "'", ""]))
    return (
        f"<{tag}{draw(_REL)} href={quote}{where}{quote} src={quote}{where}{quote}>{draw(st.text(max_size=9))}</{tag}>"
    )


@given(st.lists(_linked(), max_size=6).map("".join))
def test_every_link_in_a_harvested_text_is_nofollow_and_noopener(given_html: str) -> None:
    text = clean.body(given_html, "https://mau.vn/tin/1")

    shown = "".join(char for char in text if char.isprintable())
    links = html.fragment_fromstring(shown, create_parent="div").xpath(".//a[@href]")
    assert [one.get("rel") for one in links] == ["nofollow noopener"] * len(links)


def test_hosts_are_read_from_links_alone_each_once() -> None:
    text = (
        '<p>https://chu.example.com <a href="https://A.example.com/1">a</a><a href="http://a.example.com:8080/">b</a>'
        '<a href="mailto:x@thu.example.com">c</a><a href="https://[bad">d</a><a href="https://b.example.com">e</a></p>'
    )

    assert linked_hosts(text) == ("a.example.com", "b.example.com")


@pytest.mark.parametrize("text", ["", "<", "<a href=", "<a href='https://x.vn'", '\0<a href="https://x.vn">', "<!--"])
def test_broken_markup_ends_no_report(text: str) -> None:
    assert set(linked_hosts(text)) <= {"x.vn"}


@pytest.mark.parametrize("before", ["\x08", "\0", "\ud800", "\uffff", "<!-- ", "<b>" * 200, "chữ " * 200_000])
def test_nothing_before_a_link_hides_it(before: str) -> None:
    text = clean.body(f'{before.replace("<!-- ", "<!-- x -->")}<a href="https://x.vn/">x</a>', "https://mau.vn/")

    assert linked_hosts(text) == ("x.vn",)


def test_neighbours_below_one_name_are_no_strangers() -> None:
    own = ["https://tin.mau.gov.vn/"]

    found = strangers(("mau.gov.vn", "www.tin.mau.gov.vn", "anh.tin.mau.gov.vn", "khac.gov.vn", "bit.ly"), own)

    assert found == ("khac.gov.vn", "bit.ly")


def _link(*hosts: str) -> str:
    return "Xem thêm " + " ".join(f'<a href="https://{host}/">ở đây</a>' for host in hosts)


def _reported(at: datetime) -> dict[str, tuple[int, bool]]:
    found = report(Source.objects.all(), at=at)
    return {one.host: (one.items, one.is_new) for one in found.hosts}


@pytest.mark.django_db
def test_new_hosts_come_first_and_are_counted_by_item() -> None:
    source = known_source("mau")
    told(source, _link("cu.example.com"), _link("cu.example.com", "mau.vn"), title="Tin cũ")
    told(source, _link("moi.example.com", "cu.example.com"), at=NOON + 2 * _WEEK + timedelta(hours=1), title="Tin mới")

    found = report(Source.objects.all(), at=NOON + 2 * _WEEK + timedelta(hours=2))

    assert [(one.host, one.items, one.is_new) for one in found.hosts] == [
        ("moi.example.com", 1, True), ("cu.example.com", 3, False),
    ]  # fmt: skip
    assert found.hosts[1].first_seen_at == NOON
    assert found.hosts[1].example.title == "Tin mới"
    assert found.hosts[1].sources == ("mau",)
    assert (found.items, found.is_whole, found.knows_new) == (3, True, True)


@pytest.mark.django_db
def test_with_less_than_a_week_in_view_nothing_is_called_new() -> None:
    told(known_source("mau"), _link("la.example.com"))

    assert _reported(NOON + timedelta(days=2)) == {"la.example.com": (1, False)}


@pytest.mark.django_db
def test_only_so_many_items_are_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domains_seen, "MOST_ITEMS", 2)
    source = known_source("mau", Trust.REVIEW)
    told(source, *(_link(f"h{n}.example.com") for n in range(4)))

    found = report(Source.objects.all(), at=NOON)

    assert {one.host for one in found.hosts} == {"h2.example.com", "h3.example.com"}
    assert (found.items, found.is_whole) == (2, False)


@pytest.mark.django_db
def test_what_an_item_linked_to_before_its_source_changed_it_does_not_count() -> None:
    source = known_source("mau")
    told(source, _link("truoc.example.com"))
    told(source, _link("sau.example.com"))

    assert set(_reported(NOON)) == {"sau.example.com"}


@pytest.mark.django_db
def test_without_items_there_is_nothing_to_tell() -> None:
    found = report(Source.objects.all(), at=NOON)

    assert (found.hosts, found.items, found.reaches) == ((), 0, None)
