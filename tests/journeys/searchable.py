"""A portal with something to search in: a shelf of several agencies and years, indexed, served by `cong web`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.config.test_server import wait_until
from tests.journeys.site import Site, is_ready
from tests.kept import ROOT
from tests.scratch import scratch
from tests.services import free_port

NUMBER = "12/2026/QĐ-MAU"
DOCUMENT = "Quy chế mượn sách liên thông"
LIBRARY = "Thư viện tỉnh An Hòa"
LIBRARIES = 12
YEARS = (2022, 2024, 2026)

_FILL = f"""
import django
django.setup()
from datetime import datetime, UTC
from cong.agencies.models import Category
from cong.search import actions
from tests import makers

here = makers.agency("{LIBRARY}", category=Category.PROVINCE)
told = [makers.content(here, "{DOCUMENT}", kind="document", number="{NUMBER}")]
for year in {YEARS}:
    at = datetime(year, 3, 1, tzinfo=UTC)
    text = "<p>Theo {NUMBER}, ai cũng mượn được.</p>"
    told.append(makers.content(here, f"Ngày hội mượn sách {{year}}", published_at=at, html=text))
    told.append(makers.content(here, f"Phim về phòng đọc {{year}}", published_at=at, kind="video"))
for n in range({LIBRARIES}):
    one = makers.agency(f"Thư viện xã số {{n}}", category=Category.MINISTRY)
    told.append(makers.content(one, f"Xã số {{n}} cho mượn sách tận nhà", summary="Xe đạp.", html="<p>Xe đạp.</p>"))
    told.append(makers.content(one, f"Chợ quê bán rau {{n}}", summary="Rau.", html="<p>Rau.</p>"))
makers.entries(told)
actions.catch_up()
"""


@contextmanager
def searchable(folder: Path) -> Iterator[Site]:
    """Fill and index a scratch database, and serve it until the end of the block."""
    with scratch(folder) as made:
        environ = made.environ | {"DJANGO_SETTINGS_MODULE": "cong.config.settings"}
        subprocess.run([sys.executable, "-c", _FILL], env=environ, cwd=ROOT, check=True, capture_output=True)
        port = free_port()
        made.start("web", PORT=str(port), HOST="127.0.0.1")
        base = f"http://127.0.0.1:{port}"
        assert wait_until(lambda: is_ready(base), 120), made.log()
        yield Site(base=base, withdrawn="", original="")
