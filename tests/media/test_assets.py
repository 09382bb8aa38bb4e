from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.journal.models import Event
from cong.media import actions, store
from cong.media.actions import InUse, Refused
from cong.media.models import Asset, Captions, File, Version
from cong.media.queries import findings_in, shown, snapshots_with
from cong.media.release import pin_files
from tests import makers
from tests.makers import NOON
from tests.media import makers as media
from tests.media.packages import xlsx
from tests.media.pictures import SECRET, picture
from tests.media.recordings import recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return makers.agency("Thư viện mẫu")


@pytest.fixture
def lan(agency: Agency) -> User:
    return media.author(agency)


def everything(stores: Path) -> list[Path]:
    return [path for path in stores.rglob("*") if path.is_file()]


def test_a_file_comes_in_clean_private_and_unguessable(stores: Path, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)

    kept = everything(stores)
    assert {path.relative_to(stores).parts[:2] for path in kept} == {("private", "files")}
    assert all(asset.file.token in path.parts for path in kept)
    assert not any(SECRET.encode() in path.read_bytes() for path in kept)
    assert len(asset.token) == len(asset.file.token) == 64
    assert asset.token != asset.file.token
    assert stat.S_IMODE(store.private_folder(asset.file.token).stat().st_mode) == 0o700
    assert (asset.kind, asset.title, asset.file.width) == ("picture", "Phòng đọc", 300)
    event = Event.objects.get()
    assert (event.verb, event.subject, event.actor) == ("asset.add", f"asset:{asset.pk}", "lan")


def test_a_title_is_made_of_the_name_that_the_file_had(agency: Agency, lan: User) -> None:
    assert media.pdf(agency, lan).title == "Báo cáo"


def test_a_picture_without_alt_text_is_refused_and_leaves_nothing(stores: Path, agency: Agency, lan: User) -> None:
    with pytest.raises(Refused, match="mô tả"):
        media.photo(agency, lan, alt=" ")

    assert everything(stores) == []
    assert not File.objects.exists()


def test_the_database_too_wants_the_alt_text(agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)

    with pytest.raises(IntegrityError), transaction.atomic():
        Asset.objects.filter(pk=asset.pk).update(alt="")


def test_what_is_refused_leaves_nothing_behind(stores: Path, agency: Agency, lan: User) -> None:
    with pytest.raises(Refused):
        media.asset(b"<svg/>", agency=agency, by=lan)

    assert everything(stores) == []
    assert not Event.objects.exists()


def test_a_failing_database_leaves_no_file(
    stores: Path, agency: Agency, lan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(actions, "record", fail)

    with pytest.raises(DatabaseError):
        media.film(agency, lan)

    assert everything(stores) == []
    assert not Asset.objects.exists()


def test_more_than_the_limit_is_refused_while_it_comes_in(
    stores: Path, settings: Settings, agency: Agency, lan: User
) -> None:
    settings.UPLOAD_RECORDING_MB = settings.UPLOAD_DOCUMENT_MB = settings.UPLOAD_PICTURE_MB = 1

    with pytest.raises(Refused, match="1 MB"):
        actions.add(
            actions.Upload(name="a", chunks=(bytes(100_000) for _ in range(10**9))), media.WORDS, agency=agency,
            by=lan, at=NOON,
        )  # fmt: skip

    assert everything(stores) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUTHOR])
def test_only_authors_of_the_agency_take_files_in(role: Role, agency: Agency, lan: User) -> None:
    other = makers.person("minh", role, agency)
    stranger = media.author(makers.agency(), "hoa")
    asset = media.photo(agency, lan)

    for person in (other, stranger):
        for act in (
            lambda by: media.photo(agency, by),
            lambda by: actions.describe(asset, media.WORDS, by=by, at=NOON),
            lambda by: actions.replace(asset, media.upload(picture()), by=by, at=NOON),
            lambda by: actions.caption(asset, media.upload(media.CAPTIONS), lang="vi", label="a", by=by, at=NOON),
            lambda by: actions.discard(asset, by=by, at=NOON),
        ):
            with pytest.raises(PermissionDenied):
                act(person)


def test_replacing_shows_a_new_file_and_keeps_the_old_one(agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)
    before = asset.file

    after = actions.replace(asset, media.upload(picture("PNG", size=(900, 900))), by=lan, at=NOON)

    assert after.pk == asset.pk
    assert after.file.sha256 != before.sha256
    assert store.private_folder(before.token).is_dir()
    assert list(Version.objects.order_by("pk").values_list("file", flat=True)) == [before.pk, after.file.pk]
    assert Event.objects.latest("id").verb == "asset.replace"


def test_a_picture_is_not_replaced_by_a_document(agency: Agency, lan: User) -> None:
    with pytest.raises(Refused, match="khác loại"):
        actions.replace(media.photo(agency, lan), media.upload(b"chi la chu"), by=lan, at=NOON)


def test_the_bytes_that_a_row_names_never_change(agency: Agency, lan: User) -> None:
    file = media.photo(agency, lan).file

    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        File.objects.filter(pk=file.pk).update(sha256="0" * 64)


def test_a_new_focal_point_has_its_cuts_ready(agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)

    after = actions.describe(asset, replace(media.WORDS, focal=(20, 80)), by=lan, at=NOON)

    told = shown(after).sources
    assert told
    assert "-20-80." in told.cut_avif
    names = {path.name for path in store.private_folder(asset.file.token).iterdir()}
    assert {"300x169-20-80.avif", "300x169-20-80.webp"} <= names


