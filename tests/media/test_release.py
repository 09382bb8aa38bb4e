from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from cong.accounts.models import User
from cong.agencies.models import Agency
from cong.journal.models import Event
from cong.media import actions, store
from cong.media.actions import keep_picture
from cong.media.models import Asset, Pin
from cong.media.queries import shown
from cong.media.release import (
    Missing,
    NotOurs,
    is_public,
    pin_files,
    public_hashes,
    release_files,
    withdraw_files,
)
from tests import makers
from tests.makers import NOON
from tests.media import makers as media
from tests.media.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return makers.agency("Thư viện mẫu")


@pytest.fixture
def lan(agency: Agency) -> User:
    return media.author(agency)


@pytest.fixture
def film(agency: Agency, lan: User) -> Asset:
    return media.film(agency, lan)


def public(stores: Path) -> set[str]:
    return {path.name for path in (stores / "media").rglob("*") if path.is_file()}


def test_a_release_gives_every_address_that_a_page_names(stores: Path, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan, focal=(20, 80))
    told = shown(asset)
    assert told.sources

    fresh = release_files(told.hashes)

    assert fresh == [asset.file.sha256]
    for srcset in (told.sources.webp, told.sources.avif, told.sources.cut_webp, told.sources.cut_avif):
        for one in srcset.split(", "):
            assert one.split()[0].removeprefix("/tep/") in public(stores)
    assert f"{asset.file.sha256}.webp" not in public(stores)


def test_a_release_copies_nothing_and_computes_nothing(film: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cong.media.store.shutil.copyfile", None)

    release_files(shown(film).hashes)

    path = store.public_file(film.file.sha256, "mp4")
    assert path.samefile(store.private_folder(film.file.token) / "file.mp4")


def test_where_a_second_name_cannot_be_given_the_bytes_are_copied(film: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("cong.media.store.os.link", refuse)

    release_files([film.file.sha256])

    kept = store.private_folder(film.file.token) / "file.mp4"
    assert store.public_file(film.file.sha256, "mp4").read_bytes() == kept.read_bytes()


def test_releasing_twice_changes_nothing(
    stores: Path, film: Asset, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hashes = shown(film).hashes
    release_files(hashes)
    before = public(stores)

    with django_assert_num_queries(1):
        assert release_files(hashes) == []

    assert public(stores) == before


def test_a_release_takes_milliseconds(agency: Agency, lan: User) -> None:
    assets = [media.photo(agency, lan), media.pdf(agency, lan)]
    hashes = [sha256 for asset in assets for sha256 in shown(asset).hashes]

    begun = time.process_time()
    release_files(hashes)

    assert time.process_time() - begun < 0.05


def test_a_file_that_is_nowhere_stops_the_release(film: Asset) -> None:
    with pytest.raises(Missing, match="0000"):
        release_files([film.file.sha256, "0" * 64])


def test_a_withdrawal_takes_the_files_but_not_those_that_another_entry_shows(stores: Path, film: Asset) -> None:
    hashes = shown(film).hashes
    release_files(hashes)

    gone = withdraw_files(hashes, referenced={hashes[1]})

    assert gone == [hashes[0]]
    assert public_hashes() == {hashes[1]}
    assert (store.private_folder(film.file.token) / "file.mp4").is_file()


def test_what_was_withdrawn_can_be_released_again(film: Asset) -> None:
    release_files([film.file.sha256])
    withdraw_files([film.file.sha256], referenced=())

    assert release_files([film.file.sha256]) == [film.file.sha256]
    assert is_public(film.file.sha256)


def test_a_sources_picture_is_set_aside_and_brought_back(stores: Path) -> None:
    kept = keep_picture(picture(size=(1600, 900)), at=NOON)
    before = public(stores)

    assert withdraw_files([kept.sha256], referenced=()) == [kept.sha256]
    assert public(stores) == set()
    assert release_files([kept.sha256]) == [kept.sha256]

    assert public(stores) == before


def test_a_sources_picture_that_was_withdrawn_is_there_again_when_it_is_harvested_again(stores: Path) -> None:
    kept = keep_picture(picture(), at=NOON)
    withdraw_files([kept.sha256], referenced=())

    assert keep_picture(picture(), at=NOON) == kept
    assert is_public(kept.sha256)


def test_files_of_a_stopped_commit_are_taken_away_and_lost_ones_brought_back(film: Asset) -> None:
    wanted, leftover = shown(film).hashes
    release_files([leftover])

    mended = actions.reconcile(lambda: {wanted, "0" * 64}, at=NOON)

    assert (mended.released, mended.withdrawn, mended.missing) == ((wanted,), (leftover,), ("0" * 64,))
    assert public_hashes() == {wanted}
    assert Event.objects.latest("id").verb == "media.reconcile"


def test_reconciling_what_is_right_is_no_act_and_leaves_sources_pictures(film: Asset) -> None:
    kept = keep_picture(picture(), at=NOON)
    release_files([film.file.sha256])
    before = Event.objects.count()

    mended = actions.reconcile(lambda: {film.file.sha256}, at=NOON)

    assert (mended.released, mended.withdrawn) == ((), ())
    assert Event.objects.count() == before
    assert is_public(kept.sha256)


def test_reconciling_takes_away_what_nobody_knows(stores: Path) -> None:
    stray = store.public_file("f" * 64, "pdf")
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"%PDF-")

    actions.reconcile(set, at=NOON)

    assert public(stores) == set()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_release_that_stops_midway_leaves_whole_files_only_and_the_next_one_completes(
    stores: Path, film: Asset, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.link, []

    def fail(source: Path, target: Path) -> None:
        calls.append(source)
        real(source, target)
        if len(calls) == count:
            raise RuntimeError("stopped")

    hashes = shown(film).hashes
    with monkeypatch.context() as patch:
        patch.setattr("cong.media.store.os.link", fail)
        with pytest.raises(RuntimeError, match="stopped"):
            release_files(hashes)

    assert not [name for name in public(stores) if name.endswith(".part")]
    release_files(shown(film).hashes)
    assert public_hashes() == set(shown(film).hashes)


def test_a_snapshot_pins_its_agencys_files_and_those_of_the_centre(agency: Agency, lan: User) -> None:
    centre = makers.agency("Trung tâm", is_centre=True)
    mine, shared = media.photo(agency, lan), media.film(centre, media.author(centre, "hoa"))
    hashes = {*shown(mine).hashes, *shown(shared).hashes}

    pin_files(hashes, agency=agency, snapshot=1)
    pin_files(hashes, agency=agency, snapshot=1)

    assert Pin.objects.filter(snapshot=1).count() == len(hashes)


def test_a_file_of_another_agency_cannot_be_sealed_by_its_hash(film: Asset) -> None:
    with pytest.raises(NotOurs, match="1 tệp"), transaction.atomic():
        pin_files([film.file.sha256], agency=makers.agency(), snapshot=1)

    assert not Pin.objects.exists()


def test_an_old_file_stays_sealed_after_its_asset_shows_another(agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)
    old = asset.file.sha256
    actions.replace(asset, media.upload(picture("PNG", size=(500, 500))), by=lan, at=NOON)

    pin_files([old], agency=agency, snapshot=1)

    assert release_files([old]) == [old]
