"""The front as readers meet it: real processes on real ports, and a database that goes away."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cong.delivery import ground
from tests.config.test_server import wait_until
from tests.scratch import ROOT, Scratch, scratch
from tests.services import free_port

pytestmark = [pytest.mark.killing, pytest.mark.one_engine]


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


def ask(port: int, path: str, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        return Answer(status=answer.status, headers={k.lower(): v for k, v in answer.getheaders()}, text=text)
    except OSError:
        return Answer(status=0, headers={}, text="")
    finally:
        connection.close()


def shelfwork(database: Scratch, *words: str) -> list[str]:
    """Change the shelf in a process of its own, and return what it said when it has ended."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.delivery.shelfwork", *words],
        env=database.environ | {"DJANGO_SETTINGS_MODULE": "cong.config.settings"},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def start(database: Scratch, **environ: str) -> int:
    port = free_port()
    database.start("web", PORT=str(port), WEB_WORKERS="2", **environ)
    assert wait_until(lambda: ask(port, "/healthz").status == 200, 120), database.log()
    return port


def number(address: str) -> str:
    return address.rpartition("-")[2]


def test_what_another_process_changes_is_seen_by_the_next_reader_whatever_is_kept(scratch_database: Scratch) -> None:
    titles = ("Tin ở lại", "Tin bị gỡ", "Tin gỡ sau")
    stays, goes, later = shelfwork(scratch_database, "make", "thu-vien", "kinh-te", *titles)
    port = start(scratch_database)
    lists = ("/", "/tin-tuc/", "/en/", "/co-quan/thu-vien/", "/atom.xml")
    for path in (*lists, goes, stays, later):
        for _ in range(4):
            assert ask(port, path).status == 200, path
    etag = ask(port, "/").headers["etag"]
    assert ask(port, "/", If_None_Match=etag).status == 304

    shelfwork(scratch_database, "withdraw", number(goes))

    assert [ask(port, goes).status for _ in range(4)] == [410] * 4
    assert not [path for path in (*lists, stays) for _ in range(4) if "Tin bị gỡ" in ask(port, path).text]
    assert ask(port, "/", If_None_Match=etag).status == 200

    shutil.rmtree(scratch_database.data_dir / "delivery")
    assert [ask(port, path).status for path in lists] == [200] * len(lists)
    shelfwork(scratch_database, "withdraw", number(later))

    assert [ask(port, later).status for _ in range(4)] == [410] * 4
    assert not [path for path in lists for _ in range(4) if "Tin gỡ sau" in ask(port, path).text]
    assert "Traceback" not in scratch_database.log()


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/tin-tuc%2Fkinh-te/", {}, 200),  # a server unquotes it: the very same address
        ("GET", "/tin-tuc/kinh-te/;a=b", {}, 404),
        ("GET", "/%3Fn=1", {}, 404),
        ("GET", "//", {}, 404),
        ("GET", "/tin-tuc/../", {}, 404),
        ("GET", "/a%00b", {}, 404),
        ("GET", "/%ff", {}, 404),
        ("GET", "/?n=1&n=2", {}, 200),
        ("GET", "/", {"Range": "bytes=0-1"}, 200),
        ("POST", "/", {}, 405),
        ("GET", "/", {"Host": "evil.vn"}, 400),
        ("GET", "/", {"X-Forwarded-Host": "evil.vn"}, 200),
    ],
)
def test_a_real_server_keeps_addresses_apart(
    port: int, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    home = ask(port, "/").text

    assert ask(port, path, method, **headers).status == status
    assert ask(port, "/").text == home
    assert "evil" not in home


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with scratch(tmp_path_factory.mktemp("live")) as database:
        yield start(database)


def test_without_a_database_readers_see_the_last_pages_and_forms_say_when_to_come_back(
    scratch_database: Scratch,
) -> None:
    first, gone = shelfwork(scratch_database, "make", "thu-vien", "kinh-te", "Tin còn đây", "Tin sẽ gỡ")
    assert scratch_database.run("mirror", "once", MIRROR_FREE_GB="0").returncode == 0
    # As a withdrawal does that nobody follows any more.
    shared = ground.current(scratch_database.data_dir / "delivery" / "ground")
    shared.purge(hard=[f"entry:{number(gone)}"], soft=[], now=time.time())

    nobody = f"postgresql://cong@127.0.0.1:{free_port()}/cong"
    port = start(scratch_database, DATABASE_URL=nobody)
    known = ("/ve-cong/", "/co-quan/", first, f"/en{first}", "/robots.txt")
    answers = {path: ask(port, path) for path in known}

    assert {path: one.status for path, one in answers.items()} == dict.fromkeys(known, 200)
    assert "Tin còn đây" in answers[first].text
    assert "Bạn đang xem bản lưu" in answers[first].text
    assert answers[first].headers["warning"].startswith("111")
    assert "age" in answers[first].headers
    assert ask(port, gone).status == 503
    form = ask(port, "/ban-lam-viec/login/")
    assert (form.status, form.headers["retry-after"]) == (503, "30")
    assert "Cổng đang bảo trì" in form.text


@pytest.mark.nightly
def test_a_read_only_portal_is_read_and_takes_nothing_in(scratch_database: Scratch) -> None:
    port = start(scratch_database, READ_ONLY="yes")

    refused = ask(port, "/ban-lam-viec/login/", "POST")

    assert ask(port, "/").status == 200
    assert refused.status == 503
    assert "chưa được lưu" in refused.text


@pytest.mark.nightly
def test_the_follower_renews_what_is_read_before_anybody_asks(scratch_database: Scratch) -> None:
    port = start(scratch_database)
    scratch_database.start("mirror", "run", MIRROR_FREE_GB="0")
    shelfwork(scratch_database, "make", "thu-vien", "kinh-te", "Tin vừa ra")

    mirrored = scratch_database.data_dir / "mirror" / "mark.json"

    assert wait_until(lambda: mirrored.exists() and '"seq": 1' in mirrored.read_text(), 60), scratch_database.log()
    assert wait_until(lambda: "Tin vừa ra" in ask(port, "/").text, 5)
    time.sleep(0.1)
    assert "Traceback" not in scratch_database.log()
