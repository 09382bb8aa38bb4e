from __future__ import annotations

import pytest

from cong.config.search import search_url


@pytest.mark.parametrize(
    "url", ["", "http://127.0.0.1:9200", "https://cong:mat%40khau@may.vidu.vn:9200/cong?ca=/ca.pem"]
)
def test_nothing_or_an_address_of_a_server_will_do(url: str) -> None:
    assert search_url(url) == url


@pytest.mark.parametrize("url", ["localhost:9200", "opensearch://may", "https://", "may.vidu.vn"])
def test_anything_else_stops_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="SEARCH_URL"):
        search_url(url)
