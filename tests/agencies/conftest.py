"""Staff screens as they are served: our sign-in form, and sessions that end when nobody is there."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

_IDLE = "cong.accounts.idle.IdleEnd"


@pytest.fixture(autouse=True)
def _staff_settings(settings: Settings) -> None:
    settings.WAGTAILADMIN_USER_LOGIN_FORM = "cong.agencies.forms.SignInForm"
    if _IDLE not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, _IDLE]
