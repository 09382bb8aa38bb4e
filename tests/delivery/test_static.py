"""Tests that static files are answered before Django is asked, with their compressed twins."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]  # has no stubs
import pytest
from pytest_django.fixtures import Settings

from cong.delivery.static import Static

_CSS = "body { margin: 0 }\n" * 100


@pytest.fixture
def static(settings: Settings, tmp_path: Path) -> Static:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "base.css").write_text(_CSS)
    (tmp_path / "base.css.br").write_bytes(brotli.compress(_CSS.encode()))
    return Static(_django)


def _django(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    start("404 Not Found", [])
    return [b"Django"]


def _ask(static: Static, path: str, method: str = "GET", **given: str) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "QUERY_STRING": ""} | given
    body = b"".join(static(environ, lambda status, headers: told.extend((status, dict(headers)))))
    return told[0], told[1], body


def test_a_file_comes_with_its_twin_and_its_length(static: Static) -> None:
    status, headers, body = _ask(static, "/static/base.css", HTTP_ACCEPT_ENCODING="br")

    assert status == "200 OK"
    assert headers["Content-Encoding"] == "br"
    assert headers["Content-Length"] == str(len(body))
    assert brotli.decompress(body).decode() == _CSS


def test_an_unchanged_file_is_not_sent_again(static: Static) -> None:
    _, headers, _ = _ask(static, "/static/base.css")

    status, _, body = _ask(static, "/static/base.css", HTTP_IF_NONE_MATCH=headers["ETag"])

    assert (status, body) == ("304 Not Modified", b"")


def test_head_and_parts_are_what_they_should_be(static: Static) -> None:
    _, headers, body = _ask(static, "/static/base.css", "HEAD")
    status, _, part = _ask(static, "/static/base.css", HTTP_RANGE="bytes=0-3")

    assert (body, headers["Content-Length"]) == (b"", str(len(_CSS)))
    assert (status, part) == ("206 Partial Content", b"body")


@pytest.mark.parametrize(
    "path", ["/static/", "/static/none.css", "/static/../base.css", "/base.css", "/static/base.css/"]
)
def test_everything_else_is_djangos(static: Static, path: str) -> None:
    assert _ask(static, path)[2] == b"Django"
