"""Open workspaces, submit a draft, recall it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.agencies.queries import holds
from cong.journal.actions import record
from cong.kernel import bulk
from cong.newsroom import queries
from cong.newsroom.models import AgencyPage, WorkspaceRoot
from cong.newsroom.sealing import Problem, draft_of
from cong.publishing import passage
from cong.publishing.models import Docket, Snapshot
from cong.publishing.process import NotAllowed

_ROOT_SLUG = "ban-viet"


class Unsealable(Exception):
    """The draft holds something that has no sealed form yet."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{one.where}: {one.text}" for one in problems))
        self.problems = problems


@transaction.atomic
def open_workspaces(*, at: datetime) -> int:
    """Make the workspace and a page for each active agency that has none; returns how many were made."""
    root = _root()
    missing = list(Agency.objects.active_on(at.date()).filter(workspace=None).in_order())
    _rename()
    if not missing:
        return 0
    _plant(root, missing, at)
    record("workspace.open", f"page:{root.pk}", actor="", at=at, agencies=[agency.slug for agency in missing])
    return len(missing)


def _root() -> WorkspaceRoot:
    existing: WorkspaceRoot | None = WorkspaceRoot.objects.first()
    if existing is not None:
        return existing
    # What a new Wagtail comes with: a site that it would serve, and the page that greets there.
    Site.objects.all().delete()
    for page in Page.objects.filter(depth=2, content_type__app_label="wagtailcore"):
        page.delete()
    root = WorkspaceRoot(title="Bàn viết", slug=_ROOT_SLUG, live=False)
    Page.get_first_root_node().add_child(instance=root)
    return root


def _plant(root: WorkspaceRoot, agencies: list[Agency], at: datetime) -> None:
    """Write the pages of all agencies at once: through `add_child` each would cost twenty queries."""
    parent = Page.objects.select_for_update().get(pk=root.pk)
    last = parent.get_last_child()
    step = Page._str2int(last.path[-Page.steplen :]) if last else 0
    kind, locale = ContentType.objects.get_for_model(AgencyPage), Locale.get_default()
    rows = [
        Page(
            title=agency.short_name, draft_title=agency.short_name, slug=agency.slug, live=False, content_type=kind,
            locale=locale, depth=parent.depth + 1, path=Page._get_path(parent.path, parent.depth + 1, step + number),
            url_path=f"{parent.url_path}{agency.slug}/", latest_revision_created_at=at,
        )
        for number, agency in enumerate(agencies, 1)
    ]  # fmt: skip
    Page.objects.bulk_create(rows)
    # On every engine that we use an insert returns the new ids.
    bulk.insert(
        AgencyPage, ("page_ptr_id", "agency_id"), [(row.pk, one.pk) for row, one in zip(rows, agencies, strict=True)]
    )
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(rows))


def _rename() -> None:
    """Let each page carry the name that its agency has now."""
    for page in AgencyPage.objects.select_related("agency").exclude(title=queries.NAME_OF_AGENCY):
        name = page.agency.short_name
        Page.objects.filter(pk=page.pk).update(title=name, draft_title=name)


@transaction.atomic
def submit(page: Any, *, by: User, at: datetime) -> Snapshot:
    """Seal the page's latest draft and hand it to the process.

    Raises PermissionDenied, Unsealable, NotAllowed and whatever `passage.submit` refuses with.
    """
    _authors_only(page, by, at.date())
    draft = draft_of(page, at=at)
    if draft.problems:
        raise Unsealable(draft.problems)
    note = page.public_note.strip() if page.is_public else ""
    if page.is_public and not note:
        raise NotAllowed(_("Bài đang công khai: hãy ghi lời đính chính, người đọc sẽ thấy lời này."))
    publication = page.publication or passage.open_publication(page.agency, by=by, at=at)
    everyone = queries.contributors(page, publication) | {by}
    snapshot = passage.submit(publication, draft.content, contributors=everyone, by=by, at=at, public_note=note)
    # Submitting says that a translation keeps up with its original as it is now.
    base = queries.last_release(page.translation_of.publication_id) if page.translation_of_id else 0
    type(page).objects.filter(pk=page.pk).update(publication=publication, translation_base=base or 0)
    return snapshot


def recall(page: Any, *, by: User, at: datetime, note: str = "") -> None:
    """Take back what was submitted, so that it can be written on."""
    _authors_only(page, by, at.date())
    docket = Docket.objects.filter(pk=page.publication_id).first()
    if docket is None:
        raise NotAllowed(_("Bài này chưa được trình nên không có gì để thu hồi."))
    passage.recall(docket, by=by, at=at, note=note)


def _authors_only(page: Any, by: User, on: date) -> None:
    if not holds(by, Role.AUTHOR, page.agency, on=on):
        raise PermissionDenied(_("Chỉ người biên tập của cơ quan mới được trình và thu hồi bài của cơ quan."))
