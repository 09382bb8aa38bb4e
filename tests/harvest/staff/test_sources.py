"""The screens of how sources stand: who sees what, trouble first, no more queries for more sources, and the buttons."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from cong.accounts.models import User
from cong.agencies.models import Agency, Membership, Role
from cong.harvest import alarms, watching
from cong.harvest.models import Fetch, Health, HostRest, Outcome, Source, SourceAlarm, SourceDay, Trust
from cong.journal.models import Event
from tests import makers
from tests.desk.makers import stores
from tests.harvest.makers import known_source, told
from tests.jobs.makers import Clock
from tests.makers import NOON

pytestmark = pytest.mark.django_db
INDEX = "harvest_sources:index"
ELSEWHERE = "https://chonoimoi.example.org/rss?key=bi-mat"


@pytest.fixture(autouse=True)
def _at_noon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    settings.HARVEST_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", Clock(NOON))
    with stores(tmp_path):
        yield


@pytest.fixture
def agency() -> Agency:
    return makers.agency("Thư viện mẫu")


@pytest.fixture
def source(agency: Agency) -> Source:
    return changed(known_source("nguon-mau", Trust.REVIEW, agency=agency), state=Health.OK, last_ok_at=NOON,
                   next_at=NOON + timedelta(minutes=15), url="https://nguon-mau.vn/rss?key=kin")  # fmt: skip


@pytest.fixture
def desk(agency: Agency) -> Client:
    return desk_of(Role.AGENCY_ADMIN, agency)


def desk_of(role: Role, *agencies: Agency, username: str = "") -> Client:
    user = User.objects.create_user(username or str(role), name="Người Giữ", email="giu@example.vn")
    for agency in agencies:
        Membership.objects.create(user=user, agency=agency, role=role, from_on=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def changed(source: Source, **values: object) -> Source:
    Source.objects.filter(pk=source.pk).update(**values)
    return Source.objects.select_related("agency").get(pk=source.pk)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page_of(desk: Client, source: Source, **asks: str) -> str:
    answer = desk.get(reverse("harvest_source", args=[source.pk]), asks)
    assert answer.status_code == 200
    return text(answer)


def post(desk: Client, name: str, source: Source, **sent: str) -> Any:
    return desk.post(reverse(name, args=[source.pk]), sent)


def order(page: str) -> list[str]:
    return re.findall(r'class="hub-slug">([\w-]+)<', page)


# ---- the list --------------------------------------------------------------------------------------------------------


def test_what_is_in_trouble_stands_first(desk: Client, agency: Agency) -> None:
    for state in Health.values:
        changed(known_source(f"n-{state}", agency=agency), state=state)

    page = text(desk.get(reverse(INDEX)))

    assert order(page) == [
        "n-broken", "n-changed", "n-failing", "n-slow", "n-new", "n-ok", "n-disabled"
    ]  # fmt: skip


def test_a_state_is_said_by_word_and_shape_and_the_bar_in_words(desk: Client, source: Source) -> None:
    changed(source, state=Health.BROKEN, standing={"reason": "Không thu được 5 lần liên tiếp."})
    for hours, outcome, new in ((1, Outcome.FAILED, 0), (2, Outcome.NEW, 3), (30, Outcome.FAILED, 0)):
        Fetch.objects.create(source=source, at=NOON - timedelta(hours=hours), outcome=outcome, new=new)

    page = text(desk.get(reverse(INDEX)))

    assert re.search(
        r'hub-state-broken"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M[^"]+"/></svg>Hỏng<', page
    )
    assert "Không thu được 5 lần liên tiếp." in page
    assert 'aria-label="30 ngày qua: 3 lần thu, 2 lần lỗi trong 2 ngày, 3 tin mới."' in page


def test_more_sources_ask_no_more_of_the_database(desk: Client, source: Source, agency: Agency) -> None:
    desk.get(reverse(INDEX))
    with CaptureQueriesContext(connection) as one:
        desk.get(reverse(INDEX))
    for number in range(12):
        other = known_source(f"khac-{number}", agency=agency)
        Fetch.objects.create(source=other, at=NOON, outcome=Outcome.NEW, new=1)

    with CaptureQueriesContext(connection) as many:
        desk.get(reverse(INDEX))

    assert len(many) == len(one)


def test_thirty_days_of_all_shown_sources_are_two_queries(source: Source, django_assert_num_queries: Any) -> None:
    other = known_source("khac")
    midnight = NOON - timedelta(hours=12)
    for one, at in ((source, NOON), (source, midnight), (source, midnight - timedelta(seconds=1)), (other, NOON)):
        Fetch.objects.create(source=one, at=at, outcome=Outcome.NEW, new=1)
    Fetch.objects.create(source=source, at=NOON - timedelta(days=30), outcome=Outcome.NEW, new=100)
    SourceDay.objects.create(source=source, on=NOON.date() - timedelta(days=1), visits=4, failures=1, new=2)

    with django_assert_num_queries(2):
        found = watching.days_of([source.pk, other.pk], at=NOON)

    *before, yesterday, today = found[source.pk]
    assert (today.visits, today.new) == (2, 2)
    assert (yesterday.visits, yesterday.failures, yesterday.new) == (5, 1, 3)
    assert sum(day.visits for day in before) == 0
    assert found[other.pk][-1].visits == 1


def test_the_sums_count_what_the_person_sees(desk: Client, source: Source) -> None:
    told(source, "Phòng đọc có thêm ghế và đèn.")
    changed(source, state=Health.FAILING)
    theirs = known_source("cua-ho", Trust.REVIEW)
    told(theirs, "Hồ bơi mở lại vào mùa hè.")

    sums = watching.sums(Source.objects.filter(pk=source.pk))
    page = text(desk.get(reverse(INDEX)))

    assert (sums.trouble, sums.fine, sums.held) == (1, 0, 1)
    assert "<dt>Tin chờ duyệt</dt><dd>1</dd>" in page
    assert "cua-ho" not in page


def test_sources_are_found_by_state_agency_and_words(source: Source, agency: Agency) -> None:
    other = makers.agency("Bảo tàng mẫu")
    changed(known_source("bao-tang", agency=other), state=Health.BROKEN)
    desk = desk_of(Role.AUTHOR, agency, other)

    def shown(**asks: str | int) -> list[str]:
        return order(text(desk.get(reverse(INDEX), asks)))

    assert shown(tinh_trang="can-xem") == ["bao-tang"]
    assert shown(tinh_trang="ok") == ["nguon-mau"]
    assert shown(co_quan=other.pk) == ["bao-tang"]
    assert shown(q="nguon-m") == ["nguon-mau"]
    assert shown() == ["bao-tang", "nguon-mau"]


def test_who_works_for_one_agency_is_not_asked_which(desk: Client, source: Source) -> None:
    known_source("cua-ho")

    assert "co_quan" not in text(desk.get(reverse(INDEX)))


def test_who_only_sees_sources_is_offered_no_button(source: Source, agency: Agency) -> None:
    desk = desk_of(Role.AUTHOR, agency)

    page = text(desk.get(reverse(INDEX))) + page_of(desk, source)

    for name in ("harvest_switch", "harvest_visit"):
        assert reverse(name, args=[source.pk]) not in page
    assert "key=kin" not in page


def test_a_sheet_holds_the_sources_of_the_person_and_no_formula(desk: Client, source: Source) -> None:
    changed(source, name='=HYPERLINK("https://x")', error_text="Lỗi\x0b lạ")
    known_source("cua-ho")

    lines = b"".join(desk.get(reverse(INDEX), {"export": "csv"}).streaming_content)  # type: ignore[attr-defined]
    sheet = b"".join(desk.get(reverse(INDEX), {"export": "xlsx"}).streaming_content)  # type: ignore[attr-defined]

    head, row = csv.reader(io.StringIO(lines.decode("utf-8-sig")))
    assert (head[0], row[0], row[1][:2], row[4]) == ("Mã", "nguon-mau", "'=", "Bình thường")
    assert row[6] == "2026-11-25T12:00:00+07:00"
    cells = list(load_workbook(io.BytesIO(sheet)).active.values)  # type: ignore[union-attr]
    assert len(cells) == 2
    assert cells[1][5] == "Lỗi lạ"


# ---- one source ------------------------------------------------------------------------------------------------------


def test_a_keeper_sees_all_that_is_known_of_a_source(desk: Client, source: Source) -> None:
    told(source, "Phòng đọc có thêm ghế và đèn.", title="Thư viện mở thêm phòng")
    changed(source, state=Health.FAILING, fail_count=3, error_text="Máy chủ không trả lời.", hub="https://hub.example/",
            standing={"reason": "Máy chủ không trả lời.", "since": "2026-11-24T05:00:00+00:00"})  # fmt: skip
    Fetch.objects.create(source=source, at=NOON, ms=812, status=503, bytes=2048, outcome=Outcome.FAILED,
                         error_code="http-503", error_text="Máy chủ bận.", final_url="https://khac.vn/a")  # fmt: skip
    HostRest.objects.create(key="nguon-mau.vn:443", until=NOON + timedelta(hours=1), reason="Máy chủ xin nghỉ (429)")

    page = page_of(desk, source)

    told_of = ("Đang lỗi", "12:00 24/11/2026", "Máy chủ không trả lời.", "3 lần lỗi liên tiếp", "812 ms", "503",
               "Máy chủ bận.", "http-503", "https://khac.vn/a", "Máy chủ xin nghỉ (429)", "13:00 25/11/2026",
               "Thư viện mở thêm phòng", "Chờ duyệt", "https://hub.example/", "url = &quot;https:")  # fmt: skip
    assert [words for words in told_of if words not in page] == []


def test_an_alarm_tells_to_whom_its_letters_went(desk: Client, source: Source) -> None:
    SourceAlarm.objects.create(source=source, at=NOON, message="Không thu được 5 lần liên tiếp.")
    before = page_of(desk, source)
    alarms.tell(at=NOON)

    after = page_of(desk, source)

    assert "Chưa gửi thư." in before
    assert "Gửi thư lúc 12:00 25/11/2026 cho Người Giữ." in after


def test_old_visits_are_leafed_through_without_a_gap(desk: Client, source: Source) -> None:
    for minutes in range(45):
        Fetch.objects.create(source=source, at=NOON - timedelta(minutes=minutes), outcome=Outcome.NEW)

    first = page_of(desk, source)
    [older] = re.findall(r"\?truoc=([\w-]+)#", first)
    second = page_of(desk, source, truoc=older)

    moments = [re.findall(r">(\d\d:\d\d:\d\d) 25/11/2026</time></th>", page) for page in (first, second)]
    assert [len(one) for one in moments] == [30, 15]
    assert len({*moments[0], *moments[1]}) == 45


def test_a_place_in_the_log_that_nobody_gave_is_not_there(desk: Client, source: Source) -> None:
    assert desk.get(reverse("harvest_source", args=[source.pk]), {"truoc": "abc"}).status_code == 404


def test_markup_that_a_source_sends_is_only_text(desk: Client, source: Source) -> None:
    evil = "<script>alert(1)</script>"
    changed(source, name=evil, error_text=evil, moved_to=f"https://x.vn/{evil}", hub=evil, config={"contact": evil})

    assert evil not in page_of(desk, source) + text(desk.get(reverse(INDEX)))


# ---- its buttons -----------------------------------------------------------------------------------------------------


def test_a_source_is_switched_off_and_on_with_a_reason(desk: Client, source: Source) -> None:
    off = post(desk, "harvest_switch", source, on="0", reason="Trang đang bảo trì.")
    page = page_of(desk, source)
    on = post(desk, "harvest_switch", source, on="1", reason="Xong bảo trì.")

    assert (off.status_code, on.status_code) == (302, 302)
    assert "Đã tắt" in page
    assert "Trang đang bảo trì." in page
    assert changed(source).next_at == NOON


def test_a_switch_without_a_reason_says_so_beside_the_field(desk: Client, source: Source) -> None:
    answer = post(desk, "harvest_switch", source, on="0", reason="")

    assert answer.status_code == 422
    assert answer.context["switch_form"].errors["reason"]
    assert changed(source).state == Health.OK


def test_what_was_typed_stays_when_a_switch_is_refused(desk: Client, source: Source) -> None:
    answer = post(desk, "harvest_switch", source, on="1", reason="Lý do đã gõ.")

    assert answer.status_code == 422
    assert "Lý do đã gõ." in text(answer)
    assert "Nguồn này đang bật rồi." in text(answer)


def test_visiting_now_says_when_the_host_rests(desk: Client, source: Source) -> None:
    HostRest.objects.create(key="nguon-mau.vn:443", until=NOON + timedelta(hours=1), reason="429")

    answer = desk.post(reverse("harvest_visit", args=[source.pk]), follow=True)

    assert "xin nghỉ đến 13:00 25/11/2026" in text(answer)
    assert changed(source).next_at == NOON


def test_visiting_again_at_once_is_refused_beside_the_button(desk: Client, source: Source) -> None:
    post(desk, "harvest_visit", source)

    answer = post(desk, "harvest_visit", source)

    assert answer.status_code == 422
    assert "đang chờ thu" in text(answer)


@pytest.mark.parametrize(("verdict", "url"), [("confirm", ELSEWHERE), ("decline", "https://nguon-mau.vn/rss?key=kin")])
def test_a_keeper_judges_where_a_source_leads(desk: Client, source: Source, verdict: str, url: str) -> None:
    changed(source, moved_to=ELSEWHERE)
    asked = page_of(desk, source)

    answer = post(desk, "harvest_move", source, verdict=verdict, target=ELSEWHERE)

    assert "Được dẫn tới" in asked
    assert answer.status_code == 302
    assert (changed(source).url, changed(source).moved_to) == (url, "")


def test_an_address_that_changed_meanwhile_is_not_confirmed(desk: Client, source: Source) -> None:
    changed(source, moved_to="https://khac.example.net/")

    answer = post(desk, "harvest_move", source, verdict="confirm", target=ELSEWHERE)

    assert answer.status_code == 422
    assert "tải lại" in text(answer)


def test_signs_of_a_takeover_are_told_until_a_keeper_has_looked(desk: Client, source: Source, agency: Agency) -> None:
    sign = "Hôm nay nguồn đăng 900 tin."
    changed(source, suspicion={"volume": {"message": sign, "at": NOON.isoformat(), "day": 900}})
    seen = page_of(desk_of(Role.AUTHOR, agency), source)
    warned = text(desk.get(reverse(INDEX)))

    answer = post(desk, "harvest_clear", source)

    assert sign in seen
    assert reverse("harvest_clear", args=[source.pk]) not in seen
    assert "bị chiếm quyền" in warned
    assert answer.status_code == 302
    assert sign not in page_of(desk, source)


def test_a_new_secret_is_shown_once_and_written_nowhere_else(desk: Client, source: Source) -> None:
    changed(source, kind="push", next_at=None)

    answer = post(desk, "harvest_secret", source)

    secret = changed(source).secret
    assert text(answer).count(secret) == 1
    assert "no-store" in answer["Cache-Control"]
    assert secret not in page_of(desk, source) + text(desk.get(reverse(INDEX)))
    assert not any(secret in event.data for event in Event.objects.all())


# ---- alarms ----------------------------------------------------------------------------------------------------------


def test_alarms_of_the_persons_agencies_are_listed_newest_first(desk: Client, source: Source) -> None:
    for minutes in range(60):
        SourceAlarm.objects.create(source=source, at=NOON - timedelta(minutes=minutes), message=f"Trục trặc {minutes}.")
    SourceAlarm.objects.create(source=known_source("cua-ho"), at=NOON, message="Trục trặc của họ.")

    first = text(desk.get(reverse("harvest_alarms")))
    [older] = re.findall(r'\?truoc=([\w-]+)"', first)
    second = text(desk.get(reverse("harvest_alarms"), {"truoc": older}))

    assert re.findall(r"Trục trặc (\d+)\.", first + second) == [str(minutes) for minutes in range(60)]
    assert "của họ" not in first
