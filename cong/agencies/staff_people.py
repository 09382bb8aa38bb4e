"""Staff screens for the people of an agency; what belongs to another agency is a 404."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from cong.accounts.models import User
from cong.agencies import memberships, people
from cong.agencies.actions import NotAllowed
from cong.agencies.forms import DeputyForm, EndForm, KnownPersonForm, NewPersonForm, ReasonForm, RoleForm
from cong.agencies.models import Agency, Membership, Role
from cong.agencies.rights import rights_of

_REFUSED = 422


@dataclass(frozen=True, kw_only=True)
class Admin:
    """Who asks, when, and which agencies' people are theirs."""

    user: User
    at: datetime
    agencies: QuerySet[Agency]
    everywhere: bool

    @property
    def today(self) -> date:
        return memberships.day_of(self.at)

    def rows(self) -> QuerySet[Membership]:
        """Return the rows of rights, of all times, in their agencies."""
        rows = Membership.objects.select_related("user", "agency", "deputy_of", "proposed_by", "confirmed_by")
        return rows if self.everywhere else rows.filter(agency__in=self.agencies)

    def person(self, pk: int) -> User:
        """Return somebody who has or had a role in their agencies; the centre sees everybody."""
        known = User.objects.all() if self.everywhere else User.objects.filter(memberships__in=self.rows())
        return get_object_or_404(known.distinct(), pk=pk)


def admin(request: HttpRequest) -> Admin:
    """Return the admin behind the request; others have no business here."""
    user: Any = request.user
    rights = rights_of(user)
    if not rights.has(Role.AGENCY_ADMIN):
        raise PermissionDenied
    everywhere = rights.everywhere(Role.AGENCY_ADMIN)
    agencies = Agency.objects.in_order()
    mine = agencies if everywhere else agencies.filter(pk__in=rights.agencies(Role.AGENCY_ADMIN))
    return Admin(user=User.objects.get(pk=user.pk), at=timezone.now(), agencies=mine, everywhere=everywhere)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the people of one agency with their roles, and everything that waits for the centre's word."""
    who = admin(request)
    agency = _chosen(who, request.GET.get("co-quan", ""))
    open_rows = Membership.objects.open_from(who.today).filter(agency=agency)
    rows = open_rows.select_related("user", "agency", "deputy_of").order_by("user__username", "from_on", "pk")
    held: dict[User, list[Membership]] = {}
    for row in rows:
        held.setdefault(row.user, []).append(row)
    waiting = Membership.objects.waiting(who.today).filter(agency__in=who.agencies).order_by("proposed_at", "pk")
    context = {
        "agency": agency,
        "agencies": list(who.agencies),
        "people": list(held.items()),
        "waiting": [_confirmable(who, row) for row in waiting.select_related("user", "agency", "proposed_by")],
        "known": KnownPersonForm(agencies=who.agencies, initial={"agency": agency, "from_on": who.today}),
    }
    return render(request, "people/list.html", context)


def _chosen(who: Admin, given: str) -> Agency:
    if not given:
        first = who.agencies.filter(is_centre=True).first() or who.agencies.first()
    else:
        first = who.agencies.filter(slug=given).first()
    if first is None:
        raise Http404
    return first


def _confirmable(who: Admin, row: Membership) -> tuple[Membership, bool]:
    return row, who.everywhere and who.user.pk not in (row.user_id, row.proposed_by_id)


