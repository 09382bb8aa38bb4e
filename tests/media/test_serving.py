from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cong.accounts.models import User
from cong.agencies.models import Agency
from cong.media import actions
from cong.media.models import Asset
from cong.media.queries import shown
from cong.media.release import release_files
from cong.media.store import private_folder
from tests import makers
from tests.makers import NOON
from tests.media import makers as media
from tests.media.pictures import opened

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.media.urls")]


@pytest.fixture
def agency() -> Agency:
    return makers.agency("Thư viện mẫu")


@pytest.fixture
def lan(agency: Agency) -> User:
    return media.author(agency)


@pytest.fixture
def film(agency: Agency, lan: User) -> Asset:
    asset = media.film(agency, lan)
    actions.caption(asset, media.upload(media.CAPTIONS), lang="vi", label="Tiếng Việt", by=lan, at=NOON)
    release_files(shown(asset).hashes)
    return asset


def body(asset: Asset) -> bytes:
    return (private_folder(asset.file.token) / f"file.{asset.file.ending}").read_bytes()


def test_a_released_video_is_served_for_ever_without_asking_the_database(client: Client, film: Asset) -> None:
    address = shown(film).src

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
        got = answer.getvalue()

    assert len(asked) == 0
    assert got == body(film)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Length"] == str(len(got))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["ETag"] == f'"{film.file.sha256}"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize(
    ("asked", "start", "end"), [("bytes=0-99", 0, 100), ("bytes=100-", 100, None), ("bytes=-50", -50, None)]
)
def test_a_player_gets_the_part_that_it_asks_for(
    client: Client, film: Asset, asked: str, start: int, end: int | None
) -> None:
    answer = client.get(shown(film).src, headers={"range": asked})
    got = answer.getvalue()

    assert answer.status_code == 206
    assert got == body(film)[start:end]
    assert answer["Content-Length"] == str(len(got))
    total = len(body(film))
    first = start if start >= 0 else total + start
    assert answer["Content-Range"] == f"bytes {first}-{first + len(got) - 1}/{total}"
    assert answer["Content-Type"] == "video/mp4"


def test_a_part_behind_the_end_is_416_and_never_cached(client: Client, film: Asset) -> None:
    answer = client.get(shown(film).src, headers={"range": "bytes=99999999-"})

    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(body(film))}"
    assert "Cache-Control" not in answer


def test_who_holds_the_beginning_of_another_file_gets_the_whole(client: Client, film: Asset) -> None:
    address, tag = shown(film).src, f'"{film.file.sha256}"'

    other = client.get(address, headers={"range": "bytes=0-9", "if-range": '"other"'})
    same = client.get(address, headers={"range": "bytes=0-9", "if-range": tag})
    known = client.get(address, headers={"if-none-match": tag})

    assert (other.status_code, len(other.getvalue())) == (200, len(body(film)))
    assert (same.status_code, len(same.getvalue())) == (206, 10)
    assert known.status_code == 304


def test_the_head_alone_tells_the_length(client: Client, film: Asset) -> None:
    answer = client.head(shown(film).src, headers={"range": "bytes=0-9"})
    answer.close()

    assert answer.status_code == 200
    assert answer["Content-Length"] == str(len(body(film)))


def test_captions_and_poster_are_there_too(client: Client, film: Asset) -> None:
    told = shown(film)
    assert told.poster

    captions = client.get(told.tracks[0].src)
    poster = client.get(told.poster.avif.split()[0])

    assert captions.getvalue() == media.CAPTIONS
    assert captions["Content-Type"] == "text/vtt; charset=utf-8"
    assert poster["Content-Type"] == "image/avif"
    assert poster.getvalue()[4:12] == b"ftypavif"


def test_an_office_file_is_for_taking_away_a_pdf_for_looking_at(client: Client, agency: Agency, lan: User) -> None:
    letter, pdf = media.letter(agency, lan), media.pdf(agency, lan)
    release_files([letter.file.sha256, pdf.file.sha256])

    taken, seen = client.get(shown(letter).src), client.get(shown(pdf).src)
    taken.close()
    seen.close()

    assert taken["Content-Disposition"] == f'attachment; filename="{letter.file.sha256[:12]}.docx"'
    assert seen["Content-Disposition"].startswith("inline")
    for answer in (taken, seen):
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["Content-Security-Policy"].endswith("sandbox")


def test_a_cut_picture_is_served(client: Client, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan, focal=(20, 80))
    release_files(shown(asset).hashes)
    told = shown(asset).sources
    assert told

    answers = [client.get(one.split()[0]) for one in (told.cut_webp, told.cut_avif, told.webp)]

    assert [opened(answer.getvalue()).format for answer in answers] == ["WEBP", "AVIF", "WEBP"]
    assert [answer["Content-Type"] for answer in answers] == ["image/webp", "image/avif", "image/webp"]


def test_what_is_not_released_answers_like_what_does_not_exist(client: Client, agency: Agency, lan: User) -> None:
    assets = [media.film(agency, lan), media.pdf(agency, lan), media.photo(agency, lan)]
    addresses = [f"/tep/{one.file.sha256}.{one.file.ending}" for one in assets]
    addresses += [f"/tep/{assets[2].file.sha256}-300.{kind}" for kind in ("webp", "avif")]

    for address in addresses:
        there = client.get(address)
        nowhere = client.get(address.replace(address[5:69], "0" * 64))

        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content
        assert dict(there.headers) == dict(nowhere.headers)


@pytest.mark.parametrize("ending", ["html", "svg", "exe", "mp4.html", "MP4", "webp", "txt/", "pdf%00", "mp4.part"])
def test_no_other_ending_is_an_address(client: Client, film: Asset, ending: str) -> None:
    assert client.get(f"/tep/{film.file.sha256}.{ending}").status_code == 404


def test_a_file_can_only_be_read(client: Client, film: Asset) -> None:
    assert client.post(shown(film).src).status_code == 405
