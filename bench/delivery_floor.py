"""The web server with nothing behind it: the same bytes and headers as a kept page, from a constant.

What it costs is the server's; what ours costs more is the front's.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

_GIVEN = json.loads(Path(os.environ["FLOOR"]).read_text())
_HEADERS = [(name, value) for name, value in _GIVEN["headers"]]
_BODY = [bytes.fromhex(_GIVEN["body"])]


def application(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", _HEADERS)
    return _BODY
