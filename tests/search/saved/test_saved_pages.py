"""Saved searches as a reader without an account and without JavaScript meets them, by pages and letters alone."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from cong.search.models import Letter, SavedSearch, Subscriber
from cong.search.saved import posting, saved_forms, saving
from tests.search.saved_makers import DAY, QUERY, TITLE, find, kept, released

pytestmark = pytest.mark.django_db
ASK = "/tim-kiem/luu"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def reader() -> Client:
    """Return a browser: it is checked for its form tokens, as the test client otherwise is not."""
    return Client(enforce_csrf_checks=True)


def text(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def fill_in(reader: Client, page: str, **typed: str) -> HttpResponse:
    """Open a page and send its first form that changes something with these fields, as a browser does."""
    form = reader.get(page).content.decode().partition('<form method="post"')[2].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    action = re.match(r' action="([^"]+)"', form)
    given = {name: unescape(value) for name, value in hidden.items()} | typed
    return reader.post(action[1] if action else page, given)  # type: ignore[return-value]


def ask(reader: Client, email: str = "lan@vidu.vn", *, query: str = QUERY, often: str = "hourly", **typed: str) -> str:
    answer = fill_in(reader, f"{ASK}?q={query}", email=email, often=often, **typed)
    return str(answer.headers.get("Location", ""))


def letter(page: str) -> str:
    """Send what is due, and return the address in the last letter that leads to a page."""
    posting.send_due(clock=timezone.now)
    found = re.search(rf"(/[\w/-]*{page}\?ma=\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def manage(saved: SavedSearch) -> str:
    return f"/tim-kiem/da-luu?ma={saved.subscriber.token}"


def confirmed(email: str = "lan@vidu.vn", query: str = QUERY) -> SavedSearch:
    return kept(email, query, at=timezone.now() - DAY)


def test_a_reader_saves_confirms_gets_a_letter_and_ends_it(reader: Client) -> None:
    assert ask(reader) == "/tim-kiem/luu/da-gui?q=quy+ch%E1%BA%BF+m%C6%B0%E1%BB%A3n+s%C3%A1ch"
    assert "đang trên đường" in text(reader.get("/tim-kiem/luu/da-gui"))

    page = letter("xac-nhan")
    assert "Xác nhận nhận thư" in text(reader.get(page))
    managing = fill_in(reader, page)
    assert managing.status_code == 303
    assert "Đã xác nhận." in text(reader.get(managing.headers["Location"]))

    released(TITLE, at=timezone.now() + timedelta(seconds=1))
    find(at=timezone.now() + timedelta(seconds=2))
    Letter.objects.update(due_at=timezone.now())
    end = letter("thoi-nhan")
    assert TITLE in mail.outbox[-1].body
    assert "Thôi nhận thư về tìm kiếm này?" in text(reader.get(end))
    assert "Đã thôi gửi thư" in text(fill_in(reader, end))
    assert not Subscriber.objects.exists()
    assert reader.get(end).status_code == 410


def test_an_english_page_makes_english_letters(reader: Client) -> None:
    answer = fill_in(reader, f"/en{ASK}?q={QUERY}", email="lan@vidu.vn", often="daily")

    assert answer.headers["Location"].startswith("/en/tim-kiem/luu/da-gui")
    assert SavedSearch.objects.get().lang == "en"
    assert letter("xac-nhan").startswith("/en/tim-kiem/xac-nhan?ma=")


@pytest.mark.one_engine
def test_the_page_offers_the_feed_and_shows_the_search(reader: Client) -> None:
    shown = reader.get(f"{ASK}?q={QUERY}+%3Cb%3E").content.decode()

    assert "quy chế mượn sách &lt;b&gt;</a>" in shown
    assert 'type="application/atom+xml"' in shown
    assert "Lưu tìm kiếm" in shown


@pytest.mark.one_engine
@pytest.mark.parametrize("query", ["", "   ", "%00%01"])
def test_without_a_search_there_is_nothing_to_save(reader: Client, query: str) -> None:
    answer = reader.get(f"{ASK}?q={query}")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/tim-kiem")


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "", "often": "weekly"}, "Hãy ghi địa chỉ thư điện tử."),
        ({"email": "lan@", "often": "weekly"}, "Địa chỉ thư không đúng"),
        ({"email": "lan@vidu.vn\r\nBcc: x@vidu.vn", "often": "weekly"}, "Địa chỉ thư không đúng"),
        ({"email": f"{'l' * 250}@vidu.vn", "often": "weekly"}, "Địa chỉ thư"),
        ({"email": "lan@vidu.vn", "often": "never"}, "Hãy chọn một nhịp gửi."),
        ({"email": "lan@vidu.vn"}, "Hãy chọn nhịp gửi."),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    reader: Client, typed: dict[str, str], said: str
) -> None:
    answer = fill_in(reader, f"{ASK}?q={QUERY}", **typed)
    shown = answer.content.decode()

    assert answer.status_code == 422
    assert said in shown
    assert re.search(
        r'class="error" id="(e-[a-z]+)".*aria-describedby="\1"|aria-describedby="(e-[a-z]+)".*id="\2"', shown, re.DOTALL
    )
    assert f'name="q" value="{QUERY}"' in shown
    kept_address = " ".join(typed["email"].split()) if "\r" not in typed["email"] else ""
    assert kept_address in unescape(shown)
    assert ('value="weekly" checked' in shown) == (typed.get("often") == "weekly")
    assert not SavedSearch.objects.exists()


def test_a_form_of_another_site_saves_nothing_and_keeps_what_was_typed(reader: Client) -> None:
    answer = reader.post(ASK, {"q": QUERY, "email": "lan@vidu.vn", "often": "weekly"})
    shown = answer.content.decode()

    assert answer.status_code == 403
    assert not SavedSearch.objects.exists()
    assert 'value="lan@vidu.vn"' in shown
    assert "Biểu mẫu này đã cũ" in shown
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)
    assert token
    again = reader.post(ASK, {"q": QUERY, "email": "lan@vidu.vn", "often": "weekly", "csrfmiddlewaretoken": token[1]})
    assert again.status_code == 303


def test_what_fills_in_the_hidden_field_gets_the_same_answer_and_saves_nothing(reader: Client) -> None:
    machine, person = ask(reader, website="https://vidu.vn"), ask(reader, "minh@vidu.vn")

    assert machine == person
    assert list(Subscriber.objects.values_list("email", flat=True)) == ["minh@vidu.vn"]


def test_the_answer_does_not_tell_whether_an_address_is_known(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST_ANSWERS_A_DAY", 6)
    confirmed()

    answers = {ask(reader, "lan@vidu.vn"), ask(reader, "la@vidu.vn"), *(ask(reader, "la@vidu.vn") for _ in range(8))}

    assert len(answers) == 1


def test_a_network_that_asks_too_often_is_told_so_and_loses_nothing(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "MOST_A_NETWORK", 1)
    ask(reader)

    answer = fill_in(reader, f"{ASK}?q={QUERY}", email="minh@vidu.vn", often="daily")

    assert answer.status_code == 429
    assert 'value="minh@vidu.vn"' in answer.content.decode()
    assert 'value="daily" checked' in answer.content.decode()


def test_looking_at_links_does_nothing(reader: Client) -> None:
    saved = confirmed()
    ask(reader, "minh@vidu.vn")
    waiting = letter("xac-nhan")
    before = list(SavedSearch.objects.order_by("pk").values())

    for page in (waiting, f"/tim-kiem/thoi-nhan?ma={saved.token}", manage(saved)):
        for look in (reader.get, reader.head, reader.get):
            assert look(page).status_code == 200
        assert reader.options(page).status_code == 405
        assert reader.put(page).status_code == 405

    assert list(SavedSearch.objects.order_by("pk").values()) == before


def test_a_mail_program_ends_a_search_with_one_click_and_no_cookie() -> None:
    saved, other = confirmed(), confirmed(query="bảo tàng")
    page = f"/tim-kiem/thoi-nhan?ma={saved.token}"

    answers = [Client(enforce_csrf_checks=True).post(page, ONE_CLICK) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 410]
    assert list(SavedSearch.objects.all()) == [other]


@pytest.mark.one_engine
@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "Two-Clicks"}, {"x": "One-Click"}])
def test_any_other_post_from_elsewhere_ends_nothing(body: dict[str, str]) -> None:
    saved = confirmed()

    answer = Client(enforce_csrf_checks=True).post(f"/tim-kiem/thoi-nhan?ma={saved.token}", body)

    assert answer.status_code == 403
    assert SavedSearch.objects.exists()


@pytest.mark.one_engine
@pytest.mark.parametrize("page", ["/tim-kiem/xac-nhan", "/tim-kiem/da-luu"])
def test_one_click_opens_no_other_form(page: str) -> None:
    saved = confirmed()
    SavedSearch.objects.update(confirmed_at=None)
    tokens = {
        "/tim-kiem/xac-nhan": saving.confirmation(saved, at=timezone.now()),
        "/tim-kiem/da-luu": saved.subscriber.token,
    }

    answer = Client(enforce_csrf_checks=True).post(
        f"{page}?ma={tokens[page]}", {**ONE_CLICK, "viec": "xoa-het", "sure": "on"}
    )

    assert answer.status_code == 403
    assert SavedSearch.objects.get().confirmed_at is None


def test_all_searches_of_the_address_are_looked_after_on_one_page(reader: Client) -> None:
    saved, other = confirmed(), confirmed(query="bảo tàng")
    stranger = confirmed("minh@vidu.vn", "rạp chiếu phim")
    page = manage(saved)
    shown = text(reader.get(page))
    assert ("lan@vidu.vn" in shown, QUERY in shown, "bảo tàng" in shown) == (True, True, True)
    assert "rạp chiếu phim" not in shown
    assert "minh@vidu.vn" not in shown

    deeds = [
        {"viec": "doi-nhip", "so": str(saved.pk), "often": "weekly"},
        {"viec": "tam-dung", "so": str(other.pk)},
        {"viec": "tiep-tuc", "so": str(other.pk)},
        {"viec": "xoa", "so": str(other.pk)},
    ]
    said = [text(reader.get(fill_in(reader, page, **deed).headers["Location"])) for deed in deeds]

    for told, answer in zip(("Đã đổi nhịp gửi.", "Đã tạm dừng.", "Sẽ lại báo", "Đã xóa tìm kiếm."), said, strict=True):
        assert told in answer
    saved.refresh_from_db()
    assert saved.often == "weekly"
    assert set(SavedSearch.objects.all()) == {saved, stranger}


def test_nobody_looks_after_the_searches_of_another_address(reader: Client) -> None:
    mine, theirs = confirmed(), confirmed("minh@vidu.vn")

    answer = fill_in(reader, manage(mine), viec="xoa", so=str(theirs.pk))

    assert answer.status_code == 410
    assert SavedSearch.objects.filter(pk=theirs.pk).exists()


def test_deleting_all_asks_once_and_leaves_nothing(reader: Client) -> None:
    saved = confirmed()
    unsure = fill_in(reader, manage(saved), viec="xoa-het", sure="")
    assert unsure.status_code == 422
    assert 'aria-describedby="e-sure"' in unsure.content.decode()

    answer = fill_in(reader, manage(saved), viec="xoa-het", sure="on")

    assert answer.headers["Location"] == "/tim-kiem/da-luu/da-xoa"
    assert "không còn giữ" in text(reader.get("/tim-kiem/da-luu/da-xoa"))
    assert not Subscriber.objects.exists()
    assert reader.get(manage(saved)).status_code == 410


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "deed",
    [
        {"viec": "doi-nhip"},
        {"viec": "doi-nhip", "so": "1", "often": "never"},
        {"viec": "doi-nhip", "so": "1"},
        {"viec": "xoa", "so": "x"},
        {"viec": "xoa", "so": str(2**70)},
        {"viec": "không có"},
        {"viec": "xoa", "so": "-1"},
    ],
)
def test_a_deed_that_makes_no_sense_does_nothing(reader: Client, deed: dict[str, str]) -> None:
    saved = confirmed()
    one = deed | ({"so": str(saved.pk)} if deed.get("so") == "1" else {})
    blank = {"viec": "", "so": "", "often": ""}

    answer = fill_in(reader, manage(saved), **(blank | one))

    assert answer.status_code == 422
    assert "Chưa làm gì cả" in text(answer)
    assert SavedSearch.objects.get().often == "hourly"


def test_an_address_that_was_refused_is_told_so(reader: Client) -> None:
    saved = confirmed()
    Subscriber.objects.update(refused_at=timezone.now(), refusals=3)

    assert "Hộp thư này không nhận thư" in text(reader.get(manage(saved)))


@pytest.mark.one_engine
@pytest.mark.parametrize("page", ["xac-nhan", "da-luu", "thoi-nhan"])
def test_a_link_that_opens_nothing_says_so(reader: Client, page: str) -> None:
    for token in ("", "x", "A" * 43, "A" * 5000, "%ED%A0%80", "%00", "::", "ộ"):
        address = f"/tim-kiem/{page}?ma={token}"
        for answer in (reader.get(address), reader.post(address, ONE_CLICK)):
            assert answer.status_code == 410
            assert "Liên kết không còn dùng được" in text(answer)


def test_a_confirmed_link_leads_to_the_saved_searches(reader: Client) -> None:
    ask(reader)
    page = letter("xac-nhan")
    fill_in(reader, page)

    shown = text(reader.get(page))

    assert "Tìm kiếm này đã được xác nhận" in shown
    assert manage(SavedSearch.objects.get()) in shown


@pytest.mark.one_engine
def test_pages_are_kept_by_no_cache_and_no_index_and_their_cookie_stays_here(reader: Client) -> None:
    saved = confirmed()
    pages = [f"{ASK}?q=x", f"{ASK}/da-gui", "/tim-kiem/xac-nhan?ma=x", f"/tim-kiem/thoi-nhan?ma={saved.token}"]
    pages += [manage(saved), "/tim-kiem/da-luu/da-xoa", f"/en{ASK}?q=x"]

    for page in pages:
        answer = Client().get(page)
        assert answer.headers["Cache-Control"] == "no-store, private", page
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert '<meta name="robots" content="noindex, nofollow">' in text(answer)
        for cookie in answer.cookies.values():
            assert cookie["path"] == ("/en/tim-kiem/" if page.startswith("/en/") else "/tim-kiem/")
            assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert Client().get(manage(saved)).cookies
    assert not Client().get("/tim-kiem").cookies


def test_the_form_asks_the_database_nothing(reader: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        reader.get(f"{ASK}?q={QUERY}")


def test_every_deed_has_a_button_or_a_word(reader: Client) -> None:
    saved, paused = confirmed(), confirmed(query="bảo tàng")
    saving.pause(paused.subscriber.token, paused.pk, at=timezone.now())

    shown = reader.get(manage(saved)).content.decode()

    assert {deed for deed in saved_forms.Deed if f'value="{deed}"' in shown} == set(saved_forms.Deed)