@sensitive_variables("given")
def create(request: HttpRequest) -> HttpResponse:
    """Make an account with its first role, and show its password, once."""
    who = admin(request)
    initial = {"from_on": who.today, "agency": _chosen(who, request.GET.get("co-quan", ""))}
    form = NewPersonForm(request.POST or None, agencies=who.agencies, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = _tried(form, lambda data: people.create_person(by=who.user, at=who.at, **data))
        if given is not None:
            return _password(request, given)
    return render(request, "people/create.html", {"form": form}, status=_status(form))


@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Give a role to somebody who has an account already."""
    who = admin(request)
    form = KnownPersonForm(request.POST, agencies=who.agencies)
    if form.is_valid() and _tried(form, lambda data: _proposed(who, data.pop("username"), data)):
        return redirect("people_person", form.cleaned_data["username"].pk)
    return render(request, "people/invite.html", {"form": form}, status=_status(form))


def _proposed(who: Admin, user: User, data: dict[str, Any]) -> Membership:
    return memberships.propose_membership(user, data.pop("agency"), data.pop("role"), by=who.user, at=who.at, **data)


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person: roles of all times in the admin's agencies, and what can be done."""
    who = admin(request)
    return _person(request, who, who.person(pk))


def _person(request: HttpRequest, who: Admin, user: User, **bound: forms.Form) -> HttpResponse:
    rows = list(who.rows().filter(user=user).order_by("-from_on", "-pk"))
    open_rows = set(Membership.objects.open_from(who.today).filter(user=user).values_list("pk", flat=True))
    mine = {row.pk for row in rows}
    begun = {"from_on": who.today}
    given = {
        "person": user,
        "rows": [_shown(who, row, is_open=row.pk in open_rows) for row in rows],
        "elsewhere": bool(open_rows - mine),
        "is_self": user.pk == who.user.pk,
        "role_form": RoleForm(agencies=who.agencies, initial=begun),
        "deputy_form": DeputyForm(memberships=_lendable(who, user), initial=begun),
        "disable_form": ReasonForm(),
        "end_form": EndForm(),
    }
    status = next((_status(form) for form in bound.values()), 200)
    return render(request, "people/person.html", given | bound, status=status)


def _shown(who: Admin, row: Membership, *, is_open: bool) -> dict[str, Any]:
    return {
        "row": row,
        "role": Role(row.role).label,
        "state": _state(row, who.today, is_open=is_open),
        "may_confirm": is_open and row.is_pending and _confirmable(who, row)[1],
        "may_end": is_open and (who.user.pk == row.user_id or memberships.may_end(who.user, row, on=who.today)),
    }


def _state(row: Membership, today: date, *, is_open: bool) -> str:
    if row.is_pending:
        return _("Chờ trung tâm xác nhận") if is_open else _("Không được xác nhận")
    if not is_open:
        return _("Đã thôi")
    return _("Đang giữ") if row.from_on <= today else _("Chưa tới ngày")


def _lendable(who: Admin, user: User) -> QuerySet[Membership]:
    rows = Membership.objects.open_from(who.today).filter(user=user, is_pending=False, deputy_of__isnull=True)
    return rows.filter(agency__in=who.agencies).select_related("agency")


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    who = admin(request)
    user = who.person(pk)
    form = RoleForm(request.POST, agencies=who.agencies)
    return _done(request, who, user, "role_form", form, lambda data: _proposed(who, user, data))


@require_POST
def deputy(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody else take this person's place for some days."""
    who = admin(request)
    user = who.person(pk)
    form = DeputyForm(request.POST, memberships=_lendable(who, user))

    def name(data: dict[str, Any]) -> Membership:
        lent, stand_in = data.pop("membership"), data.pop("username")
        return memberships.name_deputy(user, stand_in, lent.agency, Role(lent.role), by=who.user, at=who.at, **data)

    return _done(request, who, user, "deputy_form", form, name)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    who = admin(request)
    row = get_object_or_404(who.rows(), pk=pk)
    return _done(request, who, row.user, "confirm_form", forms.Form(request.POST),
                 lambda _data: memberships.confirm_membership(row, by=who.user, at=who.at))  # fmt: skip


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    who = admin(request)
    row = get_object_or_404(who.rows(), pk=pk)
    return _done(request, who, row.user, "end_form", EndForm(request.POST),
                 lambda data: memberships.end_membership(row, by=who.user, at=who.at, **data))  # fmt: skip


@require_POST
def disable(request: HttpRequest, pk: int) -> HttpResponse:
    who = admin(request)
    user = who.person(pk)
    return _done(request, who, user, "disable_form", ReasonForm(request.POST),
                 lambda data: people.disable_person(user, by=who.user, at=who.at, **data))  # fmt: skip


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    return _new_password(request, pk, people.restore_person)


@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    return _new_password(request, pk, people.reset_password)


@sensitive_variables("given")
def _new_password(request: HttpRequest, pk: int, act: Callable[..., people.Given]) -> HttpResponse:
    who = admin(request)
    user = who.person(pk)
    form = forms.Form(request.POST)
    given = _tried(form, lambda _data: act(user, by=who.user, at=who.at)) if form.is_valid() else None
    return _person(request, who, user, confirm_form=form) if given is None else _password(request, given)


def _password(request: HttpRequest, given: people.Given) -> HttpResponse:
    """Answer with the password itself instead of leading on: no second page could take it from anywhere."""
    return render(request, "people/password.html", {"person": given.user, "password": given.password})


def _done(
    request: HttpRequest, who: Admin, user: User, name: str, form: forms.Form, act: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """Do it and lead back to the person; when it is refused, show the screen with what was typed and why."""
    if form.is_valid() and _tried(form, act) is not None:
        messages.success(request, _("Đã ghi."))
        return redirect("people_person", user.pk)
    return _person(request, who, User.objects.get(pk=user.pk), **{name: form})


def _tried(form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> Any:
    try:
        return act(dict(form.cleaned_data))
    except (NotAllowed, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
    return None


def _status(form: forms.Form) -> int:
    return _REFUSED if form.is_bound and form.errors else 200
