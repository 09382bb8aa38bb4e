"""Who comes in: search is the whole portal's, so its screens do not exist but for some roles at the centre."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest

from cong.accounts.models import User
from cong.agencies.rights import rights_of
from cong.search.roles import READERS, TUNERS
from cong.search.tuning import Refused


def reader(request: HttpRequest) -> User:
    """Return the person who may look at the screens; raises Http404 for everybody else."""
    user: Any = request.user
    if not isinstance(user, User) or not rights_of(user).everywhere(*READERS):
        raise Http404
    return user


def tuner(request: HttpRequest) -> User:
    """Return the person who may change something; raises PermissionDenied for those who only look."""
    user = reader(request)
    if not is_tuner(request):
        raise PermissionDenied
    return user


def is_tuner(request: HttpRequest) -> bool:
    return rights_of(request.user).everywhere(*TUNERS)


def tell(form: BaseForm, refused: Refused) -> None:
    """Put why an act was refused beside the field that it is about."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))
