"""Which engine answers, by the settings; a client that is not used is not loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from cong.search.engines import chosen
from cong.search.index.folder import Folder
from cong.search.index.reader import Reader
from tests.scratch import ROOT

LOADED = """
import sys
from pathlib import Path
from django.conf import settings
settings.configure(SEARCH_URL="", SEARCH_DIR=Path("none"))
from cong.search.engines import chosen
chosen.reader(), chosen.versions(), chosen.repairer()
sys.exit("opensearchpy" in sys.modules)
"""


def test_without_an_address_the_engine_is_embedded(search_dir: Path) -> None:
    assert chosen.name() == "tantivy"
    assert chosen.versions() == Folder(root=search_dir)
    assert isinstance(chosen.reader(), Reader)


def test_an_address_names_a_server(settings: Settings) -> None:
    settings.SEARCH_URL = "https://cong:mat-khau@127.0.0.1:9200"

    assert chosen.name() == "opensearch"
    assert type(chosen.versions()).__name__ == "OpenSearchVersions"
    assert type(chosen.reader()).__name__ == "OpenSearchEngine"


@pytest.mark.parametrize("address", ["localhost:9200", "ftp://localhost", "opensearch"])
def test_an_address_of_another_kind_is_said_to_be_wrong(settings: Settings, address: str) -> None:
    settings.SEARCH_URL = address

    with pytest.raises(ImproperlyConfigured, match="SEARCH_URL"):
        chosen.versions()


def test_the_reader_is_one_for_the_whole_process(settings: Settings, tmp_path: Path) -> None:
    one = chosen.reader()
    assert chosen.reader() is one

    settings.SEARCH_DIR = tmp_path / "elsewhere"

    assert chosen.reader() is not one


def test_the_embedded_engine_loads_no_client_of_a_server() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, check=False)

    assert done.returncode == 0
