"""A small land for the desk: agency A with everything in it, agency B, a centre, and somebody in every role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import Client, override_settings

from cong.accounts.models import User
from cong.agencies.memberships import propose_membership
from cong.agencies.models import Agency, Membership, Role
from cong.desk import actions as desk
from cong.desk.models import Invitation
from cong.entries.models import Entry
from cong.frontpage.models import Draft
from cong.frontpage.process import BLANK
from cong.harvest.models import Item, Source, Trust
from cong.jobs import actions as jobs
from cong.jobs.models import Job
from cong.journal.models import Event
from cong.media.models import Asset
from cong.newsroom import actions as writing
from cong.newsroom.models import AgencyPage, ArticlePage
from cong.publishing import bundles
from cong.publishing.models import Bundle, Docket
from tests import makers
from tests.frontpage import makers as fronts
from tests.harvest.makers import known_source, told
from tests.jobs import tasks
from tests.jobs.makers import Clock, claimed
from tests.makers import NOON
from tests.media import makers as media
from tests.publishing import makers as publishing
from tests.publishing.makers import Newsroom, newsroom
from tests.search.taught import Taught, taught

# Stands in everything of A that B may never read.
KEPT = "Chim sẻ nâu"
PLACES = ("own", "other", "centre")
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


@dataclass(frozen=True, kw_only=True)
class Front:
    """The home page as it was composed: the release by which, and the number of its draft's last saving."""

    release: int
    number: int


@dataclass(frozen=True, kw_only=True)
class Things:
    """What agency A has: one of each that an address can name."""

    submitted: Docket
    ready: Docket
    loose: Docket
    live: Docket
    bundle: Bundle
    invitation: Invitation
    token: str
    asset: Asset
    page: ArticlePage
    sent_page: ArticlePage
    root: AgencyPage
    waiting: Membership
    staff: User
    job: Job
    event: int
    source: Source
    held: Item
    taught: Taught
    front: Front


@dataclass(frozen=True, kw_only=True)
class Land:
    own: Newsroom
    things: Things
    people: dict[str, User]


@contextmanager
def stores(folder: Path) -> Iterator[None]:
    """Keep files in a folder of the test's own; leave out what only costs time: manifests, hashing, 600 time zones."""
    with override_settings(
        MEDIA_ROOT=folder / "media",
        PRIVATE_ROOT=folder / "private",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        WAGTAIL_USER_TIME_ZONES=["Asia/Ho_Chi_Minh"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": _PLAIN},
        },
    ):
        yield


def land(*, at: datetime = NOON) -> Land:
    own = newsroom("a")
    places = {
        "own": own.agency,
        "other": makers.agency("Cơ quan b"),
        "centre": makers.agency("Văn phòng Trung tâm", is_centre=True),
    }
    people = {
        f"{role}@{place}": makers.person(f"{role}.{place}", role, agency)
        for place, agency in places.items()
        for role in Role
    }
    people["ended"] = makers.person("da-thoi")
    first, last = NOON.date() - timedelta(days=60), NOON.date() - timedelta(days=30)
    Membership.objects.create(user=people["ended"], agency=own.agency, role=Role.AUTHOR, from_on=first, to_on=last)
    return Land(own=own, people=people, things=_things(own, people, at=at))


def _things(own: Newsroom, people: dict[str, User], *, at: datetime) -> Things:
    writing.open_workspaces(at=at)
    asset = media.photo(own.agency, own.author, title=f"Ảnh {KEPT}")
    picture = f'<p>Ảnh.</p><p><img src="/tep/{asset.file.sha256}-300.webp" alt="Phòng đọc nhiều cửa sổ"></p>'
    submitted = publishing.submitted(own, title=KEPT, html=picture, media=(asset.file.sha256,), at=at)
    ready, loose = (publishing.approved(own, title=f"{KEPT} {word}", at=at) for word in ("một", "hai"))
    bundle = bundles.make(f"Bộ {KEPT}", own.agency, release_at=None, by=own.author, at=at)
    bundles.add(bundle, ready, by=own.author, at=at)
    assert submitted.snapshot
    invitation, token = desk.invite(
        submitted.snapshot, name="Cô Ngoài", email="", days=3, by=own.author, at=at
    )  # fmt: skip
    source = known_source("nguon-a", Trust.REVIEW, agency=own.agency)
    [held] = told(source, f"{KEPT} làm tổ dưới mái nhà văn hoá.", at=at, title=f"{KEPT} về làm tổ")
    member = makers.person("nguoi-a", Role.AUTHOR, own.agency)
    User.objects.filter(pk=member.pk).update(name=f"Bạn {KEPT}")
    public = publishing.live(own, title="Chợ phiên mở sớm", at=at)
    return Things(
        submitted=submitted, ready=ready, loose=loose, live=public,
        bundle=bundle, invitation=invitation, token=token, asset=asset,
        page=article(own, KEPT), sent_page=_sent(article(own, f"{KEPT} ba"), own, at=at),
        root=AgencyPage.objects.get(agency=own.agency), staff=member, job=dead_job(at=at), event=_event_of(own.agency),
        source=source, held=held, front=_front(people, at=at),
        taught=taught(Entry.objects.get(pk=public.publication_id), by=people[f"{Role.DUTY_EDITOR}@centre"], at=at),
        waiting=propose_membership(member, own.agency, Role.APPROVER, from_on=at.date(),
                                   by=people[f"{Role.AGENCY_ADMIN}@own"], at=at),
    )  # fmt: skip


def _front(people: dict[str, User], *, at: datetime) -> Front:
    """Compose the home page, nothing pinned, and release it by the people of the centre."""
    roles = {"author": Role.AUTHOR, "appraiser": Role.APPRAISER, "approver": Role.APPROVER, "duty": Role.DUTY_EDITOR}
    room = fronts.Centre(
        agency=Agency.objects.get(is_centre=True), **{word: people[f"{role}@centre"] for word, role in roles.items()}
    )
    shown = fronts.live(room, BLANK, at=at)
    return Front(release=shown.release_id, number=Draft.objects.get(publication=shown.pk).number)


def _event_of(agency: Agency) -> int:
    return Event.objects.filter(agency=agency.pk).latest("pk").pk


def article(room: Newsroom, title: str, **given: Any) -> ArticlePage:
    """Write a draft under the agency's page."""
    root = AgencyPage.objects.get(agency=room.agency)
    body = [("text", f"<p>{title} bay về khu vườn sau thư viện.</p>")]
    values = {"title": title, "draft_title": title, "lead": f"{title} đã về.", "body": body, "live": False} | given
    page: ArticlePage = root.add_child(instance=ArticlePage(**values))
    page.save_revision(user=room.author)
    return page


def _sent(page: ArticlePage, room: Newsroom, *, at: datetime) -> ArticlePage:
    writing.submit(page, by=room.author, at=at)
    sent: ArticlePage = ArticlePage.objects.get(pk=page.pk)
    return sent


def dead_job(*, at: datetime = NOON) -> Job:
    """Bring a job to its death by the room's own actions."""
    tasks.note.enqueue("một")
    job = claimed(at=at + timedelta(days=3650))
    jobs.die(job, error="OSError: không trả lời", error_class="OSError", at=at)
    return Job.objects.get(pk=job.pk)


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


__all__ = ["KEPT", "PLACES", "Clock", "Land", "Things", "client_of", "land", "stores"]
