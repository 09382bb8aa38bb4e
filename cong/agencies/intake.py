"""Bring the agencies to what the registry's rows say; works within the transaction of its caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cong.agencies.models import Agency, FormerSlug
from cong.agencies.registry import BadRegistry, Problem, Row

PLAIN = ("slug", "name", "short_name", "category", "order", "address", "phone", "mail", "site", "emblem",
         "active_from", "active_to")  # fmt: skip
LINKS = ("parent", "merged_into")


@dataclass(frozen=True, kw_only=True)
class Updated:
    """An agency that the import changed, and the fields that are new."""

    slug: str
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an import did. `missing` are agencies that the text does not name; they stay as they are."""

    created: tuple[str, ...]
    updated: tuple[Updated, ...]
    unchanged: int
    missing: tuple[str, ...]


def move(agency: Agency, slug: str) -> None:
    """Give the agency (not yet saved) a new address and keep the old one for redirects."""
    FormerSlug.objects.filter(slug=slug, agency=agency).delete()
    FormerSlug.objects.update_or_create(slug=agency.slug, defaults={"name": agency.name, "agency": agency})
    agency.slug = slug


class Import:
    """One import: the agencies by slug, and what has been done so far."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.known = {agency.slug: agency for agency in Agency.objects.select_for_update()}
        self.former = {former.slug: former for former in FormerSlug.objects.select_related("agency")}
        self.before = set(self.known)
        self.changed: dict[str, set[str]] = {}

    def run(self) -> Outcome:
        """Do it all; raises BadRegistry when the rows contradict the agencies that are here."""
        self._refuse(self._contradictions())
        met = [self._place(row) for row in self.rows]
        for row in self.rows:
            self._connect(row)
        self._refuse(self._circles())
        self._appoint()
        return self._outcome(met)

    def _outcome(self, met: Sequence[str]) -> Outcome:
        created = tuple(row.slug for row, old in zip(self.rows, met, strict=True) if not old)
        updated = tuple(
            Updated(slug=row.slug, fields=tuple(sorted(self.changed[row.slug])))
            for row, old in zip(self.rows, met, strict=True)
            if old and self.changed[row.slug]
        )
        unchanged = len(self.rows) - len(created) - len(updated)
        return Outcome(
            created=created,
            updated=updated,
            unchanged=unchanged,
            missing=tuple(sorted(self.before - set(met))),
        )

    @staticmethod
    def _refuse(problems: Iterator[Problem]) -> None:
        if found := tuple(problems):
            raise BadRegistry(found)

    def _contradictions(self) -> Iterator[Problem]:
        left = {one.slug for row in self.rows for one in row.former}
        here = {*self.known, *(row.slug for row in self.rows)} - left
        for row in self.rows:
            for text in (*self._address_problems(row), *self._link_problems(row, here), *self._centre_problems(row)):
                yield Problem(line=row.line, text=f"cơ quan {row.slug}: {text}")

    def _address_problems(self, row: Row) -> Iterator[str]:
        olds = [one.slug for one in row.former if one.slug in self.known]
        owner = self.former.get(row.slug)
        if owner and row.slug not in self.known and owner.agency.slug not in olds:
            yield f"“{row.slug}” là địa chỉ cũ của “{owner.agency.slug}”; hãy dùng địa chỉ mới."
        if len(olds) + (row.slug in self.known) > 1:
            yield f"“{olds[0]}” và cơ quan này đang là hai cơ quan; hãy gộp chúng thay vì đổi tên."
        for one in row.former:
            owner = self.former.get(one.slug)
            if owner and owner.agency.slug not in (row.slug, *olds):
                yield f"địa chỉ cũ “{one.slug}” đã thuộc về “{owner.agency.slug}”."

    @staticmethod
    def _link_problems(row: Row, here: set[str]) -> Iterator[str]:
        for name, slug in row.given(LINKS).items():
            if slug and slug not in here:
                yield f"“{name}” chỉ tới “{slug}”, nhưng không có cơ quan nào như vậy."

    def _centre_problems(self, row: Row) -> Iterator[str]:
        """Refuse a second centre: it is moved only by a text that says of the old one that it is none."""
        if not row.centre:
            return
        given_up = {one for other in self.rows if other.centre is False for one in self._names(other)}
        for agency in self.known.values():
            if agency.is_centre and agency.slug not in (*self._names(row), *given_up):
                yield f"trung tâm đang là “{agency.slug}”; muốn chuyển, ghi centre = false ở cơ quan đó."

    @staticmethod
    def _names(row: Row) -> tuple[str, ...]:
        return (row.slug, *(one.slug for one in row.former))

    def _place(self, row: Row) -> str:
        """Create or change the agency of the row; return the slug under which it was met (empty: new)."""
        old = next((slug for slug in (row.slug, *(one.slug for one in row.former)) if slug in self.known), "")
        agency = self.known.pop(old) if old else Agency()
        changed = {name for name, value in row.given(PLAIN).items() if getattr(agency, name) != value}
        if old and old != row.slug:
            move(agency, row.slug)
        for name in changed:
            setattr(agency, name, getattr(row, name))
        if changed or not old:
            agency.save()
        self.known[row.slug] = agency
        self.changed[row.slug] = changed | self._remember(agency, row, met=old)
        return old

    def _remember(self, agency: Agency, row: Row, *, met: str) -> set[str]:
        fresh = [one for one in row.former if self._says_more(one.slug, one.name, met=met)]
        for one in fresh:
            FormerSlug.objects.update_or_create(slug=one.slug, defaults={"name": one.name, "agency": agency})
        return {"former"} if fresh else set()

    def _says_more(self, slug: str, name: str, *, met: str) -> bool:
        """Tell whether a former address is not recorded yet, or not under this name."""
        if slug == met or slug in self.former:
            return bool(name) and (slug == met or self.former[slug].name != name)
        return True

    def _connect(self, row: Row) -> None:
        """Point the agency to its parent and to what it was merged into, now that all are here."""
        agency = self.known[row.slug]
        wanted = {f"{name}_id": self.known[slug].pk if slug else None for name, slug in row.given(LINKS).items()}
        changed = {name for name, key in wanted.items() if getattr(agency, name) != key}
        for name in changed:
            setattr(agency, name, wanted[name])
        if changed:
            agency.save()
            self.changed[row.slug] |= {name.removesuffix("_id") for name in changed}

    def _appoint(self) -> None:
        """Make the stated agency the centre; the one that was gives way first."""
        stated = {row.slug: row.centre for row in self.rows if row.centre is not None}
        changing = [self.known[slug] for slug, centre in stated.items() if self.known[slug].is_centre is not centre]
        for agency in sorted(changing, key=lambda one: not one.is_centre):
            agency.is_centre = not agency.is_centre
            agency.save(update_fields=["is_centre"])
            self.changed[agency.slug].add("centre")

    def _circles(self) -> Iterator[Problem]:
        """Yield the rows whose parents, or mergers, lead back to them."""
        for name in LINKS:
            above = {agency.pk: getattr(agency, f"{name}_id") for agency in self.known.values()}
            for row in self.rows:
                if _returns(self.known[row.slug].pk, above):
                    yield Problem(line=row.line, text=f"cơ quan {row.slug}: “{name}” dẫn vòng về chính cơ quan này.")


def _returns(start: int, above: Mapping[int, int | None]) -> bool:
    seen: set[int] = set()
    here = above.get(start)
    while here is not None and here not in seen:
        if here == start:
            return True
        seen.add(here)
        here = above.get(here)
    return False
