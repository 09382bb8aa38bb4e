"""Rights to pages by path prefix, from memberships: no group, no row of Wagtail's permissions is ever asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Page
from wagtail.permission_policies import BasePermissionPolicy

from cong.accounts.models import User
from cong.agencies.models import Membership, Role
from cong.agencies.rights import rights_of

# Never "publish", never "bulk_delete".
ALLOWED = frozenset({"add", "change", "delete", "lock", "unlock"})
_LONGEST: int = Page._meta.get_field("path").max_length
_STEP: int = Page.steplen


@dataclass(frozen=True, kw_only=True)
class Root:
    """A page under which the person writes."""

    pk: int
    path: str


@dataclass(frozen=True, kw_only=True)
class Codename:
    codename: str


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What PagePermissionTester reads of a permission row: `permission.codename` and `page.path`."""

    permission: Codename
    page: Root


def below(first: str, last: str) -> Q:
    """Return the pages from `first` to `last` and all under them, as a range that an index answers on both engines."""
    return Q(path__gte=first, path__lte=last.ljust(_LONGEST, "Z"))


def merged(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return (first, last) of each run of neighbouring pages: all agencies together are one range, not hundreds."""
    runs: list[tuple[str, str]] = []
    for path in sorted(paths):
        if runs and _next(runs[-1][1]) == path:
            runs[-1] = (runs[-1][0], path)
        else:
            runs.append((path, path))
    return runs


def _next(path: str) -> str:
    """Return where the following sibling of a page would stand."""
    number: int = Page._str2int(path[-_STEP:])
    return str(Page._get_path(path[:-_STEP], len(path) // _STEP, number + 1))


def _common(paths: list[str]) -> str:
    first, last = min(paths), max(paths)
    same = next((i for i, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return first[: same - same % _STEP]


def _above(path: str) -> list[str]:
    return [path[:end] for end in range(_STEP, len(path), _STEP)]


class WorkspacePolicy(BasePermissionPolicy):
    """An author writes below the page of their agencies, and sees the way down to it."""

    permission_cache_name = "_page_permission_cache"

    def roots(self, user: Any) -> list[Root]:
        """Return the agency pages that the person writes under; asked once a request."""
        known: list[Root] | None = getattr(user, "_page_roots", None)
        if known is None:
            agencies = rights_of(user).agencies(Role.AUTHOR)
            pages = Page.objects.filter(agencypage__agency__in=agencies) if agencies else Page.objects.none()
            known = [Root(pk=pk, path=path) for pk, path in pages.order_by("path").values_list("pk", "path")]
            # A plain attribute: `request.user` is a lazy object, whose `__dict__` is not the person's.
            user._page_roots = known
        return known

    def get_all_permissions_for_user(self, user: Any) -> list[Grant]:
        return [
            Grant(permission=Codename(codename=f"{action}_page"), page=root)
            for root in self.roots(user)
            for action in sorted(ALLOWED)
        ]

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in ALLOWED and bool(self.roots(user))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Page) -> bool:
        return action in self.allowed_at(user, instance.path)

    def allowed_at(self, user: Any, path: str) -> frozenset[str]:
        """Return what the person may do with the page at `path`: all of it or nothing."""
        mine: frozenset[str] | None = getattr(user, "_page_paths", None)
        if mine is None:
            mine = user._page_paths = frozenset(root.path for root in self.roots(user))
        return ALLOWED if mine.intersection((*_above(path), path)) else frozenset()

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        roots = self.roots(user)
        pages: QuerySet[Any] = self.model._default_manager.all()
        if not roots or not ALLOWED & set(actions):
            return pages.none()
        return pages.filter(self._inside(roots))

    def _inside(self, roots: list[Root]) -> Q:
        # One flat OR: Django nests `a | b | c`, and SQLite ends a statement at a depth of 1,000.
        return Q(*(below(*run) for run in merged(root.path for root in roots)), _connector=Q.OR)

    def instances_with_direct_explore_permission(self, user: Any) -> QuerySet[Any]:
        return Page.objects.filter(pk__in=[root.pk for root in self.roots(user)])

    def explorable_root_instance(self, user: Any) -> Page | None:
        """Return the lowest page that holds everything the person writes."""
        roots = self.roots(user)
        if not roots:
            return None
        if not hasattr(user, "_page_common"):
            user._page_common = Page.objects.get(path=_common([root.path for root in roots]))
        page: Page = user._page_common
        return page

    def explorable_instances(self, user: Any) -> QuerySet[Any]:
        """Return own subtrees, and the way down to them from the first page that they have in common."""
        roots = self.roots(user)
        pages: QuerySet[Any] = self.model._default_manager.all()
        if not roots:
            return pages.none()
        top = _common([root.path for root in roots])
        way = {path for root in roots for path in _above(root.path) if path.startswith(top)}
        return pages.filter(self._inside(roots) | Q(path__in=sorted(way)))

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        if not ALLOWED & set(actions):
            return User.objects.none()
        held = Membership.objects.on(timezone.localdate()).filter(role=Role.AUTHOR)
        return User.objects.filter(is_active=True, memberships__in=held).distinct()

    def users_with_any_permission_for_instance(self, actions: Iterable[str], instance: Page) -> QuerySet[Any]:
        """Narrow to the authors of the page's own agency."""
        owner = Page.objects.filter(path__in=[*_above(instance.path), instance.path]).values("agencypage__agency")
        held = Membership.objects.on(timezone.localdate()).filter(role=Role.AUTHOR, agency__in=owner)
        return self.users_with_any_permission(actions).filter(memberships__in=held)


WORKSPACE = WorkspacePolicy(Page)
