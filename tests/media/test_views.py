from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from cong.media.models import picture_address
from cong.media.render import render
from cong.media.store import public_rendition, write_renditions
from tests.media.pictures import opened, picture

pytestmark = pytest.mark.urls("tests.media.urls")


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept() -> str:
    made = render(picture())
    write_renditions(made.sha256, {f"{width}.webp": one for width, one in made.renditions.items()})
    return made.sha256


@pytest.mark.django_db
def test_a_rendition_is_served_for_ever_without_asking_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sha256 = kept()

    with django_assert_num_queries(0):
        answer = client.get(picture_address(sha256, 300))
        body = answer.getvalue()

    assert answer.status_code == 200
    assert opened(body).size == (300, 200)
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Length"] == str(len(body))
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize(
    "path",
    [
        "/tep/" + "0" * 64 + "-640.webp",
        "/tep/" + "0" * 64 + "-0.webp",
        "/tep/" + "0" * 64 + "-640.webp.part",
        "/tep/" + "0" * 63 + "-640.webp",
        "/tep/../../secret-key-640.webp",
        "/tep/%2e%2e%2fsecret-640.webp",
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_another_width_of_a_kept_picture_is_not_found(client: Client) -> None:
    assert client.get(picture_address(kept(), 301)).status_code == 404


def test_a_folder_in_place_of_a_file_is_not_found(client: Client) -> None:
    public_rendition("a" * 64, "640.webp").mkdir(parents=True)

    assert client.get(picture_address("a" * 64, 640)).status_code == 404


def test_a_picture_can_only_be_read(client: Client) -> None:
    assert client.post(picture_address(kept(), 300)).status_code == 405
