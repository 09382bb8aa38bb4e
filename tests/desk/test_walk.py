"""Everybody tries every staff address with an object of agency A: who may not, gets nothing and changes nothing.

The addresses come from the urlconf, what is right from the table in `doors`; what stands in neither is closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import Template
from django.test import Client
from django.urls import NoReverseMatch, reverse

from cong.agencies.models import Role
from cong.desk.closed import OPEN, OURS
from tests.desk.door import Door, Visitor
from tests.desk.doors import DOORS
from tests.desk.makers import KEPT, PLACES, Clock, Land, client_of, land, stores
from tests.desk.walking import Outcome, addresses, go
from tests.makers import NOON

VISITORS = [
    Visitor(name="anonymous"),
    Visitor(name="ended"),
    *(Visitor(name=f"{role}@{place}", role=role, place=place) for place in PLACES for role in Role),
]
METHODS = ("get", "post")
SHUT = frozenset(name for name in addresses() if not (name in OPEN or name.startswith(OURS)))
OPENED = sorted(addresses().keys() - SHUT)
_ARGUMENT = {"app_label": "newsroom", "model_name": "articlepage", "token": "a" * 64, "uidb64": "MQ"}


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Land]:
    """Give one land to all walkers, at noon; nothing that they do stays."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        stores(tmp_path_factory.mktemp("stores")),
        transaction.atomic(),
    ):
        patch.setattr("django.utils.timezone.now", Clock(NOON + timedelta(minutes=1)))
        # The page that says 404 costs more than the refusal; tests' own copies of every context cost more than both.
        patch.setattr("cong.config.urls.handler404", _not_found)
        patch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))
        yield land()
        transaction.set_rollback(True)


def _not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=404)


def at_the_desk(here: Land, who: Visitor) -> Client:
    """Sign the visitor in and let them be seen once: what that writes into the session is written, not undone."""
    client = client_of(here.people.get(who.name))
    client.get("/ban-lam-viec/khong-co/")
    return client


def test_every_open_address_stands_in_the_table() -> None:
    assert set(OPENED) - DOORS.keys() == set(), "say in tests/desk/doors.py who may use these"
    assert DOORS.keys() - set(OPENED) == set(), "these are no addresses any more"


@pytest.mark.parametrize("who", VISITORS, ids=lambda who: who.name)
def test_nobody_passes_a_door_that_is_not_theirs(here: Land, who: Visitor) -> None:
    client = at_the_desk(here, who)
    wrong = []

    for name in OPENED:
        door = DOORS[name]
        address = reverse(name, kwargs=dict(door.args(here)))
        for method in METHODS:
            data = dict((door.asks if method == "get" else door.sends)(here))
            found = go(client, method, address, data)
            wrong += [f"{method} {name}: {fault}" for fault in _faults(door, who, method, found)]

    assert wrong == []


@pytest.mark.one_engine
@pytest.mark.parametrize("who", VISITORS, ids=lambda who: who.name)
def test_what_is_not_opened_is_not_there_for_anybody(here: Land, who: Visitor) -> None:
    client = at_the_desk(here, who)

    found = {
        f"{method} {name}": go(client, method, _any_address(name, here), {}).what for name in SHUT for method in METHODS
    }

    assert {name: what for name, what in found.items() if what != "404"} == {}


def _faults(door: Door, who: Visitor, method: str, found: Outcome) -> Iterator[str]:
    expected = _expected(door, who, method)
    if found.what not in expected:
        yield f"{found.what} instead of {'/'.join(sorted(expected))}"
    if found.wrote and not door.lets(who, method):
        yield "something was written"
    if KEPT in found.text and not door.shows(who):
        yield "what belongs to A was shown"


def _expected(door: Door, who: Visitor, method: str) -> set[str]:
    if door.lets(who, method):
        return _allowed(door, who, method)
    if who.role is None:
        # A page that is not theirs does not exist even for those who have signed in and hold nothing any more.
        return {"login"} if who.name == "anonymous" else {"login", "404"}
    return {"404", "405", "home"} | ({"403", "422"} if who.holds(frozenset(Role)) else set())


def _allowed(door: Door, who: Visitor, method: str) -> set[str]:
    if door is DOORS["wagtailadmin_login"] and who.role is not None:
        return {"home", "200"}
    allowed = {door.get if method == "get" else door.post}
    if door.anywhere and not who.holds(frozenset(Role)):
        # The form names agency A, which is none of theirs.
        allowed |= {"404"}
    return allowed


def _any_address(name: str, here: Land) -> str:
    """Return an address of that name; its arguments are of no matter, as nobody gets so far."""
    page = here.things.page.pk
    names = addresses()[name]
    words = {one: _ARGUMENT.get(one, "x") for one in names}
    for given in (dict.fromkeys(names, page), {**dict.fromkeys(names, page), **_words_of(words)}, words):
        try:
            return reverse(name, kwargs=given)
        except NoReverseMatch:
            continue
    raise AssertionError(f"no address could be made for {name}")


def _words_of(words: dict[str, str]) -> dict[str, str]:
    return {one: word for one, word in words.items() if not re.search(r"(^|_)(id|pk)$", one)}
