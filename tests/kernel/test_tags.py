"""Tests what a page is made of: said by views, and noted while entries are read."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

from cong.kernel import tags


def test_an_answer_is_told_of_once_and_is_always_of_the_site() -> None:
    until = datetime(2026, 11, 25, tzinfo=UTC)

    told = tags.tags_of(tags.tagged(HttpResponse(), tags.HOME, until=until))

    assert told == tags.Tagged(names=frozenset({"site", "home"}), until=until)
    assert tags.tags_of(HttpResponse()) is None


def test_a_view_says_how_it_is_kept() -> None:
    @tags.kept(params=("truoc",), straight=("q",), fresh=30)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert tags.route_of(view) == tags.Route(params=("truoc",), straight=("q",), fresh=30)
    assert tags.route_of(len) is None


def test_what_is_read_is_noted_by_whoever_listens_and_by_nobody_else() -> None:
    tags.note(1)
    with tags.reading() as outer:
        tags.note(2)
        with tags.reading() as inner:
            tags.note(3)
        tags.note(4)
    tags.note(5)

    assert (outer, inner) == ({2, 4}, {3})


def test_few_entries_are_named_and_many_are_one() -> None:
    assert tags.names_of({5, 8}) == {"in:5", "in:8"}
    assert tags.names_of(set(range(201))) == {"shelf"}
    assert tags.names_of(set()) == set()
