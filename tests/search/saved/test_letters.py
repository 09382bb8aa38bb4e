"""What letters about saved searches say, in which language, and that nobody can make them say something else."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from cong.search.models import Finding, Letter, LetterKind, SavedSearch
from cong.search.saved import letters, saving
from cong.search.saved.rhythm import Often
from tests.makers import NOON
from tests.search.saved_makers import (
    HOUR,
    QUERY,
    TITLE,
    asked_for,
    find,
    found,
    html,
    kept,
    mail_server,  # noqa: F401 (a fixture)
    outbox,
    released,
    send,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


def test_the_first_letter_asks_for_confirmation_and_carries_no_other_key() -> None:
    saved = asked_for(often=Often.DAILY)

    assert send(at=NOON) == 1

    (letter,) = outbox()
    assert (letter.to, letter.subject) == (["lan@vidu.vn"], "[Cổng] Xác nhận lưu tìm kiếm")
    assert f"https://cong.vidu.vn/tim-kiem/xac-nhan?ma={saving.confirmation(saved, at=NOON)[:40]}"[:60] in letter.body
    assert "Liên kết có hạn đến 02/12/2026" in letter.body
    assert QUERY in letter.body
    assert saved.token not in letter.body + html(letter)
    assert saved.subscriber.token not in letter.body + html(letter)
    assert "List-Unsubscribe" not in letter.extra_headers
    assert send(at=NOON) == 0


@pytest.mark.one_engine
def test_a_stranger_cannot_make_the_portal_mail_links_of_their_own() -> None:
    asked_for(query="nhận quà tại http://qua.vidu.com hoặc a@vidu.com " + "x" * 300)

    send(at=NOON)

    (letter,) = outbox()
    said = letter.body + html(letter)
    assert "qua.vidu.com" not in said.replace("https://cong.vidu.vn", "")
    assert "a@vidu.com" not in said
    assert "x" * 100 not in said


def test_the_letter_tells_title_agency_time_passage_and_the_ways_on() -> None:
    saved = kept()
    (entry,) = released("Quy chế <mượn> sách & báo", published_at=NOON - HOUR)
    find()

    assert send() == 1

    (letter,) = outbox()
    assert letter.subject == "[Cổng] 1 mục mới: “quy chế mượn sách”"
    for said in (
        "* Quy chế <mượn> sách & báo",
        f"{entry.agency.short_name}, 11:00, 25/11/2026",
        f"https://cong.vidu.vn{entry.get_absolute_url()}",
        "Phòng đọc có thêm ghế",
        "https://cong.vidu.vn/tim-kiem?q=quy+ch%E1%BA%BF+m%C6%B0%E1%BB%A3n+s%C3%A1ch",
        f"https://cong.vidu.vn/tim-kiem/thoi-nhan?ma={saved.token}",
        f"https://cong.vidu.vn/tim-kiem/da-luu?ma={saved.subscriber.token}",
    ):
        assert said in letter.body
    assert "Quy chế &lt;mượn&gt; sách &amp; báo</a>" in html(letter)
    assert letter.alternatives[0][1] == "text/html"


@pytest.mark.one_engine
def test_the_headers_let_mail_programs_end_it_in_one_click() -> None:
    (saved,) = found("lan@vidu.vn")

    send()

    parsed = outbox()[0].message()
    end = f"https://cong.vidu.vn/tim-kiem/thoi-nhan?ma={saved.token}"
    assert parsed["List-Unsubscribe"] == f"<{end}>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Message-ID"].endswith("@cong.vidu.vn>")
    assert parsed.get_content_type() == "multipart/alternative"


@pytest.mark.one_engine
def test_an_english_reader_gets_english_addresses() -> None:
    kept(lang="en")
    released(TITLE, published_at=NOON - HOUR)
    find()

    send()

    assert "https://cong.vidu.vn/en/tin-tuc/" in outbox()[0].body
    assert "https://cong.vidu.vn/en/tim-kiem/thoi-nhan?ma=" in outbox()[0].body
    assert "25 Nov 2026" in outbox()[0].body


@pytest.mark.one_engine
@pytest.mark.parametrize("query", ["a\r\nBcc: x@vidu.vn", "a\nb", "x" * 512, "“”\u2028\x85"])
def test_a_query_cannot_add_headers(query: str) -> None:
    kept(query=query)
    Finding.objects.bulk_create(
        Finding(saved=one, entry_id=released(TITLE)[0].pk, found_at=NOON) for one in SavedSearch.objects.all()
    )
    Letter.objects.create(saved=SavedSearch.objects.get(), kind=LetterKind.HITS, due_at=NOON)

    send()

    parsed = outbox()[0].message()
    assert set(parsed) <= {
        "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted",
        "List-Unsubscribe", "List-Unsubscribe-Post",
    }  # fmt: skip
    assert "\n" not in outbox()[0].subject


def test_many_hits_are_counted_and_the_newest_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "MOST_SHOWN", 3)
    found("lan@vidu.vn", titles=8)

    send()

    (letter,) = outbox()
    assert "8 mục mới" in letter.subject
    assert letter.body.count("\n* ") == 3
    assert "Và 5 mục nữa." in letter.body
    assert send(at=NOON + 5 * HOUR) == 0


def test_after_a_new_secret_key_each_letter_carries_links_that_open(settings: Settings) -> None:
    (saved,) = found("lan@vidu.vn")
    settings.SECRET_KEY = "another secret key"

    send()

    saved.refresh_from_db()
    assert f"ma={saved.token}" in outbox()[0].body
    assert saving.ending(saved.token) == saved
