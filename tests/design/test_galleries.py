"""Tests that the pictures of a sealed text lead to their large form."""

from __future__ import annotations

import pytest

from cong.design.galleries import zoomable

SHA = "0123456789abcdef" * 4
IMG = (
    f'<img src="/tep/{SHA}-640.webp" srcset="/tep/{SHA}-640.webp 640w, /tep/{SHA}-1280.webp 1280w" width="1280"'
    ' height="960" alt="Sông &amp; đò > bến" loading="lazy">'
)
PICTURE = f'<picture><source type="image/avif" srcset="/tep/{SHA}-640.avif 640w">{IMG}</picture>'


def test_a_picture_leads_to_its_widest_form() -> None:
    figure = f'<figure class="figure">{PICTURE}<figcaption>Bến</figcaption></figure>'
    html = f'<p>Chữ.</p><figure class="gallery">{figure}</figure>'

    assert zoomable(html) == html.replace(PICTURE, f'<a href="/tep/{SHA}-1280.webp">{PICTURE}</a>')


def test_a_picture_of_a_source_has_one_form_and_maybe_no_words() -> None:
    image = f'<img src="/tep/{SHA}-640.webp" alt="" width="640" height="480" loading="lazy">'

    assert zoomable(f"<figure>{image}</figure>") == (
        f'<figure><a href="/tep/{SHA}-640.webp" aria-label="Xem ảnh lớn">{image}</a></figure>'
    )


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{IMG}</p>",
        f'<figure class="figure"><a href="/x">{IMG}</a></figure>',
        f'<figure class="figure">{PICTURE}<p><a class="button button-quiet" href="https://vimeo.com/1">Xem</a></p></figure>',
        '<figure class="figure"><img src="https://khac.vn/a.webp" alt="a"></figure>',
        f"<figure><video poster='/tep/{SHA}-1280.webp'></video></figure>",
        "<figure class=\"figure\"><img" + ' a="b"' * 20_000,
    ],
)  # fmt: skip
def test_what_is_no_picture_of_ours_stays_as_it_is(html: str) -> None:
    assert zoomable(html) == html
