"""Taking in the registry, giving it out, renaming and merging."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from cong.accounts.models import User
from cong.agencies.actions import NotAllowed, export_registry, import_registry, merge_agencies, rename_agency
from cong.agencies.addresses import moved_to
from cong.agencies.models import Agency, FormerSlug, Membership, Role
from cong.agencies.registry import OFFICIAL, BadRegistry
from cong.journal.models import Event

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
A = '[[agency]]\nslug = "ban-a"\nname = "Ban A"\ncategory = "central"\n'
B = '[[agency]]\nslug = "ban-b"\nname = "Ban B"\ncategory = "central"\n'


def take(text: str) -> None:
    import_registry(text, by=None, at=NOON)


def agency(slug: str) -> Agency:
    return Agency.objects.get(slug=slug)


def test_the_official_registry_fills_an_empty_portal_once() -> None:
    first = import_registry(OFFICIAL, by=None, at=NOON)
    second = import_registry(OFFICIAL, by=None, at=NOON)

    assert len(first.created) == Agency.objects.count() == 108
    assert (second.created, second.updated, second.unchanged, second.missing) == ((), (), 108, ())
    assert Event.objects.filter(verb="agencies.import").count() == 1


def test_importing_the_export_changes_nothing_here_and_makes_the_same_elsewhere() -> None:
    take(A + 'former = [{ slug = "ban-cu", name = "Ban \\"Cũ\\"" }]\nphone = "012"\n' + B + 'parent = "ban-a"\n')
    merge_agencies(agency("ban-b"), agency("ban-a"), by=None, at=NOON)
    text = export_registry()

    outcome = import_registry(text, by=None, at=NOON)
    Agency.objects.update(parent=None, merged_into=None)
    Agency.objects.all().delete()
    take(text)

    assert (outcome.created, outcome.updated, outcome.unchanged) == ((), (), 2)
    assert export_registry() == text


def test_the_registry_names_the_centre_and_the_export_says_it_again() -> None:
    import_registry(OFFICIAL, by=None, at=NOON)

    assert agency("van-phong-trung-uong-dang").is_centre
    assert export_registry().count("centre = true") == 1


def test_the_centre_moves_only_when_the_old_one_is_said_to_be_none() -> None:
    take(A + "centre = true\n" + B)

    with pytest.raises(BadRegistry, match="trung tâm đang là “ban-a”"):
        take(B + "centre = true\n")
    outcome = import_registry(B + "centre = true\n" + A + "centre = false\n", by=None, at=NOON)

    assert [(one.slug, one.fields) for one in outcome.updated] == [("ban-b", ("centre",)), ("ban-a", ("centre",))]
    assert (agency("ban-a").is_centre, agency("ban-b").is_centre) == (False, True)


@pytest.mark.parametrize("text", [B + "centre = true\n", B.replace("ban-b", "ban-c") + "centre = true\n"])
def test_an_operator_does_not_make_their_agency_the_centre(text: str) -> None:
    take(A + B)
    person = User.objects.create_user("an")
    Membership.objects.create(user=person, agency=agency("ban-b"), role=Role.OPERATOR, from_on=date(2026, 1, 1))

    with pytest.raises(PermissionDenied, match="ở máy chủ"):
        import_registry(text, by=person, at=NOON)

    assert not Agency.objects.filter(is_centre=True).exists()


def test_an_update_names_the_fields_it_changed() -> None:
    take(A + B)

    outcome = import_registry(A.replace('"Ban A"', '"Ban A mới"') + B + 'parent = "ban-a"\n', by=None, at=NOON)

    assert [(one.slug, one.fields) for one in outcome.updated] == [
        ("ban-a", ("name", "short_name")),
        ("ban-b", ("parent",)),
    ]


def test_a_field_that_the_text_leaves_out_stays_and_an_empty_one_is_cleared() -> None:
    take(A + 'phone = "012"\naddress = "Hà Nội"\n')

    take(A + 'phone = ""\n')

    assert (agency("ban-a").phone, agency("ban-a").address) == ("", "Hà Nội")


def test_an_agency_missing_from_the_text_is_reported_and_kept() -> None:
    take(A + B)

    outcome = import_registry(A, by=None, at=NOON)

    assert outcome.missing == ("ban-b",)
    assert Agency.objects.count() == 2


def test_one_bad_entry_keeps_everything_out() -> None:
    with pytest.raises(BadRegistry, match="Dòng 5: cơ quan ban-b: “parent” chỉ tới “ban-x”"):
        take(A + B + 'parent = "ban-x"\n')

    assert not Agency.objects.exists()
    assert not Event.objects.exists()


def test_a_circle_of_parents_is_refused_even_when_half_of_it_is_already_here() -> None:
    take(A + B + 'parent = "ban-a"\n')

    with pytest.raises(BadRegistry, match="“parent” dẫn vòng"):
        take(A + 'parent = "ban-b"\n')

    assert agency("ban-a").parent is None


def test_a_former_slug_in_the_text_renames_the_agency_it_meets() -> None:
    take(A)
    kept = agency("ban-a").pk

    outcome = import_registry(A.replace("ban-a", "ban-moi") + 'former = ["ban-a"]', by=None, at=NOON)

    assert agency("ban-moi").pk == kept
    assert FormerSlug.objects.get().name == "Ban A"
    assert (outcome.updated[0].fields, outcome.missing) == (("slug",), ())
    assert moved_to("ban-a") == agency("ban-moi")


def test_an_agency_can_be_renamed_back() -> None:
    take(A)
    take(A.replace("ban-a", "ban-moi") + 'former = ["ban-a"]')

    take(A + 'former = ["ban-moi"]')

    assert FormerSlug.objects.get().slug == "ban-moi"
    assert moved_to("ban-moi") == agency("ban-a")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (A, "là địa chỉ cũ của “ban-moi”"),
        (B.replace("ban-b", "ban-c") + 'former = ["ban-b", "ban-moi"]', "hãy gộp chúng"),
        (B + 'former = ["ban-a"]', "đã thuộc về “ban-moi”"),
    ],
)
def test_addresses_of_other_agencies_are_not_taken_over(text: str, said: str) -> None:
    take(A + B)
    rename_agency(agency("ban-a"), slug="ban-moi", name="Ban Mới", by=None, at=NOON)

    with pytest.raises(BadRegistry, match=said):
        take(text)


def test_a_rename_keeps_the_old_address_and_is_recorded() -> None:
    take(A)

    renamed = rename_agency(agency("ban-a"), slug="ban-moi", name="Ban Mới", by=None, at=NOON)

    assert (renamed.name, renamed.short_name, agency("ban-moi").pk) == ("Ban Mới", "Ban Mới", renamed.pk)
    assert moved_to("ban-a") == renamed
    assert moved_to("ban-moi") is None
    assert Event.objects.get(verb="agency.rename").subject == f"agency:{renamed.pk}"


@pytest.mark.parametrize("slug", ["ban-b", "ban-cu", "Ban A", ""])
def test_a_rename_to_a_taken_or_misshapen_address_is_refused(slug: str) -> None:
    take(A + B + 'former = ["ban-cu"]\n')

    with pytest.raises(NotAllowed):
        rename_agency(agency("ban-a"), slug=slug, name="Ban A", by=None, at=NOON)

    assert agency("ban-a").name == "Ban A"


def test_a_merged_agency_ends_that_day_and_leads_to_its_heir() -> None:
    take(A + B)

    merge_agencies(agency("ban-a"), agency("ban-b"), by=None, at=NOON)

    assert agency("ban-a").active_to == date(2026, 3, 2)
    assert not agency("ban-a").is_active(date(2026, 3, 2))
    assert moved_to("ban-a") == agency("ban-b")


def test_addresses_follow_a_line_of_renames_and_mergers() -> None:
    take(A + B + A.replace("ban-a", "ban-c"))
    rename_agency(agency("ban-a"), slug="ban-aa", name="Ban AA", by=None, at=NOON)
    merge_agencies(agency("ban-aa"), agency("ban-b"), by=None, at=NOON)
    merge_agencies(agency("ban-b"), agency("ban-c"), by=None, at=NOON)

    assert moved_to("ban-a") == moved_to("ban-aa") == moved_to("ban-b") == agency("ban-c")
    assert moved_to("ban-c") is moved_to("khong-co") is None


def test_an_agency_is_not_merged_twice_nor_into_itself_nor_back() -> None:
    take(A + B)
    with pytest.raises(NotAllowed, match="chính nó"):
        merge_agencies(agency("ban-a"), agency("ban-a"), by=None, at=NOON)
    merge_agencies(agency("ban-a"), agency("ban-b"), by=None, at=NOON)

    with pytest.raises(NotAllowed, match="đã được gộp"):
        merge_agencies(agency("ban-a"), agency("ban-b"), by=None, at=NOON)
    with pytest.raises(NotAllowed, match="đã gộp về nó"):
        merge_agencies(agency("ban-b"), agency("ban-a"), by=None, at=NOON)


def test_only_an_operator_of_that_day_changes_agencies() -> None:
    take(A + B)
    person = User.objects.create_user("an")
    Membership.objects.create(user=person, agency=agency("ban-a"), role=Role.AGENCY_ADMIN, from_on=date(2026, 1, 1))
    Membership.objects.create(
        user=person,
        agency=agency("ban-a"),
        role=Role.OPERATOR,
        from_on=date(2025, 1, 1),
        to_on=date(2025, 6, 1),
    )

    with pytest.raises(PermissionDenied):
        import_registry(A, by=person, at=NOON)
    with pytest.raises(PermissionDenied):
        rename_agency(agency("ban-a"), slug="ban-x", name="X", by=person, at=NOON)
    with pytest.raises(PermissionDenied):
        merge_agencies(agency("ban-a"), agency("ban-b"), by=person, at=NOON)
    Membership.objects.create(user=person, agency=agency("ban-a"), role=Role.OPERATOR, from_on=date(2026, 1, 1))

    assert rename_agency(agency("ban-a"), slug="ban-x", name="X", by=person, at=NOON).slug == "ban-x"
    assert import_registry(B, by=person, at=NOON).unchanged == 1


def test_the_command_imports_the_official_registry_and_exports_it(tmp_path: Path) -> None:
    said, file = StringIO(), tmp_path / "out.toml"

    call_command("agencies", "import", stdout=said)
    call_command("agencies", "export", str(file))
    call_command("agencies", "import", str(file), stdout=said)

    assert said.getvalue().splitlines() == [
        "Tạo mới 108, cập nhật 0, giữ nguyên 0.",
        "Tạo mới 0, cập nhật 0, giữ nguyên 108.",
    ]


def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / "in.toml"
    file.write_bytes("name = “Bộ”".encode("utf-16"))

    with pytest.raises(CommandError, match="UTF-8"):
        call_command("agencies", "import", str(file))
    with pytest.raises(CommandError, match="Chưa nhập gì"):
        call_command("agencies", "import", str(tmp_path / "khong-co.toml"))
