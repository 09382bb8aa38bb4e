"""Tests what is answered from kept pages, and what never is."""

from __future__ import annotations

import gzip
import threading
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # has no stubs
import pytest
import zstandard
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse

from tests.delivery.stage import FakeDjango, Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_a_page_is_rendered_once_and_then_kept(stage: Stage) -> None:
    first, second = stage.ask("/kept/a"), stage.ask("/kept/a")

    assert first.text == second.text
    assert stage.django.renders["/kept/a"] == 1
    assert first.etag == second.etag != ""
    assert first.vary == "Accept-Encoding"
    assert first.content_length == str(len(first.body))


def test_what_has_no_route_is_asked_every_time(stage: Stage) -> None:
    stage.ask("/form"), stage.ask("/form")

    assert stage.django.renders["/form"] == 2


def test_a_kept_view_that_says_no_tags_is_not_kept(stage: Stage) -> None:
    stage.django.make = lambda answer: HttpResponse(answer.content)

    stage.ask("/kept/a"), stage.ask("/kept/a")

    assert stage.django.renders["/kept/a"] == 2


@pytest.mark.parametrize(
    "headers", [{"Cache-Control": "private"}, {"Cache-Control": "no-store, max-age=0"}, {"Vary": "*"}], ids=str
)
def test_what_says_that_it_is_private_is_not_kept(stage: Stage, headers: dict[str, str]) -> None:
    stage.django.make = lambda answer: _with(answer, headers)

    stage.ask("/kept/a"), stage.ask("/kept/a")

    assert stage.django.renders["/kept/a"] == 2


def _with(answer: HttpResponse, headers: dict[str, str]) -> HttpResponse:
    for name, value in headers.items():
        answer.headers[name] = value
    return answer


