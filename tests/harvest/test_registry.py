"""Sources in and out of TOML and OPML."""

from __future__ import annotations

import tomllib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cong.agencies.models import Agency, Category
from cong.harvest.models import Health, Source, Trust
from cong.harvest.registry import BadRegistry, drafted, export_opml, export_registry, import_opml, import_registry
from cong.journal.models import Event
from tests import makers
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_WHOLE = """
[[source]]
id = "xa-mau-tin"
agency = "xa-mau"
name = "Tin xã “Mẫu” \\\\ \\"cũ\\""
section = "xay-dung"
kind = "feed"
url = "https://xamau.vn/rss?loai=1&trang=2"
policy = "review"
every = "15m"
timezone = "Asia/Ho_Chi_Minh"
date_order = "DMY"
charset = "windows-1258"
licence = ""
weight = 1.5
full = true
content = "css:#noi-dung"
remove = ["css:.chia-se", "xpath:.//form"]
map = [ { path = "/van-ban/", section = "van-ban" }, { tag = "Giáo dục", section = "giao-duc" } ]
"ghi chú của xã" = ["một\\ndòng", ""]

[[source]]
id = "bao-ban"
url = "http://bao.vn/rss"
"""


def _source(**given: str) -> str:
    values = {"id": '"mot"', "url": '"https://mot.vn/rss"'} | given
    return "[[source]]\n" + "\n".join(f"{name} = {value}" for name, value in values.items())


def _import(text: str) -> tuple[list[str], list[str], list[str]]:
    done = import_registry(text, by="cong", at=NOON)
    return done.created, done.updated, done.unchanged


def _rows() -> list[dict[str, object]]:
    return [dict(row) for row in Source.objects.order_by("slug").values()]


def test_what_is_written_out_reads_back_without_a_change() -> None:
    makers.agency("Xã Mẫu")
    _import(_WHOLE)
    before = _rows()

    again = _import(export_registry())

    assert again == ([], [], ["bao-ban", "xa-mau-tin"])
    assert _rows() == before


def test_what_is_written_out_says_everything_that_was_read() -> None:
    makers.agency("Xã Mẫu")
    _import(_WHOLE)

    told = {one["id"]: one for one in tomllib.loads(export_registry())["source"]}

    assert told["xa-mau-tin"] == tomllib.loads(_WHOLE)["source"][0]


def test_a_whole_registry_moves_to_an_empty_database() -> None:
    makers.agency("Xã Mẫu")
    _import(_WHOLE)
    said, before = export_registry(), [{**row, "id": 0} for row in _rows()]
    Source.objects.all().delete()

    _import(said)

    assert [{**row, "id": 0} for row in _rows()] == before


_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(_WORDS.map("x {}".format), _VALUES, max_size=4))
def test_settings_of_any_shape_survive(config: dict[str, object]) -> None:
    Source.objects.all().delete()
    _import(_source())
    Source.objects.update(config={"section": ""} | config)
    said = export_registry()

    assert _import(said) == ([], [], ["mot"])


def test_a_source_without_an_agency_belongs_to_the_partner_for_other_sources() -> None:
    _import(_source())

    owner = Agency.objects.get(slug="nguon-khac")

    assert owner.category == Category.PARTNER
    assert Source.objects.get().agency == owner


def test_a_new_source_is_due_at_once() -> None:
    _import(_source())

    assert [source.slug for source in Source.objects.due(NOON)] == ["mot"]


def test_an_import_is_in_the_journal() -> None:
    _import(_source())

    event = Event.objects.latest("id")
    assert (event.verb, event.actor, event.data) == ("sources.import", "cong", '{"created":["mot"],"updated":[]}')


def test_a_source_that_moves_is_fetched_afresh() -> None:
    _import(_source())
    Source.objects.update(etag='"1"', body_hash="x", last_modified="Mon", next_at=None)

    done = _import(_source(url='"https://mot.vn/rss-moi"'))

    source = Source.objects.get()
    assert done == ([], ["mot"], [])
    assert (source.etag, source.body_hash, source.last_modified, source.next_at) == ("", "", "", NOON)


