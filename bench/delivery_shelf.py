"""Put entries on a portal's shelf for the delivery benchmark: `python -m bench.delivery_shelf COUNT`."""

from __future__ import annotations

import sys
from datetime import timedelta

import django

django.setup()

from cong.agencies.models import Agency, Part  # noqa: E402
from cong.entries.models import Section  # noqa: E402
from cong.publishing import actions  # noqa: E402
from cong.publishing.models import Origin  # noqa: E402
from cong.publishing.process import Content  # noqa: E402
from tests import makers  # noqa: E402

_BATCH = 100
_BODY = "<p>Phòng đọc thứ {} có thêm ghế, thêm đèn và giờ mở cửa mới; mượn ở nơi này, trả ở nơi khác ({}).</p>"


def main(count: int) -> None:
    agencies = list(Agency.objects.in_order())
    for first in range(0, count, _BATCH):
        contents = [_content(number, agencies) for number in range(first, min(count, first + _BATCH))]
        ids = [
            actions.open_publications(agencies[number % len(agencies)], Origin.HARVEST, 1, at=makers.NOON)[0]
            for number in range(first, first + len(contents))
        ]
        sealed = actions.seal_all(list(zip(ids, contents, strict=True)), by=None, at=makers.NOON)
        actions.release_by_policy(sealed, makers.policy(), at=makers.NOON, first=True)


def _content(number: int, agencies: list[Agency]) -> Content:
    is_document = number % 7 == 0
    return makers.content(
        agencies[number % len(agencies)],
        f"Thư viện số {number} mở cửa buổi tối cho người đọc ở xa",
        section=list(Section)[number % len(Section)].value,
        part=list(Part)[1 + number % 3].value,
        kind="document" if is_document else "news",
        number=f"{number}/QĐ-TV" if is_document else "",
        html="".join(_BODY.format(line, number * line) for line in range(40)),
        published_at=makers.NOON - timedelta(minutes=number),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
