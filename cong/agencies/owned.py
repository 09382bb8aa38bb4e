"""Rows that belong to one agency, and the only door through which staff screens read them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self, TypeVar

from django.db import models

from cong.agencies.models import Agency, Role
from cong.agencies.rights import rights_of

_Row = TypeVar("_Row", bound=models.Model, covariant=True)
ANY_ROLE = frozenset(Role)


class Owned(models.QuerySet[_Row]):
    def for_staff(self, user: Any, roles: Collection[Role] = ANY_ROLE) -> Self:
        """Keep the rows of agencies in which the person holds one of the roles; of all, where one holds everywhere."""
        rights = rights_of(user)
        if rights.everywhere(*roles):
            return self
        return self.filter(agency__in=rights.agencies(*roles))


class AgencyOwned(models.Model):
    """A row that belongs to one agency."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="cơ quan")

    objects: Any = Owned.as_manager()

    class Meta:
        abstract = True
