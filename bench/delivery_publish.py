"""Release entries one by one and wait until a reader sees each: `python -m bench.delivery_publish HOST:PORT TIMES`.

Prints the seconds from before the release (with its commit and its purge) to the first page that shows it, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime

import django

django.setup()

from bench.delivery_machines import get  # noqa: E402
from cong.agencies.models import Agency  # noqa: E402
from tests import makers  # noqa: E402

_PATIENCE = 30.0


def main(address: str, times: int) -> None:
    agency, found = Agency.objects.in_order()[0], []
    for number in range(times):
        time.sleep(0.5)
        now = datetime.now(UTC)
        title = f"Tin vừa phát số {number} lúc {now.timestamp():.0f}"
        content = makers.content(agency, title, published_at=now, harvested_at=now)
        began = time.perf_counter()
        makers.entries([content], at=now)
        while title.encode() not in get(address, "/tin-tuc/")[2]:
            if time.perf_counter() - began > _PATIENCE:
                raise TimeoutError(title)
        found.append(time.perf_counter() - began)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
