"""Tests the process that follows the shelf: it purges what was left, warms what is read, and keeps copies of all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.utils import translation
from pytest_django.fixtures import Settings

from cong.agencies.actions import rename_agency
from cong.delivery import serving
from cong.delivery.follower import Broken, Follower, Room, Stopped
from cong.delivery.ground import Standing, slots
from cong.delivery.mirror import Mirror
from cong.delivery.serving import Parts
from cong.entries.models import Change, Entry
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(settings: Settings, tmp_path: Path) -> Parts:
    settings.DELIVERY_DIR, settings.MIRROR_DIR = tmp_path / "delivery", tmp_path / "mirror"
    return serving.parts(WSGIHandler())


@pytest.fixture
def follower(parts: Parts) -> Follower:
    return _follower(parts)


def _follower(parts: Parts, *, free: int = 0) -> Follower:
    made = Follower(
        cache=parts.cache, origin=parts.origin, flights=parts.flights, mirror=parts.mirror, room=Room(free=free)
    )
    made.begin()
    return made


@pytest.fixture
def mirror(parts: Parts) -> Mirror:
    return parts.mirror


def _text(mirror: Mirror, path: str) -> str:
    found = mirror.get((path, ""))
    assert found, path
    return found.body.decode()


def _all_rest(follower: Follower) -> None:
    for _ in range(500):
        if not follower.rest():
            return
    raise AssertionError("it never comes to rest")


def test_what_is_released_is_copied_in_every_language_with_the_lists_it_stands_in(
    follower: Follower, mirror: Mirror
) -> None:
    entry = makers.entry(title="Thư viện có sách mới")

    assert follower.step() == 1

    for path in ("/", "/en/", "/tin-tuc/", f"/tin-tuc/{entry.section}/", entry.agency.get_absolute_url()):
        assert "Thư viện có sách mới" in _text(mirror, path)
    assert "Thư viện có sách mới" in _text(mirror, f"/en{entry.get_absolute_url()}")
    for path in ("/atom.xml", f"/tin-tuc/{entry.section}/feed.json", f"{entry.agency.get_absolute_url()}{entry.part}/"):
        assert "Thư viện có sách mới" in _text(mirror, path)
    assert mirror.mark().seq == follower.mark.seq == 1
    assert follower.step() == 0


def test_a_copy_says_above_its_main_part_that_it_is_one(follower: Follower, mirror: Mirror) -> None:
    entry = makers.entry()

    follower.step()

    assert "Bạn đang xem bản lưu lúc" in _text(mirror, entry.get_absolute_url())
    assert _text(mirror, "/").index("bản lưu") < _text(mirror, "/").index("<main ")


def test_what_many_read_is_at_hand_before_they_ask(follower: Follower, parts: Parts) -> None:
    makers.entry()

    follower.step()

    one, standing = parts.cache.find(("/", ""), parts.flights._clock())
    assert one
    assert standing is Standing.FRESH
    assert set(one.forms) == {"br"}


def test_a_correction_is_copied_and_a_moved_page_leaves_no_copy_behind(follower: Follower, mirror: Mirror) -> None:
    entry = makers.entry(title="Thư viện mở cửa")
    follower.step()
    before = entry.get_absolute_url()

    after = makers.correct(entry, title="Thư viện đóng cửa", slug="thu-vien-dong-cua", note="Sửa giờ.")
    follower.step()

    assert "Thư viện đóng cửa" in _text(mirror, after.get_absolute_url())
    assert mirror.get((before, "")) is None


def test_a_withdrawal_takes_its_copies_and_makes_anew_what_showed_it(follower: Follower, mirror: Mirror) -> None:
    owner = makers.agency()
    other, gone = makers.entries([makers.content(owner, "Ở lại"), makers.content(owner, "Bị gỡ")])
    follower.step()
    assert "Bị gỡ" in _text(mirror, other.get_absolute_url())  # beside it, as what to read next

    makers.withdraw(gone)
    follower.step()

    assert mirror.get((gone.get_absolute_url(), "")) is None
    assert "Bị gỡ" not in _text(mirror, "/")
    beside = mirror.get((other.get_absolute_url(), ""))
    assert beside
    assert mirror.is_spoilt(beside)
    _all_rest(follower)
    assert "Bị gỡ" not in _text(mirror, other.get_absolute_url())
    assert not mirror.has_withdrawn()


def test_what_was_there_before_the_mirror_is_put_in_newest_first(parts: Parts, mirror: Mirror) -> None:
    owner = makers.agency()
    made = makers.entries([makers.content(owner, f"Tin {number}") for number in range(25)])
    follower = _follower(parts)

    follower.rest()

    assert mirror.get((made[-1].get_absolute_url(), ""))
    assert mirror.get((made[0].get_absolute_url(), "")) is None
    _all_rest(follower)
    assert all(mirror.get((one.get_absolute_url(), "")) for one in made)
    assert follower.mark.filled == 0
    for path in ("/co-quan/", "/en/ve-cong/", "/atom.xml", "/sitemap.xml", f"{owner.get_absolute_url()}gioi-thieu/"):
        assert mirror.get((path, "")), path


def test_a_follower_goes_on_where_the_one_before_it_stood(follower: Follower, parts: Parts) -> None:
    makers.entry()
    follower.step()
    makers.entry()

    other = _follower(parts)

    assert other.step() == 1
    assert other.mark.seq == 2


def test_the_mirror_of_another_shelf_is_thrown_away(follower: Follower, parts: Parts, mirror: Mirror) -> None:
    entry = makers.entry()
    follower.step()
    Change.objects.update(at=makers.NOON - timedelta(days=1))  # another shelf, whose first change was another one

    other = _follower(parts)

    assert mirror.get((entry.get_absolute_url(), "")) is None
    assert other.mark.filled == entry.pk + 1


def test_who_fell_between_commit_and_purge_is_made_up_for(follower: Follower, parts: Parts) -> None:
    ground = parts.cache.ground
    assert ground
    before = ground.epoch
    entry = makers.entry()  # inside this test's transaction nothing is committed, so nobody purged

    follower.step()

    assert ground.judge(slots([f"entry:{entry.pk}"]), before, 0.0) is Standing.GONE
    assert ground.answered_for(1)
    after = ground.epoch
    follower.step()
    assert ground.epoch == after


def test_an_agencys_new_name_renews_every_page(follower: Follower, parts: Parts) -> None:
    owner = makers.agency("Tên cũ")
    ground = parts.cache.ground
    assert ground
    follower.step()
    before = ground.epoch

    rename_agency(owner, slug="ten-moi", name="Tên mới", by=None, at=makers.NOON)
    follower.step()

    assert ground.judge(slots(["site"]), before, parts.flights._clock()) is Standing.STALE
    follower.step()
    assert ground.epoch == before + 1


def test_a_full_disk_keeps_no_copy_rather_than_an_old_one(parts: Parts, mirror: Mirror) -> None:
    entry = makers.entry()
    _follower(parts).rest()
    assert mirror.get((entry.get_absolute_url(), ""))
    full = _follower(parts, free=1 << 60)

    makers.correct(entry, title="Đã sửa")
    full.step()

    assert mirror.get((entry.get_absolute_url(), "")) is None


def test_pages_that_cannot_be_rendered_are_no_reason_to_go_on(
    follower: Follower, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers.entry()

    def broken(environ: object, start: object) -> list[bytes]:
        start("503 Service Unavailable", [])  # type: ignore[operator]
        return [b""]

    monkeypatch.setattr(parts.origin, "django", broken)

    with pytest.raises(Broken):
        follower.step()

    assert follower.mark.seq == 0


def test_the_language_of_whoever_calls_stays_theirs(follower: Follower) -> None:
    makers.entry()
    with translation.override("en"):
        follower.step()

        assert translation.get_language() == "en"


def test_nothing_is_changed_on_the_shelf(follower: Follower) -> None:
    entry = makers.entry()
    follower.step()
    _all_rest(follower)

    assert Entry.objects.get(pk=entry.pk).title == entry.title
    assert Change.objects.count() == 1


def test_told_to_stop_it_stops_before_the_next_page_and_loses_nothing(parts: Parts, mirror: Mirror) -> None:
    first = _follower(parts)
    makers.entry()
    first.step()
    makers.entry()
    asked: list[bool] = []

    def stopped() -> bool:
        asked.append(True)
        return len(asked) > 3

    first._stopped = stopped
    with pytest.raises(Stopped):
        first.step()

    assert mirror.mark().seq == 1
    assert _follower(parts).step() == 1
    assert mirror.mark().seq == 2
