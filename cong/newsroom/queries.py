"""Reads that span the pages, the dockets and the ledger."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import Revision

from cong.accounts.models import User
from cong.kernel.text import nfc
from cong.newsroom.models import ArticlePage, StandingPage
from cong.newsroom.process import is_outdated
from cong.publishing.models import Docket, Publication, Release, Snapshot
from cong.publishing.process import ReleaseKind

NAME_OF_AGENCY = F("agency__short_name")


def with_state(pages: QuerySet[Any]) -> QuerySet[Any]:
    """Bring along where the process stands for each page of a list, in the list's own query."""
    states = [
        Subquery(Docket.objects.filter(publication__in=_publication(kind)).values("state")[:1])
        for kind in (ArticlePage, StandingPage)
    ]
    return pages.annotate(process_state=Coalesce(*states))


def _publication(kind: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = kind.objects.filter(pk=OuterRef(OuterRef("pk"))).values("publication")
    return rows


def last_release(publication: int | None) -> int | None:
    """Return the number of the release that is public now; None when nothing is."""
    last = Release.objects.filter(publication=publication).order_by("-id").values_list("id", "kind").first()
    return last[0] if last and last[1] != ReleaseKind.WITHDRAW else None


def released(publication: int | None) -> Snapshot | None:
    """Return the snapshot that is public now, or was last before it was withdrawn."""
    last = Release.objects.filter(publication=publication).exclude(kind=ReleaseKind.WITHDRAW).order_by("-id").first()
    return last.snapshot if last else None


def is_translation_outdated(page: Any) -> bool:
    """Tell whether the original was released again after this translation was submitted (bản dịch đã cũ)."""
    if not page.translation_of_id:
        return False
    return is_outdated(page.translation_base, last_release(page.translation_of.publication_id))


def contributors(page: Any, publication: Publication) -> set[User]:
    """Return everybody who saved a revision since what is public was sealed."""
    revisions = Revision.objects.for_instance(page).exclude(user=None)
    last = released(publication.pk)
    if last is not None:
        revisions = revisions.filter(created_at__gt=last.at)
    return set(User.objects.filter(pk__in=revisions.values("user")))


def found(pages: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Keep the pages whose title holds every word; Wagtail's own index is not kept (AUTO_UPDATE is off)."""
    for word in nfc(text).split()[:10]:
        # SQLite takes a and A for one letter, but not đ and Đ.
        spelt = {word, word.lower(), word.upper(), word.capitalize()}
        said = [Q(**{f"{name}__icontains": one}) for one in sorted(spelt) for name in ("title", "draft_title")]
        pages = pages.filter(Q(*said, _connector=Q.OR))
    return pages
