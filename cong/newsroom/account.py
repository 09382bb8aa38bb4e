"""A person's own settings: password, language, how the screens look. The name is the agency's to write."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.account import (
    AccountView,
    ChangePasswordPanel,
    LocaleSettingsPanel,
    NotificationsSettingsPanel,
    ThemeSettingsPanel,
)
from wagtail.users.models import UserProfile


class Account(AccountView):
    """Wagtail's page without the panels that write columns our people do not have, and without a picture."""

    kinds = (LocaleSettingsPanel, ThemeSettingsPanel, NotificationsSettingsPanel, ChangePasswordPanel)

    def get_panels(self) -> list[Any]:
        user = self.request.user
        profile = UserProfile.get_for_user(user)
        panels = [kind(self.request, user, profile) for kind in self.kinds]
        return [panel for panel in panels if panel.is_active()]
