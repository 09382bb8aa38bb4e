"""Tests the copies of pages: whole or not at all, and never one that shows what was withdrawn."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from cong.delivery import ground
from cong.delivery.ground import Ground
from cong.delivery.mirror import Mark, Mirror
from cong.delivery.pages import Page
from tests.delivery.stage import FakeDjango, Stage

_AT = 1_790_000_000.0


@pytest.fixture
def shared(tmp_path: Path) -> Ground:
    return ground.current(tmp_path / "delivery" / "ground")


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "mirror")


@pytest.fixture
def page(shared: Ground) -> Page:
    return Page(
        address=("/kept/a", ""), status=200, headers=(("Content-Type", "text/html"),),
        body="<p>Thư viện mở cửa</p>".encode(), tags=frozenset({"site", "lists", "entry:5", "in:5", "in:8"}),
        era=shared.era, epoch=shared.epoch, rendered_at=_AT, fresh_until=_AT + 300,
    )  # fmt: skip


def _mark(shared: Ground, seq: int = 10) -> Mark:
    return Mark(seq=seq, era=shared.era, epoch=shared.epoch)


def test_a_page_comes_back_as_it_was(mirror: Mirror, page: Page) -> None:
    mirror.put(page, seq=10)

    found = mirror.get(page.address)

    assert found
    assert (found.body, found.seq, found.page.tags) == (page.body, 10, page.tags)
    assert gzip.decompress(found.page.body) == page.body
    assert mirror.get(("/kept/a", "truoc=1")) is None


def test_a_broken_file_is_no_page(mirror: Mirror, page: Page, tmp_path: Path) -> None:
    mirror.put(page, seq=10)
    (file,) = (tmp_path / "mirror" / "pages").glob("*/*")

    for content in (b"", b"\0" * 20, file.read_bytes()[:-1]):
        file.write_bytes(content)
        assert mirror.get(page.address) is None


def test_a_page_is_good_as_long_as_the_mirror_is_followed(mirror: Mirror, page: Page, shared: Ground) -> None:
    mirror.put(page, seq=10)
    found = mirror.get(page.address)
    assert found
    assert mirror.is_good(found, shared, _mark(shared))
    before = _mark(shared)

    shared.purge(hard=["entry:5"], soft=[], now=_AT)

    assert not mirror.is_good(found, shared, before)  # nobody followed yet
    assert mirror.is_good(found, shared, _mark(shared))  # it was followed, and the page left as it is
    assert mirror.is_good(replace(found, page=replace(page, epoch=shared.epoch)), shared, before)


def test_without_a_ground_or_on_another_nobody_knows(mirror: Mirror, page: Page, shared: Ground) -> None:
    mirror.put(page, seq=10)
    found = mirror.get(page.address)
    assert found

    assert not mirror.is_good(found, None, _mark(shared))
    assert not mirror.is_good(found, shared, replace(_mark(shared), era=1))


def test_a_withdrawal_spoils_every_page_that_shows_it_until_it_is_made_anew(
    mirror: Mirror, page: Page, shared: Ground
) -> None:
    mirror.put(page, seq=10)
    mirror.put(replace(page, address=("/kept/b", ""), tags=frozenset({"in:9"})), seq=10)
    mirror.put(replace(page, address=("/kept/c", ""), tags=frozenset({"shelf"})), seq=10)

    mirror.withdraw(8, seq=11)

    good = {one.page.address[0]: mirror.is_good(one, shared, _mark(shared)) for one in mirror.walk()}
    assert good == {"/kept/a": False, "/kept/b": True, "/kept/c": False}
    mirror.put(page, seq=11)
    found = mirror.get(page.address)
    assert found
    assert mirror.is_good(found, shared, _mark(shared))


def test_other_processes_learn_of_a_withdrawal(mirror: Mirror, page: Page, shared: Ground, tmp_path: Path) -> None:
    reader = Mirror(tmp_path / "mirror")
    mirror.put(page, seq=10)
    found = reader.get(page.address)
    assert found
    assert reader.is_good(found, shared, _mark(shared))

    mirror.withdraw(8, seq=11)

    assert not reader.is_good(found, shared, _mark(shared))


def test_an_entrys_own_pages_go_with_it(mirror: Mirror, page: Page) -> None:
    english = replace(page, address=("/en/kept/a", ""))
    mirror.put(page, seq=10, entry=5)
    mirror.put(english, seq=10, entry=5)
    assert mirror.addresses_of(5) == [page.address, english.address]

    mirror.withdraw(5, seq=11)

    assert mirror.get(page.address) is mirror.get(english.address) is None
    assert mirror.addresses_of(5) == []


def test_withdrawals_are_forgotten_when_they_spoil_nothing_any_more(mirror: Mirror) -> None:
    mirror.withdraw(5, seq=11)
    mirror.withdraw(6, seq=12)

    mirror.forget_withdrawn(until=11)

    assert mirror.has_withdrawn()
    mirror.forget_withdrawn(until=12)
    assert not mirror.has_withdrawn()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"seq": 1, "what": 2}'])
def test_a_mark_that_cannot_be_read_is_the_beginning(mirror: Mirror, text: str) -> None:
    mirror.set_mark(Mark(seq=7, era=1, epoch=2, change="put 5 1.0", filled=3, events=4))
    assert mirror.mark().seq == 7

    (mirror.folder / "mark.json").write_text(text)

    assert mirror.mark() == Mark()


@pytest.fixture
def stage(tmp_path: Path, mirror: Mirror, page: Page, shared: Ground) -> Stage:
    """Give a front whose Django lost its database, beside a mirror that was followed to the end."""
    mirror.put(page, seq=10)
    mirror.set_mark(_mark(shared))
    made = Stage(tmp_path, django=FakeDjango(status=503))
    made.clock.now = _AT + 90
    return made


def test_without_a_database_the_copy_is_shown_and_marked(stage: Stage, page: Page) -> None:
    packed, plain = stage.ask("/kept/a", accept_encoding="br, gzip"), stage.ask("/kept/a")

    assert (packed.status, plain.status) == (200, 200)
    assert gzip.decompress(packed.body) == plain.body == page.body
    assert packed.content_encoding == "gzip"
    assert (plain.age, plain.warning) == ("90", '111 - "Revalidation Failed"')
    assert plain.cache_control == "public, max-age=2"
    assert plain.content_length == str(len(plain.body))
    assert stage.ask("/kept/a", method="HEAD").body == b""


def test_a_copy_of_what_was_just_withdrawn_is_not_shown(stage: Stage) -> None:
    stage.purge(hard=["in:8"])

    assert stage.ask("/kept/a").status == 503


def test_what_was_never_copied_is_what_django_says(stage: Stage) -> None:
    assert stage.ask("/kept/other").status == 503


def test_a_copy_past_its_expiry_is_not_shown(stage: Stage, mirror: Mirror, page: Page) -> None:
    mirror.put(replace(page, until=_AT + 60), seq=10)

    assert stage.ask("/kept/a").status == 503


def test_forms_are_told_by_django_itself(stage: Stage) -> None:
    assert stage.ask("/form", method="POST").status == 503


def test_a_database_that_is_away_is_not_asked_by_every_reader(stage: Stage) -> None:
    for _ in range(20):
        assert stage.ask("/kept/a").status == 200

    assert stage.django.renders["/kept/a"] == 1
    stage.clock.pass_by(1)
    stage.ask("/kept/a")
    assert stage.django.renders["/kept/a"] == 2


def test_when_it_is_back_readers_see_its_pages_at_once(stage: Stage) -> None:
    stage.ask("/kept/a")
    stage.django.status = 200
    stage.clock.pass_by(1)

    answer = stage.ask("/kept/a")

    assert (answer.status, answer.warning) == (200, "")
    assert "lần 2" in answer.text


def test_one_page_that_is_broken_leaves_the_others_fresh(stage: Stage) -> None:
    stage.django.status = 500
    stage.ask("/kept/a")
    stage.django.status = 200

    assert "lần 2" in stage.ask("/kept/a").text
