"""Counting what readers search for: what a page tells, who is left alone, and that no text tells of fewer than K."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cong.kernel.text import fold
from cong.search import notice_views, notices, noticing, reports
from cong.search.models import DayKey, Noticed, NoticedMonth, NoticedText
from cong.search.notices import Allowance, Notice
from cong.search.noticing import K
from tests.jobs.makers import Clock
from tests.makers import NOON

DAY = timedelta(days=1)
_numbers = count(1)


def session(number: int | None = None) -> str:
    return f"{next(_numbers) + 1_000_000 if number is None else number:032x}"


def told(query: str, who: str = "", **more: Any) -> Notice:
    found = notices.read(json.dumps({"session": who or session(), "query": query, **more}).encode())
    assert found
    return found


def ask(query: str, times: int = 1, *, at: datetime = NOON, **more: Any) -> None:
    for _ in range(times):
        noticing.notice(told(query, **more), at=at)


def texts() -> list[str]:
    return list(NoticedText.objects.order_by("text").values_list("text", flat=True))


# ---- what is read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "thư của ba.nguoi@vidu.vn", "＠vidu", "0912345678", "gọi 0912 345 678", "0912.345.678", "(024) 3825-1234",
        "căn cước 001234567890", "hồ sơ １２３４５６７８９",
    ],
)  # fmt: skip
def test_what_looks_like_somebodys_data_is_not_read(query: str) -> None:
    assert notices.is_personal(query)
    assert notices.read(json.dumps({"session": session(), "query": query, "total": 3}).encode()) is None


@pytest.mark.parametrize("query", ["nghị định 54/2017/NĐ-CP", "27-QĐ/TW", "ngay:2020-01-01..2020-12-31", "covid 19"])
def test_numbers_of_documents_and_days_are_no_personal_data(query: str) -> None:
    assert not notices.is_personal(query)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"a"', b"[" * 5000, b"\xff\xfe", b"x" * 5000, b'{"query": "a"}',
        json.dumps({"session": "gan-nhau", "query": "sách"}).encode(),
        json.dumps({"session": session(), "query": 5}).encode(),
        json.dumps({"session": session(), "query": "!?"}).encode(),
        json.dumps({"session": session(), "query": "sách", "total": -1}).encode(),
        json.dumps({"session": session(), "query": "sách", "total": "3"}).encode(),
        json.dumps({"session": session(), "query": "sách", "near": 1.5}).encode(),
        json.dumps({"session": session(), "query": "sách", "rank": 0}).encode(),
        json.dumps({"session": session(), "query": "sách", "rank": None}).encode(),
        json.dumps({"session": session(), "query": "sách", "rank": 10**6}).encode(),
        json.dumps({"session": session(), "query": "sách", "rank": True}).encode(),
    ],
)  # fmt: skip
def test_what_says_nothing_is_not_read(body: bytes) -> None:
    assert notices.read(body) is None


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: json.dumps({"query": text}).encode()))
def test_any_body_is_read_or_not_without_an_error(body: bytes) -> None:
    notices.read(body)


def test_one_session_and_all_together_may_tell_so_much_a_minute() -> None:
    allowance = Allowance(each=2, together=3)

    assert [allowance.allows("a", now=1.0) for _ in range(3)] == [True, True, False]
    assert [allowance.allows(one, now=2.0) for one in "bc"] == [True, False]
    assert allowance.allows("a", now=61.0)


# ---- what is kept ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_session_is_one_row_a_day_with_its_last_page_and_its_best_hit() -> None:
    who = session()
    for more in ({"total": 0, "near": 0}, {"total": 3}, {"rank": 4}, {"rank": 2}, {"rank": 9}):
        noticing.notice(told("Mượn  SÁCH", who, **more), at=NOON)

    row = Noticed.objects.get()

    assert (row.is_zero, row.is_near, row.best_rank) == (False, False, 2)
    assert who not in (row.session, row.query)


@pytest.mark.django_db
def test_the_same_session_cannot_be_found_again_on_another_day() -> None:
    who = session()
    for at in (NOON, NOON + DAY):
        noticing.notice(told("mượn sách", who), at=at)

    assert len(set(Noticed.objects.values_list("session", flat=True))) == 2
    assert [key.day for key in DayKey.objects.all()] == [(NOON + DAY).date()], "the key of the day before is gone"


@pytest.mark.django_db
def test_a_text_is_kept_from_the_fifth_session_of_a_day_on() -> None:
    ask("lịch tiếp dân", K - 1)
    assert texts() == []

    ask("lịch tiếp dân")
    assert texts() == ["lịch tiếp dân"]


@pytest.mark.django_db
def test_one_person_who_asks_again_and_again_stays_unknown() -> None:
    who = session()
    for number in range(4 * K):
        noticing.notice(told("đơn của tôi", who), at=NOON + number * DAY)
        noticing.notice(told("đơn của tôi", who), at=NOON + number * DAY)

    assert texts() == []


@pytest.mark.django_db
def test_the_marks_are_kept_when_enough_sessions_typed_these_marks() -> None:
    ask("lich tiep dan", K - 1)
    ask("lịch tiếp dân")
    assert texts() == ["lich tiep dan"], "only one typed it with marks"

    ask("Lịch tiếp dân", K - 1)
    assert texts() == ["lịch tiếp dân"]


@pytest.mark.django_db
def test_long_texts_and_punctuation_are_never_kept() -> None:
    ask("từ " * 90, K)
    ask("“Phòng đọc”?!", K)

    assert texts() == ["phòng đọc"]


@pytest.mark.django_db
def test_what_is_old_is_forgotten_and_its_sums_stay() -> None:
    ask("phòng đọc", K, total=0, near=2)
    ask("phòng đọc", 1, rank=3)
    ask("riêng tư", 2, at=NOON + DAY)
    noticing.tidy(at=NOON + 2 * DAY)
    assert texts() == ["phòng đọc"]

    forgotten = noticing.tidy(at=NOON + 31 * DAY)

    assert (forgotten, texts(), Noticed.objects.count()) == (K + 1, [], 2)
    month = NoticedMonth.objects.get(query=noticing.hashed("phong doc"))
    assert (month.month, month.sessions, month.near, month.clicked, month.ranks) == (date(2026, 11, 1), K + 1, K, 1, 3)


@pytest.mark.django_db
def test_a_night_that_is_run_twice_counts_once_and_today_is_not_over() -> None:
    ask("phòng đọc", 3)
    ask("phòng đọc", 2, at=NOON + DAY)

    for _ in range(2):
        noticing.tidy(at=NOON + DAY)
    assert [one.sessions for one in NoticedMonth.objects.all()] == [3]

    noticing.tidy(at=NOON + 2 * DAY)
    assert [one.sessions for one in NoticedMonth.objects.all()] == [5]
    assert not DayKey.objects.exists()


@pytest.mark.django_db
def test_hashes_of_what_few_asked_in_a_past_month_become_one_sum() -> None:
    ask("phòng đọc", K)
    ask("một mình", 2, total=0)
    ask("hai mình", 1, rank=1)
    noticing.tidy(at=NOON + DAY)

    for number in (60, 61):
        noticing.tidy(at=NOON + number * DAY)

    sums = dict(NoticedMonth.objects.values_list("query", "sessions"))
    assert sums == {noticing.hashed("phong doc"): K, "": 3}
    rest = NoticedMonth.objects.get(query="")
    assert (rest.zero, rest.clicked, rest.ranks) == (2, 1, 1)
    noticing.tidy(at=NOON + 800 * DAY)
    assert not NoticedMonth.objects.exists()


@pytest.mark.django_db
def test_more_queries_than_one_portion_are_summed_each() -> None:
    rows = [(f"{number:032x}", number % 7) for number in range(1200)]
    Noticed.objects.bulk_create(
        Noticed(day=NOON.date(), query=query, spelling=query, session=query, is_zero=not mod) for query, mod in rows
    )

    noticing.tidy(at=NOON + DAY)

    assert NoticedMonth.objects.filter(sessions=1).count() == 1200
    assert NoticedMonth.objects.filter(zero=1).count() == sum(not mod for _, mod in rows)


_QUERIES = ("Phòng đọc", "phong doc", "phòng đốc", "lịch tiếp dân")
_WORDS = {one.lower() for one in _QUERIES}
_ASKED = st.tuples(st.integers(1, 7), st.sampled_from(_QUERIES), st.booleans())
_STEPS = st.lists(_ASKED | st.sampled_from([1, 29, 31]), max_size=60)


@pytest.mark.django_db
@given(_STEPS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_text_is_ever_present_of_what_fewer_than_k_sessions_asked(steps: list[Any]) -> None:
    """Sessions ask, days pass, nights tidy: each text was asked, in just these words, by K sessions of one kept day."""
    at = NOON
    asked: defaultdict[str, set[int]] = defaultdict(set)
    with transaction.atomic():
        for step in steps:
            if isinstance(step, int):
                at += step * DAY
                noticing.tidy(at=at)
            else:
                who, query, is_choice = step
                notice = told(query, session(who), **({"rank": 1} if is_choice else {"total": 0}))
                noticing.notice(notice, at=at)
                for words in (notice.key, notice.text):
                    asked[at.date().isoformat() + words].add(who)
            kept = [(at - number * DAY).date().isoformat() for number in range(31)]
            many = {words for words in _WORDS if max(len(asked[day + words]) for day in kept) >= K}
            assert set(texts()) <= many
            assert {fold(words) for words in texts()} == {fold(words) for words in many}, "and many are told of"
        transaction.set_rollback(True)


# ---- the reports -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_report_names_what_many_asked_and_counts_the_rest() -> None:
    ask("phòng đọc", 25, total=9)
    ask("phòng đọc", 1, rank=4)
    ask("thẻ bạn đọc", 6, total=0)
    ask("mở cửa", 5, total=0, near=3)
    ask("chuyện riêng", 4, total=0)

    for report in (reports.of_days(7, at=NOON), _after_the_night()):
        assert [row.text for row in report.top] == ["phòng đọc", "thẻ bạn đọc", "mở cửa"]
        assert [(row.text, row.zero, row.near) for row in report.missed][:2] == [
            ("thẻ bạn đọc", 6, 0),
            ("mở cửa", 0, 5),
        ]
        assert [(row.text, row.clicked, row.rank) for row in report.low] == [("phòng đọc", 1, 4.0)]
        assert (report.all.sessions, report.all.zero, report.untold) == (41, 10, 4)


def _after_the_night() -> reports.Report:
    noticing.tidy(at=NOON + DAY)
    [month] = reports.months()
    return reports.of_month(month)


@pytest.mark.django_db
def test_a_report_of_days_leaves_out_what_few_asked_in_these_days() -> None:
    ask("phòng đọc", K)
    ask("phòng đọc", 1, at=NOON + 10 * DAY)

    assert reports.of_days(7, at=NOON + 10 * DAY).top == ()
    assert [row.sessions for row in reports.of_days(30, at=NOON + 10 * DAY).top] == [K + 1]


# ---- the endpoint ----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", Clock(NOON))
    monkeypatch.setattr(notice_views, "_allowance", Allowance(each=60, together=600))


def send(body: Any = None, **headers: Any) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body or {"session": session(), "query": "sách", "total": 1})
    given = {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-origin"} | headers
    request = RequestFactory().post("/tim-kiem/dem", data, content_type="text/plain;charset=UTF-8", **given)
    answer = notice_views.notice(request)
    assert answer.content == b""
    assert not answer.cookies
    return answer.status_code


@pytest.mark.django_db
def test_a_page_of_the_portal_is_counted_without_an_answer() -> None:
    assert send() == 204
    assert Noticed.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://la.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": ""},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_DNT": "1"},
        {"HTTP_SEC_GPC": "1"},
        {"CONTENT_LENGTH": "5000"},
        {"CONTENT_LENGTH": "nhieu"},
    ],
)
def test_strangers_and_those_who_ask_to_be_left_alone_are_not_counted(headers: dict[str, str]) -> None:
    assert send(**headers) == 204
    assert not Noticed.objects.exists()


@pytest.mark.django_db
def test_nothing_that_is_sent_makes_an_error() -> None:
    for body in (b"\xff\x00{", b"[" * 4000, b"x" * 6000, {"session": session(), "query": "\ud800a\x00", "total": 1}):
        assert send(body) == 204
    assert notice_views.notice(RequestFactory().get("/tim-kiem/dem")).status_code == 405


@pytest.mark.django_db
def test_a_database_that_is_away_is_no_error_for_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(noticing, "notice", away)

    assert send() == 204


class _Broken:
    """A connection that ends while it is read."""

    def read(self, size: int = -1) -> bytes:
        raise OSError("gone")

    readline = read


@pytest.mark.django_db
def test_a_reader_who_leaves_meanwhile_is_no_error() -> None:
    assert send(**{"wsgi.input": _Broken(), "CONTENT_LENGTH": "50"}) == 204
    assert not Noticed.objects.exists()


@pytest.mark.django_db
def test_whoever_sends_too_much_is_not_counted_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice_views, "_allowance", Allowance(each=1, together=600))
    who = session()

    for query in ("một", "hai"):
        assert send({"session": who, "query": query, "total": 1}) == 204

    assert Noticed.objects.count() == 1
