"""Links that no longer open: each kind of answer, when to look again, how much at a time, what the editor is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cong.harvest import links
from cong.harvest.jobs import check_links_task
from cong.harvest.links import Memory, check_links
from cong.jobs import schedules
from cong.publishing import passage, preflight, timing
from cong.publishing.models import Docket, LinkState
from cong.publishing.process import Content, State
from tests.harvest.fetch.fetching import Resolver
from tests.harvest.hostile import Hostile, message
from tests.harvest.publisher import Page, Publisher, hostile
from tests.makers import NOON
from tests.publishing.makers import Newsroom, approved, live, newsroom, sha, submitted

pytestmark = pytest.mark.django_db

HOME = Resolver(["127.0.0.1"])
_SOON, _HOUR, _DAY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)
_MOMENT = timedelta(seconds=1)
_OK = message("200 OK")


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.HARVEST_LOOPBACK = True
    settings.HARVEST_HOST_GAP = 0.0


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


@pytest.fixture
def server() -> Iterator[Hostile]:
    with hostile({"/fine": _OK}) as running:
        yield running


def linked(*addresses: str) -> str:
    return "".join(f'<p>Xem <a href="{address}">báo cáo</a> của xã.</p>' for address in addresses)


def elsewhere(server: Hostile, path: str, host: str = "bao-cao.vn") -> str:
    return server.url(path, host)


def look(at: datetime = NOON, resolver: Resolver = HOME, memory: Memory | None = None) -> int:
    return check_links(at=at, resolver=resolver, memory=memory)


def problem(address: str) -> str:
    return LinkState.objects.get(address=address).problem


def told(docket: Docket, at: datetime) -> list[str]:
    snapshot = docket.snapshot
    assert snapshot
    content = Content.parse(snapshot.content, snapshot.html)
    return [one.text for one in preflight.findings(content, at=at) if one.code == "link-broken"]


@pytest.mark.parametrize(
    ("status", "said"), [("404 Not Found", "không còn trang này (404)"), ("410 Gone", "trang này đã bị bỏ (410)")]
)
def test_a_page_that_is_gone_is_broken_at_once(room: Newsroom, server: Hostile, status: str, said: str) -> None:
    server.answers["/x"] = message(status, Content_Length="99999999999")  # no body is read
    submitted(room, html=linked(elsewhere(server, "/x")))

    look()

    assert problem(elsewhere(server, "/x")) == said


@pytest.mark.parametrize("status", ["200 OK", "401 Unauthorized", "403 Forbidden", "429 Too Many", "400 Bad Request"])
def test_a_site_that_answers_or_wants_no_robots_is_fine(room: Newsroom, server: Hostile, status: str) -> None:
    server.answers["/x"] = message(status)
    submitted(room, html=linked(elsewhere(server, "/x")))

    look()
    look(NOON + _DAY)

    assert problem(elsewhere(server, "/x")) == ""


def test_a_failing_server_is_blamed_at_the_second_look_ten_minutes_later(room: Newsroom, server: Hostile) -> None:
    server.answers["/x"] = message("503 Service Unavailable")
    submitted(room, html=linked(elsewhere(server, "/x")))

    look()
    first = problem(elsewhere(server, "/x"))
    early = look(NOON + _SOON - _MOMENT)
    look(NOON + _SOON)

    assert (first, early) == ("", 0)
    assert problem(elsewhere(server, "/x")) == "máy chủ báo lỗi (503)"


def test_a_bad_moment_is_forgotten(room: Newsroom, server: Hostile) -> None:
    address = elsewhere(server, "/x")
    server.answers["/x"] = message("503 Service Unavailable")
    submitted(room, html=linked(address))
    look()
    server.answers["/x"] = _OK
    look(NOON + _SOON)

    server.answers["/x"] = message("502 Bad Gateway")
    look(NOON + _SOON + _DAY)

    assert problem(address) == ""


@pytest.mark.parametrize(
    ("path", "said"), [("/silence", "máy chủ không trả lời"), ("/nothing", "không kết nối được với máy chủ")]
)
def test_silence_and_hanging_up_are_blamed_at_the_second_look(
    room: Newsroom, server: Hostile, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    monkeypatch.setattr(links, "_ONE_SECONDS", 0.3)
    submitted(room, html=linked(elsewhere(server, path)))

    look()
    first = problem(elsewhere(server, path))
    look(NOON + _SOON)

    assert (first, problem(elsewhere(server, path))) == ("", said)


def test_a_refused_connection_and_an_unknown_name_are_blamed_at_the_second_look(room: Newsroom) -> None:
    closed, unknown = "http://bao-cao.vn:1/x", "http://khong-co.vn/x"
    submitted(room, html=linked(closed, unknown))

    for at in (NOON, NOON + _SOON):
        look(at, Names({"bao-cao.vn": "127.0.0.1"}))

    assert problem(closed) == "không kết nối được với máy chủ"
    assert problem(unknown) == "không tìm thấy máy chủ mang tên này"


def test_a_server_without_valid_encryption_is_broken_at_once(room: Newsroom, server: Hostile) -> None:
    address = elsewhere(server, "/fine").replace("http:", "https:")
    submitted(room, html=linked(address))

    look()

    assert problem(address) == "không lập được kết nối bảo mật (chứng chỉ sai hoặc hết hạn)"


def test_a_server_that_does_not_know_head_is_asked_with_get(room: Newsroom) -> None:
    with Publisher(pages={"/co": Page(body=b"x", kind="text/html")}) as publisher:
        there, gone = (publisher.url(path).replace("127.0.0.1", "bao-cao.vn") for path in ("/co", "/mat"))
        submitted(room, html=linked(there, gone))

        look()

    assert publisher.statuses("/co") == [200]
    assert (problem(there), problem(gone)) == ("", "không còn trang này (404)")


@pytest.mark.parametrize("length", ["0", "99999999999"])
def test_where_head_finds_the_page_get_is_not_sent(room: Newsroom, server: Hostile, length: str) -> None:
    server.answers["/x"] = message("200 OK", Content_Length=length)
    submitted(room, html=linked(elsewhere(server, "/x")))

    look()

    assert (server.paths(), problem(elsewhere(server, "/x"))) == (["/x"], "")


def test_a_redirect_is_followed_to_what_it_leads_to(room: Newsroom, server: Hostile) -> None:
    server.answers |= {"/cu": message("301 Moved", Location="/mat"), "/mat": message("404 Not Found")}
    submitted(room, html=linked(elsewhere(server, "/cu")))

    look()

    assert problem(elsewhere(server, "/cu")) == "không còn trang này (404)"


@pytest.mark.parametrize("inside", ["10.0.0.8", "169.254.169.254", "127.0.0.1"])
def test_a_name_that_leads_inside_is_not_asked_and_not_blamed(
    room: Newsroom, server: Hostile, settings: Any, inside: str
) -> None:
    settings.HARVEST_LOOPBACK = False
    submitted(room, html=linked("http://trong-mang.vn/x"))

    for at in (NOON, NOON + _SOON, NOON + _DAY):
        look(at, Resolver([inside]))

    assert problem("http://trong-mang.vn/x") == ""
    assert server.requests == []


def test_a_redirect_inside_is_not_followed_and_not_blamed(room: Newsroom, server: Hostile) -> None:
    server.answers["/x"] = message("302 Found", Location="http://169.254.169.254/latest/")
    submitted(room, html=linked(elsewhere(server, "/x")))

    look()

    assert problem(elsewhere(server, "/x")) == ""


@pytest.mark.parametrize(
    "address",
    ["/tin-tuc/x/y-1", "mailto:a@vidu.vn", "tel:1022", "#muc", "http://localhost/x", "https://a:b@bao-cao.vn/",
     "http://[::1/x", "//bao-cao.vn/x", f"https://bao-cao.vn/{'ê' * 1000}", "http://10.0.0.1/", "http://2130706433/"],
)  # fmt: skip
def test_what_is_no_outside_page_is_never_looked_at(address: str) -> None:
    assert links._is_outside(address) is False


def test_our_own_pages_are_not_looked_at(settings: Any) -> None:
    settings.SITE_URL = "https://cong.vidu.vn"

    assert links._is_outside("https://cong.vidu.vn/tin-tuc/x/y-1") is False
    assert links._is_outside("https://khac.vidu.vn/") is True


def test_a_longest_address_of_any_letters_fits_the_table() -> None:
    address = f"https://bao-cao.vn/{'ệ' * 660}"
    assert links._is_outside(address)

    LinkState.objects.create(address=address, at=NOON)

    assert LinkState.objects.get().address == address


def test_a_fine_link_is_looked_at_again_after_a_day_a_broken_one_after_an_hour(room: Newsroom, server: Hostile) -> None:
    server.answers["/x"] = message("404 Not Found")
    submitted(room, html=linked(elsewhere(server, "/fine"), elsewhere(server, "/x")))

    moments = (NOON, NOON + _HOUR - _MOMENT, NOON + _HOUR, NOON + _DAY - _MOMENT, NOON + _DAY)
    looked = [look(at) for at in moments]

    assert looked == [2, 0, 1, 1, 1]


def test_a_mended_link_is_fine_again(room: Newsroom, server: Hostile) -> None:
    server.answers["/x"] = message("404 Not Found")
    submitted(room, html=linked(elsewhere(server, "/x")))
    look()
    server.answers["/x"] = _OK

    look(NOON + _HOUR)

    assert problem(elsewhere(server, "/x")) == ""


def test_the_links_of_what_was_sent_back_are_looked_at_those_of_what_is_public_are_not(
    room: Newsroom, server: Hostile
) -> None:
    live(room, html=linked(elsewhere(server, "/fine")))
    back = submitted(room, html=linked(elsewhere(server, "/gzip")))
    passage.recall(back, by=room.author, at=NOON)

    assert look() == 1
    assert set(server.paths()) == {"/gzip"}


def test_one_page_is_asked_once_however_often_it_is_linked_to(room: Newsroom, server: Hostile) -> None:
    address = elsewhere(server, "/fine")
    submitted(room, html=linked(address, f"{address}#bang-1"))
    submitted(room, html=linked(f"{address}#bang-2"))

    assert look() == 1
    assert server.paths() == ["/fine"]


def test_at_most_so_many_links_are_looked_at_in_one_run(
    room: Newsroom, server: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST", 2)
    submitted(room, html=linked(*(elsewhere(server, f"/fine?{number}") for number in range(5))))
    server.answers |= {f"/fine?{number}": _OK for number in range(5)}

    looked = [look(NOON + number * _MOMENT) for number in range(4)]

    assert looked == [2, 2, 1, 0]


def test_a_run_ends_in_its_time_and_what_was_not_reached_stays_due(
    room: Newsroom, server: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "SECONDS", 0.5)
    submitted(room, html=linked(elsewhere(server, "/fine", "mot.vn"), elsewhere(server, "/silence", "hai.vn")))

    assert look() == 1
    assert list(LinkState.objects.values_list("address", flat=True)) == [elsewhere(server, "/fine", "mot.vn")]


def test_when_no_host_at_all_is_reached_nobody_is_blamed(room: Newsroom) -> None:
    memory = Memory()
    submitted(room, html=linked(*(f"http://may-{number}.vn/" for number in range(3))))

    looked = [look(at, Names({}), memory) for at in (NOON, NOON + _SOON, NOON + _HOUR)]

    assert looked == [0, 0, 0]
    assert not LinkState.objects.exists()


def test_where_nothing_is_on_its_way_one_query_is_all(room: Newsroom, server: Hostile) -> None:
    live(room, html=linked(elsewhere(server, "/fine")))

    with CaptureQueriesContext(connection) as asked:
        look()

    assert (len(asked), server.requests) == (1, [])


def test_where_nothing_is_due_one_query_is_all_until_something_new_comes(room: Newsroom, server: Hostile) -> None:
    memory = Memory()
    submitted(room, html=linked(elsewhere(server, "/fine")))
    look(memory=memory)
    look(NOON + _MOMENT, memory=memory)

    with CaptureQueriesContext(connection) as asked:
        look(NOON + _HOUR, memory=memory)
    submitted(room, html=linked(elsewhere(server, "/ok")))

    assert len(asked) == 1
    assert look(NOON + _HOUR, memory=memory) == 1
    assert look(NOON + _DAY, memory=memory) == 1


def test_what_nobody_asked_about_for_a_month_is_forgotten(room: Newsroom, server: Hostile) -> None:
    LinkState.objects.create(address="http://xua.vn/", at=NOON - timedelta(days=31))
    LinkState.objects.create(address="http://moi-day.vn/", at=NOON - timedelta(days=29))
    submitted(room, html=linked(elsewhere(server, "/fine")))

    look()

    kept = set(LinkState.objects.values_list("address", flat=True))
    assert kept == {"http://moi-day.vn/", elsewhere(server, "/fine")}


def test_the_editor_is_told_which_link_is_broken_and_why(room: Newsroom, server: Hostile) -> None:
    server.answers["/x"] = message("404 Not Found")
    docket = submitted(room, html=linked(elsewhere(server, "/x") + "#bang-1", elsewhere(server, "/fine")))
    before = told(docket, NOON)

    look()

    said = ["liên kết “báo cáo” không mở được: không còn trang này (404)."]
    assert (before, told(docket, NOON + timedelta(days=7))) == ([], said)
    assert told(docket, NOON + timedelta(days=7) + _MOMENT) == []


@pytest.mark.parametrize("count", [1, 30])
def test_however_many_links_a_text_has_the_checks_ask_once(room: Newsroom, count: int) -> None:
    docket = submitted(room, html=linked(*(f"https://bao-cao.vn/{number}" for number in range(count))))

    with CaptureQueriesContext(connection) as asked:
        told(docket, NOON)

    assert sum("publishing_linkstate" in one["sql"] for one in asked) == 1


def test_a_link_that_broke_meanwhile_holds_back_a_scheduled_text_of_grade_a(server: Hostile) -> None:
    centre = newsroom("tw", is_centre=True)
    docket = approved(centre, grade="A", html=linked(elsewhere(server, "/x")))
    timing.schedule(docket, NOON + _HOUR, sha256=sha(docket), by=centre.duty, at=NOON)
    server.answers["/x"] = message("410 Gone")
    look()

    timing.run_due(at=NOON + _HOUR)

    docket.refresh_from_db()
    assert docket.state == State.HELD
    assert "trang này đã bị bỏ (410)" in docket.reason


def test_the_worker_looks_every_minute(room: Newsroom) -> None:
    known = {one.name: one for one in schedules.registered()}["check-links"]

    assert known.every == timedelta(minutes=1)
    assert known.task is check_links_task
    assert check_links_task.call() == 0


class Names(Resolver):
    """Knows some names and no others."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__([])
        self._known = known

    async def resolve(self, host: str, *rest: Any, **given: Any) -> Any:
        self.answers = [[self._known[host]]] if host in self._known else [[]]
        self.asked = []
        return await super().resolve(host, *rest, **given)
