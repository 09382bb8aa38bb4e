"""`cong demo` as a newcomer meets it: real processes, a real port, an interruption, a second run."""

from __future__ import annotations

import shutil
import signal
import time

import pytest

from tests.config.test_server import is_gone, wait_until
from tests.config.test_serving import answers, ask, family
from tests.scratch import ON_POSTGRESQL, Scratch, sqlite_template
from tests.services import free_port

pytestmark = [
    pytest.mark.killing,
    pytest.mark.one_engine,
    pytest.mark.skipif(ON_POSTGRESQL, reason="the demo takes the embedded database alone, and is tested there"),
]


@pytest.fixture
def demo(scratch_database: Scratch) -> Scratch:
    """Give a folder without a database; the demo takes the embedded one alone."""
    scratch_database.environ["DATABASE_URL"] = ""
    return scratch_database


def test_the_demo_can_be_interrupted_continues_and_leaves_nothing_behind(demo: Scratch) -> None:
    port = free_port()
    first = demo.start("demo", PORT=str(port))
    assert wait_until(lambda: "tin mới" in demo.log(), 240), demo.log()
    children = family(first.pid)
    assert len(children) >= 2

    first.send_signal(signal.SIGINT)
    code = first.wait(15)

    assert code == 130
    assert wait_until(lambda: all(map(is_gone, children)))
    assert "Traceback" not in demo.log()
    accounts = (demo.data_dir / "demo-accounts.txt").read_text()

    second = demo.start("demo", PORT=str(port))
    assert wait_until(lambda: f"Cổng đang chạy: http://127.0.0.1:{port}" in demo.log(), 300), demo.log()
    assert answers(port)
    assert ask(port, "/").status == 200
    assert (demo.data_dir / "demo-accounts.txt").read_text() == accounts
    assert all(line.split()[1] in demo.log() for line in accounts.splitlines())
    third = demo.run("demo", PORT=str(free_port()))
    assert third.returncode == 1
    assert "Một bản chạy thử khác đang dùng thư mục" in third.stderr

    children, began = family(second.pid), time.monotonic()
    assert len(children) >= 5
    second.terminate()
    assert second.wait(15) == 0
    assert time.monotonic() - began < 12
    assert all(map(is_gone, children))
    assert "Traceback" not in demo.log()
    assert demo.run("verify").returncode == 0


def test_the_demo_keeps_its_hands_off_a_real_portal(demo: Scratch) -> None:
    sources = demo.data_dir / "sources.toml"
    sources.write_text('[[source]]\nid = "that"\nurl = "https://vidu.vn/tin.rss"\n')
    shutil.copyfile(sqlite_template(), demo.data_dir / "cong.sqlite3")
    assert demo.run("harvest", "import", str(sources)).returncode == 0

    refused = demo.run("demo", PORT=str(free_port()))

    assert refused.returncode == 1
    assert "đang giữ dữ liệu thật" in refused.stderr
    assert not (demo.data_dir / "demo-accounts.txt").exists()


def test_the_demo_takes_no_other_database_than_its_own(demo: Scratch) -> None:
    refused = demo.run("demo", DATABASE_URL="postgresql://cong@127.0.0.1/cong")

    assert refused.returncode == 1
    assert "DATABASE_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_busy_port_is_said_before_anything_is_made(demo: Scratch) -> None:
    port = free_port()
    demo.start("web", PORT=str(port))
    assert answers(port), demo.log()

    refused = demo.run("demo", PORT=str(port))

    assert refused.returncode == 1
    assert f"PORT={port + 1}" in refused.stderr
    assert not (demo.data_dir / "demo-state.json").exists()
