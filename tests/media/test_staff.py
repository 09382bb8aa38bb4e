from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cong.accounts.models import User
from cong.agencies.models import Agency, Membership, Role
from cong.media import actions
from cong.media.formats import AssetKind
from cong.media.models import Asset, Captions
from cong.media.queries import shown
from cong.media.release import pin_files
from cong.media.staff_blocks import (
    AudioChooserBlock,
    DocumentChooserBlock,
    PictureChooserBlock,
    VideoChooserBlock,
)
from tests import makers
from tests.makers import NOON
from tests.media import makers as media
from tests.media.packages import xlsx
from tests.media.pictures import opened, picture, telling_picture
from tests.media.recordings import recording

pytestmark = pytest.mark.django_db
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>\s*\S|\son[a-z]+=", re.IGNORECASE)


@pytest.fixture
def agency() -> Agency:
    return makers.agency("Thư viện mẫu")


@pytest.fixture
def lan(agency: Agency) -> User:
    return member("lan", Role.AUTHOR, agency)


@pytest.fixture
def desk(client: Client, lan: User) -> Client:
    client.force_login(lan)
    return client


def member(username: str, role: Role, agency: Agency) -> User:
    """Return a person whose role is in force today as well as at noon of the tests' day."""
    user = User.objects.create_user(username, name=username.title())
    Membership.objects.create(user=user, agency=agency, role=role, from_on=date(2020, 1, 1))
    return user


def signed_in(role: Role, agency: Agency, username: str = "minh") -> Client:
    client = Client()
    client.force_login(member(username, role, agency))
    return client


