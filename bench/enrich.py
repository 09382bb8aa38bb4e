"""Enriching benchmark: CPU ms a page by selector and in general, in this process and through the pool.

`python -m bench.enrich [PAGES]` prints a table, beside plain lxml and (where installed) readability-lxml, on the same
made-up pages; memory of a worker, machine load.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import trafilatura
from lxml import html

from cong.harvest.enrich.article import Article, PageRules
from cong.harvest.enrich.extract import extract
from cong.harvest.enrich.pool import Bounds, Pool
from cong.harvest.parse.raw import Rules

_GENERAL = PageRules(dates=Rules(now=datetime(2026, 11, 26, tzinfo=UTC)))
_SELECTOR = replace(_GENERAL, content="css:div.noi-dung", remove=("css:.chia-se",), date="css:span.ngay")
_URL = "https://vidu.gov.vn/tin-tuc/bai.html"
_TARGET = 15.0
# What general extractors know, and what they do not.
_CLASSES = ("article-content", "detail-content", "chi-tiet", "ms-rtestate-field")
_SYLLABLES = re.findall(
    r"\w+",
    "thư viện xã mở cửa buổi tối cho bà con đến đọc sách học nghề trồng cây chăm vườn sửa đường làng quét dọn kênh "
    "mương hội nghị bàn việc nước sạch lớp tập huấn tổ chức tại nhà văn hóa thôn cán bộ kỹ thuật hướng dẫn ghi chép "
    "kết quả năm nay tăng so với cùng kỳ nhiều gia đình đăng ký tham gia đoàn viên thanh niên giúp đỡ người cao tuổi",
)


def pages(count: int) -> list[bytes]:
    """Return made-up pages of 5 to 120 KB, the same ones at every run."""
    chance = random.Random(2026)
    return [_page(chance, int(5_000 * 24 ** (number / max(count - 1, 1)))) for number in range(count)]


def _words(chance: random.Random, least: int, most: int) -> str:
    return " ".join(chance.choices(_SYLLABLES, k=chance.randint(least, most))).capitalize()


def _page(chance: random.Random, size: int) -> bytes:
    """Make a page of about `size` bytes: a third article, the rest menus, scripts, related lists, footer."""
    article = "".join(_block(chance, number) for number in range(max(size // 3 // 550, 3)))
    title = _words(chance, 8, 14)
    head = (
        f'<meta property="og:title" content="{title}"><meta property="og:image" content="/anh/dau.jpg">'
        '<script type="application/ld+json">'
        '{"@type":"NewsArticle","datePublished":"2026-11-25T08:00:00+07:00"}</script>'
    )
    rest = max(size - len(article.encode()) - 1_500, 1_000)
    menu, related, script = (
        _list(chance, rest * 3 // 10),
        _list(chance, rest * 3 // 10),
        _script(chance, rest * 4 // 10),
    )
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} | Trang tin</title>
{head}{script}</head>
<body><div class="dau-trang"><div class="menu"><ul>{menu}</ul></div></div><div class="than"><div class="cot-chinh">
<h1 class="ten">{title}</h1><span class="ngay">Thứ Tư, 25/11/2026 | 08:00</span>
<div class="noi-dung {chance.choice(_CLASSES)}">{article}<div class="chia-se"><a href="/s">Chia sẻ</a></div></div></div>
<div class="cot-phu"><h3>Tin liên quan</h3><ul>{related}</ul></div></div>
<div class="chan-trang">Bản quyền</div></body></html>""".encode()


def _block(chance: random.Random, number: int) -> str:
    text = ". ".join(_words(chance, 14, 26) for _ in range(4))
    if number % 7 == 3:
        caption = _words(chance, 8, 14)
        return f'<table class="anh"><tr><td><img src="/anh/{number}.jpg"></td></tr><tr><td>{caption}</td></tr></table>'
    if number % 9 == 5:
        return f"<h2>{_words(chance, 5, 9)}</h2><ul><li>{text[:120]}</li><li>{text[120:]}</li></ul>"
    return f'<p style="text-align: justify;"><span>{text[:200]}</span><strong>{text[200:260]}</strong>{text[260:]}</p>'


def _list(chance: random.Random, size: int) -> str:
    lines = size // 110 + 1
    return "".join(
        f'<li class="m"><a href="/muc/{n}.html" title="x">{_words(chance, 4, 9)}</a></li>' for n in range(lines)
    )


def _script(chance: random.Random, size: int) -> str:
    return f"<script>var d = {{{','.join(f'k{n}: {chance.random()}' for n in range(size // 25))}}};</script>"


def measured(work: Callable[[bytes], object], bodies: Sequence[bytes]) -> float:
    """Return CPU milliseconds a page, best of three rounds."""
    rounds = []
    for _ in range(3):
        began = time.process_time()
        for body in bodies:
            work(body)
        rounds.append((time.process_time() - began) * 1000 / len(bodies))
    return min(rounds)


def _lxml(body: bytes) -> object:
    return html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))


def _ours(rules: PageRules) -> Callable[[bytes], Article]:
    return lambda body: extract(body, url=_URL, charset=None, rules=rules)


async def _pooled(rules: PageRules, bodies: Sequence[bytes]) -> tuple[float, int]:
    async with Pool(bounds=Bounds(pages=len(bodies) + 4)) as pool:
        await pool.run(extract, bodies[0], url=_URL, charset=None, rules=rules)
        before = await pool.run(time.process_time) + time.process_time()
        await asyncio.gather(*(pool.run(extract, body, url=_URL, charset=None, rules=rules) for body in bodies))
        after = await pool.run(time.process_time) + time.process_time()
        said = await pool.run(Path.read_text, Path("/proc/self/statm"))
        return after - before, int(said.split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def pooled(rules: PageRules, bodies: Sequence[bytes]) -> tuple[float, int]:
    """Return CPU milliseconds a page of both sides once the worker has started, and the worker's resident MB."""
    spent, size = asyncio.run(_pooled(rules, bodies))
    return spent * 1000 / len(bodies), size


def peers() -> dict[str, Callable[[bytes], object]]:
    found: dict[str, Callable[[bytes], object]] = {
        "trafilatura fast": lambda body: trafilatura.extract(body, fast=True, include_comments=False)
    }
    with suppress(ImportError):
        readability = importlib.import_module("readability")
        found["readability-lxml"] = lambda body: readability.Document(body.decode()).summary()
    return found


def main(count: str = "100") -> None:
    bodies = pages(int(count))
    sizes = [len(body) // 1000 for body in bodies]
    print(f"{len(bodies)} pages, {min(sizes)}–{max(sizes)} KB, {sum(sizes) / len(sizes):.0f} KB mean, {_load()}")
    plain = measured(_lxml, bodies)
    rows = {"lxml tree only": plain}
    rows |= {"selector": measured(_ours(_SELECTOR), bodies), "general": measured(_ours(_GENERAL), bodies)}
    size = 0
    for name, rules in (("selector, pool", _SELECTOR), ("general, pool", _GENERAL)):
        rows[name], size = pooled(rules, bodies)
    rows |= {name: measured(work, bodies) for name, work in peers().items()}
    print(f"\n{'':20}{'ms/page':>9}{'× lxml':>9}")
    for name, milliseconds in rows.items():
        print(f"{name:20}{milliseconds:9.2f}{milliseconds / plain:9.1f}")
    print(f"\na worker holds {size} MB; target: general ≤ {_TARGET:.0f} ms/page on the reference machine; {_load()}")


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main(*sys.argv[1:])
