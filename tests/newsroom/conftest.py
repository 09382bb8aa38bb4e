"""A small world: two agencies, an author of each, one draft of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from pytest_django.fixtures import Settings

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.newsroom.models import AgencyPage, ArticlePage
from tests import makers
from tests.newsroom.makers import article, client_of, member, workspace

SECRET = "Bài mật của B"


@dataclass(kw_only=True)
class World:
    """Agency A with its author and draft, and agency B, whose draft A must never see."""

    a: Agency
    b: Agency
    author: User
    other: User
    page: AgencyPage
    foreign_page: AgencyPage
    draft: ArticlePage
    foreign: ArticlePage
    client: Client


@pytest.fixture
def world(db: None) -> World:
    a, b = makers.agency("Sở A"), makers.agency("Sở B")
    author, other = member(Role.AUTHOR, a), member(Role.AUTHOR, b)
    return World(
        a=a, b=b, author=author, other=other, page=workspace(a), foreign_page=workspace(b),
        draft=article(a, author), foreign=article(b, other, SECRET), client=client_of(author),
    )  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def _manifest(_assets: None) -> None:
    """Read the list of static files again: when nothing had to be made, it was laid down after the storage was."""
    staticfiles_storage.hashed_files, _ = staticfiles_storage.load_manifest()  # type: ignore[attr-defined]


@pytest.fixture
def stores(settings: Settings, tmp_path: Path) -> None:
    """Keep files of this test in a folder of its own."""
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"


@pytest.fixture
def shared_draft(world: World) -> ArticlePage:
    """Give one draft to all examples of a property: they change it in memory only."""
    page = world.draft
    assert page.agency.pk  # read once, outside the examples
    return page
