"""The dated directory of officials: who may change it, what it takes in, whom it names on a day."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from cong.agencies.actions import NotAllowed
from cong.agencies.models import Official, Role
from cong.agencies.officials import (
    add_official,
    all_posts,
    end_official,
    export_officials,
    import_officials,
    posts_on,
)
from cong.agencies.posts import Post, parse, write
from cong.agencies.registry import BadRegistry
from cong.journal.models import Event
from tests import makers
from tests.makers import NOON

db = pytest.mark.django_db
MARCH = date(2026, 3, 1)
TOML = """[[official]]
agency = "ban-a"
name = "Nguyễn Văn Mẫu"
title = "Trưởng Ban A"
from_on = 2024-03-01
to_on = 2026-02-28

[[official]]
agency = "ban-b"
name = "Trần Thị Ví"
title = "Trưởng Ban B"
from_on = 2026-03-01
"""
CSV = """agency;name;title;from_on;to_on
ban-a;Nguyễn Văn Mẫu;Trưởng Ban A;01/03/2024;28/02/2026
ban-b;Trần Thị Ví;Trưởng Ban B;2026-03-01;
"""


def two_agencies() -> None:
    makers.agency("Ban A")
    makers.agency("Ban B")


@db
def test_the_admin_of_the_agency_enters_a_post_and_the_journal_has_it() -> None:
    owner = makers.agency("Ban A")
    admin = makers.person("quan-tri", Role.AGENCY_ADMIN, owner)

    made = add_official(owner, name=" Nguyễn  Văn Mẫu ", title="Trưởng Ban A", from_on=MARCH, by=admin, at=NOON)

    assert (made.name, made.folded) == ("Nguyễn Văn Mẫu", "nguyen van mau")
    event = Event.objects.get(verb="official.add")
    assert (event.actor, event.subject) == ("quan-tri", f"agency:{owner.pk}")


@db
def test_the_admin_of_the_centre_may_and_another_agencys_admin_and_an_author_may_not() -> None:
    owner, other = makers.agency("Ban A"), makers.agency("Ban B")
    centre = makers.agency("Trung tâm", is_centre=True)
    central = makers.person("trung-tam", Role.AGENCY_ADMIN, centre)
    strangers = [makers.person("ban-khac", Role.AGENCY_ADMIN, other), makers.person("bien-tap", Role.AUTHOR, owner)]

    made = add_official(owner, name="Nguyễn Văn Mẫu", title="Trưởng Ban A", from_on=MARCH, by=central, at=NOON)

    for stranger in strangers:
        with pytest.raises(PermissionDenied):
            add_official(owner, name="Lê Văn Thử", title="Phó Ban", from_on=MARCH, by=stranger, at=NOON)
        with pytest.raises(PermissionDenied):
            end_official(made, to_on=MARCH, by=stranger, at=NOON)
        with pytest.raises(PermissionDenied):
            import_officials(TOML, by=stranger, at=NOON)
    assert Official.objects.count() == 1


@db
def test_a_post_is_held_from_its_first_to_its_last_day() -> None:
    owner = makers.agency("Ban A")
    made = add_official(owner, name="Nguyễn Văn Mẫu", title="Trưởng Ban A", from_on=MARCH, by=None, at=NOON)

    end_official(made, to_on=MARCH + timedelta(days=9), by=None, at=NOON)

    held = {n: bool(posts_on([owner], MARCH + timedelta(days=n))) for n in (-1, 0, 9, 10)}
    assert held == {-1: False, 0: True, 9: True, 10: False}
    assert [post.to_on for post in all_posts()] == [MARCH + timedelta(days=9)]
    assert Event.objects.filter(verb="official.end").count() == 1


@db
def test_posts_of_other_agencies_are_left_out_unless_all_are_asked_for() -> None:
    two_agencies()
    import_officials(TOML, by=None, at=NOON)
    one = Official.objects.get(name="Trần Thị Ví").agency

    assert [post.agency for post in posts_on([one], NOON.date())] == ["ban-b"]
    assert len(all_posts()) == 2
    assert posts_on([], NOON.date()) == []


@db
def test_a_post_that_ends_before_it_begins_or_has_no_name_is_refused_by_the_database_too() -> None:
    owner = makers.agency("Ban A")
    made = add_official(owner, name="Nguyễn Văn Mẫu", title="Trưởng Ban A", from_on=MARCH, by=None, at=NOON)

    with pytest.raises(NotAllowed):
        end_official(made, to_on=MARCH - timedelta(days=1), by=None, at=NOON)
    for wrong in ({"to_on": MARCH - timedelta(days=1)}, {"name": ""}, {"title": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Official.objects.filter(pk=made.pk).update(**wrong)


@db
def test_the_same_post_twice_and_a_post_without_a_name_are_news_in_vietnamese() -> None:
    owner = makers.agency("Ban A")
    add_official(owner, name="Nguyễn Văn Mẫu", title="Trưởng Ban A", from_on=MARCH, by=None, at=NOON)

    with pytest.raises(NotAllowed, match="đã có trong danh bạ từ ngày 01/03/2026"):
        add_official(owner, name="Nguyễn Văn Mẫu", title="Trưởng Ban A", from_on=MARCH, by=None, at=NOON)
    with pytest.raises(NotAllowed, match="thiếu trường “name”"):
        add_official(owner, name="  ", title="Trưởng Ban A", from_on=MARCH, by=None, at=NOON)
    assert Event.objects.filter(verb="official.add").count() == 1


@db
@pytest.mark.parametrize("text", [TOML, CSV, CSV.replace(";", ","), CSV.replace(";", "\t"), "\ufeff" + CSV])
def test_toml_and_csv_say_the_same(text: str) -> None:
    two_agencies()

    first = import_officials(text, by=None, at=NOON)
    second = import_officials(text, by=None, at=NOON)

    assert (first.added, first.ended, first.unchanged) == (2, 0, 0)
    assert (second.added, second.ended, second.unchanged) == (0, 0, 2)
    assert Event.objects.filter(verb="officials.import").count() == 1
    assert export_officials().endswith(TOML)


@db
def test_an_import_brings_the_last_day_up_to_date_and_leaves_others_alone() -> None:
    two_agencies()
    import_officials(TOML, by=None, at=NOON)

    taken = import_officials(TOML.partition("\n\n")[0].replace("2026-02-28", "2026-01-31"), by=None, at=NOON)

    assert (taken.added, taken.ended, taken.unchanged) == (0, 1, 0)
    assert sorted(str(post.to_on) for post in all_posts()) == ["2026-01-31", "None"]


@db
def test_every_mistake_is_named_with_its_line_and_nothing_is_taken_in() -> None:
    makers.agency("Ban A")

    with pytest.raises(BadRegistry) as wrong:
        import_officials(CSV.replace("28/02/2026", "31/02/2026") + "ban-a;;Phó Ban;2026-01-01;\n", by=None, at=NOON)
    with pytest.raises(BadRegistry, match="không có cơ quan nào có địa chỉ “ban-b”"):
        import_officials(CSV, by=None, at=NOON)

    assert [problem.line for problem in wrong.value.problems] == [2, 4]
    assert not Official.objects.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[official]]\nname = ", "TOML"),
        ("[[person]]\nname = 'A'", "official"),
        ("official = 3", "official"),
        (
            "[[official]]\nname = 'A'\ntitle = 'B'\nagency = 'c'\nfrom_on = 2026-01-02\nto_on = 2026-01-01",
            "từ “from_on”",
        ),
        ("[[official]]\nname = 'A'\ntitle = 'B'\nagency = 'c'\nfrom_on = 2026-01-02\nrank = 1", "rank"),
        ("[[official]]\nname = 'A'\ntitle = 'B'\nagency = 'c'\nfrom_on = '31/02/2026'", "ngày có thật"),
        ('name,title,agency,from_on\n"A', "from_on"),
        (CSV + CSV.partition("\n")[2], "nhiều lần"),
    ],
)
def test_a_text_that_cannot_be_taken_says_why(text: str, says: str) -> None:
    with pytest.raises(BadRegistry, match=says):
        parse(text)


names = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=20).map(str.strip)
posts = st.builds(
    Post,
    name=names,
    title=names,
    agency=st.just("ban-a"),
    from_on=st.dates(min_value=date(1945, 1, 1)),
    to_on=st.none(),
)


@given(st.lists(posts, max_size=4, unique_by=lambda post: post.from_on))
def test_what_is_written_is_read_again(given_posts: list[Post]) -> None:
    text = write(given_posts)

    again = write(line.post for line in parse(text))

    assert len(parse(text)) == len(given_posts)
    assert write(line.post for line in parse(again)) == again


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for whole in (text, f"agency,name,title,from_on\n{text}", f"[[official]]\nname = '''{text}'''"):
        with suppress(BadRegistry):
            parse(whole)


@db
def test_the_command_takes_in_and_gives_out(tmp_path: Path) -> None:
    two_agencies()
    file, out = tmp_path / "can-bo.csv", StringIO()
    file.write_text(CSV)

    call_command("officials", "import", str(file), stdout=out)
    call_command("officials", "export", str(tmp_path / "ra.toml"))

    assert "Thêm 2" in out.getvalue()
    assert (tmp_path / "ra.toml").read_text().endswith(TOML)
    with pytest.raises(CommandError, match="Chưa nhập gì"):
        call_command("officials", "import", str(tmp_path / "khong-co.toml"))
