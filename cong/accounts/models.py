"""The person who signs in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q


class Users(BaseUserManager["User"]):
    def create_user(self, username: str, *, name: str = "", email: str = "", password: str | None = None) -> User:
        """Make a person; without a password nobody can sign in as them."""
        user = self.model(username=self.model.normalize_username(username), name=name, email=email)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff. Rights come from dated memberships in agencies, never from a flag or a group here.

    The columns of PermissionsMixin stand here because Wagtail filters on them; the flag can never be set,
    and `has_perm` asks the backends alone. `one_time_until`: the password was given by somebody else, opens the
    desk only to set an own one, and no longer than until then.
    """

    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    one_time_until = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(is_superuser=False), name="nobody_is_a_superuser")]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """Return the name that others see (Django and Wagtail ask for it under this word)."""
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