def test_a_page_with_a_cookie_is_not_kept_and_the_cookie_goes_to_nobody(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    def bake(answer: HttpResponse) -> HttpResponse:
        answer.set_cookie("who", "a")
        return answer

    stage.django.make = bake

    answer = stage.ask("/kept/a")
    stage.ask("/kept/a")

    assert answer.set_cookie == ""
    assert stage.django.renders["/kept/a"] == 2
    assert "set a cookie" in caplog.text


@pytest.mark.parametrize("status", [301, 302, 404, 500, 503])
def test_only_pages_and_graves_are_kept(stage: Stage, status: int) -> None:
    stage.django.status = status

    answers = [stage.ask("/kept/a").status for _ in range(2)]

    assert answers == [status, status]
    assert stage.django.renders["/kept/a"] == 2


def test_a_grave_is_kept_and_never_called_unchanged(stage: Stage) -> None:
    stage.django.status = 410
    first = stage.ask("/kept/a")

    second = stage.ask("/kept/a", if_none_match=first.etag)

    assert (first.status, second.status) == (410, 410)
    assert stage.django.renders["/kept/a"] == 1


def test_a_stream_is_not_kept(stage: Stage) -> None:
    stage.django.make = lambda answer: StreamingHttpResponse([answer.content])  # type: ignore[assignment,return-value]

    stage.ask("/kept/a"), stage.ask("/kept/a")

    assert stage.django.renders["/kept/a"] == 2


def test_a_redirect_reaches_the_reader(stage: Stage) -> None:
    stage.django.make = lambda answer: HttpResponseRedirect("/kept/b")

    assert stage.ask("/kept/a").location == "/kept/b"


@pytest.mark.parametrize(
    ("accepted", "encoding", "read"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip, zstd;q=0.5", "zstd", zstandard.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("*", "br", brotli.decompress),
        ("identity", "", bytes),
        ("", "", bytes),
        ("br;q=what, ,;q=1", "", bytes),
    ],
)
def test_each_form_is_the_same_page_under_a_validator_of_its_own(
    stage: Stage, accepted: str, encoding: str, read: object
) -> None:
    plain = stage.ask("/kept/a")

    answer = stage.ask("/kept/a", accept_encoding=accepted)

    assert answer.content_encoding == encoding
    assert read(answer.body) == plain.body  # type: ignore[operator]
    assert (answer.etag == plain.etag) == (encoding == "")
    assert not answer.etag.startswith("W/")
    assert stage.django.renders["/kept/a"] == 1


def test_whoever_has_this_very_form_is_told_that_it_is_unchanged(stage: Stage) -> None:
    br = stage.ask("/kept/a", accept_encoding="br")

    same = stage.ask("/kept/a", accept_encoding="br", if_none_match=br.etag)
    weak = stage.ask("/kept/a", accept_encoding="br", if_none_match=f'"x", W/{br.etag}')
    any_of = stage.ask("/kept/a", accept_encoding="br", if_none_match="*")
    other = stage.ask("/kept/a", accept_encoding="gzip", if_none_match=br.etag)

    assert [one.status for one in (same, weak, any_of, other)] == [304, 304, 304, 200]
    assert same.body == b""
    assert (same.etag, same.cache_control, same.vary) == (br.etag, "public, max-age=2", "Accept-Encoding")
    assert same.content_length == ""


def test_a_feed_reader_may_ask_by_date(stage: Stage) -> None:
    stage.django.make = lambda answer: _with(answer, {"Last-Modified": "Wed, 25 Nov 2026 05:00:00 GMT"})
    stage.ask("/kept/a")

    later = stage.ask("/kept/a", if_modified_since="Wed, 25 Nov 2026 05:00:01 GMT")
    before = stage.ask("/kept/a", if_modified_since="Wed, 25 Nov 2026 04:59:59 GMT")
    nonsense = stage.ask("/kept/a", if_modified_since="yesterday")
    both = stage.ask("/kept/a", if_modified_since="Wed, 25 Nov 2026 05:00:01 GMT", if_none_match='"other"')

    assert [one.status for one in (later, before, nonsense, both)] == [304, 200, 200, 200]


def test_head_is_the_page_without_its_body(stage: Stage) -> None:
    head, get = stage.ask("/kept/a", method="HEAD"), stage.ask("/kept/a")

    assert head.body == b""
    assert head.headers == get.headers
    assert stage.django.renders["/kept/a"] == 1


def test_a_small_page_is_sent_as_it_is(stage: Stage) -> None:
    stage.django.make = _small

    answer = stage.ask("/kept/a", accept_encoding="br")

    assert (answer.content_encoding, answer.body) == ("", b"ok")


def _small(answer: HttpResponse) -> HttpResponse:
    answer.content = b"ok"
    return answer


def test_staff_with_a_session_are_answered_by_django(stage: Stage) -> None:
    stage.ask("/kept/a")

    stage.ask("/kept/a", cookie="x=1; sessionid=abc")
    stage.ask("/kept/a", cookie="theme=dark")

    assert stage.django.renders["/kept/a"] == 2
    assert stage.django.seen[-1]["HTTP_COOKIE"] == "x=1; sessionid=abc"


def test_a_parameter_that_a_middleware_answers_goes_straight_to_it(stage: Stage) -> None:
    stage.ask("/kept/a", "tai=2026-11-25"), stage.ask("/kept/a", "q=b"), stage.ask("/kept/a", "%71=b")

    assert [one["QUERY_STRING"] for one in stage.django.seen] == ["tai=2026-11-25", "q=b", "%71=b"]


def test_a_purged_page_is_rendered_before_it_is_shown_again(stage: Stage) -> None:
    stage.ask("/kept/a")

    stage.purge(hard=["page:/kept/a"])
    after = stage.ask("/kept/a")

    assert "lần 2" in after.text
    assert "lần 2" in stage.ask("/kept/a").text


def test_a_softly_purged_page_is_shown_once_more_while_it_is_renewed(stage: Stage) -> None:
    stage.ask("/kept/a")
    renewed = threading.Event()
    stage.django.during = lambda path: renewed.set()

    stage.purge(soft=["lists"])
    at_once = stage.ask("/kept/a")

    assert "lần 1" in at_once.text
    assert renewed.wait(5)
    _wait_until(stage, "lần 2")
    assert stage.django.renders["/kept/a"] == 2


def _wait_until(stage: Stage, text: str) -> None:
    for _ in range(500):
        if text in stage.ask("/kept/a").text:
            return
        threading.Event().wait(0.01)
    raise AssertionError(text)


def test_nobody_is_shown_what_was_purged_two_seconds_ago(stage: Stage) -> None:
    stage.ask("/kept/a")
    stage.purge(soft=["lists"])

    stage.clock.pass_by(2)

    assert "lần 2" in stage.ask("/kept/a").text


def test_a_page_past_its_time_is_shown_while_it_is_renewed_and_not_for_ever(stage: Stage) -> None:
    stage.ask("/kept/a")

    stage.clock.pass_by(stage.route.fresh + 1)
    late = stage.ask("/kept/a")
    _wait_until(stage, "lần 2")
    stage.clock.pass_by(stage.route.fresh + 4000)
    much_later = stage.ask("/kept/a")

    assert "lần 1" in late.text
    assert "lần 3" in much_later.text


def test_a_cache_in_front_is_told_how_long_and_by_which_keys(tmp_path: Path) -> None:
    answer = Stage(tmp_path, outer=600).ask("/kept/a")

    assert answer.cache_control == "public, max-age=2, s-maxage=600, stale-while-revalidate=30"
    assert answer.surrogate_key == "lists page:/kept/a site"


def test_without_one_the_keys_are_nobodys_business(stage: Stage) -> None:
    assert stage.ask("/kept/a").surrogate_key == ""


def test_what_breaks_in_django_is_hidden_behind_the_last_page(stage: Stage) -> None:
    stage.ask("/kept/a")
    stage.purge(soft=["lists"])
    stage.clock.pass_by(10)
    stage.django.status = 500

    answer = stage.ask("/kept/a")

    assert (answer.status, answer.age) == (200, "10")
    assert "lần 1" in answer.text
    assert answer.warning == '111 - "Revalidation Failed"'


def test_what_was_withdrawn_is_not_shown_even_then(stage: Stage) -> None:
    stage.ask("/kept/a")
    stage.purge(hard=["page:/kept/a"])
    stage.django.status = 503

    assert stage.ask("/kept/a").status == 503


def test_a_render_that_never_ends_keeps_nobody_for_ever(tmp_path: Path) -> None:
    django, go_on = FakeDjango(), threading.Event()
    stage = Stage(tmp_path, django=django, patience=0.05)
    django.during = lambda path: go_on.wait(5)
    first = threading.Thread(target=stage.ask, args=("/kept/a",))
    first.start()
    while not django.renders:
        threading.Event().wait(0.005)

    second = stage.ask("/kept/a")

    go_on.set()
    first.join()
    assert (second.status, second.retry_after) == (503, "30")
    assert "Cổng đang bảo trì" in second.text
