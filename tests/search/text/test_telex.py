"""Un-Telex: whatever order the keys were typed in, the syllable comes back; what is no Telex is left alone."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cong.search.text.analysis import canonical
from cong.search.text.telex import untelex

INITIALS = ["", *re.findall(r"\S+", "b c ch d đ g gh gi h k kh l m n ng ngh nh ph qu r s t th tr v x")]
# The capital is the vowel that takes the tone.
RIMES = re.findall(
    r"\S+",
    """
    A Ac Ach Ai Am An Ang Anh Ao Ap At Au Ay Ăc Ăm Ăn Ăng Ăp Ăt Âc Âm Ân Âng Âp Ât Âu Ây E Ec Em En Eng Eo Ep Et
    Ê Êch Êm Ên Ênh Êp Êt Êu I Ich Im In Inh Ip It Iu Ia iÊc iÊm iÊn iÊng iÊp iÊt iÊu Y yÊm yÊn yÊt yÊu O Oc Oi Om On
    Ong Op Ot Ô Ôc Ôi Ôm Ôn Ông Ôp Ôt Ơ Ơi Ơm Ơn Ơp Ơt oA oAc oAch oAi oAn oAng oAnh oAo oAt oAy oĂc oĂn oĂng oĂt
    oE oEn oEo oEt U Ua Uc Ui Um Un Ung Up Ut uÂn uÂng uÂt uÂy uÊ uÊch uÊnh uÔc uÔi uÔm uÔn uÔng uÔt uY uYnh uYt uYu
    uyÊn uyÊt uƠ Ư Ưa Ưc Ưi Ưng Ưt Ưu ưƠc ưƠi ưƠm ưƠn ưƠng ưƠp ưƠt ưƠu
    """,
)
TONES = {"": "", "s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
DIGITS = {"s": "1", "f": "2", "r": "3", "x": "4", "j": "5", "": ""}
SHAPES = {"â": ("a", "a", "6"), "ê": ("e", "e", "6"), "ô": ("o", "o", "6"), "ơ": ("o", "w", "7"), "ư": ("u", "w", "7"),
          "ă": ("a", "w", "8")}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Style:
    """How somebody types: digits or letters; marks at once or at the end; one w for ươ, the d of đ last; a bare w."""

    vni: bool
    shapes_last: bool
    tone_last: bool
    once: bool
    d_last: bool
    bare_w: bool


STYLES = st.builds(
    Style, vni=st.booleans(), shapes_last=st.booleans(), tone_last=st.booleans(), once=st.booleans(),
    d_last=st.booleans(), bare_w=st.booleans(),
)  # fmt: skip


def is_written(initial: str, rime: str, tone: str) -> bool:
    """Tell whether Vietnamese spelling has this syllable."""
    first = rime[0].lower()
    if rime.endswith(("c", "ch", "p", "t")) and tone not in ("s", "j"):
        return False
    if initial in ("k", "gh", "ngh"):
        return first in "eêiy"
    if initial in ("c", "g", "ng"):
        return first not in "eêiy"
    if initial == "qu":
        return first in "aăâeêơy"
    return first not in "iy" if initial == "gi" else not (first == "y" and initial and rime != "Y")


def spelled(initial: str, rime: str, tone: str) -> str:
    toned = "".join(
        unicodedata.normalize("NFC", char.lower() + TONES[tone]) if char.isupper() else char for char in rime
    )
    return canonical(initial + toned)


def typed(initial: str, rime: str, tone: str, style: Style) -> str:
    tone_key = DIGITS[tone] if style.vni else tone
    body, late, late_tone = "", "", ""
    for place, char in enumerate(rime):
        base, letter, digit = SHAPES.get(char.lower(), (char.lower(), "", ""))
        shape = digit if style.vni else letter
        if style.once and char.lower() == "ư" and rime[place + 1 : place + 2].lower() == "ơ":
            shape = ""
        if style.bare_w and not style.vni and char == "Ư" and initial:
            base, shape = "", "w"
            body += shape
        elif style.shapes_last:
            body, late = body + base, late + shape
        else:
            body += base + shape
        if char.isupper():
            body, late_tone = (body, tone_key) if style.tone_last else (body + tone_key, "")
    bar = ("9" if style.vni else "d") if initial == "đ" else ""
    head = initial.replace("đ", "d") + ("" if style.d_last else bar)
    return head + body + late + late_tone + (bar if style.d_last else "")


@settings(max_examples=1000)
@given(st.sampled_from(INITIALS), st.sampled_from(RIMES), st.sampled_from(list(TONES)), STYLES)
def test_every_syllable_comes_back_from_its_keys(initial: str, rime: str, tone: str, style: Style) -> None:
    if not is_written(initial, rime, tone):
        return
    keys = typed(initial, rime, tone, style)
    meant = spelled(initial, rime, tone)

    assert untelex(keys) == (meant if canonical(keys) != meant else None)


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("nghij", "nghị"),
        ("nghiji", "nghị"),
        ("quyeets", "quyết"),
        ("ddoanf", "đoàn"),
        ("doanfd", "đoàn"),
        ("dduongwf", "đường"),
        ("dduwowngf", "đường"),
        ("dduwongf", "đường"),
        ("DDuwowngf", "đường"),
        ("thuowr", "thuở"),
        ("guiwr", "gửi"),
        ("giaf", "già"),
        ("gieengs", "giếng"),
        ("gif", "gì"),
        ("twf", "từ"),
        ("nhwngx", "những"),
        ("hoaf", "hoà"),
        ("kys", "kí"),
        ("quyêts", "quyết"),
        ("nguyenx", "nguyễn"),
        ("nghi5", "nghị"),
        ("quye6t1", "quyết"),
        ("d9u7o7ng2", "đường"),
        ("duong972", "đường"),
    ],
)
def test_keys_in_any_order_make_the_syllable(keys: str, meant: str) -> None:
    assert untelex(keys) == meant


@pytest.mark.parametrize(
    "word",
    [
        "", "a", "nghi", "nghị", "class", "first", "x" * 1000, "data", "library", "won", "news", "website", "window",
        "added", "covid19", "thii", "u23", "h5n1", "54", "b2b", "nghị_quyết", "quyetsj", "kwd", "中文", "ctf", "phong",
    ],
)  # fmt: skip
def test_what_makes_no_syllable_is_left_alone(word: str) -> None:
    assert untelex(word) is None


@given(st.text(max_size=20) | st.text(alphabet="dduwowngfaeiojsrx0123456789", max_size=14))
def test_any_keys_give_a_canonical_syllable_or_nothing(keys: str) -> None:
    made = untelex(keys)

    assert made is None or (canonical(made) == made and made != canonical(keys))
