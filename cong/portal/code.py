"""The QR code of an entry: its address as a picture, for screens, posters and printed pages."""

from __future__ import annotations

from io import BytesIO

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from cong.entries.models import Entry
from cong.kernel import tags
from cong.kernel.tags import kept, tagged
from cong.portal.views import page

_QUIET = 4
"""Light squares around the code, as the standard asks."""


@kept()
@page
def code(request: HttpRequest, number: str) -> HttpResponse:
    """Draw the address at which readers of this language find the entry."""
    found = Entry.objects.only("pk", "section", "slug", "expires_at").filter(pk=int(number)).first()
    if found is None or found.has_expired(timezone.now()):
        raise Http404(number)
    answer = HttpResponse(drawn(settings.SITE_URL + found.get_absolute_url()), content_type="image/svg+xml")
    answer["X-Robots-Tag"] = "noindex"
    return tagged(answer, tags.entry(found.pk), until=found.expires_at)


def drawn(address: str) -> bytes:
    """Return the code as SVG, black on white in both themes: cameras need that. It bears a sixth of it being hidden."""
    made = BytesIO()
    segno.make(address, error="m", micro=False).save(
        made, kind="svg", border=_QUIET, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None,
        omitsize=True, nl=False,
    )  # fmt: skip
    return made.getvalue()
