"""What an operator can ask of `cong harvest`: each answer, what it says when something is wrong, and what it writes."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cong.entries.models import Entry
from cong.harvest import actions, doctor, pages, raw_store, reparse, reporting
from cong.harvest.classifier import Quality, Report
from cong.harvest.enrich.article import PageRules
from cong.harvest.enrich.extract import extract
from cong.harvest.models import BodyKind, Classifier, Fetch, Health, Item, ItemRevision, RawBody, Source, Trust
from cong.harvest.parse import Rules, discover
from cong.harvest.reading import Gathered
from cong.publishing.models import Policy, Snapshot
from tests import makers
from tests.harvest.publisher import Item as Said
from tests.harvest.publisher import Page, Publisher, rss
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_TEXT = "Thư viện của xã mở cửa thêm buổi tối để người dân đọc sách sau giờ làm việc, có thêm đèn và ghế. " * 4
_PAGE = f"""<html><head><title>Trang</title></head><body><div id="moi"><p>Mới. {_TEXT}</p></div>
<div id="cu"><p>Cũ. {_TEXT}</p></div></body></html>""".encode()


_LISTED = """<rss version="2.0"><channel><item><guid>1</guid><title>Quyết định mở cửa thư viện buổi tối</title>
<link>https://xa.vn/1</link><enclosure url="https://xa.vn/quyet-dinh.pdf" type="application/pdf" length="9"/></item>
</channel></rss>"""


@pytest.fixture(autouse=True)
def _here(settings: Any, tmp_path: Path) -> None:
    settings.HARVEST_DIR = tmp_path / "harvest"
    settings.HARVEST_LOOPBACK = True


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as running:
        yield running


def _source(url: str = "https://xa.vn/rss", **given: object) -> Source:
    values: dict[str, object] = {"slug": "xa", "trust": Trust.AUTO, "next_at": NOON, "agency": makers.agency()} | given
    return Source.objects.create(url=url, **values)


def _visit(source: Source, body: bytes, at: datetime = NOON) -> None:
    source.refresh_from_db()
    feed = discover(body, url=source.url, charset=None, rules=Rules(now=at))
    actions.absorb(source, Gathered(feed=feed), actions.plan(source, feed), actions.Visited(at=at, status=200))


def _say(*words: str) -> str:
    out = StringIO()
    call_command("harvest", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def _ask(*words: str) -> Any:
    return json.loads(_say(*words, "--json"))


def _rows() -> list[int]:
    models = (Source, Item, ItemRevision, Snapshot, Entry, Fetch, RawBody)
    return [model.objects.count() for model in models]


# ---- status ---------------------------------------------------------------------------------------------------------


def test_status_tells_trouble_first_with_its_reason() -> None:
    _source(slug="a-tot", state=Health.OK, last_ok_at=NOON)
    _source(slug="b-hong", state=Health.BROKEN, error_code="dns", error_text="Không có máy chủ.")
    _source(slug="c-im", state=Health.SLOW, standing={"reason": "Đã 9 ngày không có tin mới."})

    said, asked = _say("status"), _ask("status")

    assert said.index("b-hong") < said.index("c-im") < said.index("a-tot")
    assert "Không có máy chủ." in said
    assert "Đã 9 ngày" in said
    assert asked["states"] == {"broken": 1, "slow": 1, "ok": 1}
    assert [one["slug"] for one in asked["failing"]] == ["b-hong"]
    assert (asked["sources"], asked["waiting"]) == (3, 0)
    assert asked["all"][2]["last_ok_at"] == NOON.isoformat()


# ---- test -----------------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_new_changed_and_same_and_writes_nothing(publisher: Publisher) -> None:
    first = [Said(guid=str(number), title=f"Tin {number}", link=f"https://xa.vn/{number}") for number in (1, 2)]
    source = _source(publisher.url("/rss"), config={"map": [{"path": "/3", "section": "van-ban"}]})
    _visit(source, rss(*first))
    third = Said(guid="3", title="Quyết định", link="https://xa.vn/3")
    publisher.pages["/rss"] = Page(body=rss(first[0], replace(first[1], title="Tin 2 sửa"), third))
    before, row = _rows(), Source.objects.values().get()

    said, asked = _say("test", "xa"), _ask("test", "xa")

    assert [(one["standing"], one["fields"]) for one in asked["items"]] == [
        ("same", []), ("changed", ["title"]), ("new", []),
    ]  # fmt: skip
    assert (asked["items"][2]["part"], asked["items"][2]["reason"]) == ("van-ban", "path:/3")
    assert "1 mục mới, 1 mục đổi, 1 mục như cũ" in said
    assert (_rows(), Source.objects.values().get()) == (before, row)


def test_an_address_can_be_tried_before_it_is_a_source(publisher: Publisher) -> None:
    listed = '<ul><li class="tin"><a href="/bai">Một bài của xã</a></li></ul>'
    publisher.pages["/tin"] = Page(body=f"<html><body>{listed}</body></html>".encode(), kind="text/html")
    publisher.pages["/bai"] = Page(body=_PAGE, kind="text/html; charset=utf-8")
    rule = ["--set", "item=css:.tin", "--set", "link=css:a@href", "--set", "content=css:#moi"]

    asked = _ask("test", publisher.url("/tin"), "--kind", "htmllist", *rule)

    assert [one["title"] for one in asked["items"]] == ["Một bài của xã"]
    assert (asked["pages"][0]["way"], asked["pages"][0]["text"][:4]) == ("selector", "Mới.")
    assert not Source.objects.exists()


def test_a_rule_can_be_tried_on_a_source_without_being_kept(publisher: Publisher) -> None:
    publisher.pages["/rss"] = Page(body=rss(Said(guid="1", title="Tin", link="https://xa.vn/a")))
    _source(publisher.url("/rss"))

    asked = _ask("test", "xa", "--set", 'map=[{path = "/a", section = "van-ban"}]')

    assert asked["items"][0]["part"] == "van-ban"
    assert Source.objects.get().config == {}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["khong-co"], "Không có nguồn “khong-co”"),
        (["https://a.vn", "--kind", "xyz"], "kind “xyz”"),
        (["https://a.vn", "--set", "robots"], "--set robots"),
        (["https://a.vn", "--set", "item=css:x"], "chỉ dùng với kind"),
    ],
)
def test_what_cannot_be_tried_is_told_in_words(words: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        _say("test", *words)


def test_a_dry_run_of_what_is_no_feed_says_why_and_fails(publisher: Publisher) -> None:
    _source(publisher.url("/khong-co"))
    out = StringIO()

    with pytest.raises(CommandError, match="không thấy mục nào"):
        call_command("harvest", "test", "xa", stdout=out)

    assert "HTTP 404" in out.getvalue()


# ---- reparse --------------------------------------------------------------------------------------------------------


def _finished(source: Source) -> Item:
    """Harvest one item whole, as the poller does: its list, then its page."""
    _visit(source, rss(Said(guid="1", title="Tin 1", link="https://xa.vn/1", at=NOON, body="")))
    return _finish_page(source)


def _finish_page(source: Source) -> Item:
    item = Item.objects.select_related("source").get()
    rules = PageRules.from_config(source.config, Rules(now=NOON))
    article = extract(_PAGE, url="https://xa.vn/1", charset="utf-8", rules=rules)
    sha256 = pages.keep_page(item, _PAGE, url="https://xa.vn/1", charset="utf-8", at=NOON)
    pages.finish(item, article, page=sha256, at=NOON)
    return Item.objects.get()


def test_a_changed_rule_reads_the_kept_pages_again_without_fetching() -> None:
    source = _source(config={"content": "css:#cu"})
    _finished(source)
    same = _ask("reparse", "xa")
    Source.objects.update(config={"content": "css:#moi"})

    changed, again = _ask("reparse", "xa"), _ask("reparse", "xa")

    assert [one["changed"] for one in (same, changed, again)] == [0, 1, 0]
    assert changed["read"] == 1
    assert Entry.objects.get().html.startswith("<p>Mới.")
    assert list(ItemRevision.objects.order_by("n").values_list("n", "changed")) == [(1, ""), (2, "summary,html")]


def test_files_that_only_the_list_named_still_count_when_the_page_is_read_again() -> None:
    source = _source(config={"content": "css:#cu"})
    _visit(source, _LISTED.encode())
    _finish_page(source)
    before = Entry.objects.get()
    Source.objects.update(config={"content": "css:#moi"})

    asked = _ask("reparse", "xa")

    after = Entry.objects.get()
    assert (asked["changed"], after.html != before.html) == (1, True)
    assert (before.kind, before.part) == ("document", "van-ban")
    assert (after.kind, after.part, after.section) == (before.kind, before.part, before.section)


def test_a_page_without_text_or_without_its_file_leaves_the_item_as_it_was() -> None:
    source = _source(config={"content": "css:#cu"})
    item = _finished(source)
    RawBody.objects.create(
        source=source, item=item, kind=BodyKind.PAGE, sha256="0" * 64, url=item.url, at=NOON + timedelta(hours=1)
    )

    asked = _ask("reparse", "xa")

    assert (asked["read"], asked["changed"]) == (2, 0)
    assert "bị mất" in asked["problems"][0]["problem"]


def test_reading_again_goes_on_where_it_was_stopped() -> None:
    source = _source(config={"content": "css:#cu"})
    item = _finished(source)

    assert len(reparse.kept(source)) == 1
    assert reparse.kept(source, after=item.pk) == []
    assert "0/0" in _say("reparse", "xa", "--after", str(item.pk))


def test_ctrl_c_ends_after_the_page_at_hand_and_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    source = _source(config={"content": "css:#cu"})
    item = _finished(source)
    RawBody.objects.create(source=source, item=item, kind=BodyKind.PAGE, sha256="0" * 64, url=item.url, at=NOON)
    load = raw_store.load

    def pressed(folder: Path, sha256: str) -> bytes:
        signal.raise_signal(signal.SIGINT)
        return load(folder, sha256)

    monkeypatch.setattr(raw_store, "load", pressed)
    handler = signal.getsignal(signal.SIGINT)

    with pytest.raises(CommandError, match=f"cong harvest reparse xa --after {item.pk}") as stopped:
        _say("reparse", "xa")

    assert stopped.value.returncode == 130
    assert signal.getsignal(signal.SIGINT) == handler


# ---- import, export -------------------------------------------------------------------------------------------------


def test_sources_travel_as_toml_and_as_opml(tmp_path: Path) -> None:
    _source(trust=Trust.REVIEW, name="Tin xã", config={"section": "", "every": "15m", "every_s": 900, "ratio": 1.5})
    before = _say("export")

    for ending in ("toml", "opml"):
        file = str(tmp_path / f"nguon.{ending}")
        _say("export", file)
        Source.objects.all().delete()
        assert _ask("import", file)["created"] == ["xa"]

    assert _say("export") == before


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    for verb in ("import", "export"):
        with pytest.raises(CommandError, match=r"\.toml hoặc \.opml"):
            _say(verb, str(tmp_path / "nguon.csv"))


# ---- doctor ---------------------------------------------------------------------------------------------------------


def _verdicts(at: datetime = NOON) -> dict[str, str]:
    return {one.check: one.verdict for one in doctor.examine(at=at)}


def test_a_sound_system_is_found_sound() -> None:
    _source(state=Health.OK, first_ok_at=NOON, last_ok_at=NOON, next_at=NOON + timedelta(minutes=5))

    assert set(_verdicts().values()) == {"good"}


def test_each_trouble_is_found_and_comes_with_advice() -> None:
    hour = timedelta(hours=1)
    source = _source(config={"content": "css:#cu"}, state=Health.OK, interval_s=1)
    _finished(source)
    Item.objects.update(enrich_at=NOON - 2 * hour)
    RawBody.objects.update(sha256="0" * 64)
    Source.objects.update(last_ok_at=NOON + hour, next_at=NOON - hour, interval_s=1, moved_to="https://khac.vn/")
    _source(slug="hong", state=Health.BROKEN, error_code="dns")
    _source(slug="chan", state=Health.FAILING, error_code="robots", fail_count=2)
    Policy.objects.filter(pk="harvest-withdraw").update(to_at=NOON - hour)
    makers.agency("Xã không nguồn")

    found = doctor.examine(at=NOON)

    wrong = {one.check for one in found if one.verdict == "wrong"}
    assert wrong == {
        "clock", "policies", "poller", "sources", "never", "robots", "moved", "hosts", "items", "bodies",
    }  # fmt: skip
    assert {one.check for one in found if one.verdict == "note"} == {"agencies"}
    assert all(one.advice for one in found if one.verdict != "good")


def test_the_doctor_fails_when_something_is_wrong() -> None:
    out = StringIO()

    with pytest.raises(CommandError, match="điều cần sửa") as failed:
        call_command("harvest", "doctor", "--json", stdout=out)

    assert failed.value.returncode == 1
    assert {"check": "any", "verdict": "wrong"}.items() <= json.loads(out.getvalue())[3].items()


# ---- train ----------------------------------------------------------------------------------------------------------


def test_training_tells_what_it_lacks_and_keeps_the_model() -> None:
    assert "Chưa đủ bài" in _say("train")
    assert Classifier.objects.count() == 1


def test_a_report_is_a_table() -> None:
    quality = Quality(section="giao-duc", texts=40, precision=0.9, recall=0.8)
    report = Report(
        texts=50, accuracy=0.85, coverage=0.6, sure_accuracy=0.95, sections=(quality,), confusion=(),
        too_few=(("y-te", 2),),
    )  # fmt: skip

    told = "\n".join(reporting.report_told(report))

    assert "50 bài" in told
    assert "85.0%" in told
    assert told.split("giao-duc")[1].split()[:3] == ["40", "90.0%", "80.0%"]
    assert "y-te (2)" in told


def test_times_are_told_in_words() -> None:
    sums = reporting.Totals(sources=1, items=0, entries=0, waiting=0, held=0, stories=0)
    line = reporting.Line(
        slug="xa", name="", kind="feed", url="", state="ok", code="", reason="", last_ok_at=NOON - timedelta(hours=3),
        last_new_at=None, next_at=NOON + timedelta(days=2),
    )  # fmt: skip

    told = "\n".join(reporting.told([line], sums, at=NOON.astimezone(UTC)))

    assert "3 giờ trước" in told
    assert "sau 2 ngày" in told