def test_a_source_is_turned_off_and_on_by_its_entry() -> None:
    _import(_source())

    _import(_source(enabled="false"))
    off = Source.objects.get()
    _import(_source(enabled="true"))
    on = Source.objects.get()

    assert (off.next_at, off.state) == (None, Health.DISABLED)
    assert (on.next_at, on.state) == (NOON, Health.NEW)


def test_a_source_that_is_read_by_other_words_is_read_afresh() -> None:
    _import(_source(kind='"htmllist"', item='"css:.tin"'))
    known = {"etag": '"1"', "body_hash": "x", "cursor": "c", "next_at": NOON + timedelta(hours=1)}
    Source.objects.update(**known)

    _import(_source(kind='"htmllist"', item='"css:.tin"', licence='"so 1"'))
    untouched = Source.objects.values(*known).get()
    _import(_source(kind='"htmllist"', item='"css:.bai"', licence='"so 1"'))

    source = Source.objects.get()
    assert untouched == known
    assert (source.etag, source.body_hash, source.cursor, source.next_at) == ("", "", "", NOON)


def test_a_source_whose_address_was_gone_goes_on_at_its_new_one() -> None:
    _import(_source())
    Source.objects.update(state=Health.DISABLED, next_at=None, standing={"told": "disabled"})

    _import(_source(name='"Tên khác"'))
    still = Source.objects.get()
    _import(_source(name='"Tên khác"', url='"https://mot.vn/moi"'))

    source = Source.objects.get()
    assert (still.state, still.next_at) == (Health.DISABLED, None)
    assert (source.state, source.next_at) == (Health.NEW, NOON)
    assert "told" not in source.standing


def test_a_source_may_begin_turned_off() -> None:
    _import(_source(enabled="false"))

    assert not Source.objects.due(NOON).exists()
    assert Source.objects.get().state == Health.DISABLED


def test_a_name_that_the_source_gave_itself_is_not_forgotten() -> None:
    _import(_source())
    Source.objects.update(name="Báo Mốt")

    done = _import(_source(policy='"review"'))

    assert done == ([], ["mot"], [])
    assert Source.objects.get().name == "Báo Mốt"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[source", "TOML"),
        ("", "không có mục"),
        ("source = 3", "[[source]]"),
        ("source = [1, 2]", "[[source]]"),
        ('[source]\nid = "mot"', "[[source]]"),
        ("[[source]]\nid = 'mot'", "Mục 1 (mot): thiếu “url”"),
        ("[[source]]\nurl = 'https://mot.vn'", "không có id"),
        (_source(id='"Xã Một"'), "id chỉ gồm"),
        (_source(id='"mot\\n"'), "id chỉ gồm"),
        (_source(url='"ftp://mot.vn"'), "http://"),
        (_source(url='"http://"'), "tên miền"),
        (_source(url='"http://a.vn/\\u0000"'), "“url”"),
        (_source(kind='"xyz"'), "kind “xyz”"),
        (_source(policy='"never"'), "policy “never”"),
        (_source(section='"the-thao-dien-tu"'), "section “the-thao-dien-tu”"),
        (_source(agency='"khong-co"'), "không có cơ quan “khong-co”"),
        (_source(every='"soon"'), "every “soon”"),
        (_source(every='"15m\\n"'), "every"),
        (_source(every='"0m"'), "every “0m”"),
        (_source(every='"999999999d"'), "every"),
        (_source(every="15"), "every “15”"),
        (_source(enabled='"no"'), "enabled"),
        (_source(timezone='"Asia/Ha_Noi"'), "timezone “Asia/Ha_Noi”"),
        (_source(timezone='"../../etc/passwd"'), "timezone"),
        (_source(date_order='"DYM"'), "date_order “DYM”"),
        (_source(map='"x"'), "map phải là danh sách"),
        (_source(map="[1]"), "map phải là danh sách"),
        (_source(map='[{section = "van-ban"}]'), "path hoặc tag"),
        (_source(map='[{path = "/a/", section = "khac"}]'), "section “khac”"),
        (_source(since="2026-01-01"), "“since”"),
        (_source(weight="inf"), "“weight”"),
        (_source(name=f'"{"x" * 301}"'), "name dài quá"),
        (_source() + "\n" + _source(), "hai lần cùng một id: mot"),
        (_source(robots='"never"'), "robots “never”"),
        (_source(robots='"ignore"'), "licence"),
        (_source(content='"css:h3["'), "content: "),
        (_source(id='"websub"'), "hãy chọn id khác"),
        (_source(title="3"), "title: phải là một chuỗi"),
        (_source(remove='["css:.a", "css:["]'), "remove: "),
        (_source(item='"css:.tin"'), "“item” chỉ dùng với kind htmllist"),
        (_source(pages="3"), "“pages” chỉ dùng với kind htmllist hoặc jsonapi"),
        (_source(kind='"htmllist"', item='"css:.tin"', set='"x"'), "“set” chỉ dùng với kind oai"),
    ],
)
def test_a_bad_entry_is_named_and_nothing_is_written(text: str, words: str) -> None:
    good = _source(id='"tot"') + "\n"
    events = Event.objects.count()

    with pytest.raises(BadRegistry) as news:
        _import(f"{text}\n{good}" if "[[source]]" in text else text)

    assert words in str(news.value)
    assert not Source.objects.exists()
    assert not Agency.objects.filter(slug="nguon-khac").exists()
    assert Event.objects.count() == events


