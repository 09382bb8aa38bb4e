"""Every block has one sealed form; what has none is told. Figures, hashes and links are those of the moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail import blocks
from wagtail.rich_text import RichText

from cong.media import actions as media
from cong.newsroom.blocks import article_body
from cong.newsroom.markup import clean
from cong.newsroom.models import ArticlePage, StandingPage
from cong.newsroom.sealing import _BLOCKS, UnknownBlock, draft_of
from cong.publishing.process import Content
from tests import makers
from tests.media import makers as files
from tests.media.pictures import picture
from tests.media.recordings import recording
from tests.newsroom.conftest import World
from tests.newsroom.makers import workspace

pytestmark = pytest.mark.usefixtures("stores")
NOW = timezone.now()


def sealed(world: World, *body: tuple[str, Any], **given: Any) -> tuple[str, list[str]]:
    """Return the HTML that a body is sealed as, and the problems."""
    page: Any = world.draft
    for name, value in given.items():
        setattr(page, name, value)
    page.body = [(name, article_body.child_blocks[name].to_python(value)) for name, value in body]
    made = draft_of(page, at=NOW)
    return made.content.html, [problem.text for problem in made.problems]


def test_every_kind_of_block_has_a_sealed_form() -> None:
    assert set(article_body.child_blocks) == set(_BLOCKS)


def test_a_block_without_a_sealed_form_is_an_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(_BLOCKS, "quote")

    with pytest.raises(UnknownBlock):
        sealed(world, ("quote", {"text": "Lời.", "who": ""}))


def test_rich_text_keeps_its_few_marks(world: World) -> None:
    html, _ = sealed(
        world, ("text", '<p data-block-key="x1"><b>Đậm</b>, <i>nghiêng</i>, m<sup>2</sup></p><ol><li>Một</li></ol>')
    )

    assert html == "<p><b>Đậm</b>, <i>nghiêng</i>, m<sup>2</sup></p><ol><li>Một</li></ol>"


@pytest.mark.parametrize(
    "hostile",
    [
        "<p>a</p><script>alert(1)</script>", '<p onclick="x()">a</p>', '<p><a href="javascript:alert(1)">a</a></p>',
        '<p><img src=x onerror="x()">a</p>', "<p>a</p><iframe src='https://la.vn'></iframe>", '<p style="x">a</p>',
        "<svg><script>x</script></svg><p>a</p>", "<p>a<!-- <script>x</script> --></p>",
        '<p><a href="data:text/html,x">a</a></p>',
        "<math><mtext><style><img src=x onerror=x()></style></mtext></math><p>a</p>",
        '<p><a href="\tjava\nscript:x">a</a></p>',
    ],
)  # fmt: skip
def test_hostile_rich_text_is_harmless(world: World, hostile: str) -> None:
    html, _ = sealed(world, ("text", hostile), ("facts", {"title": "<script>x</script>", "text": hostile}))

    low = html.lower()
    for bad in ("<script", "onerror=", "onclick=", "javascript:", "<iframe", "<svg", "style=", "data:text", "<!--"):
        assert bad not in low


def test_headings_quotes_and_fact_boxes(world: World) -> None:
    html, problems = sealed(
        world, ("heading", {"text": "Mở đầu", "level": "2"}), ("heading", {"text": "Chi tiết", "level": "3"}),
        ("quote", {"text": "Câu một.\nCâu hai.", "who": "Bà Lê Thị Mẫu"}),
        ("facts", {"title": "Cần biết", "text": "<p>Mở cửa 8 giờ.</p>"}),
    )  # fmt: skip

    assert "<h2>Mở đầu</h2>" in html
    assert "<h3>Chi tiết</h3>" in html
    assert "<blockquote><p>Câu một.</p><p>Câu hai.</p><footer><cite>Bà Lê Thị Mẫu</cite></footer></blockquote>" in html
    assert '<aside class="panel"><h3>Cần biết</h3><p>Mở cửa 8 giờ.</p></aside>' in html
    assert problems == []


def test_a_table_is_typed_in_lines(world: World) -> None:
    html, _ = sealed(
        world, ("table", {"caption": "Số xã", "header": "Năm | Số xã", "rows": "2024 | 10\n\n| 2025 | <b>11</b> |"})
    )

    assert "<caption>Số xã</caption>" in html
    assert '<th scope="col">Năm</th>' in html
    assert "<tr><td>2025</td><td>&lt;b&gt;11&lt;/b&gt;</td></tr>" in html


def test_a_table_with_a_short_row_says_which(world: World) -> None:
    table = article_body.child_blocks["table"]

    with pytest.raises(blocks.StructBlockValidationError) as refused:
        table.clean(table.to_python({"caption": "", "header": "A | B", "rows": "1 | 2\n3"}))

    assert "Dòng 2 có 1 ô" in str(refused.value.block_errors["rows"])


def test_a_picture_brings_its_words_and_its_hash(world: World) -> None:
    picture = files.photo(world.a, world.author)

    html, problems = sealed(
        world, ("picture", {"picture": picture.pk, "alt": "Ba em nhỏ đọc sách", "caption": "Phòng đọc", "credit": "An"})
    )

    made = draft_of(world.draft, at=NOW).content
    assert 'alt="Ba em nhỏ đọc sách"' in html
    assert "<figcaption>Phòng đọc <small>Ảnh: An</small></figcaption>" in html
    assert made.media == (picture.file.sha256,)
    assert f"/tep/{picture.file.sha256}-" in html
    assert problems == []


def test_a_gallery_is_a_row_of_figures(world: World) -> None:
    first = files.photo(world.a, world.author)
    second = files.asset(picture(size=(500, 400)), agency=world.a, by=world.author, alt="Ảnh hai")
    pictures = [{"picture": one.pk, "alt": "Ảnh", "caption": "", "credit": ""} for one in (first, second)]

    html, _ = sealed(world, ("gallery", {"pictures": pictures}))

    assert html.startswith('<figure class="gallery"><figure class="figure">')
    assert html.count("<figure") == 3
    assert draft_of(world.draft, at=NOW).content.media == tuple(sorted([first.file.sha256, second.file.sha256]))


def test_a_cover_is_the_entrys_picture(world: World) -> None:
    picture = files.photo(world.a, world.author)

    sealed(world, cover=picture, cover_alt="Cổng thư viện")

    made = draft_of(world.draft, at=NOW).content
    assert (made.picture, made.picture_alt) == (picture.file.sha256, "Cổng thư viện")
    assert made.media == (picture.file.sha256,)
    assert made.picture_width == picture.file.width


def test_a_document_is_a_link_with_its_kind_and_size(world: World) -> None:
    document = files.pdf(world.a, world.author)

    html, _ = sealed(world, ("document", {"document": document.pk, "title": "Kế hoạch năm"}))

    assert f'href="/tep/{document.file.sha256}.pdf"' in html
    assert ">Kế hoạch năm</a> <small>(PDF," in html


def test_a_video_of_ours_brings_its_still_and_its_captions(world: World) -> None:
    film = files.film(world.a, world.author)
    captions = files.upload(files.CAPTIONS, "loi.vtt")
    media.caption(film, captions, lang="vi", label="Tiếng Việt", by=world.author, at=makers.NOON)
    chosen = {"video": film.pk, "address": "", "poster": None, "poster_alt": "", "caption": "Mở cửa"}

    html, problems = sealed(world, ("video", chosen))

    made = draft_of(world.draft, at=NOW).content
    assert problems == []
    assert f'<source src="/tep/{film.file.sha256}.{film.file.ending}" type="video/mp4">' in html
    assert 'kind="captions"' in html
    assert 'preload="none"' in html
    assert "autoplay" not in html
    assert film.file.sha256 in made.media
    assert len(made.media) == 3  # the film, its still, its captions
    assert '<small>Dài <time datetime="PT2S">0:02</time></small>' in html
    assert "</figure><details><summary>Lời của video</summary><p>Thư viện mở cửa</p></details>" in "".join(
        html.splitlines()
    )


@pytest.mark.parametrize(
    ("own", "lang", "told"), [("Chữ của bài.", "vi", "Chữ của bài."), ("", "vi", "Thư viện mở cửa"), ("", "en", "")]
)
def test_the_words_of_a_film_are_the_authors_or_what_its_captions_say_in_the_language_of_the_text(
    world: World, own: str, lang: str, told: str
) -> None:
    film = files.film(world.a, world.author)
    captions = files.upload(b"1\n00:00:00,500 --> 00:00:01,500\n" + "Thư viện mở cửa\n".encode(), "loi.srt")
    media.caption(film, captions, lang="vi", label="Tiếng Việt", by=world.author, at=makers.NOON)
    chosen = {"video": film.pk, "address": "", "poster": None, "poster_alt": "", "caption": "", "transcript": own}

    html, _ = sealed(world, ("video", chosen), lang=lang)

    assert (f"<p>{told}</p></details>" in html) == bool(told)
    assert ("<details>" in html) == bool(told)


def test_a_recording_brings_its_words(world: World) -> None:
    sound = files.asset(recording("mp3"), agency=world.a, by=world.author, alt="")
    chosen = {"audio": sound.pk, "caption": "", "transcript": "Xin chào.\nCảm ơn."}

    html, _ = sealed(world, ("audio", chosen))

    assert f"/tep/{sound.file.sha256}." in html
    assert "<details><summary>Lời của bản ghi</summary><p>Xin chào.</p><p>Cảm ơn.</p></details>" in html


def test_a_video_elsewhere_is_a_link_that_loads_nothing(world: World) -> None:
    html, _ = sealed(
        world,
        (
            "video",
            {
                "video": None,
                "address": "https://vimeo.com/123",
                "poster": None,
                "poster_alt": "",
                "caption": "Lễ mở cửa",
            },
        ),
    )

    assert (
        '<a class="button button-quiet" href="https://vimeo.com/123" rel="noopener">Xem video tại vimeo.com</a>' in html
    )
    assert "<iframe" not in html
    assert "<figcaption>Lễ mở cửa</figcaption>" in html


@pytest.mark.parametrize(
    "address",
    ["https://la.vn/video", "http://vimeo.com/1", "https://vimeo.com.la.vn/1", "https://vimeo.com:8443/1", ""],
)
def test_a_video_at_a_place_that_is_not_approved_is_refused(world: World, address: str) -> None:
    block = article_body.child_blocks["video"]

    with pytest.raises(blocks.StructBlockValidationError):
        block.clean(
            block.to_python({"video": None, "address": address, "poster": None, "poster_alt": "", "caption": ""})
        )


def test_a_file_that_is_gone_is_told_and_not_left_out_in_silence(world: World) -> None:
    _, problems = sealed(world, ("picture", {"picture": 999, "alt": "", "caption": "", "credit": ""}))

    assert problems == ["Chưa chọn tệp, hoặc tệp đã chọn không còn."]


def test_related_entries_are_links_in_the_portals_main_language(world: World) -> None:
    entry = makers.entry(world.b, "Hội sách <mùa thu>")

    with override("en"):
        html, problems = sealed(world, ("related", {"entries": [str(entry.pk)]}))

    assert (
        f'<a href="/tin-tuc/tin-hoat-dong/{entry.slug}-{entry.pk}" rel="noopener">Hội sách &lt;mùa thu&gt;</a>' in html
    )
    assert problems == []


def test_a_related_entry_that_went_away_is_told(world: World) -> None:
    entry = makers.entry(world.b)
    makers.withdraw(entry)

    _, problems = sealed(world, ("related", {"entries": [str(entry.pk)]}))

    assert "không còn công khai" in problems[0]


def test_a_link_to_a_released_page_leads_to_its_entry(world: World) -> None:
    entry = makers.entry(world.a)
    ArticlePage.objects.filter(pk=world.foreign.pk).update(publication=entry.pk)

    html, problems = sealed(world, ("text", f'<p><a linktype="page" id="{world.foreign.pk}">Xem</a></p>'))

    assert f'<a href="/tin-tuc/tin-hoat-dong/{entry.slug}-{entry.pk}" rel="noopener">Xem</a>' in html
    assert problems == []


@pytest.mark.parametrize(
    "link", ['linktype="page" id="99999"', 'linktype="page" id="x"', 'linktype="page"', 'linktype="document" id="1"']
)
def test_a_link_to_nothing_public_is_told(world: World, link: str) -> None:
    html, problems = sealed(world, ("text", f"<p><a {link}>Xem</a></p>"))

    assert html == '<p><a rel="noopener">Xem</a></p>'
    assert len(problems) == 1


def test_text_is_sealed_in_nfc_without_what_cannot_be_seen(world: World) -> None:
    html, _ = sealed(world, ("text", "<p>Hô\u0323i a\u202enh\u200b</p>"), title="Hô\u0323i  nghị\u00ad")

    assert html == "<p>Hội anh</p>"
    assert draft_of(world.draft, at=NOW).content.title == "Hội nghị"


def test_a_standing_page_is_sealed_for_giới_thiệu(world: World) -> None:
    page = StandingPage(title="Chức năng, nhiệm vụ", live=False, body=[("text", RichText("<p>Quản lý thư viện.</p>"))])
    workspace(world.a).add_child(instance=page)

    made = draft_of(page, at=NOW).content

    assert (made.kind, made.part, made.agency) == ("page", "gioi-thieu", world.a.pk)


def test_the_moment_that_readers_see_is_left_to_the_release(world: World) -> None:
    world.draft.not_before = NOW + timedelta(days=2)

    made = draft_of(world.draft, at=NOW).content

    assert (made.published_at, made.not_before) == (None, NOW + timedelta(days=2))


_words = st.text(max_size=60)
_structs: dict[str, st.SearchStrategy[Any]] = {
    "text": _words.map(lambda text: f"<p>{text}</p>"),
    "heading": st.fixed_dictionaries({"text": _words, "level": st.sampled_from(["2", "3"])}),
    "quote": st.fixed_dictionaries({"text": _words, "who": _words}),
    "table": st.fixed_dictionaries({"caption": _words, "header": _words, "rows": _words}),
    "facts": st.fixed_dictionaries({"title": _words, "text": _words}),
    "video": st.fixed_dictionaries({"address": _words, "caption": _words}),
}
_blocks = st.one_of([st.tuples(st.just(name), values) for name, values in _structs.items()])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(title=_words, lead=_words, body=st.lists(_blocks, max_size=6))
def test_whatever_is_typed_seals_the_same_twice_and_cleans_to_itself(
    shared_draft: Any, title: str, lead: str, body: list[tuple[str, Any]]
) -> None:
    page = shared_draft
    page.title, page.lead = title, lead
    page.body = [(name, article_body.child_blocks[name].to_python(value)) for name, value in body]

    first, second = draft_of(page, at=NOW).content, draft_of(page, at=NOW).content

    assert first == second
    assert clean(first.html) == first.html
    assert Content.parse(first.canonical(), first.html).canonical() == first.canonical()
    first.canonical().encode()
