"""The person who signs in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Users(BaseUserManager["User"]):
    def create_user(self, username: str, *, name: str = "", mail: str = "", password: str | None = None) -> User:
        """Make a person; without a password nobody can sign in as them."""
        user = self.model(username=self.model.normalize_username(username), name=name, mail=mail)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A member of staff. Rights come from dated memberships in agencies, never from a flag here."""

    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200, blank=True)
    mail = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "mail"

    def __str__(self) -> str:
        return self.name or self.username