_LIST = """
[[source]]
id = "xa-mau-danh-sach"
kind = "htmllist"
url = "https://xamau.vn/tin?trang={page}"
pages = 2
item = "css:.tin"
title = "css:h3 a"
content = "css:#noi-dung"
enabled = false
ratio = 1.0
"""


def test_a_registry_survives_opml() -> None:
    makers.agency("Xã Mẫu")
    _import(_WHOLE + _LIST)
    before, said = _rows(), export_registry()

    again = import_opml(export_opml(), by="cong", at=NOON)
    rows = _rows()
    Source.objects.all().delete()
    import_opml(opml_text := _opml_of(said), by="cong", at=NOON)

    assert (again.created, again.updated, len(again.unchanged)) == ([], [], 3)
    assert rows == before
    assert export_registry() == said
    assert export_opml() == opml_text


def _opml_of(toml: str) -> str:
    Source.objects.all().delete()
    _import(toml)
    text = export_opml()
    Source.objects.all().delete()
    return text


_FOREIGN = """<opml version="2.0"><body><outline text="Báo">
  <outline text="Mốt" xmlUrl="https://khac.vn/rss"/><outline text="Mốt" xmlUrl="https://khac.vn/rss"/>
  <outline text="Đã có" xmlUrl="https://mot.vn/rss"/>
</outline></body></opml>"""


def test_a_list_from_elsewhere_changes_no_source_and_its_items_wait_for_a_person() -> None:
    _import(_source(name='"Tên cũ"'))

    done = import_opml(_FOREIGN, by="cong", at=NOON)
    again = import_opml(_FOREIGN, by="cong", at=NOON)

    assert (done.created, done.updated, done.unchanged) == (["mot-2"], [], ["mot"])
    assert (again.created, again.updated) == ([], [])
    assert Source.objects.get(slug="mot").name == "Tên cũ"
    assert Source.objects.get(slug="mot-2").trust == Trust.REVIEW


@pytest.mark.parametrize("text", ["", "<rss/>", "<opml><body/></opml>"])
def test_a_list_that_is_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadRegistry, match="OPML"):
        import_opml(text, by="cong", at=NOON)


def test_a_draft_of_a_source_is_not_stored() -> None:
    source = drafted({"id": "thu", "url": "https://thu.vn/rss", "every": "2h"})

    assert (str(source.pk), source.kind, source.config["every_s"]) == ("None", "feed", 7200)
    assert not Source.objects.exists()
    assert not Agency.objects.filter(slug="nguon-khac").exists()
