"""Where an old address of an agency leads today."""

from __future__ import annotations

from cong.agencies.models import Agency, FormerSlug


def moved_to(slug: str) -> Agency | None:
    """Return the agency that answers for an address given up by a rename or a merger; None for others."""
    former = FormerSlug.objects.filter(slug=slug).select_related("agency").first()
    start = former.agency if former else Agency.objects.filter(slug=slug).first()
    if start is None:
        return None
    heir = _heir(start)
    return heir if former or heir.pk != start.pk else None


def _heir(agency: Agency) -> Agency:
    seen = {agency.pk}
    while agency.merged_into is not None and agency.merged_into.pk not in seen:
        agency = agency.merged_into
        seen.add(agency.pk)
    return agency
