"""What anyone may do with a page of the workspace: write it. Publishing, hiding and moving are never allowed."""

from __future__ import annotations

import copy
from typing import Any

from wagtail.models import Page
from wagtail.models.pages import PagePermissionTester

from cong.newsroom.policy import WORKSPACE


def _never(self: PagePermissionTester) -> bool:
    return False


class WorkspaceTester(PagePermissionTester):
    """Asks our policy alone; a flag on the person opens nothing."""

    def __init__(self, user: Any, page: Page) -> None:
        self.permission_policy = WORKSPACE
        self.page = page
        self.page_is_root = page.depth == 1
        self.permissions = WORKSPACE.allowed_at(user, page.path) if user.is_active else frozenset()
        # A copy without the flag closes the shortcuts that PagePermissionTester keeps for it.
        self.user = copy.copy(user)
        self.user.is_superuser = False

    can_publish = _never
    can_publish_subpage = _never
    can_unpublish = _never
    can_unschedule = _never
    can_set_view_restrictions = _never
    can_reorder_children = _never
    can_submit_for_moderation = _never
    can_copy = _never
    can_move = _never

    def can_move_to(self, destination: Page) -> bool:
        return False

    def can_copy_to(self, destination: Page, recursive: bool = False) -> bool:  # noqa: FBT001, FBT002 (Wagtail's signature)
        return False

    def can_edit(self) -> bool:
        return bool(self.user.is_active) and not self.page_is_root and "change" in self.permissions

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002 (Wagtail's signature)
        """Let a draft go that was never submitted. A page that is no draft of anything never goes."""
        unsent = getattr(self.page.specific, "publication_id", 0) is None
        return self.can_edit() and self.page.is_leaf() and unsent
