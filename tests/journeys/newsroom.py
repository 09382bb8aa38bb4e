"""A newsroom that really runs: the demo's sandbox agency and its people on a scratch database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.config.test_server import wait_until
from tests.journeys.site import is_ready
from tests.kept import ROOT
from tests.scratch import Scratch, scratch
from tests.services import free_port

_MAKE_STAFF = """
import django, os, pathlib
django.setup()
from datetime import datetime, UTC
from cong.demo.staff import make_staff
make_staff(pathlib.Path(os.environ["DATA_DIR"]) / "demo-accounts.txt", at=datetime.now(UTC))
"""
_WAIT = 30_000
expect.set_options(timeout=_WAIT)


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """Where the portal answers, and the passwords of the people."""

    base: str
    passwords: dict[str, str]
    scratch: Scratch


@contextmanager
def newsroom(folder: Path) -> Iterator[Newsroom]:
    """Make the sandbox on a scratch database, and serve it until the end of the block."""
    with scratch(folder) as made:
        done = made.run("agencies", "import")
        assert done.returncode == 0, done.stderr
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        environ = made.environ | {"DJANGO_SETTINGS_MODULE": "cong.config.settings", "SITE_URL": base}
        subprocess.run([sys.executable, "-c", _MAKE_STAFF], env=environ, cwd=ROOT, check=True)
        made.start("web", PORT=str(port), HOST="127.0.0.1", SITE_URL=base)
        made.start("release", "run", SITE_URL=base)
        made.start("index", "run", SITE_URL=base)
        assert wait_until(lambda: is_ready(base), 180), made.log()
        lines = (made.data_dir / "demo-accounts.txt").read_text().splitlines()
        yield Newsroom(base=base, passwords=dict(line.split() for line in lines), scratch=made)


@dataclass(kw_only=True)
class Person:
    """A member of staff at a browser, and what the browser complained about."""

    page: Page
    room: Newsroom
    username: str
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(_WAIT)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, said: ConsoleMessage) -> None:
        if said.type == "error" and "Content Security Policy" in said.text:
            self.errors.append(said.text)

    def signs_in(self) -> None:
        self.page.goto(f"{self.room.base}/ban-lam-viec/login/")
        self.page.fill("[name=username]", self.username)
        self.page.fill("[name=password]", self.room.passwords[self.username])
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "login" not in url)

    def opens(self, path: str) -> None:
        self.page.goto(self.room.base + path)

    def presses(self, name: str) -> None:
        """Press a button that sends a form, and wait for the answer."""
        button = self.page.get_by_role("button", name=name, exact=True)
        with self.page.expect_navigation():
            button.click()

    def opens_first_waiting(self, title: str) -> None:
        """Open a thing in the inbox by its title."""
        self.opens("/ban-lam-viec/")
        self.page.get_by_role("link", name=title, exact=True).click()
        expect(self.page.locator("h1").first).to_have_text(title)

    def is_told(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def scrolls_sideways(self) -> bool:
        wide: bool = self.page.evaluate(
            "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth + 1"
        )
        return wide


def person(browser: Browser, room: Newsroom, username: str, *, width: int = 1280) -> Person:
    """Sit a person down at a fresh browser and sign them in."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )
    made = Person(page=context.new_page(), room=room, username=username)
    made.signs_in()
    return made


def now() -> datetime:
    return datetime.now(UTC)


_SUBMIT = """
import django, sys
django.setup()
from datetime import datetime, UTC
from cong.accounts.models import User
from cong.agencies.models import Agency
from cong.demo.staff import SANDBOX
from cong.publishing import passage
from cong.publishing.process import Content
by, agency, at = User.objects.get(username="bientap"), Agency.objects.get(slug=SANDBOX), datetime.now(UTC)
content = Content(
    agency=agency.pk, kind="news", part="tin-hoat-dong", section="tin-hoat-dong", lang="vi", slug="bai",
    title=sys.argv[1],
    summary="Một câu mở đầu.", html="<p>Phòng đọc mở thêm buổi tối.</p>", author="Bạn Đọc", published_at=None,
)
publication = passage.open_publication(agency, by=by, at=at)
passage.submit(publication, content, contributors=[by], by=by, at=at)
print(publication.pk)
"""


def submitted(room: Newsroom, title: str) -> int:
    """Submit a short text as the author would; returns its number."""
    environ = room.scratch.environ | {"DJANGO_SETTINGS_MODULE": "cong.config.settings"}
    command = [sys.executable, "-c", _SUBMIT, title]
    done = subprocess.run(command, env=environ, cwd=ROOT, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])
