"""What somebody wrote stays text; markup that is made to hurt costs bounded time."""

from __future__ import annotations

import time

import pytest

from cong.harvest.parse import clean
from cong.harvest.parse.elements import as_meant, is_tangled, with_few_attributes

_BASE = "https://vidu.gov.vn/tin/1"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<H1 class='x'>A</H1>", "<h2 class='x'>A</h2>"),
        ("<h6>A</h6>", "<h4>A</h4>"),
        ("<DIV>A</DIV>", "<p>A</p>"),
        ("<br/>", "<br/>"),
        ("Hàm List<String> và x<y", "Hàm List&lt;String> và x&lt;y"),
        ("Lê An <an@vidu.vn>", "Lê An &lt;an@vidu.vn>"),
        ("xem <https://vidu.vn/>", "xem &lt;https://vidu.vn/>"),
        ("<o:p>A</o:p><the-rieng>B</the-rieng>", "<o:p>A</o:p><the-rieng>B</the-rieng>"),
        ("a < b <3", "a < b <3"),
    ],
)
def test_elements_are_read_as_their_writer_meant_them(written: str, meant: str) -> None:
    assert as_meant(written) == meant


def test_a_tag_is_written_anew_with_the_attributes_that_stay() -> None:
    given = """<!-- x --><a HREF="/a>b" onclick=x title='nói "thế"' style>A</a> 1 < 2 <td colspan=2>"""

    assert with_few_attributes(given) == '<a HREF="/a&gt;b" title="nói &quot;thế&quot;">A</a> 1 < 2 <td colspan="2">'


def test_a_large_table_is_no_attack() -> None:
    table = "<table>" + ("<tr>" + "<td><p><span>1</span></p></td>" * 20 + "</tr>") * 500 + "</table>"

    assert not is_tangled(table)
    assert clean.body(table, _BASE).count("<td>") == 10_000


_MANY = " ".join(f"a{number}=1" for number in range(30_000))
_QUOTED = " ".join(f'a{number}=">"' for number in range(30_000))
_UNCLOSED = "".join(f"<b title={number}>" for number in range(400))


@pytest.mark.parametrize(
    "markup",
    [
        "<div>x" * 30_000,
        "<blockquote>x" * 30_000,
        _UNCLOSED + "<p>x</p>" * 10_000,
        f"<p {_MANY}>x",
        f"<p {_QUOTED}>x",
        f'<!--<p b="--><p {_MANY}>x',
        "<b><i><u>" * 10_000 + "x" + "</b></i></u>" * 10_000,
        "<ul><li>x" * 20_000,
        "<math><mtext>" * 20_000 + "x",
        "<table><tr><td>x" * 5_000,
    ],
    ids=range(10),
)
def test_markup_made_to_hurt_costs_little_and_loses_no_word(markup: str) -> None:
    began = time.process_time()

    safe = clean.body(markup, _BASE)

    assert time.process_time() - began < 2
    assert "x" in safe
    assert len(safe) < 4 * len(markup)
