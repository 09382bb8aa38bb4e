"""Save a draft, take an earlier version into it, submit it. Only authors at the centre compose the portal's pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.agencies.queries import holds
from cong.entries.models import Entry, Section
from cong.frontpage.models import Draft, Saving
from cong.frontpage.process import Composition, Wrong, told, wrongs
from cong.frontpage.queries import Place
from cong.journal.actions import record
from cong.publishing import passage
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Origin, Publication, Release, Snapshot
from cong.publishing.process import FRONT, Content, NotAllowed, ReleaseKind
from cong.publishing.recheck import said
from cong.publishing.rights import day

_SLUG = "trang-bia"
_LANGUAGES = {"vi": "tiếng Việt", "en": "tiếng Anh"}


class Flawed(Exception):
    """The composition cannot be submitted as it is; `wrongs` say what and in which slot."""

    def __init__(self, wrongs: list[Wrong]) -> None:
        super().__init__(", ".join(f"{one.slot}: {one.flaw}" for one in wrongs))
        self.wrongs = wrongs


@dataclass(frozen=True, kw_only=True)
class Work:
    """What an editor has before them: the composition, and from when until when it is to stand."""

    composition: Composition
    not_before: datetime | None = None
    expires_at: datetime | None = None


def centre() -> Agency:
    """Return the agency whose staff composes the portal's pages; raises NotAllowed when there is none."""
    found = Agency.objects.filter(is_centre=True).first()
    if found is None:
        raise NotAllowed(_("Cổng chưa có cơ quan trung tâm nên chưa ai trình bày trang được."))
    return found


def _must_compose(by: User, at: datetime) -> Agency:
    agency = centre()
    if not holds(by, Role.AUTHOR, agency, on=day(at)):
        raise PermissionDenied(_("Chỉ người biên tập của cơ quan trung tâm mới trình bày trang chủ, trang chuyên mục."))
    return agency


@transaction.atomic
def save(place: Place, work: Work, *, number: int, by: User, at: datetime) -> Draft:
    """Keep a draft as it stands, flaws and all. `number`: of the saving that the person began from.

    Raises PermissionDenied, and OutOfDate when another saved meanwhile.
    """
    agency = _must_compose(by, at)
    draft = _locked(place)
    if draft.number != number:
        raise OutOfDate(_("Người khác vừa lưu bố cục này. Phần bạn làm còn nguyên dưới đây: đối chiếu rồi lưu lại."))
    _write(draft, work, by=by, at=at)
    record("frontpage.save", f"front:{draft.pk}", actor=by.username, at=at, agency=agency.pk, number=draft.number)
    return draft


def _locked(place: Place) -> Draft:
    Draft.objects.get_or_create(section=place.section, lang=place.lang)
    return Draft.objects.select_for_update().get(section=place.section, lang=place.lang)


def _write(draft: Draft, work: Work, *, by: User, at: datetime) -> None:
    draft.composition, draft.not_before, draft.expires_at = work.composition.written(), work.not_before, work.expires_at
    draft.number, draft.saved_by, draft.saved_at = draft.number + 1, by, at
    draft.save()
    Saving.objects.create(draft=draft, by=by, at=at)


@transaction.atomic
def bring_back(place: Place, release: int, *, number: int, by: User, at: datetime) -> Draft:
    """Take what was public by an earlier release into the draft; it goes through the whole process again.

    Raises PermissionDenied, NotAllowed, OutOfDate.
    """
    agency = _must_compose(by, at)
    draft = _locked(place)
    found = Release.objects.filter(pk=release, publication=draft.publication_id).select_related("snapshot").first()
    if found is None or draft.publication_id is None:
        raise NotAllowed(_("Trang này không có phiên bản ấy."))
    if draft.number != number:
        raise OutOfDate(_("Người khác đã lưu bố cục này trong lúc bạn xem; hãy mở lại rồi chọn phiên bản."))
    content = Content.parse(found.snapshot.content, found.snapshot.html)
    _write(draft, Work(composition=Composition.read(content.front)), by=by, at=at)
    record("frontpage.return", f"front:{draft.pk}", actor=by.username, at=at, agency=agency.pk, release=release,
           number=draft.number)  # fmt: skip
    return draft


@transaction.atomic
def submit(place: Place, *, number: int, by: User, at: datetime) -> Snapshot:
    """Seal the draft as it was saved and hand it to the process.

    Raises PermissionDenied, Flawed, OutOfDate and whatever `passage.submit` refuses with.
    """
    agency = _must_compose(by, at)
    draft = _locked(place)
    if draft.number != number:
        raise OutOfDate(_("Người khác đã lưu bố cục này trong lúc bạn sửa; hãy mở lại rồi trình."))
    composition = Composition.read(draft.composition)
    public = {one.pk for one in Entry.objects.filter(pk__in=composition.entries()) if not one.has_expired(at)}
    if found := wrongs(composition, public, at):
        raise Flawed(found)
    publication = draft.publication or passage.open_publication(agency, by=by, at=at, origin=Origin.FRONTPAGE)
    Draft.objects.filter(pk=draft.pk).update(publication=publication)
    people = _composers(draft, publication)
    return passage.submit(publication, _content(draft, composition, agency), contributors=people, by=by, at=at)


def _composers(draft: Draft, publication: Publication) -> list[User]:
    """Return all who saved the draft since what is public was sealed."""
    released = Release.objects.filter(publication=publication).exclude(kind=ReleaseKind.WITHDRAW)
    last = released.select_related("snapshot").order_by("-id").first()
    savings = draft.savings.filter(at__gt=last.snapshot.at) if last else draft.savings.all()
    return list(User.objects.filter(pk__in=savings.values("by")))


def _content(draft: Draft, composition: Composition, agency: Agency) -> Content:
    titles = dict(Entry.objects.filter(pk__in=composition.entries()).values_list("pk", "title"))
    return Content(
        agency=agency.pk, kind=FRONT, part="", section=draft.section, lang=draft.lang, slug=_SLUG,
        title=title_of(draft), summary="", html=told(composition, titles, said), author=agency.short_name,
        published_at=None,
        front=composition.written(), not_before=draft.not_before, expires_at=draft.expires_at,
    )  # fmt: skip


def title_of(place: Place | Draft) -> str:
    """Return what a composition is called in inboxes and records, in the main language."""
    with override(settings.LANGUAGE_CODE):
        page = f"Chuyên mục {Section(place.section).label}" if place.section else "Trang chủ"
    return f"Bố cục: {page} ({_LANGUAGES.get(place.lang, place.lang)})"
