"""The staff screens of search: what they show, what they refuse beside which field, that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Template
from django.test import Client
from django.urls import reverse

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.entries.models import Entry
from cong.search import actions, judging, notices, noticing
from cong.search.models import Denied, Expectation, Pin, Ran, Wording
from cong.search.staff.forms import EntryField
from tests import makers
from tests.desk.makers import client_of, stores
from tests.jobs.makers import Clock
from tests.makers import NOON
from tests.search.taught import Answers, Taught, taught

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture(autouse=True)
def _standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("django.utils.timezone.now", Clock(NOON))
    # Tests' own copies of every context cost more than the pages.
    monkeypatch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))
    with stores(tmp_path):
        yield


@pytest.fixture
def editor() -> User:
    return makers.person("truc-ban", Role.DUTY_EDITOR, makers.agency("Trung tâm", is_centre=True))


@pytest.fixture
def entry() -> Entry:
    return makers.entry(title="Chợ phiên vùng cao họp sớm")


@pytest.fixture
def things(editor: User, entry: Entry) -> Taught:
    return taught(entry, by=editor, at=NOON)


@pytest.fixture
def desk(editor: User) -> Client:
    return client_of(editor)


def page(client: Client, name: str, *args: int, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def send(client: Client, name: str, *args: int, **data: Any) -> tuple[int, str]:
    answer = client.post(reverse(name, args=args), data)
    return answer.status_code, " ".join(answer.content.decode().split())


WORD = {"kind": "synonym", "short": "phiên chợ", "long": "chợ phiên", "direction": "both"}


# ---- words -----------------------------------------------------------------------------------------------------------


def test_the_list_of_words_is_narrowed_whatever_the_marks(desk: Client, things: Taught) -> None:
    assert "CP" in page(desk, "search_wordings", query="?q=CHO+phien")
    assert "Không có dòng nào như vậy" in page(desk, "search_wordings", query="?q=tau")
    assert "Không có dòng nào như vậy" in page(desk, "search_wordings", query="?loai=synonym")


def test_a_word_is_tried_on_the_index_and_nothing_is_stored(desk: Client, entry: Entry) -> None:
    actions.catch_up()

    status, said = send(desk, "search_wording_add", **WORD | {"short": "họp tỉnh", "probe": "họp tỉnh", "thu": "1"})

    assert status == 200
    assert "chưa lưu gì" in said
    assert entry.title in said.partition("Sau khi lưu")[2]
    assert 'value="họp tỉnh"' in said
    assert not Wording.objects.exists()


def test_without_an_index_a_word_can_still_be_saved(desk: Client) -> None:
    status, said = send(desk, "search_wording_add", **WORD, thu="1")

    assert status == 422
    assert "Vẫn có thể lưu" in said
    assert send(desk, "search_wording_add", **WORD)[0] == 302
    assert Wording.objects.get().short == "phiên chợ"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"short": ""}, "Phải điền ô này"),
        ({"short": "?!"}, "Hãy ghi ít nhất một từ"),
        ({"short": "Cho Phien"}, "là một"),
        ({"short": "a" * 61}, "60"),
        ({"kind": "nickname"}, "nickname"),
        ({"short": "CP"}, "đã được ghi"),
    ],
)
def test_what_is_wrong_with_a_word_is_told_and_what_was_typed_stays(
    desk: Client, things: Taught, wrong: dict[str, str], said: str
) -> None:
    status, shown = send(desk, "search_wording_add", **WORD | wrong)

    assert status == 422
    assert said in shown
    assert 'value="chợ phiên"' in shown
    assert "Chưa lưu" in shown
    assert Wording.objects.count() == 1


def test_a_word_is_changed_and_removed_and_can_be_written_again(desk: Client, things: Taught) -> None:
    pk = things.wording.pk
    assert 'value="CP"' in page(desk, "search_wording", pk)
    assert send(desk, "search_wording", pk, **WORD | {"short": "CPVC"})[0] == 302
    assert Wording.objects.get().short == "CPVC"

    assert send(desk, "search_wording_remove", pk)[0] == 302

    told = page(desk, "search_wordings")
    assert "Đã bỏ: CPVC = chợ phiên." in told
    assert "?kind=synonym&amp;short=CPVC&amp;long=ch%E1%BB%A3+phi%C3%AAn" in told
    assert 'value="CPVC"' in page(desk, "search_wording_add", query="?short=CPVC&long=chợ+phiên")


# ---- pins ------------------------------------------------------------------------------------------------------------


def pinned(entry: Entry | int | str, **given: str) -> dict[str, Any]:
    where = entry.get_absolute_url() if isinstance(entry, Entry) else entry
    return {"query": "lịch chợ", "entry": where, "position": "1", "from_on": "2026-11-25"} | given


@pytest.mark.parametrize("form", ["{site}{path}", "{path}", "{path}?ref=1#top", "{pk}", " {pk} "])
def test_an_entry_is_named_by_its_address_or_its_number(desk: Client, entry: Entry, form: str) -> None:
    given = form.format(site=settings.SITE_URL, path=entry.get_absolute_url(), pk=entry.pk)

    assert send(desk, "search_pin_add", **pinned(given))[0] == 302
    assert Pin.objects.values_list("entry_id", "query").get() == (entry.pk, "lịch chợ")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("https://la.example/tin-tuc/kinh-te/cho-1", "không phải của cổng"),
        ("http://[", "Hãy dán địa chỉ"),
        ("chợ phiên", "Hãy dán địa chỉ"),
        ("99999", "Không có bài nào đang công khai"),
        ("9" * 18, "Không có bài nào đang công khai"),
        ("", "Phải điền ô này"),
    ],
)
def test_an_address_of_nothing_is_told_beside_its_field(desk: Client, given: str, said: str) -> None:
    status, shown = send(desk, "search_pin_add", **pinned(given))

    assert status == 422
    assert said in shown
    assert 'value="lịch chợ"' in shown


def test_what_is_not_public_is_told_when_it_is_tried_too(desk: Client) -> None:
    status, shown = send(desk, "search_pin_add", **pinned("99999"), thu="1")

    assert (status, "Không có bài nào đang công khai" in shown) == (422, True)


def test_a_number_too_long_for_any_entry_is_none() -> None:
    with pytest.raises(Exception, match="Hãy dán địa chỉ"):
        EntryField().clean("9" * 19)


def test_a_pin_is_looked_at_before_it_is_kept(desk: Client, entry: Entry) -> None:
    other = makers.entry(title="Chợ phiên, chợ phiên và chợ phiên")
    actions.catch_up()

    for one in (entry, other):
        status, said = send(desk, "search_pin_add", **pinned(one, query="chợ phiên", thu="1"))
        after = said.partition("Sau khi lưu")[2]
        assert status == 200
        assert after.index(one.title) == min(after.index(title) for title in (entry.title, other.title))
    assert not Pin.objects.exists()


def test_the_list_of_pins_says_how_each_stands(desk: Client, things: Taught, entry: Entry) -> None:
    assert "Đang ghim" in page(desk, "search_pins")

    Pin.objects.update(from_on=NOON.date() + timedelta(days=1))
    assert "Chưa đến ngày" in page(desk, "search_pins")

    Pin.objects.update(from_on=NOON.date() - timedelta(days=2), until_on=NOON.date() - timedelta(days=1))
    assert "Đã hết hạn" in page(desk, "search_pins")

    makers.withdraw(entry)
    assert "Bài không còn công khai" in page(desk, "search_pins")
    assert "Bài không còn công khai" in page(desk, "search_pin", things.pin.pk)


def test_a_pin_is_moved_and_taken_off(desk: Client, things: Taught, entry: Entry) -> None:
    status, said = send(desk, "search_pin", things.pin.pk, **pinned(entry, until_on="2026-11-01"))
    assert (status, "Ngày cuối phải từ ngày đầu" in said) == (422, True)

    assert send(desk, "search_pin", things.pin.pk, **pinned(entry, position="3"))[0] == 302
    assert Pin.objects.get().position == 3

    assert send(desk, "search_unpin", things.pin.pk)[0] == 302
    assert not Pin.objects.exists()


# ---- what is never suggested -----------------------------------------------------------------------------------------


def test_a_wording_is_denied_once_and_allowed_again(desk: Client, things: Taught) -> None:
    status, said = send(desk, "search_denied", wording="CHO DEN")
    assert (status, "đã có trong danh sách" in said, 'value="CHO DEN"' in said) == (422, True, True)

    assert send(desk, "search_denied", wording="chợ tình", note="Nhầm nghĩa.")[0] == 302
    assert "Nhầm nghĩa." in page(desk, "search_denied")

    assert send(desk, "search_allow", things.denied.pk)[0] == 302
    assert Denied.objects.get().wording == "chợ tình"


# ---- the judged set --------------------------------------------------------------------------------------------------


def test_the_set_is_filled_run_and_looked_at(desk: Client, entry: Entry) -> None:
    assert "Chưa có câu nào" in page(desk, "search_judged")
    assert send(desk, "search_expect", query="cho phien", entry=entry.pk, is_active="on")[0] == 302
    assert "Chỉ mục đang được lập lại" in _followed(desk, "search_run")
    actions.catch_up()

    said = _followed(desk, "search_run")

    assert "1,000" in said
    assert "đứng thứ 1" in said
    listed = page(desk, "search_judged")
    assert '<svg class="search-line"' in listed
    assert "đứng thứ 1" in listed


def _followed(desk: Client, name: str, *args: int) -> str:
    answer = desk.post(reverse(name, args=args), follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_line_is_changed_let_rest_and_removed(desk: Client, things: Taught, entry: Entry) -> None:
    pk = things.expectation.pk
    assert send(desk, "search_expectation", pk, query="chợ phiên", entry=entry.pk)[0] == 302
    assert Expectation.objects.values_list("query", "is_active").get() == ("chợ phiên", False)
    assert "đang nghỉ" in page(desk, "search_judged")
    assert "chưa có dòng nào mà bài còn công khai" in _followed(desk, "search_run")

    assert send(desk, "search_expectation_remove", pk)[0] == 302
    assert not Expectation.objects.exists()


def test_a_run_that_fell_is_told_query_by_query_and_can_be_accepted(desk: Client, things: Taught) -> None:
    fallen = judging.run(Answers(), by=None, at=NOON + timedelta(days=1))

    overview, shown = page(desk, "search_overview"), page(desk, "search_ran", fallen.pk)

    assert "Tìm kiếm kém đi" in overview
    assert "giảm 1,000 điểm" in shown
    assert "ngoài mười kết quả đầu" in shown
    assert send(desk, "search_accept", fallen.pk)[0] == 302
    assert "Tìm kiếm kém đi" not in page(desk, "search_overview")
    assert Ran.objects.filter(passed=True).count() == 2


def test_what_is_withdrawn_is_told_in_set_and_run(desk: Client, things: Taught, entry: Entry) -> None:
    makers.withdraw(entry)

    assert "không còn công khai: không tính" in page(desk, "search_judged")
    assert f"số {entry.pk}, không còn công khai" in page(desk, "search_ran", things.ran.pk)


# ---- looking ---------------------------------------------------------------------------------------------------------


def asked(query: str, times: int, **more: Any) -> None:
    for number in range(times):
        told = notices.Notice(session=f"{number:032x}", key=query, text=query, **more)
        noticing.notice(told, at=NOON)


def test_the_report_leads_to_what_can_be_done(desk: Client) -> None:
    asked("cho phien", 25, total=3)
    asked("le hoi", 6)
    asked("chi minh toi", 4)

    said = page(desk, "search_reports")

    assert "le hoi" in said.partition("Tìm không ra")[2].partition("Có kết quả nhưng")[0]
    assert "cho phien" in said.partition("ít người mở")[2].partition("Được tìm nhiều nhất")[0]
    assert "chi minh toi" not in said
    assert "Còn 4 lượt" in said
    assert reverse("search_pin_add") + "?query=le%20hoi" in said
    assert reverse("search_wording_add") + "?kind=synonym&amp;short=le%20hoi" in said
    assert reverse("search_expect") + "?query=le%20hoi" in said
    assert 'value="le hoi"' in page(desk, "search_pin_add", query="?query=le%20hoi")
    assert "le hoi" in page(desk, "search_overview")


def test_any_period_answers(desk: Client) -> None:
    asked("le hoi", 6)
    noticing.tidy(at=NOON + timedelta(days=1))

    for period in ("7", "2026-11", "2031-01", "x", "2026-99"):
        assert "le hoi" in page(desk, "search_reports", query=f"?ky={period}")


def test_every_hit_tells_the_parts_of_its_score(desk: Client, things: Taught, entry: Entry) -> None:
    assert "Chỉ mục đang được lập lại" in page(desk, "search_why", query="?q=chợ+phiên")
    actions.catch_up()

    said = page(desk, "search_why", query="?q=chợ+phiên")

    assert entry.title in said
    assert "được ghim" in said
    assert "Cũng đọc là “cp”" in said
    assert "nhân cả tổng" in said
    assert "hạng cơ quan" in said
    assert "Không tìm thấy gì" in page(desk, "search_why", query="?q=zzzz")
    assert "Gõ một câu tìm" in page(desk, "search_why")


def test_the_overview_says_how_the_index_stands(desk: Client, entry: Entry) -> None:
    assert "Chưa có chỉ mục nào đọc được" in page(desk, "search_overview")

    actions.catch_up()

    assert "Tiến trình lập chỉ mục không chạy" in page(desk, "search_overview")


# ---- who -------------------------------------------------------------------------------------------------------------


def test_an_auditor_of_the_centre_looks_and_finds_no_buttons(editor: User, things: Taught) -> None:
    memberships = editor.memberships.get()
    auditor = client_of(makers.person("giam-sat", Role.AUDITOR, memberships.agency))

    for name in ("search_wordings", "search_pins", "search_denied", "search_judged", "search_reports", "search_why"):
        said = page(auditor, name).partition("search-screen")[2]
        assert 'method="post"' not in said
        assert reverse("search_pin_add") not in said
        assert reverse("search_wording", args=[things.wording.pk]) not in said
    for refused in (
        auditor.post(reverse("search_denied"), {"wording": "con cóc"}),
        auditor.get(reverse("search_wording_add")),
    ):
        assert refused["Location"] == "/ban-lam-viec/", "Wagtail leads home whoever may not"
    assert Denied.objects.count() == 1


def test_the_menu_leads_here_for_the_centre_alone(editor: User, desk: Client) -> None:
    elsewhere = client_of(makers.person("o-xa", Role.DUTY_EDITOR, makers.agency("Sở mẫu")))

    assert reverse("search_overview") in page(desk, "desk_home")
    assert reverse("search_overview") not in page(elsewhere, "desk_home")
    assert elsewhere.get(reverse("search_overview")).status_code == 404
