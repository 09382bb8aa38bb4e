"""Attacks on the key: nothing that is not part of the address may change what the next reader is shown."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cong.delivery.addresses import counted, key_of
from cong.delivery.origin import Origin
from tests.delivery.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


UNKEYED = {
    "x_forwarded_host": "evil.vn", "x_forwarded_proto": "https", "x_forwarded_port": "8443",
    "x_forwarded_scheme": "nothttps", "x_forwarded_for": "10.0.0.1", "x_host": "evil.vn", "x_original_url": "/admin",
    "x_rewrite_url": "/admin", "forwarded": "host=evil.vn", "accept_language": "en", "cookie": "django_language=en",
    "authorization": "Basic YTpi", "user_agent": "<script>", "referer": "https://evil.vn/", "range": "bytes=0-3",
    "x_http_method_override": "POST", "hx_request": "true", "accept": "application/json", "origin": "https://evil.vn",
    "if_range": '"x"', "x_forwarded_prefix": "/evil", "true_client_ip": "1.2.3.4",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(UNKEYED))
def test_a_header_that_is_not_keyed_reaches_no_page(stage: Stage, name: str) -> None:
    poisoned = stage.ask("/kept/a", **{name: UNKEYED[name]})

    clean = stage.ask("/kept/a")

    assert poisoned.body == clean.body
    assert poisoned.status == 200
    told = {key.removeprefix("HTTP_").lower(): value for key, value in stage.django.seen[0].items()}
    assert told.get(name) != UNKEYED[name]


def test_a_foreign_host_is_left_to_django_and_known_ones_share_a_page(stage: Stage) -> None:
    stage.ask("/kept/a", HTTP_HOST="evil.vn"), stage.ask("/kept/a", HTTP_HOST="cong.vn@evil.vn")
    stage.ask("/kept/a", HTTP_HOST="cong.vn:8000"), stage.ask("/kept/a", HTTP_HOST="127.0.0.1")

    assert [one["HTTP_HOST"] for one in stage.django.seen] == ["evil.vn", "cong.vn@evil.vn", "cong.vn"]


def test_with_https_what_came_without_it_is_left_to_django(tmp_path: Path) -> None:
    stage = Stage(tmp_path, secure=True)
    stage.ask("/kept/a", x_forwarded_proto="https")

    stage.ask("/kept/a"), stage.ask("/kept/a", x_forwarded_proto="http")
    stage.ask("/kept/a", x_forwarded_proto="https")

    assert stage.django.renders["/kept/a"] == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "get"])
def test_another_method_is_never_answered_from_kept_pages(stage: Stage, method: str) -> None:
    stage.ask("/kept/a")

    stage.ask("/kept/a", method=method)
    stage.ask("/kept/a")

    assert stage.django.renders["/kept/a"] == 2
    assert stage.django.seen[-1]["REQUEST_METHOD"] == method


def test_the_body_of_a_get_is_read_by_nobody(stage: Stage) -> None:
    fat = {"CONTENT_LENGTH": "7", "CONTENT_TYPE": "application/x-www-form-urlencoded"}

    stage.ask("/kept/a", **fat, **{"wsgi.input": BytesIO(b"truoc=x")})  # type: ignore[arg-type]

    assert stage.django.seen[0].get("CONTENT_LENGTH") is None
    assert stage.django.seen[0]["wsgi.input"].read() == b""


def test_parameters_that_do_not_count_make_no_page_and_reach_no_view(stage: Stage) -> None:
    first = stage.ask("/kept/a")

    for query in (
        "n=1",
        "n=2",
        "utm_source=x&fbclid=y",
        "&&&",
        "?",
        "n",
        "=",
        "truoc2=5",
        "x=%00",
        "n=" + "9" * 60_000,
    ):
        assert stage.ask("/kept/a", query).body == first.body

    assert stage.django.renders["/kept/a"] == 1


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("truoc=a", "truoc=a"),
        ("truoc=a&truoc=b", "truoc=b"),
        ("n=1&truoc=a", "truoc=a"),
        ("sau=1&truoc=2", "truoc=2&sau=1"),
        ("%74ruoc=a", "truoc=a"),
        ("truoc=a;sau=b", "truoc=a%3Bsau%3Db"),
        ("truoc=a%26sau=b", "truoc=a%26sau%3Db"),
        ("truoc=", "truoc="),
        ("TRUOC=a", ""),
        ("truoc[]=a", ""),
        ("truoc=%FF", "truoc=%EF%BF%BD"),
    ],
)
def test_what_the_view_is_shown_is_exactly_what_is_keyed(stage: Stage, query: str, seen: str) -> None:
    stage.ask("/kept/a", query)
    stage.ask("/kept/a", query)

    assert [one["QUERY_STRING"] for one in stage.django.seen] == [seen]


def test_a_path_that_holds_a_question_mark_is_another_page(stage: Stage) -> None:
    stage.ask("/kept/a", "truoc=1")

    stage.ask("/kept/a?truoc=1")

    assert stage.django.renders == {"/kept/a": 1, "/kept/a?truoc=1": 1}
    assert key_of(("/a?b=1", "")) != key_of(("/a", "?b=1")) != key_of(("/a", "b=1"))


@pytest.mark.parametrize(
    "path", ["//kept/a", "/kept/../kept/a", "/kept/a\0", "/kept//a", "/kept/./a", "/kept/a;x=1", "/KEPT/a", "/kept/a/"]
)
def test_a_path_is_never_made_simpler_than_the_view_sees_it(stage: Stage, path: str) -> None:
    plain = stage.ask("/kept/a")

    other = stage.ask(path)

    assert other.body != plain.body
    assert stage.ask("/kept/a").body == plain.body
    assert stage.django.seen[-1]["PATH_INFO"] == path


def test_what_somebody_sends_is_remembered_only_while_it_is_short(stage: Stage) -> None:
    long = "a" * 30_000

    stage.ask("/kept/a", accept_encoding=f"br,{long}"), stage.ask("/kept/a", "truoc=" + long)
    stage.ask("/kept/a", HTTP_HOST="cong.vn:" + "8" * 30_000)

    assert stage.ask("/kept/a", accept_encoding=f"br,{long}").content_encoding == ""
    assert max(len(host or "") for host in stage.front._hosts) < 100
    assert Origin(stage.django, site="http://cong.vn").route("/" + long) is None


def test_a_page_that_is_filed_under_anothers_key_is_not_shown(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cong.delivery.store.key_of", lambda address: b"the same for all ...")

    first, second = stage.ask("/kept/a"), stage.ask("/kept/b")
    stage.cache.memory.clear()

    assert first.body != second.body
    assert stage.ask("/kept/a").body.startswith(b"<p>/kept/a")


_TEXT = st.text(st.sampled_from("abtruocs=&;%?#/+\0 \xff0123456789"), max_size=40)


@given(query=_TEXT)
@settings(max_examples=100)
def test_the_query_that_counts_is_stable_and_read_alike(query: str) -> None:
    once = counted(query, ("truoc", "sau"))

    assert once is not None
    assert counted(once, ("truoc", "sau")) == once


@given(first=st.tuples(_TEXT, _TEXT), second=st.tuples(_TEXT, _TEXT))
@settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much])
def test_different_addresses_have_different_keys(first: tuple[str, str], second: tuple[str, str]) -> None:
    assert (first == second) == (key_of(first) == key_of(second))
