"""What all tests share: static assets made once, a closed network, scratch databases for what must really commit."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test.signals import setting_changed
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed
from hypothesis import HealthCheck, settings

from tests.kept import renew
from tests.scratch import ASSETS, ON_POSTGRESQL, SHARED, Scratch, database_for, drop_template, once, scratch
from tests.search.told import tell_of_search
from tests.services import CHROMIUM, must_have_all

_DATABASES = {"db", "transactional_db", "scratch_database"}

# Machines are shared: how long an example takes says nothing about it.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        drop_template()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    tell_of_search(terminalreporter)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what it says nothing about: tests without a database, and those marked `one_engine`.

    They run on SQLite; `make nightly` runs everything on both.
    """
    if not ON_POSTGRESQL or config.option.markexpr != "not nightly":
        return
    left_out = [item for item in items if item.get_closest_marker("one_engine") or not _has_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _has_database(item: pytest.Item) -> bool:
    named = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not named.isdisjoint(_DATABASES)


@pytest.fixture(scope="session", autouse=True)
def _assets() -> None:
    """Make what `cong assets` makes, once for all workers; copied when nothing it is made of has changed."""
    once("assets", lambda: renew("assets", SHARED, ASSETS, lambda: call_command("assets", verbosity=0)))
    # Wagtail asks for words and for names of files while it is imported: that is before they are made.
    translation_file_changed(None, Path("any.mo"))
    setting_changed.send(sender=None, setting="STATIC_ROOT", value=SHARED / "static", enter=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """Give each worker a copy of one migrated database: hundreds of migrations run once, not once a worker."""
    with django_db_blocker.unblock(), database_for(worker_id):
        yield


@pytest.fixture(scope="session", autouse=True)
def _closed_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine, and every name that would be looked up outside."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _only_home(getattr(socket.socket, name)))
        look_up = socket.getaddrinfo

        def getaddrinfo(host: Any, *args: Any, **given: Any) -> Any:
            if not (_is_address(host) or host in (None, "", b"", "localhost", b"localhost")):
                raise socket.gaierror(socket.EAI_NONAME, f"tests look up no names: {host!r}")
            return look_up(host, *args, **given)

        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


def _only_home(real: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        host = address[0] if isinstance(address, tuple) else ""
        if not _is_home(host):
            raise OSError(f"tests reach no network: {address}")
        return real(self, address)

    return connect


def _is_home(host: str) -> bool:
    try:
        return host in ("", "localhost") or ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _is_address(host: Any) -> bool:
    """Tell whether it is a number in any spelling the system takes, so that nothing has to be looked up."""
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        socket.inet_aton(text)
    except OSError:
        return ":" in text
    return True


@pytest.fixture(autouse=True)
def _chromium(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("browser") and not Path(CHROMIUM).exists():
        if must_have_all():
            pytest.fail("chromium is not installed, and CONG_REQUIRE=all")
        pytest.skip("chromium is not installed")


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Let no test speak the language of the one before: a request in English leaves it to the thread."""
    yield
    translation.deactivate()


@pytest.fixture
def scratch_database(tmp_path: Path) -> Iterator[Scratch]:
    """Give a migrated database outside the test's transaction, with `cong` to run against it."""
    with scratch(tmp_path) as made:
        yield made