def file(data: bytes, name: str = "anh.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_the_library_lists_the_files_of_the_agency_with_their_pictures(desk: Client, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)

    page = desk.get(reverse("media_assets:index"))

    assert page.status_code == 200
    text = page.content.decode()
    assert "Phòng đọc" in text
    assert f'src="{asset.thumbnail()}"' in text


@pytest.mark.parametrize("name", ["index", "add"])
def test_screens_hold_no_inline_script(name: str, desk: Client, agency: Agency, lan: User) -> None:
    media.photo(agency, lan)

    text = desk.get(reverse(f"media_assets:{name}")).content.decode()

    assert _INLINE.findall(text) == []


def test_several_files_are_added_at_once_each_with_its_line_of_alt_text(desk: Client, agency: Agency) -> None:
    answer = desk.post(
        reverse("media_assets:add"),
        {"agency": agency.pk, "title": "", "alt": "Ảnh một\nẢnh hai", "credit": "Lan",
         "uploads": [file(picture(), "mot.jpg"), file(picture("PNG", size=(90, 90)), "hai.png")]},
    )  # fmt: skip

    assert answer.status_code == 302
    assert list(Asset.objects.order_by("pk").values_list("title", "alt")) == [("mot", "Ảnh một"), ("hai", "Ảnh hai")]


def test_what_is_refused_says_why_at_the_form_and_keeps_what_was_typed(desk: Client, agency: Agency) -> None:
    answer = desk.post(
        reverse("media_assets:add"),
        {"agency": agency.pk, "title": "Tên đã gõ", "alt": "", "credit": "", "uploads": [file(b"<svg/>", "a.svg")]},
    )

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "SVG" in text
    assert "Tên đã gõ" in text
    assert not Asset.objects.exists()


def test_a_workbook_with_a_hidden_sheet_comes_in_with_a_warning(desk: Client, agency: Agency) -> None:
    answer = desk.post(
        reverse("media_assets:add"),
        {"agency": agency.pk, "title": "", "alt": "", "credit": "", "uploads": [file(xlsx(hidden_sheet=True))]},
        follow=True,
    )

    assert "trang tính ẩn: Lương" in answer.content.decode()


def test_a_file_is_not_added_for_another_agency(desk: Client) -> None:
    other = makers.agency()

    desk.post(
        reverse("media_assets:add"),
        {"agency": other.pk, "title": "a", "alt": "a", "credit": "", "uploads": [file(picture())]},
    )

    assert not Asset.objects.exists()


def edit(desk: Client, asset: Asset, **given: object) -> object:
    values = {"title": asset.title, "alt": asset.alt, "credit": asset.credit, "focal_x": 50, "focal_y": 50,
              "transcript": asset.transcript}  # fmt: skip
    return desk.post(reverse("media_assets:edit", args=[asset.pk]), {**values, **given}, follow=True)


def test_a_picture_is_described_and_its_focal_point_set_without_script(desk: Client, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)
    page = desk.get(reverse("media_assets:edit", args=[asset.pk])).content.decode()

    edit(desk, asset, title="Tên mới", focal_x=20, focal_y=80)

    asset.refresh_from_db()
    assert (asset.title, asset.focal) == ("Tên mới", (20, 80))
    assert 'name="focal_x"' in page
    assert "tên người làm" not in page
    assert _INLINE.findall(page) == []


def test_alt_text_cannot_be_emptied(desk: Client, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)

    edit(desk, asset, alt="")

    asset.refresh_from_db()
    assert asset.alt


def test_a_file_is_replaced_and_a_video_captioned(desk: Client, agency: Agency, lan: User) -> None:
    asset = media.film(agency, lan)
    before = asset.file_id

    edit(
        desk, asset, new_file=file(recording("webm"), "moi.webm"), captions_file=file(media.CAPTIONS, "vi.vtt"),
        captions_lang="en", transcript="Lời thoại",
    )  # fmt: skip

    asset.refresh_from_db()
    assert asset.file_id != before
    assert asset.transcript == "Lời thoại"
    assert Captions.objects.get().label == "English"

    edit(desk, asset, captions_off=[Captions.objects.get().pk])

    assert not Captions.objects.exists()


def test_a_file_in_use_is_not_deleted_and_says_so(desk: Client, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)
    pin_files(shown(asset).hashes, agency=agency, snapshot=5)
    address = reverse("media_assets:delete", args=[asset.pk])

    page = desk.post(address, follow=True)

    assert "không xóa được" in page.content.decode()
    assert Asset.objects.filter(pk=asset.pk).exists()


def test_a_file_that_nothing_needs_is_deleted(desk: Client, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)

    desk.post(reverse("media_assets:delete", args=[asset.pk]))

    assert not Asset.objects.exists()


@pytest.mark.parametrize("name", ["edit", "delete", "history", "usage"])
def test_another_agencys_file_does_not_exist(name: str, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)
    stranger = signed_in(Role.AUTHOR, makers.agency())

    answer = stranger.get(reverse(f"media_assets:{name}", args=[asset.pk]))

    assert answer.status_code == 404
    assert asset.title not in stranger.get(reverse("media_assets:index")).content.decode()


def addresses(asset: Asset) -> list[str]:
    sha256 = asset.file.sha256
    return [asset.private_address(), asset.thumbnail(), f"/ban-lam-viec/tep/{sha256}-300.webp"]


@pytest.mark.parametrize("role", list(Role))
def test_people_of_the_agency_see_what_is_not_public(role: Role, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)
    colleague = signed_in(role, agency)

    for address in addresses(asset):
        answer = colleague.get(address)
        assert answer.status_code == 200
        assert opened(answer.getvalue()).size == (300, 200)
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("role", [Role.APPROVER, Role.DUTY_EDITOR, Role.AUDITOR])
def test_people_of_the_centre_see_it_too(role: Role, agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)
    central = signed_in(role, makers.agency("Trung tâm", is_centre=True))

    for address in addresses(asset):
        answer = central.get(address)
        assert answer.status_code == 200
        assert opened(answer.getvalue()).size == (300, 200)


def test_strangers_learn_nothing(agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)
    stranger = signed_in(Role.AUTHOR, makers.agency())

    for address in addresses(asset):
        there, nowhere = stranger.get(address), stranger.get(re.sub("[0-9a-f]{64}", "0" * 64, address))
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content
        assert Client().get(address).status_code == 302


def test_a_private_video_is_played_in_parts(desk: Client, agency: Agency, lan: User) -> None:
    asset = media.film(agency, lan)

    for address in (asset.private_address(), f"/ban-lam-viec{shown(asset).src}"):
        answer = desk.get(address, headers={"range": "bytes=0-9"})
        assert answer.status_code == 206
        assert len(answer.getvalue()) == 10


@pytest.mark.parametrize("name", ["a", "0" * 64 + ".html", "0" * 64 + "-..%5cx.webp", "0" * 64 + ".pdf"])
def test_odd_private_names_are_not_found(name: str, desk: Client) -> None:
    assert desk.get(f"/ban-lam-viec/tep/{name}").status_code == 404


MAKERS: dict[str, tuple[Any, Any]] = {
    "picture": (telling_picture, PictureChooserBlock),
    "video": (lambda: recording("mp4"), VideoChooserBlock),
    "audio": (lambda: recording("mp3"), AudioChooserBlock),
    "document": (xlsx, DocumentChooserBlock),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_file_is_chosen_or_added_while_writing(kind: str, desk: Client, agency: Agency, lan: User) -> None:
    media.photo(makers.agency(), media.author(Agency.objects.latest("pk"), "hoa"), title="Ảnh của cơ quan khác")
    data = MAKERS[kind][0]()
    prefix = f"{kind}-chooser-upload-"

    opening = desk.get(reverse(f"media_choose_{kind}:choose")).json()
    made = desk.post(
        reverse(f"media_choose_{kind}:create"),
        {f"{prefix}agency": agency.pk, f"{prefix}title": "Tệp mới", f"{prefix}alt": "Mô tả", f"{prefix}credit": "",
         f"{prefix}uploads": file(data)},
    ).json()  # fmt: skip
    chosen = desk.get(reverse(f"media_choose_{kind}:chosen", args=[made["result"]["id"]])).json()

    asset = Asset.objects.latest("pk")
    assert opening["step"] == "choose"
    assert "Ảnh của cơ quan khác" not in opening["html"]
    assert _INLINE.findall(opening["html"]) == []
    assert made["step"] == chosen["step"] == "chosen"
    assert chosen["result"]["title"] == "Tệp mới"
    assert chosen["result"]["preview"]["url"] == asset.thumbnail()
    assert asset.kind == kind
    assert "Tệp mới" in desk.get(reverse(f"media_choose_{kind}:choose_results")).content.decode()


def test_a_chooser_takes_only_its_kind_and_keeps_what_was_typed(desk: Client, agency: Agency) -> None:
    answer = desk.post(
        reverse("media_choose_video:create"),
        {"video-chooser-upload-agency": agency.pk, "video-chooser-upload-title": "Tên đã gõ",
         "video-chooser-upload-credit": "", "video-chooser-upload-uploads": file(picture())},
    ).json()  # fmt: skip

    assert answer["step"] == "reshow_creation_form"
    assert "không phải video" in answer["htmlFragment"]
    assert "Tên đã gõ" in answer["htmlFragment"]
    assert not Asset.objects.exists()


@pytest.mark.parametrize("kind", MAKERS)
def test_another_agencys_or_kinds_file_cannot_be_chosen(kind: str, desk: Client, agency: Agency, lan: User) -> None:
    other = makers.agency()
    theirs = media.asset(MAKERS[kind][0](), agency=other, by=media.author(other, "hoa"))
    wrong = media.pdf(agency, lan) if kind != "document" else media.photo(agency, lan)

    for asset in (theirs, wrong):
        address = reverse(f"media_choose_{kind}:chosen", args=[asset.pk])
        many = desk.get(reverse(f"media_choose_{kind}:chosen_multiple"), {"id": asset.pk})
        assert desk.get(address).status_code == 404
        assert many.json()["result"] == []


@pytest.mark.parametrize("kind", MAKERS)
def test_a_block_holds_its_kind_alone_and_starts_without_inline_script(kind: str, agency: Agency, lan: User) -> None:
    block = MAKERS[kind][1]()
    right = media.asset(MAKERS[kind][0](), agency=agency, by=lan)
    wrong = media.pdf(agency, lan) if kind != "document" else media.photo(agency, lan)

    html = block.widget.render("hinh", right, {"id": "hinh"})

    assert block.clean(right) == right
    with pytest.raises(Exception, match="không đúng loại"):
        block.clean(wrong)
    assert "<script" not in html
    assert f'<cong-chooser kind="{block.widget.js_constructor}"' in html
    assert json.dumps(reverse(f"media_choose_{kind}:choose"))[1:-1] in html
    assert right.title in html


def test_readers_of_the_room_write_nothing(agency: Agency, lan: User) -> None:
    asset = media.photo(agency, lan)
    auditor = signed_in(Role.AUDITOR, agency)

    assert auditor.get(reverse("media_assets:index")).status_code == 200
    edit(auditor, asset, title="Sửa trộm")
    auditor.post(reverse("media_assets:delete", args=[asset.pk]))

    asset.refresh_from_db()
    assert asset.title == "Phòng đọc"


def test_the_kinds_of_choosers_are_the_kinds_of_assets() -> None:
    assert set(MAKERS) == {kind.value for kind in AssetKind if kind is not AssetKind.CAPTIONS}


def test_the_list_costs_the_same_for_many_files(
    desk: Client, agency: Agency, lan: User, stores: Path, django_assert_max_num_queries: Any
) -> None:
    first = media.photo(agency, lan)
    desk.get(reverse("media_assets:index"))
    costs = []
    for count in (1, 15):
        for number in range(count):
            Asset.objects.create(agency=agency, kind="picture", file=first.file, title=f"Ảnh {number}", alt="a",
                                 uploaded_by=lan, at=NOON)  # fmt: skip
        with django_assert_max_num_queries(60) as asked:
            desk.get(reverse("media_assets:index"))
        costs.append(len(asked))

    assert costs[0] == costs[1]
    assert actions.limits().picture > 0
