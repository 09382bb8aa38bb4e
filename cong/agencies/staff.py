"""AgencyViewSet: staff screens for plain models, where another agency's row is a 404 in every view.

Wagtail builds every view of a viewset through `construct_view`, so the scope is mixed in there: a view
that a later Wagtail adds is scoped before anyone has read its source.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseForm, ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import Promise
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import policy_registry

from cong.accounts.models import User
from cong.agencies.models import Agency, Membership, Role
from cong.agencies.owned import ANY_ROLE, AgencyOwned
from cong.agencies.rights import rights_of

Allows = Mapping[str, Collection[Role]]
_WRITERS = frozenset({Role.AUTHOR})
AUTHORS_WRITE: Allows = {"view": ANY_ROLE, "add": _WRITERS, "change": _WRITERS, "delete": _WRITERS, "choose": ANY_ROLE}


class AgencyPolicy(BasePermissionPolicy):
    """Who may do what with the rows of a model that has an `agency`; groups and flags are never asked."""

    def __init__(self, model: type[Any], allows: Allows = AUTHORS_WRITE) -> None:
        super().__init__(model)
        self.allows = allows

    def _roles(self, actions: Iterable[str]) -> frozenset[Role]:
        return frozenset(role for action in actions for role in self.allows.get(action, ()))

    def user_has_permission(self, user: Any, action: str) -> bool:
        roles, rights = self._roles([action]), rights_of(user)
        return bool(roles) and bool(rights.agencies(*roles))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        roles, rights = self._roles([action]), rights_of(user)
        return bool(roles) and (rights.everywhere(*roles) or instance.agency_id in rights.agencies(*roles))

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        roles = self._roles(actions)
        rows: QuerySet[Any] = self.model.objects.for_staff(user, roles) if roles else self.model.objects.none()
        return rows

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        held = Membership.objects.on(timezone.localdate()).filter(role__in=self._roles(actions))
        return User.objects.filter(is_active=True, memberships__in=held).distinct()


class Closed(BasePermissionPolicy):
    """For Wagtail's models that nobody touches through Wagtail: sites, groups, workflows, collections."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return False

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return False

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.none()
        return rows

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        return User.objects.none()


def limit_choices(form: BaseForm, user: Any, roles: Collection[Role]) -> BaseForm:
    """Narrow every choice of an agency, or of a row that belongs to one, to what the person may use."""
    for field in form.fields.values():
        if not isinstance(field, ModelChoiceField) or field.queryset is None:
            continue
        if field.queryset.model is Agency:
            rights = rights_of(user)
            if not rights.everywhere(*roles):
                field.queryset = field.queryset.filter(pk__in=rights.agencies(*roles))
                _choose_the_only_one(field)
        elif issubclass(field.queryset.model, AgencyOwned):
            field.queryset = field.queryset.for_staff(user)  # type: ignore[attr-defined]
    return form


def _choose_the_only_one(field: ModelChoiceField[Any]) -> None:
    """Most people work for one agency: it is not a question then."""
    found = list(field.queryset[:2]) if field.queryset is not None else []
    if len(found) == 1:
        field.initial, field.empty_label = found[0].pk, None


class MenuFor(MenuItem):
    """A menu entry for those who hold one of some roles, wherever."""

    def __init__(self, label: Promise, url: Any, roles: Collection[Role], **given: Any) -> None:
        super().__init__(label, url, **given)
        self.roles = roles

    def is_shown(self, request: HttpRequest) -> bool:
        return any(rights_of(request.user).has(role) for role in self.roles)


class Scoped:
    """Mixed into every view of an AgencyViewSet."""

    model: type[Any]
    request: HttpRequest
    permission_required: Any
    any_permission_required: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        if "pk" in kwargs:
            self._refuse_strangers(request.user, unquote(str(kwargs["pk"])))
        super().setup(request, *args, **kwargs)  # type: ignore[misc]

    def _refuse_strangers(self, user: Any, pk: str) -> None:
        row = get_object_or_404(self.model.objects.for_staff(user), pk=pk)
        needed = {self.permission_required} if self.permission_required else set(self.any_permission_required or ())
        policy = policy_registry.get_by_type(self.model)
        if needed and not policy.user_has_any_permission_for_instance(user, needed, row):
            raise PermissionDenied

    def get_form(self, *args: Any, **kwargs: Any) -> BaseForm:
        form = super().get_form(*args, **kwargs)  # type: ignore[misc]
        policy = policy_registry.get_by_type(self.model)
        roles = policy.allows.get("add", ()) if isinstance(policy, AgencyPolicy) else ()
        return limit_choices(form, self.request.user, roles)


class ScopedList(Scoped):
    """Mixed into the list, its search results and its CSV and XLSX exports."""

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.for_staff(self.request.user)
        return rows


def _mixed(scope: type, view_class: type) -> type:
    return type(view_class.__name__, (scope, view_class), {"__module__": __name__})


class AgencyViewSet(ModelViewSet):
    """A ModelViewSet whose views read only through `Model.objects.for_staff(user)`."""

    copy_view_enabled = False
    inspect_view_enabled = True
    # ReorderView renumbers every row of the table: two agencies would share one order.
    sort_order_field = None

    def get_history_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Let an auditor read history too: Wagtail asks for add, change or delete."""
        given: dict[str, Any] = super().get_history_view_kwargs(any_permission_required=["view"], **kwargs)
        return given

    def construct_view(self, view_class: type, **kwargs: Any) -> Any:
        scope = ScopedList if issubclass(view_class, IndexView) else Scoped
        return super().construct_view(_mixed(scope, view_class), **kwargs)


class ScopedChooser:
    """Mixed into every view of an AgencyChooserViewSet; Wagtail's own look at no right at all."""

    model_class: type[Any]
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not rights_of(request.user).any():
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def get_object_list(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model_class.objects.for_staff(self.request.user)
        return rows

    def get_object(self, pk: Any) -> Any:
        return get_object_or_404(self.get_object_list(), pk=pk)

    def get_objects(self, pks: Collection[Any]) -> QuerySet[Any]:
        return self.get_object_list().filter(pk__in=pks)

    def get_creation_form(self) -> BaseForm | None:
        form: BaseForm | None = super().get_creation_form()  # type: ignore[misc]
        policy = policy_registry.get_by_type(self.model_class)
        roles = policy.allows.get("add", ()) if isinstance(policy, AgencyPolicy) else ()
        return form and limit_choices(form, self.request.user, roles)


class AgencyChooserViewSet(ChooserViewSet):
    """A chooser that offers only rows of the person's agencies."""

    def construct_view(self, view_class: type, **kwargs: Any) -> Any:
        return super().construct_view(_mixed(ScopedChooser, view_class), **kwargs)