def test_saying_the_same_again_is_no_act(agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)

    actions.describe(asset, media.WORDS, by=lan, at=NOON)

    assert Event.objects.count() == 1


@pytest.mark.parametrize("focal", [(-1, 50), (50, 101)])
def test_a_focal_point_outside_is_refused(focal: tuple[int, int], agency: Agency, lan: User) -> None:
    with pytest.raises(Refused, match="Tâm ảnh"):
        media.photo(agency, lan, focal=focal)


def test_a_video_shows_with_poster_captions_and_all_that_must_be_public(agency: Agency, lan: User) -> None:
    asset = media.film(agency, lan)
    actions.caption(asset, media.upload(media.CAPTIONS), lang="vi", label="Tiếng Việt", by=lan, at=NOON)

    told = shown(asset)

    captions = Captions.objects.get()
    assert asset.file.frame
    assert told.hashes == (asset.file.sha256, asset.file.frame.sha256, captions.file.sha256)
    assert told.src == f"/tep/{asset.file.sha256}.mp4"
    assert told.content_type == "video/mp4"
    assert [(one.lang, one.src) for one in told.tracks] == [("vi", f"/tep/{captions.file.sha256}.vtt")]
    assert told.poster
    assert told.poster.src.startswith(f"/tep/{asset.file.frame.sha256}-160")


def test_a_chosen_picture_goes_before_the_frame_as_poster(agency: Agency, lan: User) -> None:
    cover, asset = media.photo(agency, lan), media.film(agency, lan)

    after = actions.describe(asset, replace(media.WORDS, poster=cover), by=lan, at=NOON)

    assert cover.file.sha256 in shown(after).hashes


def test_a_poster_of_another_agency_is_refused(agency: Agency, lan: User) -> None:
    other = makers.agency()
    cover = media.photo(other, media.author(other, "hoa"))

    with pytest.raises(Refused, match="Ảnh bìa"):
        media.film(agency, lan, poster=cover)


def test_better_captions_take_the_place_of_the_old_ones(agency: Agency, lan: User) -> None:
    asset = media.film(agency, lan)

    for said in (b"mot", b"hai"):
        data = media.CAPTIONS + b"\n00:01.500 --> 00:02.000\n" + said + b"\n"
        actions.caption(asset, media.upload(data), lang="vi", label="Tiếng Việt", by=lan, at=NOON)
    actions.uncaption(Captions.objects.get(), by=lan, at=NOON)

    assert not Captions.objects.exists()
    assert [event.verb for event in Event.objects.order_by("id")][1:] == ["asset.caption"] * 2 + ["asset.uncaption"]


def test_captions_go_to_recordings_alone_and_are_captions(agency: Agency, lan: User) -> None:
    with pytest.raises(Refused, match="Chỉ video"):
        actions.caption(media.photo(agency, lan), media.upload(media.CAPTIONS), lang="vi", label="a", by=lan, at=NOON)
    with pytest.raises(Refused, match="WebVTT"):
        actions.caption(media.film(agency, lan), media.upload(b"chu"), lang="vi", label="a", by=lan, at=NOON)
    with pytest.raises(Refused, match="phụ đề"):
        media.asset(media.CAPTIONS, agency=agency, by=lan)


def test_what_a_file_hides_is_kept_for_the_checks(agency: Agency, lan: User) -> None:
    asset = media.asset(xlsx(hidden_sheet=True), agency=agency, by=lan)

    assert findings_in([asset.file.sha256, "0" * 64]) == {asset.file.sha256: ["hidden-sheets:Lương"]}
    assert shown(asset).hidden == ("hidden-sheets:Lương",)


def test_discarding_takes_every_file_with_it(
    stores: Path, agency: Agency, lan: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    asset = media.film(agency, lan)
    actions.caption(asset, media.upload(media.CAPTIONS), lang="vi", label="a", by=lan, at=NOON)
    actions.replace(asset, media.upload(recording("webm")), by=lan, at=NOON)

    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(asset, by=lan, at=NOON)

    assert everything(stores) == []
    assert not File.objects.exists()
    assert Event.objects.latest("id").verb == "asset.discard"


def test_what_a_snapshot_needs_cannot_go_by_any_way(agency: Agency, lan: User) -> None:
    asset = media.film(agency, lan)
    assert asset.file.frame
    pin_files([asset.file.frame.sha256], agency=agency, snapshot=7)

    with pytest.raises(InUse, match="bản trình"):
        actions.discard(asset, by=lan, at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        asset.file.frame.pins.all()._raw_delete("default")
    assert snapshots_with(asset) == [7]


def test_a_poster_in_use_is_not_discarded(agency: Agency, lan: User) -> None:
    cover = media.photo(agency, lan)
    media.film(agency, lan, poster=cover)

    with pytest.raises(InUse, match="ảnh bìa"):
        actions.discard(cover, by=lan, at=NOON)


def test_folders_without_a_row_are_swept_only_when_old(agency: Agency, lan: User, stores: Path) -> None:
    asset = media.photo(agency, lan)
    fresh, old = store.private_folder("a" * 64), store.private_folder("b" * 64)
    for folder in (fresh, old):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))

    assert actions.sweep() == 1

    assert fresh.is_dir()
    assert store.private_folder(asset.file.token).is_dir()
