"""Staff screens as they are served: our sign-in form, and sessions that end when nobody is there."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from pytest_django.fixtures import Settings

_IDLE = "cong.accounts.idle.IdleEnd"


@pytest.fixture(autouse=True)
def _staff_settings(settings: Settings) -> None:
    settings.WAGTAILADMIN_USER_LOGIN_FORM = "cong.agencies.forms.SignInForm"
    if _IDLE not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, _IDLE]


@pytest.fixture(scope="session", autouse=True)
def _manifest(_assets: None) -> None:
    """Read the names of static files again: Wagtail asks for them when it is imported, before they are laid down."""
    names: Any = staticfiles_storage
    names.hashed_files, names.manifest_hash = names.load_manifest()
