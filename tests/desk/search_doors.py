"""The doors of the screens of search, for the table in `doors`: they are there for some roles at the centre alone."""

from __future__ import annotations

from typing import Any

from cong.agencies.models import Role
from tests.desk.door import Door, Make
from tests.desk.makers import Land

_TUNERS = frozenset({Role.APPROVER, Role.DUTY_EDITOR, Role.OPERATOR})
_READERS = _TUNERS | {Role.AUDITOR}


def _look(**given: Any) -> Door:
    return Door(may=_READERS, anywhere=True, at_centre=True, **given)


def _form(**given: Any) -> Door:
    return Door(may=_TUNERS, anywhere=True, at_centre=True, post="302", **given)


def _button(**given: Any) -> Door:
    return Door(may=_TUNERS, anywhere=True, at_centre=True, get="405", post="302", **given)


def _taught(name: str) -> Make:
    return lambda land: {"pk": getattr(land.things.taught, name).pk}


def _entry(land: Land) -> int:
    return land.things.taught.expectation.entry_id


def _expected(land: Land) -> dict[str, Any]:
    return {"query": "chợ phiên sớm", "entry": _entry(land)}


def _pinned(land: Land) -> dict[str, Any]:
    return {"query": "phiên chợ", "entry": f"/tin-tuc/kinh-te/cho-phien-{_entry(land)}", "position": "1",
            "from_on": "2026-11-25"}  # fmt: skip


_WORD: Make = lambda land: {"kind": "acronym", "short": "CPS", "long": "chợ phiên sớm", "direction": "both"}  # noqa: E731

SEARCH: dict[str, Door] = {
    "search_overview": _look(),
    "search_reports": _look(),
    "search_why": _look(asks=lambda land: {"q": "chợ phiên"}),
    "search_wordings": _look(),
    "search_wording_add": _form(sends=_WORD),
    "search_wording": _form(sends=_WORD, args=_taught("wording")),
    "search_wording_remove": _button(args=_taught("wording")),
    "search_pins": _look(),
    "search_pin_add": _form(sends=_pinned),
    "search_pin": _form(sends=_pinned, args=_taught("pin")),
    "search_unpin": _button(args=_taught("pin")),
    "search_denied": _look(posts=_TUNERS, post="302", sends=lambda land: {"wording": "con cóc"}),
    "search_allow": _button(args=_taught("denied")),
    "search_judged": _look(),
    "search_expect": _form(sends=_expected),
    "search_expectation": _form(sends=_expected, args=_taught("expectation")),
    "search_expectation_remove": _button(args=_taught("expectation")),
    "search_run": _button(),
    "search_ran": _look(args=_taught("ran")),
    "search_accept": _button(args=_taught("ran")),
}
