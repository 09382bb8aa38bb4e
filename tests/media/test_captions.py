"""Tests the captions that staff bring: what is kept, what is refused and where, what can be read under a film."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.media.clean.captions import Cue, clean_captions, is_captions, read, spoken
from cong.media.clean.traces import Refused

CUES = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Lan>Chào <b>mọi</b> người\n"
SUBRIP = (
    '1\n00:00:01,000 --> 00:00:04,500\n<font color="#fff">Chào</font> <I>mọi người</I>\n\n'
    "2\n00:00:05,000 --> 00:00:06,000\n{\\an8}2 < 3 & 5 > 4\n<script>\n"
)
pytestmark = pytest.mark.one_engine


def test_captions_keep_what_is_said_and_lose_the_rest() -> None:
    styled = CUES.replace("\n\n1", "\n\nSTYLE\n::cue { background: url(https://xau.vn/) }\n\nNOTE của Minh\n\n1")

    clean = clean_captions(styled.replace("\n", "\r\n").encode()).decode()

    assert clean == "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Lan>Chào <b>mọi</b> người\n"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
def test_subrip_becomes_webvtt_with_its_signs_as_text(code: str) -> None:
    data = SUBRIP.replace("\n", "\r\n").encode(code)

    assert is_captions(data)
    assert clean_captions(data).decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:04.500\nChào <i>mọi người</i>\n\n"
        "00:00:05.000 --> 00:00:06.000\n2 &lt; 3 &amp; 5 &gt; 4\n&lt;script&gt;\n"
    )


def test_cues_stand_in_the_order_of_time_and_keep_only_where_they_stand() -> None:
    late = "02:00.000 --> 02:01.000 line:0 region:xau align:start\nSau\n"

    clean = clean_captions(f"WEBVTT\n\n{late}\n00:01.000 --> 00:02.000\nTrước\n".encode()).decode()

    assert clean == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nTrước\n\n00:02:00.000 --> 00:02:01.000 line:0 align:start\nSau\n"
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("00:01 --> 00:02\nxin chào", "dòng đầu"),
        ("WEBVTTX\n\n00:00:01.000 --> 00:00:02.000\na", "dòng đầu"),
        ("WEBVTT\n\n", "không có câu nào"),
        ("WEBVTT\n\n00:01 --> 00:00:02.000\na", r"câu 1 \(dòng 3\): dòng giờ"),
        ("WEBVTT\n\n00:00:02.000 --> 00:00:01.000\na", "giờ kết thúc phải sau"),
        (CUES + "\nchỉ có chữ", r"câu 2 \(dòng 7\)"),
        (CUES + "00:00:05.000 --> 00:00:06.000\nb", "hai câu dính nhau"),
        (CUES + "\n00:00:05.000 --> 00:00:06.000\n<img src=x>", "câu 2.*chữ thường"),
        (CUES + "\n00:00:05.000 --> 00:00:06.000\n<c.a<script>", "câu 2"),
        (CUES + "\n00:00:05.000 --> 00:00:06.000\n" + "a" * 1001, "dòng 8: dài hơn"),
        ("WEBVTT\n\n" + "00:01.000 --> 00:02.000\na\n\n" * 20_001, "hơn 20000 câu"),
    ],
)
def test_wrong_captions_are_refused_saying_where(wrong: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        clean_captions(wrong.encode())


@given(st.text(max_size=200))
def test_captions_never_let_markup_through(text: str) -> None:
    for head in ("WEBVTT\n\n00:00:01.000", "1\n00:00:01,000"):
        try:
            clean = clean_captions(f"{head} --> 00:00:02.000\n{text}\n".encode("utf-8", "replace"))
        except Refused:
            continue
        assert b"<script" not in clean.lower()
        assert b"<img" not in clean.lower()
        assert clean_captions(clean) == clean


@pytest.mark.parametrize("evil", ["<", "<v ", "<c.a", "{\\", "a&", "WEBVTT ", "00:", "-"])
def test_the_time_grows_with_the_size_alone(evil: str) -> None:
    line = (evil * 1000)[:1000]
    data = ("1\n00:00:01,000 --> 00:00:02,000\n" + f"{line}\n" * 2000).encode()

    begun = time.process_time()
    with suppress(Refused):
        clean_captions(data)
    assert time.process_time() - begun < 3


def test_what_is_said_reads_as_paragraphs() -> None:
    cues = read(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Lan>Chào &amp; mời\n\n"
        "00:02.100 --> 00:03.000\n<v Lan><i>mọi</i> người.\n\n"
        "00:03.100 --> 00:04.000\n<v Minh>Cảm ơn.\n\n00:20.000 --> 00:21.000\n<v Minh>Xem tiếp.\n"
    )

    assert spoken(cues) == ["Lan: Chào & mời mọi người.", "Minh: Cảm ơn.", "Minh: Xem tiếp."]


def test_a_long_speech_is_parted_at_the_end_of_a_sentence() -> None:
    cues = [Cue(start=n * 1000, end=n * 1000 + 900, text=f"Câu thứ {n} nói về thư viện ở xã.") for n in range(60)]

    paragraphs = spoken(cues)

    assert len(paragraphs) > 2
    assert all(500 < len(one) < 600 for one in paragraphs[:-1])
    assert " ".join(paragraphs) == " ".join(cue.text for cue in cues)
