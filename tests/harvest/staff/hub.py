"""Keepers at the desk, and a publisher on loopback that the hub may visit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.journal.models import Event
from tests import makers

_WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_OF_THE_SESSION = ("django_session", "accounts_user")


@contextmanager
def open_hub(folder: Path) -> Iterator[None]:
    """Let the hub visit this machine, without waiting between requests, and keep its files in a folder of the test."""
    with override_settings(HARVEST_LOOPBACK=True, HARVEST_HOST_GAP=0.0, HARVEST_DIR=folder / "harvest"):
        yield


def keeper(agency: Agency, role: Role = Role.AGENCY_ADMIN) -> tuple[User, Client]:
    """Return somebody who keeps an agency's sources, signed in."""
    user = makers.person(f"giu-nguon-{agency.slug}", role, agency)
    client = Client()
    client.force_login(user)
    return user, client


def address(name: str, **given: Any) -> str:
    return reverse(name, kwargs=given)


@contextmanager
def writes() -> Iterator[list[str]]:
    """List what is written into the database meanwhile, except who is signed in."""
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(_WRITING) and not any(table in sql for table in _OF_THE_SESSION):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written


def last_event(verb: str) -> dict[str, Any]:
    return dict(json.loads(Event.objects.filter(verb=verb).latest("id").data))
