"""Every test of this room has stores of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def stores(settings: Settings, tmp_path: Path) -> Path:
    """Give the folder below which `media` is public and `private` is not."""
    # Staff screens name hundreds of the libraries' files, which nothing here collects.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    return tmp_path
