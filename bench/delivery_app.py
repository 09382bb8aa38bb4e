"""The portal's front with a Django that is counted: each page rendered is a line in RENDERS, and tells when it began.

`SLOW` makes every render wait so many seconds. Imported by web processes that `bench.delivery_web` starts.
"""

from __future__ import annotations

import os
import time
from typing import Any

import django

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402

from cong.delivery.origin import Application, Start  # noqa: E402
from cong.delivery.serving import front  # noqa: E402
from cong.kernel.tags import tags_of  # noqa: E402

STAMP = b"<!--%020.6f-->"
STAMP_SIZE = len(STAMP % 0.0)


class Counted:
    """Django, counted and stamped; what is not kept passes as it is."""

    def __init__(self, inner: Application) -> None:
        self._inner = inner
        self._slow = float(os.environ.get("SLOW", "0"))
        self._log = os.open(os.environ["RENDERS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def __call__(self, environ: dict[str, Any], start: Start) -> Any:
        began = time.time()
        answer: Any = self._inner(environ, start)
        if tags_of(answer) is not None:
            os.write(self._log, f"{environ['PATH_INFO']}\n".encode())
            time.sleep(self._slow)
            answer.content += STAMP % began
        return answer


application = front(Counted(get_wsgi_application()))
