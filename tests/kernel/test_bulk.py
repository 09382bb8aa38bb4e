"""Bulk writes say exactly what the models would."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cong.agencies.models import Agency, Category, FormerSlug
from cong.harvest.models import Fetch, Source
from cong.kernel import bulk
from tests import makers
from tests.makers import NOON

pytestmark = pytest.mark.django_db


def _source() -> Source:
    return Source.objects.create(slug="mot", agency=makers.agency(), url="https://mot.vn/rss", config={})


def test_inserted_rows_read_back_as_they_were_given() -> None:
    source = _source()
    moments = [NOON + timedelta(microseconds=number) for number in range(3)]
    rows = [(source.pk, at, 200, "new", f"lỗi “{number}” % \\ '") for number, at in enumerate(moments)]
    rest = (0, 0, 0, 0, 0, 0, "", "")
    columns = ("source_id", "at", "status", "outcome", "error_text",
               "ms", "bytes", "seen", "new", "changed", "gone", "error_code", "final_url")  # fmt: skip

    bulk.insert(Fetch, columns, [(*row, *rest) for row in rows])

    assert list(Fetch.objects.order_by("at").values_list("source_id", "at", "status", "outcome", "error_text")) == rows


def test_json_and_empty_moments_go_through_the_field() -> None:
    source = _source()
    config = {"map": [{"path": "/văn-bản/"}], "n": 1.5, "no": None}

    bulk.update(Source, ("config", "next_at", "lease_until"), [(config, NOON, None, source.pk)])

    source.refresh_from_db()
    assert (source.config, source.next_at, source.lease_until) == (config, NOON, None)


def test_updates_touch_only_their_rows_and_columns() -> None:
    owner = makers.agency()
    sources = [Source.objects.create(slug=f"s-{number}", agency=owner, url="https://a.vn") for number in range(3)]

    bulk.update(Source, ("etag", "fail_count"), [(f'"{one.pk}"', one.pk, one.pk) for one in sources[:2]])

    found = list(Source.objects.order_by("pk").values_list("etag", "fail_count", "url"))
    assert found == [*((f'"{one.pk}"', one.pk, "https://a.vn") for one in sources[:2]), ("", 0, "https://a.vn")]


def test_a_foreign_key_may_change() -> None:
    source, other = _source(), makers.agency()

    bulk.update(Source, ("agency_id",), [(other.pk, source.pk)])

    source.refresh_from_db()
    assert source.agency == other


def test_nothing_to_write_asks_the_database_nothing(django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # pytest-django's context manager
        bulk.insert(Agency, ("name",), [])
        bulk.update(Agency, ("name",), [])


def test_one_bad_row_refuses_them_all() -> None:
    owner = makers.agency(category=Category.PROVINCE)

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(FormerSlug, ("slug", "agency_id"), [("cu-1", owner.pk), ("cu-2", owner.pk), ("cu-1", owner.pk)])

    assert not FormerSlug.objects.exists()
